import type { Stack } from 'aws-cdk-lib';
import { NestedStack } from 'aws-cdk-lib';
import { CustomModelProvider, CustomModelSource } from '../../../lib';
import {
  aModel,
  deploy,
  handlerStatements,
  makeModel,
  MODEL_ARN,
  MODEL_PACKAGE_ARN,
  newStack,
  OTHER_MODEL_ARN,
  S3_URI,
} from '../support/stacks';

const STACK_ID = { Ref: 'AWS::StackId' };
const REQUEST_IS_OURS = { 'aws:RequestTag/cdk-bedrock-custom-models:stack-id': STACK_ID };
const RESOURCE_IS_OURS = { 'aws:ResourceTag/cdk-bedrock-custom-models:stack-id': STACK_ID };
const BY_THE_FUNCTION = {
  ArnEquals: { 'lambda:SourceFunctionArn': { 'Fn::GetAtt': ['CustomModelProviderHandler', 'Arn'] } },
};
const MODELS = arn('bedrock', 'custom-model/*');
const BOTH = [arn('bedrock', 'custom-model-deployment/*'), MODELS];

function arn(service: string, ...resource: unknown[]): object {
  const [first, ...rest] = resource;
  return {
    'Fn::Join': [
      '',
      [
        'arn:',
        { Ref: 'AWS::Partition' },
        `:${service}:`,
        { Ref: 'AWS::Region' },
        ':',
        { Ref: 'AWS::AccountId' },
        `:${String(first)}`,
        ...rest,
      ],
    ],
  };
}

function withProvider<T extends Stack>(stack: T): T {
  CustomModelProvider.getOrCreate(stack);
  return stack;
}

/** The policy of a stack that has nothing, with or without conditions on the tags of what is to be changed. */
const base = (resourceIsOurs: (operator: string) => object): object[] => [
  // create, with our tags only
  {
    Effect: 'Allow',
    Action: 'bedrock:CreateCustomModelDeployment',
    Resource: MODELS,
    ...calledWith({ StringEquals: REQUEST_IS_OURS }),
  },
  // put any model behind a deployment (of ours, as below)
  { Effect: 'Allow', Action: 'bedrock:UpdateCustomModelDeployment', Resource: MODELS, ...calledWith({}) },
  // read
  {
    Effect: 'Allow',
    Action: ['bedrock:GetCustomModel', 'bedrock:GetCustomModelDeployment', 'bedrock:ListTagsForResource'],
    Resource: BOTH,
    ...calledWith({}),
  },
  {
    Effect: 'Allow',
    Action: ['bedrock:ListCustomModelDeployments', 'bedrock:ListCustomModels'],
    Resource: '*',
    ...calledWith({}),
  },
  // change and delete what is ours
  {
    Effect: 'Allow',
    Action: ['bedrock:DeleteCustomModel', 'bedrock:DeleteCustomModelDeployment', 'bedrock:UpdateCustomModelDeployment'],
    Resource: BOTH,
    ...calledWith(resourceIsOurs('StringEquals')),
  },
  // tag what is new or ours, and never without our own tags
  {
    Effect: 'Allow',
    Action: 'bedrock:TagResource',
    Resource: BOTH,
    ...calledWith({ StringEquals: REQUEST_IS_OURS, ...resourceIsOurs('StringEqualsIfExists') }),
  },
  // untag what is ours, but for our own tags
  {
    Effect: 'Allow',
    Action: 'bedrock:UntagResource',
    Resource: BOTH,
    ...calledWith({
      ...resourceIsOurs('StringEquals'),
      'ForAllValues:StringNotLike': { 'aws:TagKeys': 'cdk-bedrock-custom-models:*' },
      'Null': { 'aws:TagKeys': 'false' },
    }),
  },
  // wait
  {
    Effect: 'Allow',
    Action: ['states:StartExecution', 'states:ListExecutions'],
    Resource: { Ref: 'CustomModelProviderWaiter' },
    ...calledWith({}),
  },
  {
    Effect: 'Allow',
    Action: 'states:StopExecution',
    Resource: arn('states', 'execution:', { 'Fn::GetAtt': ['CustomModelProviderWaiter', 'Name'] }, ':*'),
    ...calledWith({}),
  },
  // log
  {
    Effect: 'Allow',
    Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    Resource: { 'Fn::GetAtt': ['CustomModelProviderHandlerLogs', 'Arn'] },
  },
];

/** Of what the function calls itself. */
function calledWith(conditions: object): object {
  return { Condition: { ...conditions, ...BY_THE_FUNCTION } };
}

const BASE = base((operator) => ({ [operator]: RESOURCE_IS_OURS }));

test('the handler may do this, and nothing else', () => {
  expect(handlerStatements(withProvider(newStack()))).toEqual(BASE);
});

test('without conditions on the tags of resources, it may do this', () => {
  const stack = newStack();
  new CustomModelProvider(stack, 'Provider', { resourceTagConditions: false });

  expect(handlerStatements(stack)).toEqual(base(() => ({})));
});

describe('with a list of deployable models', () => {
  const OF_STACK = {
    Effect: 'Allow',
    Action: 'bedrock:CreateCustomModelDeployment',
    Resource: MODELS,
    ...calledWith({ StringEquals: { ...REQUEST_IS_OURS, ...RESOURCE_IS_OURS } }),
  };

  function withList(...arns: string[]): unknown[] {
    const stack = newStack();
    new CustomModelProvider(stack, 'Provider', { deployableModels: arns.map((one) => aModel(stack, one)) });
    return handlerStatements(stack);
  }

  test('the handler may deploy these, and what carries the tag of the stack', () => {
    const [create, update, ...rest] = BASE;
    const Resource = [MODEL_ARN, OTHER_MODEL_ARN];

    expect(withList(MODEL_ARN, OTHER_MODEL_ARN)).toEqual([
      { ...create, Resource },
      { ...update, Resource },
      OF_STACK,
      ...rest,
    ]);
  });

  test('that is empty, only what carries the tag of the stack', () => {
    expect(withList()).toEqual([OF_STACK, ...BASE.slice(2)]);
  });
});

test('one more deployment changes nothing in it', () => {
  const one = newStack();
  deploy(one, 'D1');
  const three = newStack();
  for (const id of ['D1', 'D2', 'D3']) {
    deploy(three, id);
  }

  expect(handlerStatements(three)).toEqual(handlerStatements(one));
});

test('in a nested stack it is the nested stack that owns', () => {
  const nested = new NestedStack(newStack(), 'Nested');

  expect(handlerStatements(withProvider(nested))[0]).toMatchObject({ Condition: { StringEquals: REQUEST_IS_OURS } });
});

describe('with a model of the stack', () => {
  const CREATE = {
    Effect: 'Allow',
    Action: 'bedrock:CreateCustomModel',
    Resource: '*',
    ...calledWith({ StringEquals: REQUEST_IS_OURS }),
  };

  test('H31: the handler may make it besides, and nothing else: what it takes to delete it outlives it', () => {
    const stack = newStack();
    makeModel(stack);

    expect(handlerStatements(stack)).toEqual([
      ...BASE,
      CREATE,
      {
        Effect: 'Allow',
        Action: ['sagemaker:AccessModelPackage*', 'sagemaker:DescribeModelPackage'],
        Resource: MODEL_PACKAGE_ARN,
      },
    ]);
  });

  test('for one in Amazon S3, the handler may hand its role to Bedrock, and that role alone', () => {
    const stack = newStack();
    makeModel(stack, 'Model', { source: CustomModelSource.s3(S3_URI) });

    expect(handlerStatements(stack)).toEqual([
      ...BASE,
      CREATE,
      {
        Effect: 'Allow',
        Action: 'iam:PassRole',
        Resource: { 'Fn::GetAtt': ['ModelRole3E65CE92', 'Arn'] },
        Condition: { StringEquals: { 'iam:PassedToService': 'bedrock.amazonaws.com' } },
      },
    ]);
  });

  test('a further model adds its own source to the list, and no statement', () => {
    const one = newStack();
    makeModel(one, 'M1');
    const three = newStack();
    const other = MODEL_PACKAGE_ARN.replace('fraud/1', 'fraud/2');
    for (const [id, arn] of Object.entries({ M1: MODEL_PACKAGE_ARN, M2: other, M3: other })) {
      makeModel(three, id, { source: CustomModelSource.modelPackage(arn) });
    }

    expect(handlerStatements(three).slice(0, -1)).toEqual(handlerStatements(one).slice(0, -1));
    expect(handlerStatements(three).at(-1)).toMatchObject({ Resource: [MODEL_PACKAGE_ARN, other] });
  });
});
