import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { readFileSync } from 'fs';
import { join } from 'path';
import { CustomModelProvider, DeploymentGate } from '../../../lib';
import { gated, gateFunction, statementsIn, versionOf } from '../support/gates';
import {
  ALL_DEPLOYMENTS,
  deploy,
  deployments,
  KEY_ARN,
  keyPolicy,
  makeModel,
  newStack,
  resources,
  strictKey,
} from '../support/stacks';

/** What the state machine may do to check gates, and when. */

const GATES = 'CustomModelProviderWaiterGatesPolicy';
const FUNCTIONS = 'CustomModelProviderWaiterGateFunctionsPolicy';

const INVOKE = {
  Effect: 'Allow',
  Action: 'bedrock:InvokeModel',
  Resource: ALL_DEPLOYMENTS,
};
const OF_STACK = {
  StringEquals: { 'aws:ResourceTag/cdk-bedrock-custom-models:stack-id': { Ref: 'AWS::StackId' } },
};
const DESCRIBE_ALARMS = { Effect: 'Allow', Action: 'cloudwatch:DescribeAlarms', Resource: '*' };
const VIA_BEDROCK = {
  StringEquals: { 'kms:ViaService': { 'Fn::Join': ['', ['bedrock.', { Ref: 'AWS::Region' }, '.amazonaws.com']] } },
};

const ofAlarms = (): DeploymentGate => DeploymentGate.alarms(['errors'], { bakeTime: Duration.minutes(1) });

function withGates(define: (stack: Stack) => DeploymentGate[], stack = newStack()): Stack {
  gated(stack, define(stack));
  return stack;
}

describe('the state machine may', () => {
  test.each<[string, () => DeploymentGate]>([
    ['converse', () => DeploymentGate.converse()],
    ['invokeModel', () => DeploymentGate.invokeModel({ body: {} })],
  ])('with %s: invoke the deployments of its stack, and nothing else', (_, gate) => {
    const stack = withGates(() => [gate()]);

    expect(statementsIn(stack, GATES)).toEqual([{ ...INVOKE, Condition: OF_STACK }]);
    expect(resources(stack)).not.toHaveProperty(FUNCTIONS);
  });

  test('with alarms: describe them', () => {
    expect(
      statementsIn(
        withGates(() => [ofAlarms()]),
        GATES,
      ),
    ).toEqual([DESCRIBE_ALARMS]);
  });

  test('with functions: call them, and nothing else', () => {
    const stack = newStack();
    const one = gateFunction(stack, 'One');
    const version = versionOf(gateFunction(stack, 'Other'));
    gated(stack, [DeploymentGate.lambda(one), DeploymentGate.lambda(version)], {}, 'First');
    gated(stack, [DeploymentGate.lambda(one)], {}, 'Second');

    expect(statementsIn(stack, FUNCTIONS)).toEqual([
      {
        Effect: 'Allow',
        Action: 'lambda:InvokeFunction',
        Resource: [stack.resolve(one.functionArn), stack.resolve(version.functionArn)],
      },
    ]);
    expect(resources(stack)).not.toHaveProperty(GATES);
  });

  test('with all of them: each once, however many deployments there are', () => {
    const stack = newStack();
    for (const id of ['One', 'Two', 'Three']) {
      gated(stack, [DeploymentGate.converse(), DeploymentGate.invokeModel({ body: {} }), ofAlarms()], {}, id);
    }

    expect(statementsIn(stack, GATES)).toEqual([{ ...INVOKE, Condition: OF_STACK }, DESCRIBE_ALARMS]);
  });

  test('without conditions on tags: invoke any deployment', () => {
    const stack = newStack();
    new CustomModelProvider(stack, 'Provider', { resourceTagConditions: false });
    gated(stack, [DeploymentGate.converse()]);

    expect(statementsIn(stack, GATES)).toEqual([INVOKE]);
  });

  test('with none: as much as before', () => {
    const stack = newStack();
    deploy(stack);

    expect(Object.keys(resources(stack)).filter((id) => id.includes('Gate'))).toEqual([]);
  });
});

describe('where a key encrypts the model', () => {
  const encrypted = (stack: Stack, key: kms.IKey, gates: DeploymentGate[], id = ''): void => {
    gated(stack, gates, { model: makeModel(stack, `Model${id}`, { encryptionKey: key }) }, `Deployment${id}`);
  };
  const decrypt = (Resource: unknown): object => ({
    Effect: 'Allow',
    Action: 'kms:Decrypt',
    Resource,
    Condition: VIA_BEDROCK,
  });

  test('the state machine may decrypt with it, through Bedrock; several keys are one statement', () => {
    const stack = newStack();
    const [one, other] = [kms.Key.fromKeyArn(stack, 'One', KEY_ARN), new kms.Key(stack, 'Other')];
    encrypted(stack, one, [DeploymentGate.converse()], '1');
    encrypted(stack, other, [DeploymentGate.invokeModel({ body: {} })], '2');

    expect(statementsIn(stack, GATES)).toEqual([
      { ...INVOKE, Condition: OF_STACK },
      decrypt([KEY_ARN, stack.resolve(other.keyArn)]),
    ]);
  });

  test('it may not for alarms and functions, which it checks without the model', () => {
    const stack = newStack();
    encrypted(stack, strictKey(stack), [ofAlarms(), DeploymentGate.lambda(gateFunction(stack))]);

    expect(statementsIn(stack, GATES)).toEqual([DESCRIBE_ALARMS]);
    expect(keyPolicy(stack)).toEqual([
      expect.objectContaining({ Principal: { AWS: { 'Fn::GetAtt': ['CustomModelProviderHandlerRole', 'Arn'] } } }),
      // the function
      { ...decrypt('*'), Principal: { AWS: { 'Fn::GetAtt': [expect.stringMatching(/^Evaluate/), 'Arn'] } } },
    ]);
  });

  test('the policy of a key that alone says who may use it leaves it to the account to name the role', () => {
    const stack = newStack();
    const key = strictKey(stack);
    // with which the handler, to which the role refers, refers to the key
    new CustomModelProvider(stack, 'Provider', { environmentEncryption: key });
    encrypted(stack, key, [DeploymentGate.converse()]);

    const ofAccount = {
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':root']],
    };
    expect(keyPolicy(stack)).toContainEqual({ ...decrypt('*'), Principal: { AWS: ofAccount } });
  });
});

describe('the permissions', () => {
  const both = (stack: Stack): DeploymentGate[] => [
    DeploymentGate.converse(),
    DeploymentGate.lambda(gateFunction(stack)),
  ];

  test('are there before the deployment with gates is, and others do not wait for them', () => {
    const stack = newStack();
    gated(stack, both(stack));
    deploy(stack, 'Other');
    gated(stack, [ofAlarms()], {}, 'Watched');

    const { Deployment, Other, Watched } = deployments(stack);
    expect(Deployment?.DependsOn).toEqual(expect.arrayContaining([GATES, FUNCTIONS]));
    expect(Watched?.DependsOn).toEqual(expect.arrayContaining([GATES]));
    expect(Watched?.DependsOn).not.toContain(FUNCTIONS);
    expect(Other?.DependsOn).toEqual(['CustomModelProviderHandlerPolicy']);
    expect(resources(stack)['CustomModelProviderWaiter']?.DependsOn ?? []).not.toContain(GATES);
  });

  test('are those of the state machine’s own role, under names that no other stack has', () => {
    const stack = withGates(both);

    for (const id of [GATES, FUNCTIONS]) {
      expect(resources(stack)[id]?.Properties).toMatchObject({
        Roles: [{ Ref: 'CustomModelProviderWaiterRole' }],
        PolicyName: {
          'Fn::Join': ['', [`${id}-`, { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] }]],
        },
      });
    }
  });

  test('are those of a role of the user', () => {
    const stack = newStack();
    const stateMachineRole = iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111122223333:role/waiter');
    new CustomModelProvider(stack, 'Provider', { stateMachineRole });
    gated(stack, both(stack));

    expect([GATES, FUNCTIONS].map((id) => resources(stack)[id]?.Properties['Roles'])).toEqual([['waiter'], ['waiter']]);
    expect(deployments(stack)['Deployment']?.DependsOn).toEqual(expect.arrayContaining([GATES, FUNCTIONS]));
  });

  test('are those of a role of another stack', () => {
    const app = new App();
    const stateMachineRole = new iam.Role(new Stack(app, 'Security'), 'Role', {
      assumedBy: new iam.ServicePrincipal('states.amazonaws.com'),
    });
    const stack = new Stack(app, 'Stack');
    new CustomModelProvider(stack, 'Provider', { stateMachineRole });
    gated(stack, both(stack));

    expect(() => app.synth()).not.toThrow();
    expect(resources(stack)[GATES]?.Properties['Roles']).toEqual([
      { 'Fn::ImportValue': expect.stringContaining('Security:') },
    ]);
  });

  test('are left out for a role that takes none', () => {
    const stack = newStack();
    const stateMachineRole = iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111122223333:role/waiter', {
      mutable: false,
    });
    new CustomModelProvider(stack, 'Provider', { stateMachineRole });
    gated(stack, both(stack));

    expect(Object.keys(resources(stack)).filter((id) => id.startsWith('CustomModelProviderWaiter'))).toEqual([
      'CustomModelProviderWaiterLogs',
      'CustomModelProviderWaiter',
    ]);
  });

  test('are in the report on a role that the app customises away', () => {
    const app = new App();
    iam.Role.customizeRoles(app, {
      usePrecreatedRoles: {
        'Stack/CustomModelProvider/HandlerRole': 'handler',
        'Stack/CustomModelProvider/WaiterRole': 'waiter',
        'Stack/Evaluate/ServiceRole': 'evaluate',
      },
    });
    const stack = new Stack(app, 'Stack');
    gated(stack, [...both(stack), ofAlarms()]);

    Template.fromStack(stack).resourceCountIs('AWS::IAM::Policy', 0);
    const report = readFileSync(join(app.synth().directory, 'iam-policy-report.txt'), 'utf8');
    const ofWaiter = report.split('(Stack/CustomModelProvider/WaiterRole)')[1]?.split('<missing role>')[0];
    for (const text of ['"bedrock:InvokeModel"', '"cloudwatch:DescribeAlarms"', '(Stack/Evaluate/Resource.Arn)']) {
      expect(ofWaiter).toContain(text);
    }
    expect(report.split('(Stack/Evaluate/ServiceRole)')[1]).toContain('"bedrock:InvokeModelWithResponseStream"');
  });

  test('exceed no limit of IAM, however many functions there are', () => {
    const stack = newStack();
    const functions = Array.from({ length: 80 }, (_, n) => gateFunction(stack, `Function${n}`));
    gated(
      stack,
      functions.map((one) => DeploymentGate.lambda(one)),
    );

    const policies = Object.entries(resources(stack)).filter(([id]) => id.startsWith(FUNCTIONS));
    expect(policies.map(([, { Type }]) => Type)).toEqual(['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy']);
    expect(deployments(stack)['Deployment']?.DependsOn).toEqual(
      expect.arrayContaining(policies.map(([logicalId]) => logicalId)),
    );
  });
});
