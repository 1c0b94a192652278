import { NestedStack } from 'aws-cdk-lib';
import type { Stack } from 'aws-cdk-lib';
import { CustomModelProvider, CustomModelSource } from '../../../lib';
import { MODEL_PACKAGE_ARN, S3_URI, deploy, handlerStatements, makeModel, newStack } from '../support/stacks';

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

function withProvider<T extends Stack>(stack: T): T {
  CustomModelProvider.getOrCreate(stack);
  return stack;
}

test('the handler may do this, and nothing else', () => {
  expect(handlerStatements(withProvider(newStack()))).toEqual([
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

  expect(handlerStatements(three)).toEqual(handlerStatements(one));
});

test('in a nested stack it is the nested stack that owns', () => {
  const nested = new NestedStack(newStack(), 'Nested');

  expect(handlerStatements(withProvider(nested))[0]).toMatchObject({ Condition: { StringEquals: REQUEST_IS_OURS } });
});

describe('with a model of the stack', () => {
  const base = handlerStatements(withProvider(newStack()));
  const TAG = 4; // where the statements on tags are
  const UNTAG = 5;

  test('the handler may do this besides, and nothing else', () => {
    const stack = newStack();
    makeModel(stack);

    const statements = handlerStatements(stack);
    const onBoth = (statement: unknown): object => ({ ...statement as object, Resource: [DEPLOYMENTS, MODELS] });
    expect(statements.slice(0, base.length)).toEqual(base.map((statement, n) => n === TAG || n === UNTAG ? onBoth(statement) : statement));
    expect(statements.slice(base.length)).toEqual([
      // make, with our tags only
      { Effect: 'Allow', Action: 'bedrock:CreateCustomModel', Resource: '*', Condition: { StringEquals: REQUEST_IS_OURS } },
      // see whether it is still deployed, and whose it is
      { Effect: 'Allow', Action: 'bedrock:ListCustomModelDeployments', Resource: '*' },
      { Effect: 'Allow', Action: 'bedrock:ListTagsForResource', Resource: MODELS },
      // delete what is ours
      { Effect: 'Allow', Action: 'bedrock:DeleteCustomModel', Resource: MODELS, Condition: { StringEquals: RESOURCE_IS_OURS } },
      // read what it is made of
      { Effect: 'Allow', Action: ['sagemaker:AccessModelPackage*', 'sagemaker:DescribeModelPackage'], Resource: MODEL_PACKAGE_ARN },
    ]);
  });

  test('for one in Amazon S3, the handler may hand its role to Bedrock, and that role alone', () => {
    const stack = newStack();
    makeModel(stack, 'Model', { source: CustomModelSource.s3(S3_URI) });

    expect(handlerStatements(stack).at(-1)).toEqual({
      Effect: 'Allow',
      Action: 'iam:PassRole',
      Resource: { 'Fn::GetAtt': ['ModelRole3E65CE92', 'Arn'] },
      Condition: { StringEquals: { 'iam:PassedToService': 'bedrock.amazonaws.com' } },
    });
    expect(JSON.stringify(handlerStatements(stack))).not.toContain('sagemaker');
  });

  test('a further model adds its own source to the list, and no statement', () => {
    const one = newStack();
    makeModel(one, 'M1');
    const three = newStack();
    const other = MODEL_PACKAGE_ARN.replace('fraud/1', 'fraud/2');
    for (const [id, arn] of Object.entries({ M1: MODEL_PACKAGE_ARN, M2: other, M3: other })) {
      makeModel(three, id, { source: CustomModelSource.sageMakerModelPackage(arn) });
    }

    expect(handlerStatements(three).slice(0, -1)).toEqual(handlerStatements(one).slice(0, -1));
    expect(handlerStatements(three).at(-1)).toMatchObject({ Resource: [MODEL_PACKAGE_ARN, other] });
  });
});
