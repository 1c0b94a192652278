import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import { readFileSync } from 'fs';
import { join } from 'path';
import { CustomModelProvider } from '../../../lib';
import {
  deploy,
  handlerStatements,
  KEY_ARN,
  keyPolicy,
  newStack,
  resources,
  strictKey,
  stringToken,
} from '../support/stacks';

const WAITER = 'CustomModelProviderWaiter';
const ACCOUNT = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':root']] };
const OF_EXECUTIONS = {
  ArnLike: {
    'kms:EncryptionContext:aws:states:stateMachineArn': arn('states', 'stateMachine:CustomModelProviderWaiter-*'),
  },
};
const OF_LOGS = { StringEquals: { 'kms:EncryptionContext:SourceArn': arn('logs', '*') } };
const VIA_STEP_FUNCTIONS = {
  StringEquals: { 'kms:ViaService': { 'Fn::Join': ['', ['states.', { Ref: 'AWS::Region' }, '.amazonaws.com']] } },
};

/** What Step Functions writes of an encrypted state machine to its log. The CDK lets it. */
const LOG_DELIVERY = {
  Effect: 'Allow',
  Action: 'kms:Decrypt*',
  Resource: '*',
  Principal: { Service: 'delivery.logs.amazonaws.com' },
};

function arn(service: string, resource: string): object {
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
        `:${resource}`,
      ],
    ],
  };
}

function encrypted(stack: Stack, executionEncryption: kms.IKey): Stack {
  new CustomModelProvider(stack, 'Provider', { executionEncryption });
  return stack;
}

/** The logical id of the policy that lets the state machine use a key. */
function policyId(stack: Stack): string {
  const [id, ...others] = Object.keys(resources(stack)).filter((logicalId) =>
    logicalId.startsWith('CustomModelProviderWaiterKeyPolicy'),
  );
  if (id === undefined || others.length > 0) {
    throw new Error('exactly one such policy is wanted');
  }
  return id;
}

function usedBy(stack: Stack): unknown {
  return (resources(stack)[policyId(stack)]?.Properties['PolicyDocument'] as { Statement: unknown }).Statement;
}

function uses(Resource: unknown): object[] {
  return [
    { Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource, Condition: OF_EXECUTIONS },
    { Effect: 'Allow', Action: 'kms:GenerateDataKey', Resource, Condition: OF_LOGS },
  ];
}

/** What a key that does not leave its use to the policies of identities leaves to them all the same. */
const TRUSTED = [
  ...uses('*'),
  { Effect: 'Allow', Action: ['kms:DescribeKey', 'kms:GenerateDataKey'], Resource: '*', Condition: VIA_STEP_FUNCTIONS },
].map((statement) => ({ ...statement, Principal: { AWS: ACCOUNT } }));

describe('a key of the stack', () => {
  test('encrypts the state machine and its executions, and nothing else in the template is another than without', () => {
    const [plain, stack] = [newStack(), newStack()];
    deploy(encrypted(stack, new kms.Key(stack, 'Key')));
    deploy(plain);

    const { Key961B73FD: key, [WAITER]: waiter, [policyId(stack)]: policy, ...rest } = resources(stack);
    const { [WAITER]: waiterBefore, ...before } = resources(plain);
    expect(rest).toEqual(before);
    expect([key?.Type, policy?.Type]).toEqual(['AWS::KMS::Key', 'AWS::IAM::Policy']);
    expect(waiter).toEqual({
      ...waiterBefore,
      Properties: {
        ...waiterBefore?.Properties,
        EncryptionConfiguration: {
          KmsKeyId: { 'Fn::GetAtt': ['Key961B73FD', 'Arn'] },
          KmsDataKeyReusePeriodSeconds: 300,
          Type: 'CUSTOMER_MANAGED_KMS_KEY',
        },
      },
      DependsOn: [policyId(stack)],
    });
  });

  test('may be used by the state machine for its executions and its log, and by its log, and the handler needs nothing', () => {
    const stack = newStack();
    encrypted(stack, new kms.Key(stack, 'Key'));

    expect(usedBy(stack)).toEqual(uses({ 'Fn::GetAtt': ['Key961B73FD', 'Arn'] }));
    expect(resources(stack)[policyId(stack)]?.Properties['Roles']).toEqual([{ Ref: 'CustomModelProviderWaiterRole' }]);
    expect(keyPolicy(stack)).toEqual([LOG_DELIVERY]);
    expect(JSON.stringify(handlerStatements(stack))).not.toContain('kms:');
  });

  test('is left to the account where its policy alone says who may use it, as is what Step Functions asks of whoever deploys', () => {
    const stack = newStack();
    encrypted(stack, strictKey(stack));

    expect(usedBy(stack)).toEqual(uses({ 'Fn::GetAtt': ['Key', 'Arn'] }));
    expect(keyPolicy(stack)).toHaveLength(4);
    expect(keyPolicy(stack)).toEqual(expect.arrayContaining([LOG_DELIVERY, ...TRUSTED]));
  });

  test('waits for nothing that waits for it, though all that the provider consists of is encrypted with it', () => {
    const stack = newStack();
    const key = strictKey(stack);
    const logGroup = new logs.LogGroup(stack, 'Logs', { encryptionKey: key });
    new CustomModelProvider(stack, 'Provider', { executionEncryption: key, environmentEncryption: key, logGroup });
    deploy(stack);

    expect(() => Template.fromStack(stack)).not.toThrow(); // it looks for cycles
    expect(JSON.stringify(resources(stack)['Key'])).not.toContain('CustomModelProviderWaiterRole');
  });
});

describe('a key of another stack', () => {
  test('may be used by the state machine, and its policy refers to nothing of this stack', () => {
    const app = new App();
    const [keys, stack] = [new Stack(app, 'Keys'), new Stack(app, 'Stack')];
    encrypted(stack, new kms.Key(keys, 'Key'));

    expect(() => app.synth()).not.toThrow();
    expect(keyPolicy(keys)).toEqual([LOG_DELIVERY]);
    expect(usedBy(stack)).toEqual(uses(expect.objectContaining({ 'Fn::ImportValue': expect.any(String) as string })));
  });

  test('whose policy alone says who may use it, says once for all stacks that the account does', () => {
    const app = new App();
    const keys = new Stack(app, 'Keys');
    const key = strictKey(keys);
    for (const id of ['One', 'Other']) {
      encrypted(new Stack(app, id), key);
    }

    expect(() => app.synth()).not.toThrow();
    expect(keyPolicy(keys).filter((statement) => !JSON.stringify(statement).includes('delivery.logs'))).toEqual(
      TRUSTED,
    );
  });
});

describe('a key that exists already', () => {
  test('may be used by the state machine; its policy is that of its owner', () => {
    const stack = newStack();
    encrypted(stack, kms.Key.fromKeyArn(stack, 'Key', KEY_ARN));

    expect(usedBy(stack)).toEqual(uses(KEY_ARN));
    expect(resources(stack)[WAITER]?.Properties['EncryptionConfiguration']).toMatchObject({ KmsKeyId: KEY_ARN });
    Template.fromStack(stack).resourceCountIs('AWS::KMS::Key', 0);
  });

  test('may be known at deploy time alone', () => {
    const stack = newStack();
    encrypted(stack, kms.Key.fromKeyArn(stack, 'Key', `arn:aws:kms:us-east-1:111122223333:key/${stringToken(stack)}`));

    expect(resources(stack)[WAITER]?.Properties).toHaveProperty('EncryptionConfiguration');
  });

  test('H22: must be a key, and not an alias', () => {
    const refuses = (key: (stack: Stack) => kms.IKey): void => {
      const stack = newStack();
      expect(() => encrypted(stack, key(stack))).toThrow('[Stack/Provider] executionEncryption must be a key');
    };
    refuses((stack) => kms.Alias.fromAliasName(stack, 'Alias', 'alias/mine'));
    refuses(() => ({ keyRef: { keyArn: 'arn:aws:kms:us-east-1:111122223333:alias/mine' } }) as kms.IKey);
    refuses(() => ({ keyRef: { keyArn: 'mine' } }) as kms.IKey);
  });
});

test('a role of the state machine that is customised away is reported with what it must allow', () => {
  const app = new App();
  iam.Role.customizeRoles(app, {
    usePrecreatedRoles: {
      'Stack/Provider/HandlerRole': 'handler',
      'Stack/Provider/WaiterRole': 'waiter',
    },
  });
  const stack = new Stack(app, 'Stack');
  deploy(encrypted(stack, kms.Key.fromKeyArn(stack, 'Key', KEY_ARN)));

  Template.fromStack(stack).resourceCountIs('AWS::IAM::Policy', 0);
  const report = readFileSync(join(app.synth().directory, 'iam-policy-report.txt'), 'utf8');
  expect(report).toContain('"kms:EncryptionContext:aws:states:stateMachineArn"');
});

describe('H31: what was begun with a key can be read as long as it is waited for', () => {
  test('the permission is there before the state machine uses the key, and goes after it, and after what is waited for', () => {
    const stack = newStack();
    deploy(encrypted(stack, new kms.Key(stack, 'Key')));

    const all = resources(stack);
    expect(all[WAITER]?.DependsOn).toEqual([policyId(stack)]);
    expect(JSON.stringify(all['CustomModelProviderHandlerPolicy'])).toContain(`{"Ref":"${WAITER}"}`);
    expect(Object.values(all).find(({ Type }) => Type.startsWith('Custom::'))?.DependsOn).toEqual([
      'CustomModelProviderHandlerPolicy',
    ]);
  });

  test('is no part of the role, which is updated before the state machine is, and is another one for another key, so that the old one is deleted last', () => {
    const [plain, stack, other] = [newStack(), newStack(), newStack()];
    CustomModelProvider.getOrCreate(plain);
    encrypted(stack, new kms.Key(stack, 'Key'));
    encrypted(other, new kms.Key(other, 'Other'));

    expect(resources(stack)['CustomModelProviderWaiterRole']).toEqual(
      resources(plain)['CustomModelProviderWaiterRole'],
    );
    expect(policyId(stack)).not.toBe(policyId(other));
  });
});
