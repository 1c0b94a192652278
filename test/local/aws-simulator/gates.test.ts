import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CheckNext } from '../../../lib/private/contract';
import { gatesDefinition } from '../../../lib/private/state-machine-definition';
import type { SimulatedStack, TemplateResources } from '../../../local/aws-simulator/cloudformation';
import { SimulatedAws, type SimulatedAwsOptions } from '../../../local/aws-simulator/simulated-aws';

/**
 * The definition of a stack with gates on the simulator, with a handler that asks for checks as it is told and notes
 * what comes of them.
 */

const MINUTE = 60_000;
const HANDLER = `exports.handler = async ({ action, state }) => {
  if (action !== 'reconcile') return { ...state, answer: { Status: 'FAILED', Reason: 'gave up' } };
  const { plan, seen = [], check } = state;
  const now = check === undefined ? seen : [...seen, check.error ?? check.result ?? 'answered'];
  const [[next, request] = ['answer'], ...rest] = plan;
  return { plan: rest, seen: now, next, answer: { Status: 'SUCCESS' }, check: { request } };
};`;
const GATE = `exports.handler = async (event) => {
  if (event.fails) throw new TypeError('no golden prompts');
  return { status: 'READY', reason: event.modelArn };
};`;

const assembly = mkdtempSync(join(tmpdir(), 'gates-'));
beforeAll(() => {
  for (const [asset, code] of Object.entries({ handler: HANDLER, gate: GATE })) {
    mkdirSync(join(assembly, `asset.${asset}`));
    writeFileSync(join(assembly, `asset.${asset}`, 'index.js'), code);
  }
});
afterAll(() => {
  rmSync(assembly, { recursive: true });
});

let aws: SimulatedAws;
let stack: SimulatedStack;
let [modelArn, deploymentArn] = ['', ''];

const GATE_ARN = 'arn:aws:lambda:us-east-1:000000000000:function:Stack-Gate';
const OTHER_ARN = 'arn:aws:lambda:us-east-1:000000000000:function:other';
const functionOf = (asset: string): TemplateResources[string] => ({
  Type: 'AWS::Lambda::Function',
  Properties: { Handler: 'index.handler', Code: { S3Key: `${asset}.zip` }, Role: { 'Fn::GetAtt': ['Role', 'Arn'] } },
});
function template(...statements: readonly object[]): TemplateResources {
  return {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: { Policies: [{ PolicyName: 'P', PolicyDocument: { Statement: [...statements] } }] },
    },
    Handler: functionOf('handler'),
    Gate: functionOf('gate'),
    Errors: { Type: 'AWS::CloudWatch::Alarm', Properties: { AlarmName: 'errors' } },
    Waiter: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
        DefinitionString: JSON.stringify(gatesDefinition),
        DefinitionSubstitutions: {
          HandlerArn: { 'Fn::GetAtt': ['Handler', 'Arn'] },
          describeStacks: 'arn:aws:states:::aws-sdk:cloudformation:describeStacks',
          Integrations: 'arn:aws:states:::',
        },
      },
    },
  };
}

/** Ten minutes after a stack with gates was made, and a deployment beside it. */
async function open(options: Partial<SimulatedAwsOptions> = {}, ...statements: readonly object[]): Promise<void> {
  aws = await SimulatedAws.open({
    assembly,
    bedrock: { durations: { deploymentCreate: 0 }, runtime: { notReadyAfterCreate: 0 } },
    ...options,
  });
  const { controlPlane } = aws.bedrock;
  modelArn = controlPlane.addModel({ name: 'model' });
  deploymentArn = controlPlane.perform('CreateCustomModelDeployment', {
    modelDeploymentName: 'mine',
    modelArn,
    tags: [{ key: 'owner', value: 'us' }],
  }).customModelDeploymentArn;
  stack = aws.stack('Stack');
  expect(await aws.time.until(stack.create(template(...statements)))).toBe('CREATE_COMPLETE');
  await aws.time.until(aws.time.sleep(10 * MINUTE));
}
afterEach(() => aws.close());

type PlannedCheck = readonly [kind: CheckNext, request: object];

/** What the handler sees of these checks, one after the other. */
async function seen(...plan: readonly PlannedCheck[]): Promise<unknown> {
  const [machine] = aws.account.stateMachines.values();
  const execution = machine?.startExecution(`request-${machine.executions.length}`, JSON.stringify({ plan }));
  await aws.time.pass();
  return execution?.failure ?? (execution?.output as { readonly seen: unknown }).seen;
}

const converse = (): PlannedCheck => [
  'converse',
  { ModelId: deploymentArn, Messages: [{ Role: 'user', Content: [{ Text: 'Hello' }] }] },
];
const invokeModel = (): PlannedCheck => [
  'invokeModel',
  { ModelId: deploymentArn, Body: { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] } },
];
const call = (FunctionName = GATE_ARN, Payload: object = { modelArn }): PlannedCheck => [
  'lambda960',
  { FunctionName, Payload },
];
const callBriefly = (): PlannedCheck => ['lambda60', { FunctionName: GATE_ARN, Payload: { modelArn } }];
const alarms = (): PlannedCheck => ['alarms', { AlarmNames: ['errors', 'nobody'] }];

test('every kind of check comes back to the handler with what it has asked for', async () => {
  await open();
  const errors = { AlarmName: 'errors', StateValue: 'OK' };
  const ready = { ExecutedVersion: '$LATEST', StatusCode: 200, Payload: { status: 'READY', reason: modelArn } };
  expect(await seen(converse(), invokeModel(), call(), callBriefly(), alarms())).toEqual([
    'answered',
    'answered',
    ready,
    ready,
    { MetricAlarms: [expect.objectContaining(errors)], CompositeAlarms: [] },
  ]);
  expect(aws.bedrock.runtime.invocations).toMatchObject([
    { operation: 'Converse', modelId: deploymentArn, servedModelArn: modelArn, outcome: 'ok' },
    { operation: 'InvokeModel', modelId: deploymentArn, servedModelArn: modelArn, outcome: 'ok' },
  ]);
});

test('and with the error, where it fails', async () => {
  await open();
  aws.bedrock.runtime.answers.set(modelArn, { error: { name: 'ModelErrorException', message: 'out of memory' } });
  expect(await seen(converse(), invokeModel(), call(GATE_ARN, { fails: true }), call(OTHER_ARN))).toEqual([
    { Error: 'BedrockRuntime.ModelErrorException', Cause: expect.stringMatching(/^out of memory \(Service: Bedrock/) },
    { Error: 'Bedrock.ModelErrorException', Cause: expect.stringMatching(/^out of memory \(Service: BedrockRuntime/) },
    { Error: 'TypeError', Cause: expect.stringContaining('"errorMessage":"no golden prompts"') },
    { Error: 'Lambda.ResourceNotFoundException', Cause: expect.stringContaining(OTHER_ARN) },
  ]);
});

test('also where a model answers too much, or too late by the virtual clock', async () => {
  await open();
  const { answers } = aws.bedrock.runtime;
  answers.set(modelArn, { bytes: 262_145 });
  expect(await seen(converse())).toEqual([{ Error: 'States.DataLimitExceeded', Cause: expect.any(String) }]);
  answers.set(modelArn, { afterMs: 61_000 });
  const began = aws.time.now();
  expect(await seen(converse())).toEqual([expect.objectContaining({ Error: 'States.Timeout' })]);
  expect(aws.time.now() - began).toBe(61_000);
});

test('the world of the models is that of the local Bedrock', async () => {
  await open({ bedrock: { durations: { deploymentCreate: 0 }, runtime: { notReadyAfterCreate: Infinity } } });
  expect(await seen(converse())).toEqual([expect.objectContaining({ Error: 'BedrockRuntime.ModelNotReadyException' })]);
});

test('alarms are set by hand, or follow a model', async () => {
  await open();
  const state = async (): Promise<unknown> =>
    ((await seen(alarms())) as { MetricAlarms: { StateValue: string }[] }[])[0]?.MetricAlarms[0]?.StateValue;
  aws.alarms.set('errors', 'ALARM', 'Threshold Crossed');
  expect(await state()).toBe('ALARM');
  aws.alarms.set('errors', 'OK');
  expect(await state()).toBe('OK');
  aws.alarms.follow('errors', { modelArn, deploymentArn });
  expect(await state()).toBe('ALARM');
});

describe('a function that is not in the template', () => {
  test('is what the test says', async () => {
    const given: unknown[] = [];
    await open({
      gateFunctions: (...invocation) => {
        given.push(...invocation);
        return Promise.resolve({ status: 'WAIT' });
      },
    });
    expect(await seen(call(OTHER_ARN, { attempt: 1 }))).toMatchObject([{ Payload: { status: 'WAIT' } }]);
    expect(given).toEqual([OTHER_ARN, { attempt: 1 }]);
  });

  test.each([GATE_ARN, OTHER_ARN])(
    'and the one in the template: neither runs during an outage of Lambda: %s',
    async (arn) => {
      let calls = 0;
      await open({
        gateFunctions: () => {
          calls += 1;
          return Promise.resolve({});
        },
      });
      const Call = {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Parameters: { FunctionName: arn },
        End: true,
      };
      const DefinitionString = JSON.stringify({ StartAt: 'Call', States: { Call } });
      aws.account.put('Caller', 'AWS::StepFunctions::StateMachine', { DefinitionString }, stack.stackId);
      aws.outages.begin(MINUTE, ['Lambda.TooManyRequestsException']);
      const execution = [...aws.account.stateMachines.values()].at(-1)?.startExecution('name', '{}');
      await aws.time.pass();
      expect({ failure: execution?.failure?.name, calls }).toEqual({
        failure: 'Lambda.TooManyRequestsException',
        calls: 0,
      });
    },
  );
});

describe('where IAM is asked, the role of the state machine', () => {
  const everything = { Effect: 'Allow', Action: '*', Resource: '*' };
  const but = (Action: string): object[] => [everything, { Effect: 'Deny', Action, Resource: '*' }];

  test('may do what its policies allow', async () => {
    await open({ iam: {} }, everything);
    expect(await seen(converse(), invokeModel(), call(), alarms())).toEqual([
      'answered',
      'answered',
      expect.objectContaining({ StatusCode: 200 }),
      expect.objectContaining({ CompositeAlarms: [] }),
    ]);
  });

  test.each<[string, () => PlannedCheck, string]>([
    ['bedrock:InvokeModel', converse, 'BedrockRuntime.AccessDeniedException'],
    ['bedrock:InvokeModel', invokeModel, 'Bedrock.AccessDeniedException'],
    ['cloudwatch:DescribeAlarms', alarms, 'CloudWatch.CloudWatchException'],
  ])('may not %s where they deny it, and the check says so: %p', async (action, check, error) => {
    await open({ iam: {} }, ...but(action));
    expect(await seen(check())).toEqual([
      { Error: error, Cause: expect.stringContaining(`/session is not authorized to perform: ${action} on resource:`) },
    ]);
    expect(aws.bedrock.runtime.invocations).toEqual([]);
  });

  test('may not invoke a function that they do not allow', async () => {
    const handler = 'arn:aws:lambda:us-east-1:000000000000:function:Stack-Handler';
    await open({ iam: {} }, { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: handler });
    expect(await seen(call())).toEqual([
      {
        Error: 'Lambda.AWSLambdaException',
        Cause: expect.stringContaining(`is not authorized to perform: lambda:InvokeFunction on resource: ${GATE_ARN}`),
      },
    ]);
  });

  test('invokes a deployment whose tags its policies want', async () => {
    await open(
      { iam: {} },
      { Effect: 'Allow', Action: 'lambda:*', Resource: '*' },
      {
        Effect: 'Allow',
        Action: 'bedrock:InvokeModel',
        Resource: '*',
        Condition: { StringEquals: { 'aws:ResourceTag/owner': 'us' } },
      },
    );
    expect(await seen(converse())).toEqual(['answered']);
    aws.bedrock.controlPlane.perform('UntagResource', { resourceARN: deploymentArn, tagKeys: ['owner'] });
    expect(await seen(converse())).toEqual([
      expect.objectContaining({ Error: 'BedrockRuntime.AccessDeniedException' }),
    ]);
  });
});
