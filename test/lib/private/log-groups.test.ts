import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import { CustomModelProvider, type CustomModelProviderProps } from '../../../lib';
import { KEY_ARN, keyPolicy, newStack, resources, stringToken } from '../support/stacks';

function groupsWith(props: CustomModelProviderProps, stack = newStack()): unknown[] {
  new CustomModelProvider(stack, 'Provider', props);
  return Object.values(resources(stack)).filter(({ Type }) => Type === 'AWS::Logs::LogGroup');
}

test('both log groups have the retention, the removal policy and the key of the user', () => {
  const stack = newStack();
  const groups = groupsWith(
    {
      logRetention: logs.RetentionDays.ONE_YEAR,
      logRemovalPolicy: RemovalPolicy.RETAIN,
      logEncryption: kms.Key.fromKeyArn(stack, 'Key', KEY_ARN),
    },
    stack,
  );

  const group = {
    Properties: { RetentionInDays: 365, KmsKeyId: KEY_ARN },
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
  };
  expect(groups).toMatchObject([group, group]);
});

test('without them they keep their logs for two weeks, are deleted with the stack, and have no key', () => {
  const group = { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' };

  expect(groupsWith({})).toEqual([
    { Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: 14 }, ...group },
    {
      Type: 'AWS::Logs::LogGroup',
      Properties: { LogGroupName: expect.anything() as unknown, RetentionInDays: 14 },
      ...group,
    },
  ]);
});

test('a key that the app defines lets CloudWatch Logs use it for the log groups of this account, and no one else', () => {
  const app = new App();
  const env = { region: 'us-east-1', account: '111122223333' };
  const theirs = new Stack(app, 'Theirs', { env });
  const [stack, other] = [new Stack(app, 'Stack', { env }), new Stack(app, 'Other', { env })];
  new CustomModelProvider(stack, 'Provider', { logEncryption: new kms.Key(stack, 'Key') });
  new CustomModelProvider(other, 'Provider', { logEncryption: new kms.Key(theirs, 'Key') });

  for (const owner of [stack, theirs]) {
    expect(keyPolicy(owner)).toContainEqual({
      Effect: 'Allow',
      Principal: { Service: 'logs.us-east-1.amazonaws.com' },
      Action: ['kms:Decrypt*', 'kms:Describe*', 'kms:Encrypt*', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
      Resource: '*',
      Condition: {
        ArnLike: {
          'kms:EncryptionContext:aws:logs:arn': {
            'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':logs:us-east-1:111122223333:log-group:*']],
          },
        },
      },
    });
  }
});

describe('H42: the key of the log groups', () => {
  test('must not be an alias, nor a key of another Region', () => {
    const stack = newStack({ env: { region: 'eu-west-1', account: '111122223333' } });

    expect(() => groupsWith({ logEncryption: kms.Alias.fromAliasName(stack, 'Alias', 'alias/logs') }, stack)).toThrow(
      /\[Stack\/Provider\] logEncryption must be a key .* pass the key itself/,
    );
    const there = newStack({ env: { region: 'eu-west-1', account: '111122223333' } });
    expect(() => groupsWith({ logEncryption: kms.Key.fromKeyArn(there, 'Key', KEY_ARN) }, there)).toThrow(
      '[Stack/Provider] logEncryption must be a key in the Region of the stack (eu-west-1)',
    );
  });

  test('may be a token', () => {
    const stack = newStack();
    const logEncryption = kms.Key.fromKeyArn(
      stack,
      'Key',
      `arn:aws:kms:us-east-1:111122223333:key/${stringToken(stack)}`,
    );

    expect(() => groupsWith({ logEncryption }, stack)).not.toThrow();
  });
});

test.each<[string, CustomModelProviderProps]>([
  ['logRetention', { logRetention: logs.RetentionDays.ONE_DAY }],
  ['logRemovalPolicy', { logRemovalPolicy: RemovalPolicy.RETAIN }],
])('H42: %s is refused with a log group of the user, which keeps its own', (name, props) => {
  const stack = newStack();
  const logGroup = new logs.LogGroup(stack, 'Logs');

  expect(() => groupsWith({ logGroup, ...props }, stack)).toThrow(
    `[Stack/Provider] ${name} must not be set together with logGroup`,
  );
});
