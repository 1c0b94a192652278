import type { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { allResources } from './bedrock-arns';
import { STACK_ID_TAG } from './contract';
import type { BoundGate } from './gate-config';
import { invokerKeyStatement } from './kms-access';
import type { NagAcknowledgement } from './nag-acknowledgements';
import { wildcardResource, wildcardResourceOf } from './nag-acknowledgements';

/** What a gate requires of the state machine's role, and the findings of cdk-nag in it. */
interface GatePermissions {
  readonly statements: readonly iam.PolicyStatement[];
  readonly acknowledgements: readonly NagAcknowledgement[];
  /** The key that one of the statements names. */
  readonly key?: kms.IKey | undefined;
}

/** What the permission to invoke deployments depends on. */
interface DeploymentScope {
  /** Whether IAM checks the tag that names the stack. */
  readonly resourceTagConditions: boolean;
  /** The key of the model. */
  readonly encryptionKey: kms.IKey | undefined;
}

/** The permissions with which the state machine checks a gate. */
export function gatePermissions(
  stack: Stack,
  { property, handler }: BoundGate,
  deployments: DeploymentScope,
): GatePermissions {
  if (handler !== undefined) {
    return functionPermissions(handler);
  }
  return property.Kind === 'ALARMS' ? alarmPermissions() : modelPermissions(stack, deployments);
}

/**
 * Converse has no action of its own. The permission does not depend on the deployment, so that another deployment adds
 * none that has to propagate.
 */
function modelPermissions(stack: Stack, { resourceTagConditions, encryptionKey }: DeploymentScope): GatePermissions {
  const deployments = allResources(stack, 'custom-model-deployment');
  const invoke = new iam.PolicyStatement({
    actions: ['bedrock:InvokeModel'],
    resources: [deployments],
    conditions: resourceTagConditions ? { StringEquals: { [`aws:ResourceTag/${STACK_ID_TAG}`]: stack.stackId } } : {},
  });
  const which = resourceTagConditions
    ? 'Invoking one requires a tag that names the stack.'
    : 'The app turned off the condition on its tags (`resourceTagConditions`).';
  return {
    statements: [invoke, ...(encryptionKey === undefined ? [] : [invokerKeyStatement(stack, encryptionKey)])],
    acknowledgements: [
      wildcardResourceOf(
        stack,
        deployments,
        `A new deployment needs no new permission, which would first have to propagate. ${which}`,
      ),
    ],
    key: encryptionKey,
  };
}

function functionPermissions({ functionArn }: lambda.IFunction): GatePermissions {
  return {
    statements: [new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [functionArn] })],
    acknowledgements: [],
  };
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html */
function alarmPermissions(): GatePermissions {
  return {
    statements: [new iam.PolicyStatement({ actions: ['cloudwatch:DescribeAlarms'], resources: ['*'] })],
    acknowledgements: [
      wildcardResource('CloudWatch returns composite alarms only if DescribeAlarms is allowed on all resources.'),
    ],
  };
}
