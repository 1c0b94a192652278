import type { StackProps } from 'aws-cdk-lib';
import { App, CfnParameter, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { CustomModelDeploymentProps, CustomModelProps, ICustomModel } from '../../../lib';
import { CustomModel, CustomModelDeployment, CustomModelSource } from '../../../lib';

export const MODEL_ARN = 'arn:aws:bedrock:us-east-1:111122223333:custom-model/amazon.nova-lite-v1:0:300k/abcdefghijkl';
export const OTHER_MODEL_ARN = 'arn:aws:bedrock:us-east-1:111122223333:custom-model/imported/mnopqrstuvwx';
export const DEPLOYMENT_ARN = 'arn:aws:bedrock:us-east-1:111122223333:custom-model-deployment/abcdefghijkl';
export const MODEL_PACKAGE_ARN = 'arn:aws:sagemaker:us-east-1:111122223333:model-package/fraud/1';
export const S3_URI = 's3://customer-escrow-111122223333-smtj/job/step_4';
export const KEY_ARN = 'arn:aws:kms:us-east-1:111122223333:key/12345678-90ab-cdef-1234-567890abcdef';
export const MODEL = 'Custom::BedrockCustomModel';
export const DEPLOYMENT = 'Custom::BedrockCustomModelDeployment';

export function newStack(props?: StackProps): Stack {
  return new Stack(new App(), 'Stack', props);
}

export function aModel(scope: Construct, arn = MODEL_ARN): ICustomModel {
  const id = `Model${arn.slice(-12)}`;
  return (scope.node.tryFindChild(id) as ICustomModel | undefined) ?? CustomModel.fromModelArn(scope, id, arn);
}

export function deploy(
  scope: Construct,
  id = 'Deployment',
  props: Partial<CustomModelDeploymentProps> = {},
): CustomModelDeployment {
  return new CustomModelDeployment(scope, id, { model: aModel(scope), ...props });
}

export function makeModel(scope: Construct, id = 'Model', props: Partial<CustomModelProps> = {}): CustomModel {
  return new CustomModel(scope, id, { source: CustomModelSource.modelPackage(MODEL_PACKAGE_ARN), ...props });
}

/** A string that is only known at deploy time. */
export function stringToken(scope: Construct, id = 'Parameter'): string {
  return new CfnParameter(scope, id).valueAsString;
}

export interface RenderedResource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DependsOn?: string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export function resources(stack: Stack): Record<string, RenderedResource> {
  return (Template.fromStack(stack).toJSON() as { Resources: Record<string, RenderedResource> }).Resources;
}

/** The custom resources of the stack by the construct ids of their deployments. */
export function deployments(stack: Stack): Record<string, RenderedResource> {
  const found = Object.entries(resources(stack)).filter(([, resource]) => resource.Type === DEPLOYMENT);
  return Object.fromEntries(found.map(([logicalId, resource]) => [logicalId.slice(0, -8), resource]));
}

export function theDeployment(stack: Stack): RenderedResource {
  return theOnly(stack, DEPLOYMENT);
}

export function theModel(stack: Stack): RenderedResource {
  return theOnly(stack, MODEL);
}

function theOnly(stack: Stack, type: string): RenderedResource {
  const [resource, ...others] = Object.values(resources(stack)).filter(({ Type }) => Type === type);
  if (resource === undefined || others.length > 0) {
    throw new Error(`a stack with exactly one ${type} is wanted here`);
  }
  return resource;
}

/** A key whose policy alone says who may use it. The CDK takes every key that it does not make itself for one. */
export function strictKey(stack: Stack): kms.IKey {
  const Principal = { AWS: stack.formatArn({ service: 'iam', region: '', resource: 'role', resourceName: 'Admin' }) };
  return kms.Key.fromCfnKey(
    new kms.CfnKey(stack, 'Key', {
      keyPolicy: { Statement: [{ Effect: 'Allow', Action: 'kms:Put*', Resource: '*', Principal }] },
    }),
  );
}

/** What the key's policy has beside the statement for its administrators. */
export function keyPolicy(stack: Stack): unknown[] {
  const [key] = Object.values(Template.fromStack(stack).findResources('AWS::KMS::Key')) as [
    { Properties: { KeyPolicy: { Statement: unknown[] } } },
  ];
  return key.Properties.KeyPolicy.Statement.slice(1);
}

/** What the handler may do in the stack. */
export function handlerStatements(stack: Stack): unknown[] {
  return (
    resources(stack)['CustomModelProviderHandlerPolicy']?.Properties['PolicyDocument'] as { Statement: unknown[] }
  ).Statement;
}

/** As a template has it: an ARN of Bedrock in the account and Region, which ends with these parts. */
export function bedrockArn(...end: readonly unknown[]): object {
  return {
    'Fn::Join': [
      '',
      ['arn:', { Ref: 'AWS::Partition' }, ':bedrock:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ...end],
    ],
  };
}

export const ALL_DEPLOYMENTS = bedrockArn(':custom-model-deployment/*');

/** A statement that allows to invoke what has the tags of this stack and of its resource `Deployment`. */
export const INVOKE_BY_TAGS = {
  Effect: 'Allow',
  Action: ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'],
  Resource: ALL_DEPLOYMENTS,
  Condition: {
    StringEquals: {
      'aws:ResourceTag/cdk-bedrock-custom-models:stack-id': { Ref: 'AWS::StackId' },
      'aws:ResourceTag/cdk-bedrock-custom-models:logical-id': 'Deployment37BBD5E4',
    },
  },
};
