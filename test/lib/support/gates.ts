import { CfnParameter, Duration, type Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { CustomModelDeployment, CustomModelDeploymentProps, DeploymentGate } from '../../../lib';
import { deploy, type RenderedResource, resources, theDeployment } from './stacks';

export function gated(
  scope: Construct,
  gates: DeploymentGate[],
  props: Partial<CustomModelDeploymentProps> = {},
  id = 'Deployment',
): CustomModelDeployment {
  return deploy(scope, id, { gates, ...props });
}

export function gateFunction(scope: Construct, id = 'Evaluate', props: Partial<lambda.FunctionProps> = {}) {
  return new lambda.Function(scope, id, {
    runtime: lambda.Runtime.NODEJS_LATEST,
    handler: 'index.handler',
    code: lambda.Code.fromInline('exports.handler = () => ({ status: "READY" })'),
    ...props,
  });
}

/** The gates as the handler gets them. */
export function gatesOf(stack: Stack): unknown {
  return theDeployment(stack).Properties['Gates'];
}

/** A number that is only known at deploy time. */
export function numberToken(scope: Construct, id = 'Number'): number {
  return new CfnParameter(scope, id, { type: 'Number' }).valueAsNumber;
}

export function durationToken(scope: Construct, id?: string): Duration {
  return Duration.seconds(numberToken(scope, id));
}

/** The statements of a policy of the stack. */
export function statementsIn(stack: Stack, logicalId: string): unknown[] | undefined {
  return statementsOf(resources(stack)[logicalId]);
}

export function statementsOf(policy: RenderedResource | undefined): unknown[] | undefined {
  return (policy?.Properties['PolicyDocument'] as { Statement: unknown[] } | undefined)?.Statement;
}

/** A version of the function. The types of the CDK are not made for exact optional properties. */
export function versionOf({ currentVersion }: lambda.Function): lambda.IFunction {
  return currentVersion as lambda.IFunction;
}
