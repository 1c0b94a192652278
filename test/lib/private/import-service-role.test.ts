import type { Stack } from 'aws-cdk-lib';
import type { S3ModelSourceOptions } from '../../../lib';
import { CustomModelSource } from '../../../lib';
import { makeModel, newStack, resources, stringToken } from '../support/stacks';

function roleFor(s3Uri: string | ((stack: Stack) => string), options?: S3ModelSourceOptions): Record<string, unknown> {
  const stack = newStack();
  makeModel(stack, 'Model', {
    source: CustomModelSource.s3(typeof s3Uri === 'string' ? s3Uri : s3Uri(stack), options),
  });
  return resources(stack)['ModelRole3E65CE92']?.Properties ?? {};
}

function statementsFor(...args: Parameters<typeof roleFor>): unknown {
  const [policy, ...others] = roleFor(...args)['Policies'] as { PolicyDocument: { Statement: unknown } }[];
  expect(others).toEqual([]);
  return policy?.PolicyDocument.Statement;
}

function s3(...path: unknown[]): object {
  const [first, ...rest] = path;
  return {
    'Fn::Join': [
      '',
      [
        'arn:',
        { Ref: 'AWS::Partition' },
        ...(typeof first === 'string' ? [`:s3:::${first}`] : [':s3:::', first]),
        ...rest,
      ],
    ],
  };
}

test('Bedrock may assume it, on behalf of this account alone', () => {
  expect(roleFor('s3://bucket/job/step_4')['AssumeRolePolicyDocument']).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { Service: 'bedrock.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      },
    ],
  });
});

test.each(['s3://bucket/job/step_4', 's3://bucket/job/step_4/'])(
  'H39: for %s, it reads that and what is below, where its bucket is, and nothing that only begins alike',
  (uri) => {
    expect(statementsFor(uri)).toEqual([
      { Effect: 'Allow', Action: 's3:GetObject', Resource: [s3('bucket/job/step_4'), s3('bucket/job/step_4/*')] },
      {
        Effect: 'Allow',
        Action: 's3:ListBucket',
        Resource: s3('bucket'),
        Condition: { StringLike: { 's3:prefix': ['job/step_4', 'job/step_4/*'] } },
      },
      { Effect: 'Allow', Action: 's3:GetBucketLocation', Resource: s3('bucket') },
    ]);
  },
);

test('in a name, a wildcard is a character like any other', () => {
  expect(statementsFor('s3://bucket/a*/b*')).toEqual([
    { Effect: 'Allow', Action: 's3:GetObject', Resource: [s3('bucket/a${*}/b${*}'), s3('bucket/a${*}/b${*}/*')] },
    {
      Effect: 'Allow',
      Action: 's3:ListBucket',
      Resource: s3('bucket'),
      Condition: { StringLike: { 's3:prefix': ['a${*}/b${*}', 'a${*}/b${*}/*'] } },
    },
    { Effect: 'Allow', Action: 's3:GetBucketLocation', Resource: s3('bucket') },
  ]);
});

test.each(['s3://bucket', 's3://bucket/'])('for %s, it reads the bucket', (uri) => {
  expect(statementsFor(uri)).toEqual([
    { Effect: 'Allow', Action: 's3:GetObject', Resource: [s3('bucket'), s3('bucket/*')] },
    { Effect: 'Allow', Action: 's3:ListBucket', Resource: s3('bucket') },
    { Effect: 'Allow', Action: 's3:GetBucketLocation', Resource: s3('bucket') },
  ]);
});

test('if the account of the bucket is known, it reads nothing of others', () => {
  const Condition = { StringEquals: { 'aws:ResourceAccount': '444455556666' } };

  expect(statementsFor('s3://bucket/job', { bucketAccount: '444455556666' })).toMatchObject([
    { Action: 's3:GetObject', Condition },
    { Action: 's3:ListBucket', Condition: { ...Condition, StringLike: { 's3:prefix': ['job', 'job/*'] } } },
    { Action: 's3:GetBucketLocation', Condition },
  ]);
});

test('for a token, it reads what the token will say, and lists the bucket in it', () => {
  const path = { 'Fn::Select': [1, { 'Fn::Split': ['s3://', { Ref: 'Parameter' }] }] };

  expect(statementsFor((stack) => stringToken(stack))).toEqual([
    { Effect: 'Allow', Action: 's3:GetObject', Resource: [s3(path), s3(path, '/*')] },
    { Effect: 'Allow', Action: 's3:ListBucket', Resource: s3({ 'Fn::Select': [0, { 'Fn::Split': ['/', path] }] }) },
    {
      Effect: 'Allow',
      Action: 's3:GetBucketLocation',
      Resource: s3({ 'Fn::Select': [0, { 'Fn::Split': ['/', path] }] }),
    },
  ]);
});

test('for a URI with a token in it, likewise', () => {
  const path = {
    'Fn::Select': [1, { 'Fn::Split': ['s3://', { 'Fn::Join': ['', ['s3://', { Ref: 'Parameter' }, '/job']] }] }],
  };

  expect(statementsFor((stack) => `s3://${stringToken(stack)}/job/`)).toEqual([
    { Effect: 'Allow', Action: 's3:GetObject', Resource: [s3(path), s3(path, '/*')] },
    { Effect: 'Allow', Action: 's3:ListBucket', Resource: s3({ 'Fn::Select': [0, { 'Fn::Split': ['/', path] }] }) },
    {
      Effect: 'Allow',
      Action: 's3:GetBucketLocation',
      Resource: s3({ 'Fn::Select': [0, { 'Fn::Split': ['/', path] }] }),
    },
  ]);
});
