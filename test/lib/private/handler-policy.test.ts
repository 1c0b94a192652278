import { NestedStack } from 'aws-cdk-lib';
import type { Stack } from 'aws-cdk-lib';
import { CustomModelProvider } from '../../../lib';
import { deploy, newStack, resources } from '../support/stacks';

const STACK_ID = { Ref: 'AWS::StackId' };
const REQUEST_IS_OURS = { 'aws:RequestTag/cdk-bedrock-custom-models:stack-id': STACK_ID };
const RESOURCE_IS_OURS = { 'aws:ResourceTag/cdk-bedrock-custom-models:stack-id': STACK_ID };
const MODELS = arn('bedrock', 'custom-model/*');
const DEPLOYMENTS = arn('bedrock', 'custom-model-deployment/*');

function arn(service: string, ...resource: unknown[]): object {
  const [first, ...rest] = resource;
  return {
    'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:${service}:`, { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, `:${String(first)}`, ...rest]],
  };
}

function policyOf(stack: Stack): { Statement: unknown[] } {
  return resources(stack)['CustomModelProviderHandlerPolicy']?.Properties['PolicyDocument'] as { Statement: unknown[] };
}

function withProvider<T extends Stack>(stack: T): T {
  CustomModelProvider.getOrCreate(stack);
  return stack;
}

test('the handler may do this, and nothing else', () => {
  expect(policyOf(withProvider(newStack())).Statement).toEqual([
    // create, with our tags only
    { Effect: 'Allow', Action: 'bedrock:CreateCustomModelDeployment', Resource: MODELS, Condition: { StringEquals: REQUEST_IS_OURS } },
    // read, and put any model behind a deployment (of ours, as below)
    { Effect: 'Allow', Action: ['bedrock:GetCustomModel', 'bedrock:UpdateCustomModelDeployment'], Resource: MODELS },
    { Effect: 'Allow', Action: ['bedrock:GetCustomModelDeployment', 'bedrock:ListTagsForResource'], Resource: DEPLOYMENTS },
    // change and delete what is ours
    {
      Effect: 'Allow',
      Action: ['bedrock:UpdateCustomModelDeployment', 'bedrock:DeleteCustomModelDeployment'],
      Resource: DEPLOYMENTS,
      Condition: { StringEquals: RESOURCE_IS_OURS },
    },
    // tag what is new or ours, and never without our own tags
    {
      Effect: 'Allow',
      Action: 'bedrock:TagResource',
      Resource: DEPLOYMENTS,
      Condition: { StringEquals: REQUEST_IS_OURS, StringEqualsIfExists: RESOURCE_IS_OURS },
    },
    // untag what is ours, but for our own tags
    {
      Effect: 'Allow',
      Action: 'bedrock:UntagResource',
      Resource: DEPLOYMENTS,
      Condition: {
        'StringEquals': RESOURCE_IS_OURS,
        'ForAllValues:StringNotLike': { 'aws:TagKeys': 'cdk-bedrock-custom-models:*' },
        'Null': { 'aws:TagKeys': 'false' },
      },
    },
    // wait
    { Effect: 'Allow', Action: ['states:StartExecution', 'states:ListExecutions'], Resource: { Ref: 'CustomModelProviderWaiter' } },
    {
      Effect: 'Allow',
      Action: 'states:StopExecution',
      Resource: arn('states', 'execution:', { 'Fn::GetAtt': ['CustomModelProviderWaiter', 'Name'] }, ':*'),
    },
    // log
    {
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: { 'Fn::GetAtt': ['CustomModelProviderHandlerLogs', 'Arn'] },
    },
  ]);
});

test('one more deployment changes nothing in it', () => {
  const one = newStack();
  deploy(one, 'D1');
  const three = newStack();
  for (const id of ['D1', 'D2', 'D3']) deploy(three, id);

  expect(policyOf(three)).toEqual(policyOf(one));
});

test('in a nested stack it is the nested stack that owns', () => {
  const nested = new NestedStack(newStack(), 'Nested');

  expect(policyOf(withProvider(nested)).Statement[0]).toMatchObject({ Condition: { StringEquals: REQUEST_IS_OURS } });
});
