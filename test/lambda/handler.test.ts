import type { Answer } from '../../lambda/cloudformation/answer';
import type { CloudFormationRequest } from '../../lambda/cloudformation/request';
import { digestOfProperties, executionName, spreadOf } from '../../lambda/executions/precedence';
import { handlerOf } from '../../lambda/handler';
import type { Goal } from '../../lambda/reconcile/goal';
import type { State } from '../../lambda/state';
import { HANDLER_ERROR, MADE_OF_TAG } from '../../lib/private/contract';
import { ARN, deployment, MODEL_1, MODEL_2, NOON, OUR_TAGS, OWNER, present, STACK_ID } from './support/builders';
import { FakeStepTools } from './support/fake-step-tools';
import { request, STATE_MACHINE_ARN } from './support/requests';

const TAKEN_UP = { ...OUR_TAGS, [MADE_OF_TAG]: 'taken-up' };

/** The function: what it does with a request of CloudFormation, and with each task of its state machine. */

let around: FakeStepTools;
/** What CloudFormation got, and where. */
let answers: { readonly url: string; readonly answer: Answer }[];
/** How many of the next PUTs of an answer fail. */
let answersToLose: number;
let pauses: number[];
let timeouts: number[];
let stateMachines: string[];
let handler: ReturnType<typeof handlerOf>;

beforeEach(() => {
  around = new FakeStepTools();
  [answers, answersToLose, pauses, timeouts, stateMachines] = [[], 0, [], [], []];
  handler = handlerOf({
    now: around.now,
    log: around.log,
    logGroup: around.logGroup,
    bedrock: () => around.bedrock,
    executions: (arn) => {
      stateMachines.push(arn);
      return around.executions;
    },
    respond: (url, body) => {
      answersToLose -= 1;
      if (answersToLose >= 0) {
        return Promise.reject(new Error('not taken'));
      }
      answers.push({ url, answer: JSON.parse(body) as Answer });
      return Promise.resolve();
    },
    sleep: (ms) => {
      pauses.push(ms);
      around.time += ms;
      return Promise.resolve();
    },
    timeout: (ms) => {
      timeouts.push(ms);
      return new AbortController().signal;
    },
  });
});

/** What the execution was started with. */
function started(): { readonly name: string; readonly state: State } {
  const call = around.calls.find(([operation]) => operation === 'StartExecution');
  return { name: call?.[1] as string, state: JSON.parse(call?.[2] as string) as State };
}

const nonsense = { properties: { ModelArn: 'nonsense' } };
const refusal = expect.stringContaining('ModelArn must be the ARN of a custom model, got "nonsense"');
const NOON_URL =
  'https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com/answer?X-Amz-Date=20261121T120000Z&X-Amz-Signature=s3cr3t';

describe('a request', () => {
  test('is handed to the state machine that its properties name, and not answered yet', async () => {
    const create = request('Create');
    expect(await handler(create)).toBeUndefined();
    expect(stateMachines).toEqual([STATE_MACHINE_ARN]);
    expect(around.calls.map(([operation]) => operation)).toEqual(['StartExecution']);
    expect(answers).toEqual([]);
  });

  test('has whatever is logged of it say what it is about', async () => {
    const about = {
      stack: 'fraud',
      logicalId: 'Deployment',
      request: 'Create',
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    };
    await handler(request('Create'));
    const { name, state } = started();
    around.resource = deployment();
    around.tagged = TAKEN_UP;
    around.time += 7400;
    await handler({ action: 'reconcile', state });
    expect(around.lines).toEqual([
      { ...about, execution: name, elapsed: 0, resource: state.physicalId, accepted: 'a new resource' },
      { ...about, execution: name, elapsed: 7, resource: state.physicalId, answer: 'SUCCESS' },
    ]);
  });

  test.each([
    ['that failed', 'giveUp', 'error', 'FAILED'],
    ['that succeeded', 'reconcile', 'info', 'SUCCESS'],
  ])('%s is logged with the level that it deserves', async (_, action, level, answer) => {
    await handler(request('Create'));
    const { state } = started();
    around.resource = deployment();
    around.tagged = TAKEN_UP;
    await handler({ action, state: { ...state, error: { Error: 'E', Cause: 'C' } } });
    expect(around.lines.at(-1)).toMatchObject({ answer });
    expect(around.levels.at(-1)).toBe(level);
  });

  test('begins an execution that is named after it, with all that is needed to its end', async () => {
    const create: CloudFormationRequest = request('Create', { responseUrl: NOON_URL });
    around.time = NOON + 5000;
    await handler(create);
    const { name, state } = started();
    const { ResourceProperties, ...origin } = create;
    const run = executionName(STACK_ID, 'Deployment', create.RequestId, NOON, ResourceProperties);
    expect(ResourceProperties).toHaveProperty('ModelArn', MODEL_1);
    expect(name).toBe(run.name);
    expect(state).toEqual({
      version: 2,
      run: { ...run, stateMachineArn: STATE_MACHINE_ARN, acceptedAt: NOON + 5000 },
      request: origin,
      physicalId: state.physicalId,
      goals: [
        {
          want: 'present',
          owner: OWNER,
          name: state.physicalId,
          nameIsFixed: false,
          nameIsNew: true,
          spec: { kind: 'deployment', modelArn: MODEL_1, updatesInPlace: true },
          tags: {},
        },
      ],
      goal: 0,
      memory: { startedAt: NOON, deadline: NOON + 3480_000, spread: spreadOf(run.name) },
      next: 'wait',
      wait: 0,
    });
  });

  test('H18: has as long as its Timeout says, from when CloudFormation made it', async () => {
    around.time = NOON + 600_000;
    await handler(request('Create', { responseUrl: NOON_URL, properties: { Timeout: '900' } }));
    expect(started().state.memory).toMatchObject({ startedAt: NOON, deadline: NOON + 900_000 });
  });

  test('H18: whose URL does not say when it was made begins now', async () => {
    await handler(request('Create', { properties: { Timeout: '900' } }));
    expect(started().state.memory).toMatchObject({ startedAt: NOON, deadline: NOON + 900_000 });
    expect(started().name).toContain('_0_');
  });

  test('H18: from a clock that is ahead of ours begins now', async () => {
    around.time = NOON - 2000;
    await handler(request('Create', { responseUrl: NOON_URL }));
    expect(started().state.memory.startedAt).toBe(NOON - 2000);
  });

  test.each(['Create', 'Update', 'Delete'] as const)(
    'H2: that is a %s has its place among those of the same second',
    async (type) => {
      await handler(request(type, { responseUrl: NOON_URL, physicalId: 'mine' }));
      const place = { Create: 0, Update: 1, Delete: 2 }[type];
      expect(started().name).toContain(`_${NOON + place}_`);
    },
  );

  test.each([
    ['Create', undefined],
    ['Update', 'the old ones'],
    ['Delete', 'its own'],
  ] as const)('H9: that is a %s knows which properties the resource had: %s', async (type, had) => {
    const given = request(type, { physicalId: 'mine' });
    const old = { ...given.ResourceProperties, ModelArn: MODEL_2 };
    await handler(type === 'Update' ? { ...given, OldResourceProperties: old } : given);
    const own = digestOfProperties(given.ResourceProperties);
    expect(started().name.split('_')[3]).toBe(own);
    expect(started().state.run.previous).toBe(
      had === undefined ? undefined : had === 'its own' ? own : digestOfProperties(old),
    );
  });

  test('keeps the id that CloudFormation has for the resource', async () => {
    await handler(request('Update', { physicalId: 'mine' }));
    expect(started().state.request.PhysicalResourceId).toBe('mine');
  });

  test('H18: to delete has the longest time, whatever its Timeout', async () => {
    await handler(request('Delete', { properties: { Timeout: '900' }, physicalId: 'mine' }));
    expect(started().state.memory).toMatchObject({ startedAt: NOON, deadline: NOON + 3480_000 });
  });

  test.each<[string, unknown]>([
    ['nothing', null],
    ['a text', 'Create'],
    ['something else', { Records: [] }],
    ['a task without a state', { action: 'reconcile' }],
    ['a state without a task', { state: {} }],
    ['a task that nobody knows', { action: 'dance', state: {} }],
    ...['RequestType', 'RequestId', 'StackId', 'LogicalResourceId', 'ResponseURL', 'ResourceProperties'].map(
      (member): [string, unknown] => [`a request without ${member}`, { ...request('Create'), [member]: undefined }],
    ),
  ])('that is %s is refused', async (_, event) => {
    await expect(handler(event)).rejects.toThrow(
      'this function takes requests of CloudFormation and of its state machine',
    );
    expect(answers).toEqual([]);
    expect(around.lines).toEqual([]);
  });
});

describe('H22: a request with a wrong property', () => {
  test('is answered at once, with an id that is no name, and nothing is made', async () => {
    const create = request('Create', nonsense);
    await handler(create);
    expect(answers[0]?.answer.Reason).toContain('(not created) failed');
    expect(answers).toEqual([
      {
        url: create.ResponseURL,
        answer: {
          Status: 'FAILED',
          Reason: refusal,
          PhysicalResourceId: `failed-create:${create.RequestId}::gone`,
          StackId: STACK_ID,
          RequestId: create.RequestId,
          LogicalResourceId: 'Deployment',
        },
      },
    ]);
    expect(around.calls).toEqual([]);
    expect(around.lines.at(-1)).toMatchObject({
      resource: `failed-create:${create.RequestId}::gone`,
      answer: 'FAILED',
      reason: refusal,
    });
  });

  test('keeps the id that there is', async () => {
    await handler(request('Update', { ...nonsense, physicalId: 'mine' }));
    expect(around.lines[0]).toMatchObject({ resource: 'mine', accepted: expect.any(String) as string });
    expect(answers).toMatchObject([
      {
        answer: {
          Status: 'FAILED',
          PhysicalResourceId: 'mine',
          Reason: expect.stringContaining('Deployment (mine) failed'),
        },
      },
    ]);
  });

  test('names its log, that of the function’s own settings where the invocation does not tell', async () => {
    await handler(request('Create', nonsense), { logGroupName: '/aws/lambda/told' });
    await handler(request('Create', nonsense), {});
    await handler(request('Create', nonsense));
    expect(answers.map(({ answer }) => /Log: (.*), execution \S+/.exec(answer.Reason ?? '')?.[1])).toEqual([
      '/aws/lambda/told',
      '/aws/lambda/handler',
      '/aws/lambda/handler',
    ]);
  });

  test('is not what a request is that cannot be read at all: that is for Lambda to try again', async () => {
    await expect(handler({ ...request('Update'), OldResourceProperties: null })).rejects.toThrow(TypeError);
    expect(answers).toEqual([]);
  });

  test('is answered though it does not name a state machine', async () => {
    await handler(request('Create', { properties: { StateMachineArn: undefined } }));
    expect(answers).toMatchObject([
      { answer: { Status: 'FAILED', Reason: expect.stringContaining('StateMachineArn must be') } },
    ]);
  });
});

test('H3: a deletion of what was never made is answered at once', async () => {
  const remove = request('Delete', { ...nonsense, physicalId: 'not-created:1' });
  await handler(remove);
  expect(answers).toEqual([
    {
      url: remove.ResponseURL,
      answer: {
        Status: 'SUCCESS',
        PhysicalResourceId: 'not-created:1',
        StackId: STACK_ID,
        RequestId: remove.RequestId,
        LogicalResourceId: 'Deployment',
      },
    },
  ]);
  expect(around.calls).toEqual([]);
  expect(around.lines.at(-1)).toMatchObject({ resource: 'not-created:1', answer: 'SUCCESS' });
});

describe('H14: an execution that cannot be started', () => {
  test('is tried again for three minutes, less often each time; then the user learns why', async () => {
    around.fails('StartExecution', 'denied', 'AccessDeniedException: not authorized to perform: states:StartExecution');
    const create = request('Create');
    await handler(create);
    expect(pauses).toEqual([2000, 4000, 8000, 16_000, ...Array<number>(6).fill(26_000)]);
    expect(around.calls).toHaveLength(11);
    expect(timeouts).toEqual([780_000]);
    expect(answers).toMatchObject([
      {
        url: create.ResponseURL,
        answer: { Status: 'FAILED', PhysicalResourceId: expect.stringMatching(/^failed-create:.*:fraud-Deployment-/) },
      },
    ]);
    expect(answers[0]?.answer.Reason).toContain(
      'failed: StartExecution: AccessDeniedException: not authorized to perform: states:StartExecution',
    );
    expect(around.levels.slice(1)).toEqual([...Array<string>(11).fill('warn'), 'error']);
    expect(around.lines.slice(1, -1)).toMatchObject(
      Array.from({ length: 11 }, () => ({
        callError: 'StartExecution: AccessDeniedException: not authorized to perform: states:StartExecution',
      })),
    );
  });

  test.each([
    ['throttled', 'Create', 'passing'],
    ['denied, to delete, which would leave the stack stuck', 'Delete', 'denied'],
    ['denied, to update, which may be a rollback', 'Update', 'denied'],
  ] as const)('H30: because it is %s, is tried for as long as the function may run', async (_, type, kind) => {
    around.fails('StartExecution', kind, 'no');
    await handler(request(type, { physicalId: 'mine' }));
    expect(pauses.reduce((sum, pause) => sum + pause)).toBeGreaterThan(12 * 60_000);
    expect(pauses.reduce((sum, pause) => sum + pause)).toBeLessThanOrEqual(13 * 60_000);
    expect(answers).toMatchObject([{ answer: { Status: 'FAILED' } }]);
  });

  test('H38: may have begun all the same, so that its Delete looks for what it may have made', async () => {
    around.fails('StartExecution', 'passing', 'no');
    const create = request('Create');
    await handler(create);
    expect(answers[0]?.answer.PhysicalResourceId).toMatch(
      new RegExp(`^failed-create:${create.RequestId}:fraud-Deployment-[0-9a-f]+:${around.time}$`),
    );
  });

  test('because of a bug of ours is for Lambda to try again', async () => {
    around.bug('StartExecution', new RangeError('stack size'));
    await expect(handler(request('Create'))).rejects.toThrow(RangeError);
    expect(answers).toEqual([]);
  });
});

describe('H20: an answer that is given at once', () => {
  test('is tried five times, with longer and longer pauses', async () => {
    answersToLose = 4;
    await handler(request('Create', nonsense));
    expect(answers).toHaveLength(1);
    expect(pauses).toEqual([2000, 4000, 8000, 16_000]);
  });

  test('and is lost five times is for Lambda to try again', async () => {
    answersToLose = 5;
    await expect(handler(request('Create', nonsense))).rejects.toThrow('not taken');
    expect(pauses).toHaveLength(4);
    expect(around.lines.slice(-5)).toMatchObject(Array.from({ length: 5 }, () => ({ undelivered: 'not taken' })));
  });
});

describe('what is not for this function', () => {
  const OTHER = STACK_ID.replace('fraud', 'other');

  test('a request whose answer would not go to CloudFormation is not answered, but logged', async () => {
    await handler(request('Create', { responseUrl: 'https://attacker.example/' }));
    expect([answers, around.calls]).toEqual([[], []]);
    expect(around.lines).toMatchObject([{ refusal: 'its answer would not go to CloudFormation' }]);
    expect(around.levels).toEqual(['warn']);
  });

  test('nor is a task that says so carried out', async () => {
    const { state } = await begunWith({});
    const forged = { ...state, request: { ...state.request, ResponseURL: 'https://attacker.example/' } };
    for (const action of ['reconcile', 'giveUp', 'answer']) {
      await expect(handler({ action, state: forged })).rejects.toThrow(
        'the request is refused: its answer would not go to CloudFormation',
      );
    }
    expect([answers, around.calls]).toEqual([[], []]);
  });

  test.each([
    ['its only goal', (goal: Goal) => [{ ...goal, owner: { ...goal.owner, stackId: OTHER } }]],
    ['one of its goals', (goal: Goal) => [goal, { ...goal, owner: { ...goal.owner, stackId: OTHER } }]],
  ])('a task is refused if %s is about what another stack has made', async (_, goals) => {
    const { state } = await begunWith({});
    const forged = { ...state, goals: state.goals.flatMap(goals) };
    await expect(handler({ action: 'reconcile', state: forged })).rejects.toThrow(
      'the request is refused: it is about what another stack has made',
    );
    expect(around.calls).toEqual([]);
  });

  async function begunWith(options: Parameters<typeof request>[1]): Promise<{ state: State }> {
    await handler(request('Create', options));
    const { state } = started();
    around.calls.length = 0;
    return { state };
  }
});

describe('the state machine’s task', () => {
  async function begun(options?: Parameters<typeof request>[1]): Promise<State> {
    await handler(request('Create', options));
    const { state } = started();
    around.calls.length = 0;
    stateMachines.length = 0;
    return state;
  }

  test('reconcile is one step, none of whose calls outlives three quarters of a minute', async () => {
    const state = await begun();
    around.resource = deployment();
    around.tagged = TAKEN_UP;
    const after = await handler({ action: 'reconcile', state });
    expect(after).toMatchObject({ next: 'answer', answer: { Status: 'SUCCESS', Data: { Arn: ARN } } });
    expect(around.calls[0]).toMatchObject(['ListExecutions', state.run.prefix, {}]);
    expect(stateMachines).toEqual([STATE_MACHINE_ARN]);
    expect(timeouts).toEqual([780_000, 45_000]);
    expect(answers).toEqual([]);
  });

  test('answer sends the answer', async () => {
    const state = await begun();
    const answer: Answer = {
      Status: 'SUCCESS',
      PhysicalResourceId: 'mine',
      StackId: STACK_ID,
      RequestId: state.request.RequestId,
      LogicalResourceId: 'Deployment',
    };
    await handler({ action: 'answer', state: { ...state, answer } });
    expect(answers).toEqual([{ url: state.request.ResponseURL, answer }]);
  });

  test('answer fails where there is none, and where it is not taken: the state machine tries again', async () => {
    const state = await begun();
    await expect(handler({ action: 'answer', state })).rejects.toThrow('there is no answer to send');
    answersToLose = 1;
    const answer: Answer = {
      Status: 'SUCCESS',
      PhysicalResourceId: 'mine',
      StackId: STACK_ID,
      RequestId: 'r',
      LogicalResourceId: 'Deployment',
    };
    await expect(handler({ action: 'answer', state: { ...state, answer } })).rejects.toThrow('not taken');
    expect(pauses).toEqual([]);
  });

  test('giveUp tells in the id what the Create may have left', async () => {
    const state = await begun();
    const idAfter = async (memory: Partial<State['memory']>): Promise<string> =>
      (await handler({ action: 'giveUp', state: { ...state, memory: { ...state.memory, ...memory } } }))?.answer
        ?.PhysicalResourceId ?? '';
    expect(await idAfter({})).toMatch(/:gone$/);
    expect(await idAfter({ create: { arn: ARN } })).toContain(ARN.split('/')[1]);
  });

  test('giveUp makes an answer of what kept the function from running', async () => {
    const state = await begun();
    const Cause = JSON.stringify({ errorType: 'TypeError', errorMessage: 'of undefined', trace: ['at step'] });
    const after = await handler({ action: 'giveUp', state: { ...state, error: { Error: 'TypeError', Cause } } });
    expect(after).toMatchObject({ next: 'answer', wait: 0, physicalId: state.physicalId });
    expect(after?.answer).toEqual({
      Status: 'FAILED',
      Reason: expect.stringContaining(
        `Create of custom model deployment Deployment (${state.physicalId}) failed: the handler could not be run: TypeError: of undefined. Log: /aws/lambda/handler, execution ${state.run.name}`,
      ) as string,
      PhysicalResourceId: `failed-create:${state.request.RequestId}:${state.physicalId}:gone`,
      StackId: STACK_ID,
      RequestId: state.request.RequestId,
      LogicalResourceId: 'Deployment',
    });
    expect(answers).toEqual([]);
  });

  test('H30: fails under a name of its own where our code is wrong, so that it is not tried for long', async () => {
    const state = await begun();
    around.bug('GetCustomModelDeployment', new RangeError('stack size'));
    await expect(handler({ action: 'reconcile', state, definition: 2 })).rejects.toMatchObject({
      name: HANDLER_ERROR,
      message: 'RangeError: stack size',
      cause: expect.any(RangeError),
    });
    expect(around.lines.at(-1)).toMatchObject({ logicalId: 'Deployment', handlerError: 'RangeError: stack size' });
    expect(around.levels.at(-1)).toBe('error');
    await expect(handler({ action: 'giveUp', state: {} })).rejects.toMatchObject({ name: HANDLER_ERROR });
  });

  test('H30: fails under another name where the answer does not arrive, so that it is tried to the end', async () => {
    const state = await begun();
    answersToLose = 1;
    const answer: Answer = {
      Status: 'SUCCESS',
      PhysicalResourceId: 'mine',
      StackId: STACK_ID,
      RequestId: 'r',
      LogicalResourceId: 'Deployment',
    };
    await expect(handler({ action: 'answer', state: { ...state, answer } })).rejects.toMatchObject({
      name: 'AnswerNotDelivered',
    });
    expect(around.lines.at(-1)).toMatchObject({ logicalId: 'Deployment', resource: 'mine', undelivered: 'not taken' });
    expect(around.levels.at(-1)).toBe('warn');
  });

  describe('H37: of another version of the library', () => {
    test('that is newer ends with an answer that says so', async () => {
      const state = await begun();
      const after = await handler({ action: 'reconcile', state: { ...state, version: 3 }, definition: 3 });
      expect(after).toMatchObject({
        next: 'answer',
        answer: {
          Status: 'FAILED',
          Reason: expect.stringMatching(/begun by a newer version .* version 3, this is 2.*ask again/),
        },
      });
      expect(around.calls).toEqual([]);
    });

    test('that is the last release, whose state says no version, goes on', async () => {
      const { version, ...state } = await begun();
      expect(version).toBe(2);
      around.resource = deployment();
      around.tagged = TAKEN_UP;
      expect(await handler({ action: 'reconcile', state })).toMatchObject({
        next: 'answer',
        answer: { Status: 'SUCCESS' },
      });
    });

    test('whose definition passes no version gets only what that knows', async () => {
      const state = await begun();
      around.fails('GetCustomModelDeployment', 'denied', 'no');
      const troubles = {
        GetCustomModelDeployment: { kind: 'denied', message: 'no', first: NOON - 180_000, last: NOON, count: 9 },
      } as const;
      const update: State = {
        ...state,
        goals: [present({ previous: { tags: {} } })],
        memory: { ...state.memory, troubles },
      };
      expect(await handler({ action: 'reconcile', state: update })).toMatchObject({ next: 'answer' });
      expect(await handler({ action: 'reconcile', state: update, definition: 2 })).toMatchObject({ next: 'stack' });
    });
  });

  test.each([
    ['JSON without a message', '{"errorMessage":7}', 'States.Timeout: {…. Log'],
    ['no JSON', 'too long', 'States.Timeout: too long. Log'],
    [
      'a quotation of the state',
      `The input was {"ResponseURL":"${NOON_URL}"}`,
      'States.Timeout: The input was {…. Log',
    ],
    [
      'a message that quotes the URL',
      JSON.stringify({ errorMessage: `PUT ${NOON_URL} failed` }),
      'States.Timeout: PUT (URL) failed. Log',
    ],
  ])('giveUp tells of a cause that is %s what is no secret', async (_, Cause, words) => {
    const state = await begun({ responseUrl: NOON_URL });
    expect(
      (await handler({ action: 'giveUp', state: { ...state, error: { Error: 'States.Timeout', Cause } } }))?.answer
        ?.Reason,
    ).toContain(words);
  });

  test.each([
    ['nothing of it', undefined, 'the handler could not be run: unknown error: no cause given'],
    ['not its name', { Cause: 'timed out' }, 'the handler could not be run: unknown error: timed out'],
    ['not its cause', { Error: 'States.Timeout' }, 'the handler could not be run: States.Timeout: no cause given'],
  ])('giveUp says so where Step Functions tells %s', async (_, error, words) => {
    const state = await begun();
    expect(
      (await handler({ action: 'giveUp', state: { ...state, ...(error === undefined ? {} : { error }) } }))?.answer
        ?.Reason,
    ).toContain(words);
  });
});
