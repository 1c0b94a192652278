import { App, CfnParameter, Stack } from 'aws-cdk-lib';
import type { StackProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { Construct } from 'constructs';
import type { CustomModelDeploymentProps, ICustomModel } from '../../../lib';
import { CustomModel, CustomModelDeployment } from '../../../lib';

export const MODEL_ARN = 'arn:aws:bedrock:us-east-1:111122223333:custom-model/amazon.nova-lite-v1:0:300k/abcdefghijkl';
export const OTHER_MODEL_ARN = 'arn:aws:bedrock:us-east-1:111122223333:custom-model/imported/mnopqrstuvwx';
export const DEPLOYMENT_ARN = 'arn:aws:bedrock:us-east-1:111122223333:custom-model-deployment/abcdefghijkl';
export const DEPLOYMENT = 'Custom::BedrockCustomModelDeployment';

export function newStack(props?: StackProps): Stack {
  return new Stack(new App(), 'Stack', props);
}

export function aModel(scope: Construct, arn = MODEL_ARN): ICustomModel {
  const id = `Model${arn.slice(-12)}`;
  return (scope.node.tryFindChild(id) as ICustomModel | undefined) ?? CustomModel.fromModelArn(scope, id, arn);
}

export function deploy(scope: Construct, id = 'Deployment', props: Partial<CustomModelDeploymentProps> = {}): CustomModelDeployment {
  return new CustomModelDeployment(scope, id, { model: aModel(scope), ...props });
}

/** A string that is only known at deploy time. */
export function stringToken(scope: Construct, id = 'Parameter'): string {
  return new CfnParameter(scope, id).valueAsString;
}

export interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DependsOn?: string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export function resources(stack: Stack): Record<string, Resource> {
  return (Template.fromStack(stack).toJSON() as { Resources: Record<string, Resource> }).Resources;
}

/** The custom resources of the stack by the construct ids of their deployments. */
export function deployments(stack: Stack): Record<string, Resource> {
  const found = Object.entries(resources(stack)).filter(([, resource]) => resource.Type === DEPLOYMENT);
  return Object.fromEntries(found.map(([logicalId, resource]) => [logicalId.slice(0, -8), resource]));
}

export function theDeployment(stack: Stack): Resource {
  const [deployment, ...others] = Object.values(deployments(stack));
  if (deployment === undefined || others.length > 0) throw new Error('a stack with exactly one deployment is wanted here');
  return deployment;
}
