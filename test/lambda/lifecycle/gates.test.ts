import type { Answer } from '../../../lambda/cloudformation/answer';
import type { CloudFormationRequest } from '../../../lambda/cloudformation/request';
import { type GateAnswer, type GateEvent, type GateProperty, MAX_GATES_BYTES } from '../../../lib/private/contract';
import { gatesDefinition } from '../../../lib/private/state-machine-definition';
import type { IntegrationName } from '../../../local/aws-simulator/integrations/service-integrations';
import { Failure } from '../../../local/aws-simulator/step-functions';
import { HOUR } from '../support/builders';
import { HandlerHarness } from '../support/handler-harness';
import { request, type RequestOptions, type RequestProperties } from '../support/requests';

/**
 * What must hold before a request succeeds: each gate in each kind of request, from the request to its answer, and to
 * the end of the rollback where it fails.
 */

const MINUTE = 60_000;
const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:000000000000:function:golden-prompts';
const ALARM = 'errors';
const READY: GateAnswer = { status: 'READY' };
/** The id under which CloudFormation asks for the deletion of what never answered. */
const MADE_UP_ID = 'fraud-Deployment-1A2B3C4D5E6F7';
/** More than Step Functions takes. */
const TOO_LARGE = 256 * 1024 + 1;

let world: HandlerHarness;
/** The model that is served before an Update, and the one that is asked for. */
let former: string;
let wanted: string;
/** What the function says of a model, if not that it is READY, and how long it takes. */
let verdicts: Map<string, GateAnswer>;
let functionTakes: number;
let functionCalls: GateEvent[];

beforeEach(() => {
  [world, former, wanted] = HandlerHarness.withModels({
    definition: gatesDefinition,
    durations: { deploymentCreate: 3 * MINUTE, deploymentUpdate: 3 * MINUTE },
  });
  [verdicts, functionTakes, functionCalls] = [new Map<string, GateAnswer>(), 0, []];
  world.gateFunctions = async (_arn, event) => {
    functionCalls.push(event as GateEvent);
    await world.time.sleep(functionTakes);
    return verdicts.get((event as GateEvent).modelArn) ?? READY;
  };
  world.alarms.create(ALARM);
});
afterEach(async () => {
  await world.time.pass();
  expect(world.isRunning).toBe(false);
  world.close();
});

/** CloudFormation takes a moment from one request to the next, and a request tells the second in which it was made. */
async function ask(
  type: CloudFormationRequest['RequestType'],
  options: RequestOptions,
): Promise<CloudFormationRequest> {
  await world.pass(2000);
  const second = new Date(world.now).toISOString().replace(/[-:]|\.\d+/g, '');
  const responseUrl = `https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com/answer?X-Amz-Date=${second}&X-Amz-Signature=of-${world.now}`;
  return request(type, { responseUrl, ...options });
}

/** A gate, and how it is for a model from now on. */
interface PlayedGate {
  readonly gate: string;
  readonly property: GateProperty;
  readonly of: IntegrationName;
  /** As an error calls it. */
  readonly subject: string;
  /** What the state machine must be allowed to do. */
  readonly action: string;
  /** How the service says that it cannot do it now. */
  readonly unavailable: Failure;
  /** It does not pass. @returns in which words */
  readonly fail: (modelArn: string) => string;
  /** It may still pass. @returns the words of the last check, if it has any */
  readonly delay: (modelArn: string) => string;
  /** A check takes some time. */
  readonly slow: (modelArn: string) => void;
  readonly answerTooMuch: (modelArn: string) => void;
}

function ofModel(
  gate: string,
  of: IntegrationName,
  errors: string,
  request: { readonly Kind: 'CONVERSE'; Request: string } | { readonly Kind: 'INVOKE_MODEL'; Body: string },
): PlayedGate {
  return {
    gate,
    of,
    property: { ...request, MaxAttempts: '3', Timeout: '600' },
    subject: gate,
    action: 'bedrock:InvokeModel',
    unavailable: new Failure(
      `${errors}.ThrottlingException`,
      'Too many requests, please wait before trying again. (Service: BedrockRuntime, Status Code: 429, Request ID: 1)',
    ),
    fail: (modelArn) => {
      world.bedrock.runtime.answers.set(modelArn, { error: { name: 'ModelErrorException', message: 'no weights' } });
      return 'ModelErrorException: no weights';
    },
    delay: (modelArn) => {
      const error = { name: 'ModelNotReadyException', message: 'warming up' };
      world.bedrock.runtime.answers.set(modelArn, { error });
      return 'ModelNotReadyException: warming up';
    },
    slow: (modelArn) => world.bedrock.runtime.answers.set(modelArn, { afterMs: 50_000 }),
    answerTooMuch: (modelArn) => world.bedrock.runtime.answers.set(modelArn, { bytes: TOO_LARGE }),
  };
}

const FUNCTION: PlayedGate = {
  gate: 'a function',
  of: 'lambda:invoke',
  property: { Kind: 'LAMBDA', FunctionArn: FUNCTION_ARN, MaxAttempts: '3', Timeout: '600' },
  subject: FUNCTION_ARN,
  action: 'lambda:InvokeFunction',
  unavailable: new Failure(
    'Lambda.TooManyRequestsException',
    'Rate Exceeded. (Service: Lambda, Status Code: 429, Request ID: 1)',
  ),
  fail: (modelArn) => {
    verdicts.set(modelArn, { status: 'FAILED', reason: '3 of 20 prompts' });
    return '3 of 20 prompts';
  },
  delay: (modelArn) => {
    verdicts.set(modelArn, { status: 'WAIT', reason: '40 % of the evaluation' });
    return '40 % of the evaluation';
  },
  slow: () => {
    functionTakes = 10 * MINUTE;
  },
  answerTooMuch: (modelArn) => verdicts.set(modelArn, { status: 'READY', reason: 'x'.repeat(TOO_LARGE) }),
};

const ALARMS: PlayedGate = {
  gate: 'alarms',
  of: 'aws-sdk:cloudwatch:describeAlarms',
  property: { Kind: 'ALARMS', AlarmNames: [ALARM], BakeTime: '600' },
  subject: ALARM,
  action: 'cloudwatch:DescribeAlarms',
  unavailable: new Failure(
    'CloudWatch.CloudWatchException',
    'Rate exceeded (Service: CloudWatch, Status Code: 400, Request ID: 1)',
  ),
  fail: (modelArn) => {
    world.alarms.follow(ALARM, { modelArn, afterMs: 2 * MINUTE, reason: 'Threshold Crossed: 7 errors' });
    return 'Threshold Crossed: 7 errors';
  },
  delay: () => '',
  slow: () => undefined,
  answerTooMuch: (modelArn) => {
    world.alarms.follow(ALARM, { modelArn, reason: 'x'.repeat(TOO_LARGE) });
  },
};

const MODELS: readonly PlayedGate[] = [
  ofModel('converse', 'aws-sdk:bedrockruntime:converse', 'BedrockRuntime', {
    Kind: 'CONVERSE',
    Request: JSON.stringify({ Messages: [{ Role: 'user', Content: [{ Text: 'Hello' }] }] }),
  }),
  ofModel('invokeModel', 'bedrock:invokeModel', 'Bedrock', {
    Kind: 'INVOKE_MODEL',
    Body: JSON.stringify({ messages: [{ role: 'user', content: [{ text: 'Hello' }] }] }),
  }),
];
const GATES = [...MODELS, FUNCTION, ALARMS];

/** Every gate passes again. */
function mend(): void {
  world.bedrock.runtime.answers.clear();
  verdicts.clear();
  functionTakes = 0;
  world.alarms.follow(ALARM, { modelArn: 'none' });
}

const OPERATIONS = ['create', 'update in place', 'replacement'] as const;
type GatedOperation = (typeof OPERATIONS)[number];

const CASES = OPERATIONS.flatMap((operation) =>
  // The constructs refuse alarms of what has no traffic yet.
  GATES.filter((one) => one !== ALARMS || operation !== 'replacement').map((played) => ({ operation, played })),
).map((one) => ({ ...one, name: `${one.played.gate}, ${one.operation}` }));

/** The request under test, for the wanted model; an Update when all that it is about is there, with the former one. */
async function prepared(
  operation: GatedOperation,
  { property }: PlayedGate,
  changes: RequestProperties = {},
): Promise<CloudFormationRequest> {
  const ModelUpdate = operation === 'replacement' ? 'REPLACE' : 'IN_PLACE';
  const old = { Gates: [property], ModelUpdate, ModelArn: former };
  const properties = { ...old, ModelArn: wanted, ...changes };
  world.stackStatus = 'CREATE_IN_PROGRESS';
  if (operation === 'create') {
    return ask('Create', { properties });
  }
  const { Status, PhysicalResourceId: physicalId } = await finish(await ask('Create', { properties: old }));
  expect(Status).toBe('SUCCESS');
  world.checks.length = functionCalls.length = 0;
  world.stackStatus = 'UPDATE_IN_PROGRESS';
  return ask('Update', { properties, old, physicalId });
}

/** Whatever happens, the answer comes before CloudFormation gives up. */
async function finish(asked: CloudFormationRequest): Promise<Answer> {
  const began = world.now;
  const answer = await world.finish(asked);
  expect(world.now - began).toBeLessThan(HOUR);
  return answer;
}

async function passes(asked: CloudFormationRequest, { of }: PlayedGate): Promise<void> {
  const answer = await finish(asked);
  expect(answer).toMatchObject({ Status: 'SUCCESS', Data: { ModelArn: wanted, Status: 'Active' } });
  expect(answer).not.toHaveProperty('Reason');
  expect(world.checks.at(-1)?.of).toBe(of);
}

/** The request fails in these words, after so many minutes, and CloudFormation's rollback leaves nothing of it. */
async function fails(asked: CloudFormationRequest, ...words: string[]): Promise<number> {
  const before = world.deployments;
  const began = world.now;
  const answer = await finish(asked);
  const minutes = (world.now - began) / MINUTE;
  expect(answer.Status).toBe('FAILED');
  for (const word of words) {
    expect(answer.Reason).toContain(word);
  }
  await rollBack(asked, answer.PhysicalResourceId, before);
  return minutes;
}

/** No gate is called on the way back, and none would pass. */
async function rollBack(
  asked: CloudFormationRequest,
  failedId: string,
  before: HandlerHarness['deployments'],
): Promise<void> {
  const { RequestType, ResourceProperties: properties, OldResourceProperties: old = {}, PhysicalResourceId } = asked;
  GATES.forEach(({ fail }) => fail(former));
  const checks = [...world.checks];
  if (RequestType === 'Create') {
    world.stackStatus = 'ROLLBACK_IN_PROGRESS';
    await isDeleted(failedId, properties);
  } else {
    world.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';
    expect(await finish(await ask('Update', { properties: old, old: properties, physicalId: failedId }))).toMatchObject(
      {
        Status: 'SUCCESS',
        PhysicalResourceId,
      },
    );
    if (failedId !== PhysicalResourceId) {
      await isDeleted(failedId, properties);
    }
  }
  expect(world.deployments.map(({ arn, status, modelArn }) => ({ arn, status, modelArn }))).toEqual(
    before.map(({ arn }) => ({ arn, status: 'Active', modelArn: former })),
  );
  expect(world.checks).toEqual(checks);
}

async function isDeleted(physicalId: string, properties: RequestProperties): Promise<void> {
  expect(await finish(await ask('Delete', { properties, physicalId }))).toMatchObject({ Status: 'SUCCESS' });
}

/** What the gate is given as time. */
function within(seconds: number, { property }: PlayedGate): GateProperty {
  return property.Kind === 'ALARMS'
    ? { ...property, BakeTime: String(seconds) }
    : { ...property, Timeout: String(seconds) };
}

describe.each(CASES)('H21: $name:', ({ operation, played }) => {
  const { of, subject, action } = played;

  /** From the first check on, for so many ms. */
  function fromTheFirstCheck<T>(ms: number, given: T): () => T | undefined {
    let until: number | undefined;
    return () => {
      until ??= world.now + ms;
      return world.now < until ? given : undefined;
    };
  }

  function isDenied(ms: number): void {
    const denied = fromTheFirstCheck(ms, `the role of Waiter is not authorized to perform: ${action} on resource: it`);
    world.denial = (operation) => (operation === 'DescribeStacks' ? undefined : denied());
  }

  async function untilTheGate(asked: CloudFormationRequest): Promise<void> {
    played.slow(wanted);
    await world.deliver(asked);
    await world.run(() => world.checks.length > 0);
    await world.pass(20_000);
  }

  test('passes, and so does the request, with what was proven', async () => {
    await passes(await prepared(operation, played), played);
  });

  test('does not pass: the request fails in its words, and is rolled back', async () => {
    const asked = await prepared(operation, played);
    await fails(asked, subject, played.fail(wanted));
    expect(world.checks.length).toBeGreaterThan(0);
  });

  test("H18: has more time than is left of the resource's, which is told with what was said last", async () => {
    const asked = await prepared(operation, played, { Gates: [within(3480, played)], Timeout: '900' });
    const minutes = await fails(asked, 'out of time', subject, played.delay(wanted));
    expect(minutes).toBeGreaterThan(14.9);
    expect(minutes).toBeLessThan(17);
  });

  test('H13: cannot be checked for five minutes, and passes then', async () => {
    const asked = await prepared(operation, played);
    const unavailable = fromTheFirstCheck(5 * MINUTE, played.unavailable);
    world.failCheck = (one) => (one === of ? unavailable() : undefined);
    await passes(asked, played);
    expect(world.checks.length).toBeGreaterThan(10);
  });

  test('H14: is denied for two minutes, and passes then', async () => {
    const asked = await prepared(operation, played);
    isDenied(2 * MINUTE);
    await passes(asked, played);
  });

  test('H14: is denied for ever: after three minutes the request fails, naming the action', async () => {
    const asked = await prepared(operation, played);
    isDenied(Infinity);
    expect(await fails(asked, subject, action)).toBeLessThan(7);
  });

  test('gets a larger answer than Step Functions takes: the request fails after its attempts', async () => {
    const asked = await prepared(operation, played);
    played.answerTooMuch(wanted);
    await fails(asked, subject, 'States.DataLimitExceeded');
    expect(world.checks.length).toBeGreaterThanOrEqual(3);
  });

  test('is checked where the stack cannot be described only in a create; else the answer warns', async () => {
    const asked = await prepared(operation, played);
    played.fail(wanted);
    world.stackStatus = undefined;
    if (asked.RequestType === 'Create') {
      await fails(asked, subject, '');
      return;
    }
    expect(await finish(asked)).toMatchObject({
      Status: 'SUCCESS',
      Reason: expect.stringContaining('cloudformation:DescribeStacks'),
    });
    expect(world.checks).toEqual([]);
  });

  test('H30: is passed though Lambda is away for ten minutes meanwhile', async () => {
    const gates = played === FUNCTION ? { Gates: [within(3480, played)] } : {};
    const asked = await prepared(operation, played, gates);
    await untilTheGate(asked);
    world.outages.begin(10 * MINUTE);
    await world.run();
    expect(world.answerTo(asked)).toMatchObject({ Status: 'SUCCESS', Data: { ModelArn: wanted } });
  });

  test('H4: is left when a newer request comes, and nothing is left of the older one', async () => {
    const asked = await prepared(operation, played);
    const before = world.deployments;
    await untilTheGate(asked);
    await rollBack(asked, asked.PhysicalResourceId ?? MADE_UP_ID, before);
    await world.time.pass();
    expect(world.answers.filter(({ RequestId }) => RequestId === asked.RequestId)).toEqual([]);
    expect(world.deployments).toHaveLength(before.length);
  });

  test('has failed, and nothing was rolled back: no later request is done without it', async () => {
    const asked = await prepared(operation, played);
    const words = played.fail(wanted);
    const failed = await finish(asked);
    const { RequestType, ResourceProperties: old } = asked;
    const next = (attempt: string, physicalId: string): Promise<CloudFormationRequest> =>
      ask(RequestType, {
        properties: { ...old, Tags: { attempt } },
        ...(RequestType === 'Create' ? {} : { old, physicalId }),
      });
    world.stackStatus = 'UPDATE_IN_PROGRESS';
    await world.pass(48 * HOUR);
    const second = await finish(await next('2', failed.PhysicalResourceId));
    expect(second).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining(words) });
    mend();
    await passes(await next('3', second.PhysicalResourceId), played);
    world.stackStatus = 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS';
    for (const physicalId of RequestType === 'Create' ? [failed.PhysicalResourceId, second.PhysicalResourceId] : []) {
      await isDeleted(physicalId, old);
    }
    expect(world.deployments).toContainEqual(expect.objectContaining({ status: 'Active', modelArn: wanted }));
  });
});

describe.each(CASES.filter(({ played }) => played !== ALARMS))('H21: $name:', ({ operation, played }) => {
  test('is not ready within its own time, which is told with what was said last', async () => {
    const asked = await prepared(operation, played);
    const minutes = await fails(asked, played.subject, '10 min', played.delay(wanted));
    expect(minutes).toBeGreaterThan(12.9);
    expect(minutes).toBeLessThan(15);
  });
});

test.each([...MODELS, FUNCTION])(
  'H21: $gate, replacement: is rolled back also where CloudFormation does not take the id of a failed Update',
  async (played) => {
    const asked = await prepared('replacement', played);
    const before = world.deployments;
    played.fail(wanted);
    expect((await finish(asked)).Status).toBe('FAILED');
    await rollBack(asked, asked.PhysicalResourceId ?? '', before);
  },
);

describe.each(GATES)('H21: $gate:', (played) => {
  test.each<[string, RequestProperties]>([
    ['tags', { Tags: { team: 'fraud' } }],
    ['its own time', { Gates: [within(300, played)] }],
    ['the time of the resource', { Timeout: '1800' }],
  ])('is not checked by an Update of %s alone', async (_, changes) => {
    const asked = await prepared('update in place', played, { ModelArn: former, ...changes });
    played.fail(former);
    const answer = await finish(asked);
    expect(answer.Status).toBe('SUCCESS');
    expect(answer).not.toHaveProperty('Reason');
    expect(world.checks).toEqual([]);
  });

  test('H4: is left when the stack is deleted during an Update', async () => {
    const asked = await prepared('update in place', played);
    played.slow(wanted);
    await world.deliver(asked);
    await world.run(() => world.checks.length > 0);
    await isDeleted(asked.PhysicalResourceId ?? '', asked.ResourceProperties);
    await world.time.pass();
    expect(world.deployments).toEqual([]);
  });
});

describe.each(OPERATIONS)('H21: a function, %s:', (operation) => {
  const UNLIMITED = within(3480, FUNCTION);

  test('that says WAIT for half an hour gets back what it gave, and is told what it is about', async () => {
    const asked = await prepared(operation, FUNCTION, { Gates: [UNLIMITED] });
    world.gateFunctions = (_arn, given) => {
      const event = given as GateEvent;
      functionCalls.push(event);
      const { minutes } = (event.state ?? { minutes: 0 }) as { readonly minutes: number };
      return Promise.resolve(
        minutes < 30 ? { status: 'WAIT', seconds: 60, state: { minutes: minutes + 1 } } : { status: 'READY' },
      );
    };
    await passes(asked, FUNCTION);
    const isUpdate = operation !== 'create';
    const tested = world.deployments.find(({ modelArn }) => modelArn === wanted);
    expect(functionCalls).toEqual(
      Array.from({ length: 31 }, (_, minutes) => ({
        deploymentArn: tested?.arn,
        deploymentName: tested?.name,
        modelArn: wanted,
        requestType: isUpdate ? 'Update' : 'Create',
        attempt: minutes + 1,
        ...(isUpdate ? { previousModelArn: former } : {}),
        ...(minutes === 0 ? {} : { state: { minutes } }),
      })),
    );
  });

  test('may take almost as long as Lambda lets it', async () => {
    const asked = await prepared(operation, FUNCTION, { Gates: [UNLIMITED] });
    functionTakes = 14.9 * MINUTE;
    await passes(asked, FUNCTION);
  });

  test('H18: that takes longer than the resource has left is not waited for, which is told', async () => {
    const asked = await prepared(operation, FUNCTION, { Timeout: '900' });
    functionTakes = 14.9 * MINUTE;
    expect(await fails(asked, FUNCTION_ARN, 'States.Timeout')).toBeLessThan(17);
  });

  test("H18: that never returns is not waited for longer than CloudFormation's hour", async () => {
    const asked = await prepared(operation, FUNCTION, { Gates: [UNLIMITED] });
    functionTakes = 24 * HOUR;
    expect(await fails(asked, 'out of time', FUNCTION_ARN, 'States.Timeout')).toBeGreaterThan(57.9);
  });

  const ERRING: [string, () => Promise<unknown>, string][] = [
    ['throws', () => Promise.reject(new TypeError('no golden prompts')), 'TypeError: no golden prompts'],
    ['returns what is no verdict', () => Promise.resolve({ status: 'ok' }), '{"status":"ok"}'],
  ];

  test.each(ERRING)('that %s twice in a row is called again, and may pass', async (_, err) => {
    const asked = await prepared(operation, FUNCTION);
    const answers = [err, err, () => Promise.resolve({ status: 'WAIT' }), err, err, () => Promise.resolve(READY)];
    world.gateFunctions = () => (answers.shift() ?? err)();
    await passes(asked, FUNCTION);
    expect(answers).toEqual([]);
  });

  test.each(ERRING)('that %s for the third time in a row fails the request', async (_, err, words) => {
    const asked = await prepared(operation, FUNCTION);
    world.gateFunctions = err;
    await fails(asked, FUNCTION_ARN, words);
    expect(world.checks).toHaveLength(3);
  });

  test('that does not exist fails the request', async () => {
    const asked = await prepared(operation, FUNCTION);
    world.gateFunctions = undefined;
    await fails(asked, FUNCTION_ARN, 'Lambda.ResourceNotFoundException');
  });
});

describe('H21: alarms', () => {
  test('that do not exist yet may come with the stack', async () => {
    world.alarms.delete(ALARM);
    await passes(await prepared('create', ALARMS), ALARMS);
  });

  test('that do not exist when the stack is there fail its Update', async () => {
    const asked = await prepared('update in place', ALARMS);
    world.alarms.delete(ALARM);
    await fails(asked, ALARM);
  });

  test('that went off before are given no time', async () => {
    const asked = await prepared('update in place', ALARMS);
    world.alarms.set(ALARM, 'ALARM', 'Threshold Crossed: yesterday');
    expect(await fails(asked, ALARM, 'Threshold Crossed: yesterday')).toBeLessThan(4);
  });
});

describe.each(['create', 'update in place'] as const)('H21: several gates, %s:', (operation) => {
  const ofChecks = (): IntegrationName[] =>
    world.checks.map(({ of }) => of).filter((of, index, all) => of !== all[index - 1]);
  const Gates = GATES.map(({ property }) => property);

  test('are checked one after the other', async () => {
    await passes(await prepared(operation, ALARMS, { Gates }), ALARMS);
    expect(ofChecks()).toEqual(GATES.map(({ of }) => of));
  });

  test('fit the state machine if they are as large as they may be, with the most that a function keeps', async () => {
    const text = 'é'.repeat(MAX_GATES_BYTES / 4 - 1024);
    const large = [
      { ...MODELS[0]?.property, Request: JSON.stringify({ Messages: [{ Role: 'user', Content: [{ Text: text }] }] }) },
      { ...MODELS[1]?.property, Body: JSON.stringify({ messages: [{ role: 'user', content: [{ text }] }] }) },
      FUNCTION.property,
      ALARMS.property,
    ];
    verdicts.set(wanted, { status: 'WAIT', seconds: 10, state: 'é'.repeat(8 * 1024 - 1) });
    const asked = await prepared(operation, ALARMS, { Gates: large });
    world.time.at(world.now + 5 * MINUTE, mend);
    await passes(asked, ALARMS);
  });

  test('are checked no further than to the first that does not pass', async () => {
    const asked = await prepared(operation, ALARMS, { Gates });
    await fails(asked, 'gate 3 of 4', FUNCTION_ARN, FUNCTION.fail(wanted));
    expect(ofChecks()).toEqual(GATES.slice(0, 3).map(({ of }) => of));
  });

  test('each have their own time, and together that of the resource', async () => {
    const asked = await prepared(operation, ALARMS, { Gates, Timeout: '1200' });
    verdicts.set(wanted, { status: 'WAIT', seconds: 300 });
    world.time.at(world.now + 12 * MINUTE, mend);
    expect(await fails(asked, 'out of time', 'gate 4 of 4', ALARM)).toBeLessThan(22);
  });
});
