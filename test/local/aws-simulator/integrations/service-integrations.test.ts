import { CloudWatchAlarms } from '../../../../local/aws-simulator/cloudwatch-alarms';
import {
  type IntegratedServices,
  integrationIn,
  serviceIntegrations,
} from '../../../../local/aws-simulator/integrations/service-integrations';
import { FunctionKilled } from '../../../../local/aws-simulator/killed-invocation';
import { LambdaOutages } from '../../../../local/aws-simulator/lambda-outages';
import { type Definition, type Failure, StepFunctions } from '../../../../local/aws-simulator/step-functions';
import { VirtualTime } from '../../../../local/aws-simulator/virtual-time';
import { ControlPlane } from '../../../../local/fake-bedrock/control-plane';
import { BedrockRuntime } from '../../../../local/fake-bedrock/runtime';

/** What a state machine asks of other services itself: what it may send, and what it gets, in Step Functions' words. */

const MINUTE = 60_000;
const CONVERSE = 'arn:aws:states:::aws-sdk:bedrockruntime:converse';
const INVOKE_MODEL = 'arn:aws:states:::bedrock:invokeModel';
const INVOKE = 'arn:aws:states:::lambda:invoke';
const DESCRIBE_ALARMS = 'arn:aws:states:::aws-sdk:cloudwatch:describeAlarms';
const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:000000000000:function:gate';
const Messages = [{ Role: 'user', Content: [{ Text: 'Is it fraud?' }] }];
const Body = { messages: [{ role: 'user', content: [{ text: 'Is it fraud?' }] }], inferenceConfig: { maxTokens: 8 } };

let time: VirtualTime;
let runtime: BedrockRuntime;
let alarms: CloudWatchAlarms;
let invoke: IntegratedServices['invoke'];
let call: ReturnType<typeof serviceIntegrations>;
let [modelArn, ModelId] = ['', ''];

beforeEach(async () => {
  time = new VirtualTime(0);
  const controlPlane = new ControlPlane({ now: time.now, durations: { deploymentCreate: MINUTE } });
  runtime = new BedrockRuntime(controlPlane, { now: time.now, sleep: time.sleep });
  alarms = new CloudWatchAlarms(time.now, controlPlane);
  invoke = () => undefined;
  call = serviceIntegrations({
    describeStack: () => ({ Stacks: [{ StackStatus: 'CREATE_COMPLETE' }] }),
    runtime,
    alarms,
    invoke: (functionArn, event) => invoke(functionArn, event),
  });
  modelArn = controlPlane.addModel({ name: 'model' });
  ModelId = controlPlane.perform('CreateCustomModelDeployment', {
    modelDeploymentName: 'mine',
    modelArn,
  }).customModelDeploymentArn;
  await time.until(time.sleep(2 * MINUTE));
});

/** What the task fails with. */
async function failure(...given: Parameters<typeof call>): Promise<Pick<Failure, 'name' | 'cause'>> {
  const { name, cause } = (await call(...given).catch((thrown: unknown) => thrown)) as Failure;
  return { name, cause };
}

test.each([
  ['arn:aws:states:::aws-sdk:cloudformation:describeStacks', 'describeStacks'],
  ['${describeStacks}', 'describeStacks'],
  [CONVERSE, 'aws-sdk:bedrockruntime:converse'],
  ['${converse}', 'aws-sdk:bedrockruntime:converse'],
  ['arn:aws-us-gov:states:::bedrock:invokeModel', 'bedrock:invokeModel'],
  [INVOKE, 'lambda:invoke'],
  [DESCRIBE_ALARMS, 'aws-sdk:cloudwatch:describeAlarms'],
  [FUNCTION_ARN, undefined],
  ['${HandlerArn}', undefined],
  ['arn:aws:states:::lambda:invoke.waitForTaskToken', undefined],
  ['arn:aws:states:::aws-sdk:bedrockruntime:invokeModel', undefined],
])('%s is %p', (resource, name) => {
  expect(integrationIn(resource)).toBe(name);
});

test('what nobody is there for is an error', async () => {
  await expect(call('arn:aws:states:::sqs:sendMessage', {})).rejects.toThrow('there is no arn:aws:states:::sqs');
});

test('stacks are described', async () => {
  expect(await call('${describeStacks}', { StackName: 'Stack' })).toEqual({
    Stacks: [{ StackStatus: 'CREATE_COMPLETE' }],
  });
});

describe('models', () => {
  const text = (): string => `mine serves ${modelArn}. The question was: Is it fraud?`;

  test('Converse is answered as the SDK integration has it, in PascalCase', async () => {
    expect(await call(CONVERSE, { ModelId, Messages, InferenceConfig: { MaxTokens: 8, Temperature: 0 } })).toEqual({
      Output: { Message: { Role: 'assistant', Content: [{ Text: text() }] } },
      StopReason: 'end_turn',
      Usage: { InputTokens: 1, OutputTokens: 1, TotalTokens: 2 },
      Metrics: { LatencyMs: 1 },
    });
    expect(runtime.invocations).toMatchObject([{ operation: 'Converse', modelId: ModelId, servedModelArn: modelArn }]);
  });

  test('InvokeModel is answered with a body that is JSON, in the words of the model', async () => {
    expect(await call(INVOKE_MODEL, { ModelId, Body, ContentType: 'application/json' })).toEqual({
      Body: {
        output: { message: { role: 'assistant', content: [{ text: text() }] } },
        stopReason: 'end_turn',
        usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
      },
      ContentType: 'application/json',
    });
    expect(runtime.invocations).toMatchObject([{ operation: 'InvokeModel', outcome: 'ok' }]);
  });

  test.each([
    [CONVERSE, 'BedrockRuntime', 'ThrottlingException', 429],
    [INVOKE_MODEL, 'Bedrock', 'ThrottlingException', 429],
    [CONVERSE, 'BedrockRuntime', 'ModelErrorException', 424],
    [INVOKE_MODEL, 'Bedrock', 'ModelNotReadyException', 429],
    [CONVERSE, 'BedrockRuntime', 'InternalServerException', 500],
  ])('%s fails as %s.%s, with the words of Bedrock, its status and the id of the request', async (...given) => {
    const [resource, prefix, name, status] = given;
    runtime.answers.set(modelArn, { error: { name, message: 'Not now.' } });
    expect(await failure(resource, resource === CONVERSE ? { ModelId, Messages } : { ModelId, Body })).toEqual({
      name: `${prefix}.${name}`,
      cause: expect.stringMatching(
        new RegExp(`^Not now\\. \\(Service: BedrockRuntime, Status Code: ${status}, Request ID: [0-9a-f-]{36}\\)$`),
      ),
    });
  });

  test('what Step Functions takes and Bedrock does not is refused by Bedrock', async () => {
    expect(await failure(CONVERSE, { ModelId })).toEqual({
      name: 'BedrockRuntime.ValidationException',
      cause: expect.stringContaining('A conversation must start with a user message'),
    });
    expect(await failure(INVOKE_MODEL, { ModelId, Body: { prompt: 'Hello' } })).toEqual({
      name: 'Bedrock.ValidationException',
      cause: expect.stringContaining('Malformed input request'),
    });
    const nobody = { ModelId: ModelId.replace(/.{12}$/, 'zzzzzzzzzzzz'), Messages };
    expect((await failure(CONVERSE, nobody)).name).toBe('BedrockRuntime.ResourceNotFoundException');
  });

  test.each<[string, string, (given: { ModelId: string }) => object, string]>([
    ['a model', CONVERSE, () => ({ Messages }), "The field 'ModelId' is required but was missing"],
    ['a body', INVOKE_MODEL, (id) => id, "The field 'Body' is required but was missing"],
    [
      'the role of a message',
      CONVERSE,
      (id) => ({ ...id, Messages: [{ Content: [{ Text: 'a' }] }] }),
      "The field 'Role' is required but was missing",
    ],
    ['members in camelCase', CONVERSE, (id) => ({ ...id, messages: [] }), 'The field "messages" is not supported'],
    [
      'members in camelCase further down',
      CONVERSE,
      (id) => ({ ...id, Messages, InferenceConfig: { maxTokens: 8 } }),
      'The field "maxTokens" is not supported by Step Functions',
    ],
    [
      'a text for a number',
      CONVERSE,
      (id) => ({ ...id, Messages, InferenceConfig: { MaxTokens: '8' } }),
      "The value of the field 'MaxTokens' has an invalid format",
    ],
    [
      'one message for a list',
      CONVERSE,
      (id) => ({ ...id, Messages: Messages[0] }),
      "The value of the field 'Messages' has an invalid format",
    ],
  ])('%s that is not as it must be never leaves Step Functions, and no wildcard catches that', async (...given) => {
    const [, resource, input, complaint] = given;
    expect(await failure(resource, input({ ModelId }))).toEqual({
      name: 'States.Runtime',
      cause: expect.stringMatching(/^The Parameters '\{.*\}' could not be used to start the Task: \[.*\]$/),
    });
    expect((await failure(resource, input({ ModelId }))).cause).toContain(complaint);
    expect(runtime.invocations).toEqual([]);
  });

  test('what is a document of its own is not looked into', async () => {
    const AdditionalModelRequestFields = { inferenceConfig: { topK: 20 } };
    await call(CONVERSE, { ModelId, Messages, System: [{ Text: 'Be brief.' }], AdditionalModelRequestFields });
  });

  test('an answer that is too large for the state of an execution fails the task, though nothing of it is kept', async () => {
    runtime.answers.set(modelArn, { bytes: 300_000 });
    expect(await outcomeOf(CONVERSE, { ModelId, Messages })).toBe('States.DataLimitExceeded');
    expect(await outcomeOf(INVOKE_MODEL, { ModelId, Body })).toBe('States.DataLimitExceeded');
  });

  test('an answer that takes too long is waited for no longer', async () => {
    runtime.answers.set(modelArn, { afterMs: 61_000 });
    expect(await outcomeOf(CONVERSE, { ModelId, Messages })).toBe('States.Timeout');
    runtime.answers.set(modelArn, { afterMs: 59_000 });
    expect(await outcomeOf(CONVERSE, { ModelId, Messages })).toBe('SUCCEEDED');
  });
});

async function outcomeOf(Resource: string, request: object): Promise<string> {
  const definition: Definition = {
    StartAt: 'Check',
    States: {
      Check: { Type: 'Task', Resource, InputPath: '$.request', ResultPath: null, TimeoutSeconds: 60, End: true },
    },
  };
  const execution = new StepFunctions({ definition, time, call }).startExecution('name', JSON.stringify({ request }));
  await time.pass();
  return execution.failure?.name ?? execution.status;
}

describe('a function', () => {
  const Payload = { deploymentArn: 'arn', attempt: 1 };
  const input = { FunctionName: FUNCTION_ARN, Payload };

  test('is invoked with the payload, and what it returns is told beside what ran', async () => {
    const given: unknown[] = [];
    invoke = (...call) => {
      given.push(...call);
      return Promise.resolve({ status: 'READY' });
    };
    expect(await call(INVOKE, input)).toEqual({
      ExecutedVersion: '$LATEST',
      Payload: { status: 'READY' },
      StatusCode: 200,
    });
    expect(given).toEqual([FUNCTION_ARN, Payload]);
  });

  test('that returns nothing returns null, and without a payload is given an empty one', async () => {
    const given: unknown[] = [];
    invoke = (_, event) => {
      given.push(event);
      return Promise.resolve(undefined);
    };
    expect(await call(INVOKE, { FunctionName: FUNCTION_ARN })).toMatchObject({ Payload: null });
    expect(given).toEqual([{}]);
  });

  test('that throws fails the task under the name of its error, as Lambda tells it', async () => {
    invoke = () => Promise.reject(Object.assign(new TypeError('x is undefined'), { name: 'TypeError' }));
    expect(await outcomeOf(INVOKE, input)).toBe('TypeError');
  });

  test('that dies fails it as what Lambda cannot tell', async () => {
    invoke = () => Promise.reject(new FunctionKilled('the function has died'));
    expect(await failure(INVOKE, input)).toEqual({
      name: 'Lambda.Unknown',
      cause: expect.stringContaining('Lambda did not return an error type'),
    });
  });

  test('cannot be invoked during an outage of Lambda', async () => {
    const outages = new LambdaOutages(time);
    outages.begin(MINUTE, ['Lambda.TooManyRequestsException']);
    invoke = () => outages.invoke(() => Promise.resolve({}));
    expect((await failure(INVOKE, input)).name).toBe('Lambda.TooManyRequestsException');
  });

  test('that there is not is not found', async () => {
    expect(await failure(INVOKE, input)).toEqual({
      name: 'Lambda.ResourceNotFoundException',
      cause: expect.stringContaining(`Function not found: ${FUNCTION_ARN}`),
    });
  });

  test('must be named', async () => {
    expect((await failure(INVOKE, { Payload })).name).toBe('States.Runtime');
  });
});

describe('alarms', () => {
  test('that exist are described, of those that are named', async () => {
    alarms.create('errors');
    alarms.create('others');
    alarms.set('errors', 'ALARM', 'Threshold Crossed');
    expect(await call(DESCRIBE_ALARMS, { AlarmNames: ['errors', 'nobody'] })).toEqual({
      MetricAlarms: [
        {
          AlarmName: 'errors',
          AlarmArn: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:errors',
          StateValue: 'ALARM',
          StateReason: 'Threshold Crossed',
        },
      ],
      CompositeAlarms: [],
    });
  });

  test.each([
    ['in camelCase', { alarmNames: ['errors'] }],
    ['that are no list', { AlarmNames: 'errors' }],
  ])('whose names come %s are not asked for', async (_, input) => {
    expect((await failure(DESCRIBE_ALARMS, input)).name).toBe('States.Runtime');
  });
});

describe('where IAM denies', () => {
  const asked: [string, object][] = [];
  const denial = (operation: string, input: object): string => {
    asked.push([operation, input]);
    return 'User: role is not authorized to perform: it';
  };
  beforeEach(() => {
    asked.length = 0;
  });

  test.each<[string, () => object, string, string, string, () => object]>([
    [
      CONVERSE,
      () => ({ ModelId, Messages }),
      'BedrockRuntime.AccessDeniedException',
      'BedrockRuntime',
      'InvokeModel',
      () => ({ modelId: ModelId }),
    ],
    [
      INVOKE_MODEL,
      () => ({ ModelId, Body }),
      'Bedrock.AccessDeniedException',
      'BedrockRuntime',
      'InvokeModel',
      () => ({ modelId: ModelId }),
    ],
    [
      DESCRIBE_ALARMS,
      () => ({ AlarmNames: ['a'] }),
      'CloudWatch.CloudWatchException',
      'CloudWatch',
      'DescribeAlarms',
      () => ({ AlarmNames: ['a'] }),
    ],
    [
      INVOKE,
      () => ({ FunctionName: FUNCTION_ARN }),
      'Lambda.AWSLambdaException',
      'Lambda',
      'InvokeFunction',
      () => ({ functionArn: FUNCTION_ARN }),
    ],
  ])('%s fails saying so, and nothing is done', async (resource, input, name, service, operation, about) => {
    let isInvoked = false;
    invoke = () => {
      isInvoked = true;
      return Promise.resolve({});
    };
    expect(await failure(resource, input(), denial)).toEqual({
      name,
      cause: expect.stringMatching(
        `^User: role is not authorized to perform: it \\(Service: ${service}, Status Code: 403, Request ID: .*\\)$`,
      ),
    });
    expect(asked).toEqual([[operation, about()]]);
    expect({ isInvoked, invocations: runtime.invocations }).toEqual({ isInvoked: false, invocations: [] });
  });

  test('stacks, it says so in the words of CloudFormation', async () => {
    expect(await failure('${describeStacks}', { StackName: 'Stack' }, denial)).toEqual({
      name: 'CloudFormation.CloudFormationException',
      cause: 'User: role is not authorized to perform: it',
    });
  });
});
