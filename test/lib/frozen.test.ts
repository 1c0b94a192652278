import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { CustomModelSource, ModelUpdate } from '../../lib';
import { deploy, KEY_ARN, makeModel, MODEL_PACKAGE_ARN, newStack, resources } from './support/stacks';

/**
 * What no release of this major version may change, since stacks out there were deployed with it: CloudFormation
 * refuses another service token and another type, replaces what has another logical id, and hands the properties to
 * handlers of earlier and later versions.
 */
test('logical ids, types, service token, property names and the definition of the state machine stay as they are', () => {
  const stack = newStack();
  deploy(stack, 'Deployment', {
    deploymentName: 'support',
    description: 'answers questions',
    tags: { team: 'support' },
    modelUpdate: ModelUpdate.REPLACE,
    timeout: Duration.minutes(20),
  });

  const all = resources(stack);
  expect(Object.fromEntries(Object.entries(all).map(([logicalId, { Type }]) => [logicalId, Type]))).toEqual({
    CustomModelProviderHandler: 'AWS::Lambda::Function',
    CustomModelProviderHandlerRole: 'AWS::IAM::Role',
    CustomModelProviderHandlerPolicy: 'AWS::IAM::Policy',
    CustomModelProviderHandlerLogs: 'AWS::Logs::LogGroup',
    CustomModelProviderWaiter: 'AWS::StepFunctions::StateMachine',
    CustomModelProviderWaiterRole: 'AWS::IAM::Role',
    CustomModelProviderWaiterLogs: 'AWS::Logs::LogGroup',
    Deployment37BBD5E4: 'Custom::BedrockCustomModelDeployment',
  });
  expect(all['Deployment37BBD5E4']?.Properties).toEqual({
    ServiceToken: { 'Fn::GetAtt': ['CustomModelProviderHandler', 'Arn'] },
    StateMachineArn: { Ref: 'CustomModelProviderWaiter' },
    ModelArn: 'arn:aws:bedrock:us-east-1:111122223333:custom-model/amazon.nova-lite-v1:0:300k/abcdefghijkl',
    DeploymentName: 'support',
    Description: 'answers questions',
    Tags: { team: 'support' },
    ModelUpdate: 'REPLACE',
    Timeout: '1200',
  });
  const brieflyOn = (error: string): object => ({
    ErrorEquals: [error],
    IntervalSeconds: 2,
    BackoffRate: 2,
    MaxAttempts: 3,
  });
  const task = (action: string, MaxAttempts = 100): object => ({
    Type: 'Task',
    Resource: '${HandlerArn}',
    Parameters: { action, 'definition': 2, 'state.$': '$' },
    TimeoutSeconds: 120,
    Retry: [
      brieflyOn('CustomModelHandlerError'),
      {
        ErrorEquals: ['States.ALL'],
        IntervalSeconds: 2,
        BackoffRate: 2,
        MaxAttempts,
        MaxDelaySeconds: 60,
        JitterStrategy: 'FULL',
      },
    ],
  });
  expect(JSON.parse(all['CustomModelProviderWaiter']?.Properties['DefinitionString'] as string)).toEqual({
    Comment: 'Waits for Bedrock on behalf of a custom resource, and answers CloudFormation',
    StartAt: 'Reconcile',
    TimeoutSeconds: 14_400,
    States: {
      Reconcile: {
        ...task('reconcile'),
        Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'GiveUp' }],
        Next: 'WhatNext',
      },
      WhatNext: {
        Type: 'Choice',
        Choices: [
          { Variable: '$.next', StringEquals: 'wait', Next: 'Wait' },
          { Variable: '$.next', StringEquals: 'answer', Next: 'Answer' },
          { Variable: '$.next', StringEquals: 'stack', Next: 'LookAtStack' },
        ],
        Default: 'Superseded',
      },
      Wait: { Type: 'Wait', SecondsPath: '$.wait', Next: 'Reconcile' },
      LookAtStack: {
        Type: 'Task',
        Resource: '${describeStacks}',
        Parameters: { 'StackName.$': '$.request.StackId' },
        ResultSelector: { 'status.$': '$.Stacks[0].StackStatus' },
        ResultPath: '$.stack',
        TimeoutSeconds: 30,
        Retry: [brieflyOn('States.ALL')],
        Catch: ['States.DataLimitExceeded', 'States.ALL'].map((error) => ({
          ErrorEquals: [error],
          ResultPath: '$.stack',
          Next: 'Reconcile',
        })),
        Next: 'Reconcile',
      },
      GiveUp: { ...task('giveUp', 1000), Next: 'Answer' },
      Answer: { ...task('answer', 1000), ResultPath: null, Next: 'Outcome' },
      Outcome: {
        Type: 'Choice',
        Choices: [{ Variable: '$.answer.Status', StringEquals: 'FAILED', Next: 'Failed' }],
        Default: 'Succeeded',
      },
      Succeeded: { Type: 'Succeed' },
      Failed: { Type: 'Fail', Error: 'RequestFailed', CausePath: '$.answer.Reason' },
      Superseded: { Type: 'Fail', Error: 'Superseded', Cause: 'A newer request for the same resource has come' },
    },
  });
});

test('so do those of a model', () => {
  const stack = newStack();
  const said = {
    encryptionKey: kms.Key.fromKeyArn(stack, 'Key', KEY_ARN),
    tags: { team: 'support' },
    timeout: Duration.minutes(20),
  };
  makeModel(stack, 'Packaged', { ...said, modelName: 'packaged' });
  makeModel(stack, 'Stored', {
    ...said,
    source: CustomModelSource.s3('s3://bucket/job/step_4'),
    role: iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111122223333:role/reader'),
  });
  makeModel(stack, 'WithRole', { source: CustomModelSource.s3('s3://bucket/job/step_4') });

  const all = resources(stack);
  expect(
    Object.fromEntries(
      Object.entries(all)
        .filter(([id]) => !id.startsWith('CustomModelProvider'))
        .map(([id, { Type }]) => [id, Type]),
    ),
  ).toEqual({
    Packaged3D45E194: 'Custom::BedrockCustomModel',
    Stored6A88A200: 'Custom::BedrockCustomModel',
    WithRole0D70B2B1: 'Custom::BedrockCustomModel',
    WithRoleD78A47A3: 'AWS::IAM::Role',
  });
  const shared = {
    ServiceToken: { 'Fn::GetAtt': ['CustomModelProviderHandler', 'Arn'] },
    StateMachineArn: { Ref: 'CustomModelProviderWaiter' },
    KmsKeyArn: 'arn:aws:kms:us-east-1:111122223333:key/12345678-90ab-cdef-1234-567890abcdef',
    Tags: { team: 'support' },
    Timeout: '1200',
  };
  expect(all['Packaged3D45E194']?.Properties).toEqual({
    ...shared,
    ModelName: 'packaged',
    ModelPackageArn: MODEL_PACKAGE_ARN,
  });
  expect(all['Stored6A88A200']?.Properties).toEqual({
    ...shared,
    S3Uri: 's3://bucket/job/step_4',
    RoleArn: 'arn:aws:iam::111122223333:role/reader',
  });
});
