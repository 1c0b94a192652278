import type { Execution } from '../../lambda/executions/executions';
import { digestOfProperties, executionName } from '../../lambda/executions/precedence';
import { CallFailed } from '../../lambda/reconcile/call-errors';
import type { Goal } from '../../lambda/reconcile/goal';
import type { Memory } from '../../lambda/reconcile/memory';
import type { Resource } from '../../lambda/reconcile/observed';
import type { State } from '../../lambda/state';
import { explain, step } from '../../lambda/step';
import { LOGICAL_ID_TAG, MADE_OF_TAG, STACK_ID_TAG } from '../../lib/private/contract';
import {
  absent,
  ARN,
  deployment,
  FOREIGN_TAGS,
  memory,
  model,
  MODEL_1,
  MODEL_2,
  NOON,
  OUR_TAGS,
  present,
  STACK_ID,
  STACK_SEEN,
  user,
} from './support/builders';
import { FakeStepTools } from './support/fake-step-tools';

/**
 * One invocation: what it looks at, what it changes and what it hands on. How that is decided is told in reconcile/.
 */

const NAME = 'fraud-Deployment-abc';
const REQUEST_ID = '00000000-0000-4000-8000-000000000001';
const at = (seconds: number): number => NOON + seconds * 1000;
/** The execution of the request that CloudFormation made at that second. */
const named = (second: number): { name: string; prefix: string } =>
  executionName(STACK_ID, 'Deployment', `request-${second}`, at(second), {});
const OWN = named(0);

let around: FakeStepTools;
beforeEach(() => {
  around = new FakeStepTools();
});

const operations = (): string[] => around.calls.map(([operation]) => operation);
const taken = (given: State): Promise<State> => step(given, around);

/** A run whose first minute is over, in which it has found itself alone. */
function later(goals: readonly Goal[] = [present()], given: Partial<Memory> = {}, changes: Partial<State> = {}): State {
  return {
    run: { ...OWN, stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:Waiter', acceptedAt: at(-61) },
    request: {
      RequestType: 'Create',
      RequestId: REQUEST_ID,
      StackId: STACK_ID,
      LogicalResourceId: 'Deployment',
      ResourceType: 'Custom::BedrockCustomModelDeployment',
      ResponseURL: 'https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com/answer',
    },
    physicalId: 'the-id',
    goals,
    goal: 0,
    memory: memory({ aloneAt: at(-30), ...given }),
    next: 'wait',
    wait: 7,
    ...changes,
  };
}

/** A run that has only just begun. */
function early(given: Partial<Memory> = {}, goals?: readonly Goal[]): State {
  const state = later(goals, given);
  return { ...state, run: { ...state.run, acceptedAt: NOON }, memory: memory(given) };
}

function execution(second: number, more: Partial<Execution> = {}): Execution {
  return { name: named(second).name, startedAt: at(second), status: 'running', ...more };
}

function modelGoal(kmsKeyArn?: string): Goal {
  const spec = {
    kind: 'model',
    madeOf: 'abcdef',
    source: { modelPackageArn: 'arn:package' },
    ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }),
  } as const;
  return { ...present({ tags: { team: 'fraud' } }), spec };
}

describe('a change', () => {
  test('is made only after the intent has been handed to the state machine', async () => {
    const first = await taken(later());
    expect(first).toMatchObject({ next: 'wait', wait: 0, memory: { create: {} } });
    expect(around.calls).toEqual([
      ['GetCustomModelDeployment', NAME],
      ['GetCustomModel', MODEL_1],
    ]);

    const second = await taken(first);
    expect(operations().slice(2)).toEqual([
      'GetCustomModelDeployment',
      'GetCustomModel',
      'CreateCustomModelDeployment',
    ]);
    expect(second).toMatchObject({ next: 'wait', wait: 2, memory: { create: { arn: ARN, acceptedAt: NOON } } });
  });

  test('H15: that a full quota has put off is looked for, and made, only if fewer are in progress', async () => {
    const waiting = { kind: 'busy', message: 'full', first: at(-60), last: at(-20), count: 2 } as const;
    const troubles = { CreateCustomModelDeployment: waiting };
    const state = later([present()], { create: {}, spread: 0.5, troubles, ...STACK_SEEN });
    const first = await taken(state);
    expect(first).toMatchObject({ next: 'wait', wait: 60, memory: { places: { at: NOON, taken: 2 } } });
    expect(operations()).toEqual(['ListCustomModelDeployments']);

    around.time = at(60);
    around.inProgress = 1;
    const second = await taken(first);
    expect(second).toMatchObject({ next: 'wait', wait: 5, memory: { places: { taken: 2, freeSince: at(60) } } });
    around.time = at(65);
    await taken(second);
    expect(operations().slice(1)).toEqual([
      'ListCustomModelDeployments',
      'ListCustomModelDeployments',
      'GetCustomModelDeployment',
      'GetCustomModel',
      'CreateCustomModelDeployment',
    ]);
  });

  test('H15: that a full quota has put off remembers that any is in progress', async () => {
    const waiting = { kind: 'busy', message: 'full', first: at(-600), last: at(-20), count: 9 } as const;
    const idle = { isIdle: true, digest: 'same', total: 9, ofStack: 0, idleSince: at(-60), noneOfStackSince: at(-60) };
    const state = later([present()], {
      create: {},
      quotaUse: { kind: 'deployment', at: at(-60), ...idle },
      troubles: { CreateCustomModelDeployment: waiting },
    });
    const { memory } = await taken(state);
    expect(memory.quotaUse).toEqual({
      kind: 'deployment',
      at: NOON,
      total: 9,
      ofStack: 0,
      isIdle: false,
      digest: 'same',
    });
  });

  test('H15: that a full quota has put off has the time of its resource all the same', async () => {
    const waiting = { kind: 'busy', message: 'full', first: at(-1000), last: at(-20), count: 60 } as const;
    around.inProgress = 1;
    const after = await taken(
      later([present()], {
        startedAt: at(-1000),
        deadline: at(-400),
        create: {},
        places: { at: at(-6), taken: 2, freeSince: at(-6) },
        ...STACK_SEEN,
        troubles: { CreateCustomModelDeployment: waiting },
      }),
    );
    expect(after).toMatchObject({ next: 'wait', memory: { create: { arn: ARN }, deadline: at(600), troubles: {} } });
  });

  test('is in the log', async () => {
    await taken(later([present()], { create: {} }));
    expect(around.lines).toEqual([{ resource: NAME, change: 'create' }]);
  });

  test('that creates a deployment carries the user’s tags, the proof of ownership, and a token', async () => {
    await taken(later([present({ description: 'ours', tags: { team: 'fraud' } })], { create: {} }));
    expect(around.calls.at(-1)).toEqual([
      'CreateCustomModelDeployment',
      {
        name: NAME,
        modelArn: MODEL_1,
        description: 'ours',
        clientRequestToken: REQUEST_ID,
        tags: { team: 'fraud', [STACK_ID_TAG]: STACK_ID, [LOGICAL_ID_TAG]: 'Deployment' },
      },
    ]);
  });

  test('that creates a deployment without a description gives none', async () => {
    await taken(later([present()], { create: {} }));
    expect(around.calls.at(-1)?.[1]).not.toHaveProperty('description');
  });

  test('that creates a model says in a tag what it is made of', async () => {
    await taken(later([modelGoal()], { create: {} }));
    expect(around.calls).toEqual([
      ['GetCustomModel', NAME],
      [
        'CreateCustomModel',
        {
          name: NAME,
          source: { modelPackageArn: 'arn:package' },
          clientRequestToken: REQUEST_ID,
          tags: { team: 'fraud', ...OUR_TAGS, [MADE_OF_TAG]: 'abcdef' },
        },
      ],
    ]);
  });

  test('that creates a model with a key gives the key', async () => {
    await taken(later([modelGoal('arn:key')], { create: {} }));
    expect(around.calls.at(-1)).toMatchObject(['CreateCustomModel', { kmsKeyArn: 'arn:key' }]);
  });

  test('carries it as soon for a RequestId of whatever length', async () => {
    const state = later([present()], { create: {} });
    const began = process.cpuUsage();
    await taken({ ...state, request: { ...state.request, RequestId: `r${'-'.repeat(2 ** 18)}r` } });
    // µs, where it would be many seconds if each hyphen cost a look at all that follow
    expect(process.cpuUsage(began).user).toBeLessThan(2e6);
  });

  test.each([
    [REQUEST_ID, REQUEST_ID],
    ['//a:b_c//', 'a-b-c'],
    ['r'.repeat(300), 'r'.repeat(256)],
    ['::', 'request'],
    [`r${'-'.repeat(300)}r`, 'r'],
  ])('H1: carries a token that Bedrock takes, whatever the RequestId: %.40s', async (RequestId, token) => {
    const state = later([present()], { create: {} });
    await taken({ ...state, request: { ...state.request, RequestId } });
    expect(around.calls.at(-1)).toMatchObject(['CreateCustomModelDeployment', { clientRequestToken: token }]);
  });

  test('that updates names the deployment and the model', async () => {
    around.resource = deployment();
    const after = await taken(later([present({ modelArn: MODEL_2 })], { update: { before: {} } }));
    expect(around.calls.at(-1)).toEqual(['UpdateCustomModelDeployment', ARN, MODEL_2]);
    expect(after).toMatchObject({ next: 'wait', wait: 2, memory: { update: { before: {}, acceptedAt: NOON } } });
  });

  test.each([
    ['deployment', 'DeleteCustomModelDeployment', deployment()],
    ['model', 'DeleteCustomModel', model()],
  ] as const)('that deletes a %s remembers which', async (kind, operation, resource) => {
    around.resource = resource;
    const after = await taken(later([absent({ spec: { kind } })]));
    expect(around.calls.at(-1)).toEqual([operation, resource.arn]);
    expect(after).toMatchObject({ next: 'wait', wait: 2, memory: { deleted: { arn: resource.arn, at: NOON } } });
  });

  test('of tags sets with the proof of ownership, removes, and looks again at once', async () => {
    around.resource = deployment();
    around.tagged = { ...OUR_TAGS, old: 'yes' };
    const after = await taken(later([present({ tags: { team: 'fraud' }, previous: { tags: { old: 'yes' } } })]));
    expect(around.calls.slice(2)).toEqual([
      ['TagResource', ARN, { team: 'fraud', ...OUR_TAGS }],
      ['UntagResource', ARN, ['old']],
    ]);
    expect(after).toMatchObject({ next: 'wait', wait: 0, memory: { deadline: at(3480) } });
  });

  test.each([
    ['sets', present({ tags: { team: 'fraud' }, previous: { tags: {} } }), OUR_TAGS, 'TagResource'],
    ['removes', present({ previous: { tags: { old: 'yes' } } }), { ...OUR_TAGS, old: 'yes' }, 'UntagResource'],
  ])('of tags that only %s makes no other call', async (_, goal, tagged, operation) => {
    around.resource = deployment();
    around.tagged = tagged;
    await taken(later([goal]));
    expect(operations().slice(2)).toEqual([operation]);
  });
});

describe('a look', () => {
  test('is taken at what the decision asks for, and at nothing else', async () => {
    around.resource = model();
    around.users = [user(ARN, FOREIGN_TAGS)];
    const after = await taken(later([absent({ spec: { kind: 'model' } })]));
    expect(around.calls).toEqual([
      ['GetCustomModel', NAME],
      ['ListTagsForResource', MODEL_1],
      ['ListCustomModelDeployments', MODEL_1],
    ]);
    expect(after.answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining(`by ${ARN}`) });
  });

  test('H5: is taken by its ARN at what this request has made where its name leads to somebody else’s', async () => {
    const own = `${ARN}-own`;
    around.resource = deployment();
    around.tagged = FOREIGN_TAGS;
    around.other = deployment({ arn: own });
    const noted = await taken(later([present()], { create: { arn: own, acceptedAt: NOON } }));
    await taken(noted);
    const looks = [
      ['GetCustomModelDeployment', NAME],
      ['ListTagsForResource', ARN],
      ['GetCustomModelDeployment', own],
      ['ListTagsForResource', own],
    ];
    expect(around.calls).toEqual([...looks, ...looks, ['DeleteCustomModelDeployment', own]]);
  });
});

describe('a call that works strikes off its own error, and no other:', () => {
  const failing = { kind: 'passing', message: 'slow down', first: NOON, last: NOON, count: 1 } as const;
  const tagging = present({ tags: { team: 'fraud' }, previous: { tags: { old: 'yes' } } });
  const removal = absent({ spec: { kind: 'model' } });

  test.each<[string, Resource | undefined, State]>([
    ['GetCustomModelDeployment', undefined, later()],
    ['GetCustomModel', undefined, later()],
    ['CreateCustomModelDeployment', undefined, later([present()], { create: {} })],
    ['CreateCustomModel', undefined, later([modelGoal()], { create: {} })],
    ['UpdateCustomModelDeployment', deployment(), later([present({ modelArn: MODEL_2 })], { update: { before: {} } })],
    ['TagResource', deployment(), later([tagging])],
    ['UntagResource', deployment(), later([tagging])],
    ['ListTagsForResource', model(), later([removal])],
    ['ListCustomModelDeployments', model(), later([removal])],
    ['DeleteCustomModel', model(), later([removal])],
    ['DeleteCustomModelDeployment', deployment(), later([absent()])],
    ['ListExecutions', undefined, early()],
    ['StopExecution', undefined, early({ graceGiven: true })],
  ])('%s', async (operation, resource, state) => {
    around.resource = resource ?? around.resource;
    around.tagged = { ...OUR_TAGS, old: 'yes' };
    around.listed = [execution(-10), execution(0)];
    const troubles = { [operation]: failing, StartExecution: failing };
    const after = await taken({ ...state, memory: { ...state.memory, troubles } });
    expect(operations()).toContain(operation);
    expect(after.memory.troubles).toEqual({ StartExecution: failing });
  });
});

describe('H13: a call error', () => {
  const throttled = 'ThrottlingException: slow down';

  test('is remembered with the call and the time, logged, and waited out', async () => {
    around.time = at(5);
    around.fails('GetCustomModelDeployment', 'passing', throttled);
    expect(await taken(later())).toMatchObject({
      next: 'wait',
      wait: 2,
      memory: {
        troubles: {
          GetCustomModelDeployment: {
            kind: 'passing',
            message: `GetCustomModelDeployment: ${throttled}`,
            first: at(5),
            last: at(5),
            count: 1,
          },
        },
        awaiting: 'GetCustomModelDeployment to work',
      },
    });
    expect(around.lines).toStrictEqual([
      { resource: 'the-id', callError: `GetCustomModelDeployment: ${throttled}`, kind: 'passing' },
      { resource: NAME, wait: 2, awaiting: 'GetCustomModelDeployment to work' },
    ]);
    expect(around.levels).toEqual(['warn', 'info']);
  });

  test('is in the log with the id of the request at AWS', async () => {
    const callError = {
      kind: 'passing',
      operation: 'GetCustomModel',
      message: throttled,
      awsRequestId: 'its-id',
    } as const;
    around.bug('GetCustomModelDeployment', new CallFailed(callError));
    const after = await taken(later());
    expect(around.lines[0]).toMatchObject({ awsRequestId: 'its-id' });
    expect(JSON.stringify(after)).not.toContain('its-id');
  });

  test('does not undo what was learned before it in the same step', async () => {
    around.fails('GetCustomModel', 'passing', throttled);
    const refused: Memory['troubles'] = {
      CreateCustomModelDeployment: { kind: 'refused', message: 'no', first: at(-60), last: at(-60), count: 1 },
    };
    expect(await taken(later([present()], { create: {}, troubles: refused, ...STACK_SEEN }))).toMatchObject({
      memory: { quotaUse: { at: NOON }, troubles: { GetCustomModel: { count: 1 } } },
    });
  });

  test('with the list of executions is a call error like any other', async () => {
    around.fails('ListExecutions', 'passing', throttled);
    expect(await taken(early())).toMatchObject({ next: 'wait', wait: 2 });
    expect(operations()).toEqual(['ListExecutions']);
  });

  test('past the deadline fails the request', async () => {
    around.time = at(3480);
    around.fails('GetCustomModelDeployment', 'passing', throttled);
    expect(await taken(later())).toMatchObject({
      next: 'answer',
      wait: 0,
      answer: { Status: 'FAILED', Reason: expect.stringContaining('out of time') },
    });
  });

  test('that is a bug of ours is thrown, for the state machine to try again', async () => {
    around.bug('GetCustomModelDeployment', new RangeError('stack size'));
    await expect(taken(later())).rejects.toThrow(RangeError);
  });
});

describe('H9: a request that is not the first for its resource', () => {
  const HAD = { ModelArn: MODEL_1 };
  const created = (more: Partial<Execution> = {}): Execution => ({
    ...execution(-100, { status: 'succeeded', endedAt: at(-60) }),
    name: executionName(STACK_ID, 'Deployment', 'the-create', at(-100), HAD).name,
    ...more,
  });
  const update = (goals: readonly Goal[] = [absent()]): State => {
    const state = early({}, goals);
    return { ...state, run: { ...state.run, previous: digestOfProperties(HAD) } };
  };

  test('concludes nothing while an older run may not be listed yet', async () => {
    expect(await taken(update())).toMatchObject({ next: 'wait', wait: 10, memory: { settleUntil: at(10) } });
    around.listed = [created({ name: named(-100).name })];
    expect(await taken(update([present()]))).toMatchObject({ next: 'wait', memory: { settleUntil: at(10) } });
  });

  test('nor from what a call shows that hung until it may be listed, before the list is read again', async () => {
    around.tagged = OUR_TAGS;
    const get = jest.spyOn(around.bedrock, 'get').mockImplementation(() => {
      around.time = at(11);
      around.listed = [execution(-1)];
      return Promise.resolve(deployment());
    });
    const waiting = await taken(update([present({ nameIsNew: false })]));
    expect(waiting).toMatchObject({ next: 'wait', memory: { graceGiven: true } });
    expect(operations()).toEqual(['ListExecutions', 'ListTagsForResource', 'ListExecutions']);

    get.mockRestore();
    around.resource = deployment();
    await taken(waiting);
    expect(operations()).toContain('StopExecution');
  });

  test('nor while reads may still show what was before the last change', async () => {
    around.listed = [created({ endedAt: at(-3) })];
    expect(await taken(update())).toMatchObject({ next: 'wait', wait: 13, memory: { settleUntil: at(13) } });
    around.listed = [created({ endedAt: at(-10) })];
    expect(await taken(update())).toMatchObject({ next: 'wait', wait: 10, memory: { settleUntil: at(10) } });
  });

  test('does not wait if the last that is listed is known to be the last there was', async () => {
    around.listed = [created()];
    around.resource = deployment();
    around.tagged = OUR_TAGS;
    const after = await taken(update([present({ nameIsNew: false })]));
    expect(after).toMatchObject({ next: 'answer', answer: { Status: 'SUCCESS' } });
    expect(after.memory).not.toHaveProperty('settleUntil');
  });

  test('waits if one is listed only later', async () => {
    around.listed = [created()];
    const first = await taken(update());
    expect(first.memory).not.toHaveProperty('settleUntil');
    around.time = at(20);
    around.listed = [execution(-1, { status: 'cut short', endedAt: at(1) }), created()];
    expect(await taken(first)).toMatchObject({ next: 'wait', wait: 41, memory: { settleUntil: at(61) } });
  });
});

describe('H4: other executions for the same resource', () => {
  const lists = (): number => operations().filter((operation) => operation === 'ListExecutions').length;
  const creating = { create: { arn: ARN, acceptedAt: at(0) } };

  test('are looked for by the resource’s own prefix, before anything else', async () => {
    await taken(early());
    expect(around.calls[0]).toMatchObject(['ListExecutions', OWN.prefix, {}]);
    expect(lists()).toBe(1);
  });

  test.each([
    ['nothing but looks and waits', deployment({ status: 'Creating' }), 0],
    ['changes something', deployment(), 1],
  ])('are looked for again in a step of the first minute that %s', async (_, resource, times) => {
    around.time = at(60);
    around.resource = resource;
    await taken(early({ aloneAt: at(11), ...creating }, [present({ tags: { team: 'fraud' } })]));
    expect(lists()).toBe(times);
  });

  test('are not looked for again while there is only to look and to wait', async () => {
    around.model = model({ status: 'Creating' });
    expect(await taken(early({ aloneAt: at(11) }))).toMatchObject({ next: 'wait' });
    expect(operations()).toEqual(['GetCustomModelDeployment', 'GetCustomModel']);
  });

  test('are looked for again before the answer, in the first minute and no longer', async () => {
    around.resource = deployment();
    around.time = at(60);
    expect(await taken(early({ aloneAt: at(11), ...creating }))).toMatchObject({ next: 'answer' });
    expect(lists()).toBe(1);
    around.time = at(60) + 1;
    expect(await taken(early({ aloneAt: at(11), ...creating }))).toMatchObject({ next: 'answer' });
    expect(lists()).toBe(1);
  });

  test.each<[string, Goal, string | undefined, number]>([
    ['a Create needs none of those before it', present(), undefined, 0],
    ['an Update the one before it', present({ nameIsNew: false }), 'digest', 1],
    ['a Delete as well', absent(), 'digest', 1],
    ['a Delete of what a failed Create left two', absent({ attempt: { until: NOON } }), 'digest', 2],
    ['a Delete by a name that CloudFormation made up two', absent({ madeAs: present().spec }), 'digest', 2],
  ])('are looked for back to all that may still run, or be newer: %s', async (_, goal, previous, count) => {
    const state = early({ startedAt: at(-5) }, [goal]);
    await taken({ ...state, run: { ...state.run, ...(previous === undefined ? {} : { previous }) } });
    expect(around.calls[0]).toEqual(['ListExecutions', OWN.prefix, { since: at(-5 - 14_400), count }]);
  });

  test.each([
    ['never', {}],
    ['only when none could be listed yet', { aloneAt: at(10) }],
  ])(
    'H30: are looked for later if the first minute went by without the function, and they were %s',
    async (_, known) => {
      around.time = at(1800);
      around.listed = [execution(-10), execution(0)];
      around.resource = deployment();
      const state = early({ graceGiven: true, ...creating, ...known });
      expect(await taken(state)).toMatchObject({ memory: { aloneAt: at(1800) } });
      expect(operations()).toContain('StopExecution');
    },
  );

  test('that are older tell what was asked before, if there are any', async () => {
    around.listed = [execution(-10, { status: 'succeeded' })];
    expect((await taken(early())).memory.earlier).toEqual([{ type: 'Create', at: at(-10) }]);
    around.listed = [execution(0)];
    expect((await taken(early())).memory).not.toHaveProperty('earlier');
  });

  test('that are newer have this one stop itself, without an answer and before anything is looked at', async () => {
    around.listed = [execution(0), execution(10)];
    expect(await taken(early())).toMatchObject({ next: 'stop', wait: 0 });
    expect(around.calls.slice(1)).toEqual([
      ['StopExecution', OWN.name, 'A newer request for the same resource has come.'],
    ]);
    expect(around.lines).toEqual([{ resource: 'the-id', stop: 'a newer request for this resource has come' }]);
  });

  test('that are newer and come to be listed only now are no less heeded', async () => {
    around.listed = [execution(0), execution(10)];
    around.resource = deployment();
    around.time = at(12);
    expect(await taken(early({ aloneAt: at(11), ...creating }))).toMatchObject({ next: 'stop' });
  });

  test('that are newer are looked for again if this one could not be stopped', async () => {
    around.listed = [execution(0), execution(10)];
    around.fails('StopExecution', 'passing', 'ThrottlingException: slow down');
    around.resource = deployment();
    around.time = at(55);
    const after = await taken(early({ aloneAt: at(20), ...creating }));
    expect(after).toMatchObject({ next: 'wait', wait: 2 });
    around.time = at(1800);
    await taken(after);
    expect(operations().slice(-2)).toEqual(['ListExecutions', 'StopExecution']);
  });

  test('that are older have three seconds to end of themselves', async () => {
    around.listed = [execution(-10), execution(0)];
    expect(await taken(early())).toMatchObject({ next: 'wait', wait: 3, memory: { graceGiven: true } });
    expect(operations()).toEqual(['ListExecutions']);
  });

  test('that are older and go on are stopped, each, and nothing is believed absent until their invocations must be over', async () => {
    around.time = at(4);
    around.listed = [execution(-20), execution(-10), execution(0)];
    const after = await taken(early({ graceGiven: true }));
    expect(around.calls.slice(1, 3)).toEqual([
      ['StopExecution', named(-20).name, 'A newer request for the same resource has come.'],
      ['StopExecution', named(-10).name, 'A newer request for the same resource has come.'],
    ]);
    expect(operations()).toContain('GetCustomModelDeployment');
    expect(after.memory.settleUntil).toBe(at(64));
  });

  test('that were cut short may have an invocation at work for a minute', async () => {
    around.listed = [execution(-10, { status: 'cut short', endedAt: at(-5) })];
    expect((await taken(early())).memory.settleUntil).toBe(at(55));
  });

  test('never shorten the time that is already being waited', async () => {
    around.listed = [execution(-10, { status: 'cut short', endedAt: at(-5) })];
    expect((await taken(early({ settleUntil: at(58) }))).memory.settleUntil).toBe(at(58));
  });

  test('that have answered need no waiting', async () => {
    around.listed = [execution(-10, { status: 'succeeded', endedAt: at(-5) })];
    expect((await taken(early())).memory).not.toHaveProperty('settleUntil');
  });
});

describe('the stack’s status', () => {
  const denied = (operation: string): void => {
    around.fails(operation, 'denied', 'AccessDeniedException: no');
  };
  const update = present({ modelArn: MODEL_2, previous: { tags: {} } });
  const troubles: Memory['troubles'] = {
    GetCustomModelDeployment: { kind: 'denied', message: 'no', first: at(-180), last: at(-20), count: 9 },
  };

  test('H30: is looked at by the state machine before an Update fails over a denial, and then remembered', async () => {
    denied('GetCustomModelDeployment');
    const asking = await taken(later([update], { troubles }));
    expect(asking).toMatchObject({ next: 'stack', wait: 0 });
    expect(asking).not.toHaveProperty('answer');
    const told = await taken({ ...asking, stack: { status: 'UPDATE_ROLLBACK_IN_PROGRESS' } });
    expect(told).toMatchObject({ next: 'wait', memory: { stack: 'UPDATE_ROLLBACK_IN_PROGRESS' } });
    expect(await taken({ ...asking, stack: { status: 'UPDATE_IN_PROGRESS' } })).toMatchObject({
      next: 'answer',
      answer: { Status: 'FAILED' },
    });
    expect(
      await taken({ ...asking, stack: { Error: 'CloudFormation.CloudFormationException', Cause: 'no' } }),
    ).toMatchObject({ next: 'wait', memory: { stack: 'unreadable' } });
  });

  test('H37: is never asked for in an execution whose definition does not know how', async () => {
    around.definition = 1;
    denied('GetCustomModelDeployment');
    expect(await taken(later([update], { troubles }))).toMatchObject({
      next: 'answer',
      answer: { Status: 'FAILED' },
      memory: { stack: 'not asked' },
    });
    around.definition = 1;
    expect(await taken(later([update], { deadline: at(-1) }))).toMatchObject({
      next: 'answer',
      answer: { Status: 'FAILED' },
    });
  });

  test('H27: is looked at when an Update is out of its own time', async () => {
    around.resource = deployment({ update: { modelArn: MODEL_1, status: 'Updating', reported: 'Updating' } });
    const asking = await taken(later([update], { deadline: at(-1) }));
    expect(asking).toMatchObject({ next: 'stack' });
    expect(await taken({ ...asking, stack: { status: 'UPDATE_ROLLBACK_IN_PROGRESS' } })).toMatchObject({
      next: 'wait',
    });
  });
});

describe('H19: an execution whose definition cannot look at the stack', () => {
  test('decides without it', async () => {
    around.definition = 1;
    around.resource = deployment({ status: 'Creating' });
    around.time = at(301);
    const update = present({ previous: { tags: {} } });
    const after = await taken(later([update], { deadline: at(300), create: { arn: ARN, acceptedAt: at(0) } }));
    expect(after).toMatchObject({ next: 'answer', answer: { Status: 'FAILED' }, memory: { stack: 'not asked' } });
  });
});

describe('the stack', () => {
  const known = { stack: 'UPDATE_IN_PROGRESS', stackAt: at(-60) };
  const after = async (stack: State['stack'], next: State['next']): Promise<Memory> =>
    (await taken({ ...later([present()], known, stack === undefined ? {} : { stack }), next })).memory;

  test('is as it was last looked at', async () => {
    const status = 'UPDATE_ROLLBACK_IN_PROGRESS';
    expect(await after({ status }, 'stack')).toMatchObject({ stack: status, stackAt: NOON });
    expect(await after({ status }, 'wait')).toMatchObject(known);
  });

  test('is not forgotten in a look that failed', async () => {
    expect(await after({ Error: 'States.Timeout' }, 'stack')).toMatchObject({ ...known, stackAt: NOON });
    expect(await after(undefined, 'stack')).toMatchObject({ ...known, stackAt: NOON });
  });

  test('H37: is not looked at for ever before a creation, where the definition cannot', async () => {
    around.definition = 1;
    const waiting = { kind: 'busy', message: 'full', first: at(-600), last: at(-130), count: 9 } as const;
    const state = later([present()], { create: {}, troubles: { CreateCustomModelDeployment: waiting } });
    expect(await taken(state)).toMatchObject({ memory: { stack: 'not asked', create: { arn: ARN } } });
  });
});

describe('H1: what was made and is not found by its name', () => {
  test('is looked for by its ARN, once', async () => {
    const after = await taken(later([present()], { create: { arn: ARN, acceptedAt: at(-5) } }));
    expect(around.calls).toEqual([
      ['GetCustomModelDeployment', NAME],
      ['GetCustomModelDeployment', ARN],
    ]);
    expect(after).toMatchObject({ next: 'wait' });
  });
});

describe('H15: a deletion', () => {
  test('waits for no place, though the creation before it did', async () => {
    around.resource = deployment();
    const waiting = { kind: 'busy', message: 'full', first: at(-60), last: at(-2), count: 2 } as const;
    await taken(later([absent()], { troubles: { CreateCustomModelDeployment: waiting } }));
    expect(operations()).not.toContain('ListCustomModelDeployments');
    expect(operations()).toContain('DeleteCustomModelDeployment');
  });
});

describe('all resources of the kind', () => {
  const refused: Memory['troubles'] = {
    CreateCustomModelDeployment: { kind: 'refused', message: 'no', first: at(-60), last: at(-60), count: 1 },
  };

  test('H15: are looked at before a refused creation is tried again, and remembered', async () => {
    around.quotaUse = { total: 4, isIdle: false, digest: 'same', ofStack: 0 };
    const after = await taken(later([present()], { create: {}, troubles: refused }));
    expect(around.calls).toContainEqual(['ListCustomModelDeployments', STACK_ID]);
    expect(after.memory.quotaUse).toEqual({
      kind: 'deployment',
      at: NOON,
      total: 4,
      isIdle: false,
      digest: 'same',
      ofStack: 0,
    });
  });

  test('are known to be at rest since they were first seen so', async () => {
    const at20 = await taken(later([present()], { create: {}, troubles: refused }));
    expect(at20.memory.quotaUse).toMatchObject({ idleSince: NOON });
  });

  test.each([
    ['has not changed', 'same', -90],
    ['has changed: something was at work unseen', 'other', 90],
  ])('H36: what was at rest at the look before and %s', async (_, digest, since) => {
    around.time = at(90);
    around.fails('CreateCustomModelDeployment', 'refused', 'no');
    expect(
      (
        await taken(
          later([present()], {
            create: {},
            troubles: refused,
            quotaUse: {
              kind: 'deployment',
              at: at(-90),
              total: 1,
              isIdle: true,
              digest,
              ofStack: 0,
              idleSince: at(-90),
            },
          }),
        )
      ).memory.quotaUse,
    ).toMatchObject({ at: at(90), idleSince: at(since) });
  });

  test.each([
    [0, NOON],
    [1, undefined],
  ])(
    'H36: are known to have none of the stack’s among them since they were first seen so (%d)',
    async (ofStack, since) => {
      around.quotaUse = { total: 4, isIdle: true, digest: 'same', ofStack };
      const after = await taken(later([present()], { create: {}, troubles: refused }));
      expect(after.memory.quotaUse?.noneOfStackSince).toBe(since);
    },
  );
});

describe('H27: what was seen in transition', () => {
  test('explains why a deletion is refused, whatever the error', async () => {
    around.resource = deployment({ status: 'Creating' });
    around.fails(
      'DeleteCustomModelDeployment',
      'refused',
      'ValidationException: Custom model deployment is in a mutating state',
    );
    expect((await taken(later([absent()]))).memory.troubles).toMatchObject({
      DeleteCustomModelDeployment: { kind: 'busy' },
    });
  });

  test('is not there when it is Active', async () => {
    around.resource = deployment();
    around.fails(
      'DeleteCustomModelDeployment',
      'refused',
      'ValidationException: Custom model deployment is in a mutating state',
    );
    expect((await taken(later([absent()]))).memory.troubles).toMatchObject({
      DeleteCustomModelDeployment: { kind: 'refused' },
    });
  });
});

describe('H38: what a failed attempt made', () => {
  test('is looked for by its ARN, since its name may be another’s by now', async () => {
    around.other = deployment();
    await taken(later([absent({ attempt: { until: NOON, arn: ARN } })]));
    expect(around.calls[0]).toEqual(['GetCustomModelDeployment', ARN]);
  });
});

test('H39: the second request for an import has another token than the first', async () => {
  around.time = at(180);
  await taken(later([modelGoal()], { create: {}, retried: MODEL_2, deleted: { arn: MODEL_2, at: at(175) } }));
  expect(around.calls.at(-1)).toMatchObject(['CreateCustomModel', { clientRequestToken: `${REQUEST_ID}-again` }]);
});

describe('a step ends', () => {
  test('with a wait, that says for what', async () => {
    around.resource = deployment({ status: 'Creating', createdAt: at(-30) });
    const after = await taken(later([present()]));
    expect(after).toMatchObject({
      next: 'wait',
      wait: 5,
      memory: { awaiting: `${ARN} to become Active; it is Creating` },
    });
    expect(after).not.toHaveProperty('answer');
    expect(around.lines).toEqual([{ resource: NAME, wait: 5, awaiting: `${ARN} to become Active; it is Creating` }]);
  });

  test('with the failure, in words for the user', async () => {
    around.model = model({ status: 'Failed', failureMessage: 'unreadable' });
    const after = await taken(later());
    const Reason = expect.stringContaining(
      `Create of custom model deployment Deployment (${NAME}) failed: the custom model ${MODEL_1} is Failed: unreadable. Log: /aws/lambda/handler, execution ${OWN.name}`,
    ) as string;
    expect(after).toMatchObject({ next: 'answer', wait: 0 });
    const PhysicalResourceId = `failed-create:${REQUEST_ID}:the-id:gone`;
    expect(after.answer).toEqual({
      Status: 'FAILED',
      Reason,
      PhysicalResourceId,
      StackId: STACK_ID,
      RequestId: REQUEST_ID,
      LogicalResourceId: 'Deployment',
    });
    expect(around.lines).toEqual([{ resource: PhysicalResourceId, answer: 'FAILED', reason: Reason }]);
  });

  test.each<[string, Partial<Memory>, FakeStepTools['resource'], string]>([
    ['nothing is left, if it asked for nothing', {}, { status: 'absent' }, 'gone'],
    ['something may be left, if it had begun to ask', { create: {} }, { status: 'absent' }, String(at(3480))],
    [
      'something is left, and which',
      { create: { arn: ARN, acceptedAt: at(10) } },
      deployment({ status: 'Creating' }),
      `${at(3480)}:${ARN}`,
    ],
  ])('H38: with the failure of a Create, whose id tells that %s', async (_, given, resource, rest) => {
    around.time = at(3480);
    around.resource = resource;
    around.model = model({ status: 'Creating' });
    expect((await taken(later([present()], given))).answer).toMatchObject({
      Status: 'FAILED',
      PhysicalResourceId: `failed-create:${REQUEST_ID}:the-id:${rest}`,
    });
  });

  test('H38: with the failure of a Create whose wreck is gone, whose id tells that', async () => {
    around.time = at(100);
    const after = await taken(
      later([present()], {
        create: { arn: ARN, acceptedAt: at(0) },
        deleted: { arn: ARN, at: at(90) },
        failure: 'boom',
      }),
    );
    expect(after.answer).toMatchObject({
      Status: 'FAILED',
      PhysicalResourceId: `failed-create:${REQUEST_ID}:the-id:gone`,
    });
  });

  test.each<[string, 'Update' | 'Delete', Partial<State>, string]>([
    [
      'an Update that may have made something: the new id',
      'Update',
      { memory: { ...early().memory, create: {} } },
      'the-id',
    ],
    ['an Update that has made nothing: the id that it had', 'Update', {}, 'old-id'],
    [
      'an Update whose first goal is reached: the new id',
      'Update',
      { goal: 1, goals: [present(), absent()] },
      'the-id',
    ],
    ['a Delete: its id', 'Delete', { goals: [absent()] }, 'the-id'],
  ])('H32: with the failure of %s', async (_, RequestType, changes, PhysicalResourceId) => {
    around.time = at(3480);
    around.resource = changes.memory === undefined ? deployment({ status: 'Creating' }) : { status: 'absent' };
    const state = { ...later([present()]), ...changes };
    const request = {
      ...state.request,
      RequestType,
      PhysicalResourceId: RequestType === 'Update' ? 'old-id' : 'the-id',
    };
    expect((await taken({ ...state, request })).answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId });
  });

  test.each([
    ['the id that was', 'old-id', 'old-id'],
    ['an id that is no name', undefined, `failed-create:${REQUEST_ID}:the-id:gone`],
  ])(
    'with a failure that leaves what was there to whoever left it: %s is answered, so that nothing is deleted after it',
    async (_, PhysicalResourceId, physicalId) => {
      around.resource = deployment({ description: 'of old' });
      const state = later([present({ nameIsFixed: true, nameIsNew: true, description: 'new' })]);
      const { answer } = await taken({
        ...state,
        request: {
          ...state.request,
          ...(PhysicalResourceId === undefined ? {} : { RequestType: 'Update', PhysicalResourceId }),
        },
      });
      expect(answer).toMatchObject({
        Status: 'FAILED',
        PhysicalResourceId: physicalId,
        Reason: expect.stringContaining('a retained deployment named'),
      });
      expect(around.lines).toMatchObject([{ resource: physicalId, answer: 'FAILED' }]);
    },
  );

  test('with the failure to delete, which says that it was a deletion', async () => {
    around.resource = deployment();
    around.time = at(3480);
    expect((await taken(later([absent()]))).answer?.Reason).toContain(`(deletion of ${NAME}) failed: out of time`);
  });

  test('with success, and the attributes of a deployment', async () => {
    around.resource = deployment();
    const after = await taken(later([present({ nameIsNew: false })]));
    expect(after).toMatchObject({ next: 'answer', wait: 0 });
    expect(after.answer).toStrictEqual({
      Status: 'SUCCESS',
      PhysicalResourceId: 'the-id',
      StackId: STACK_ID,
      RequestId: REQUEST_ID,
      LogicalResourceId: 'Deployment',
      Data: { Arn: ARN, Name: NAME, ModelArn: MODEL_1, Status: 'Active' },
    });
    expect(after).not.toHaveProperty('warning');
    expect(around.lines).toStrictEqual([{ resource: 'the-id', answer: 'SUCCESS' }]);
  });

  test('with success, and the attributes of a model', async () => {
    around.resource = model();
    around.tagged = { ...OUR_TAGS, team: 'fraud' };
    expect((await taken(later([modelGoal()]))).answer?.Data).toEqual({ Arn: MODEL_1, Name: NAME, Status: 'Active' });
  });

  test('with success, and no attributes for a deletion', async () => {
    expect((await taken(later([absent()], { absentSince: at(-20) }))).answer).not.toHaveProperty('Data');
  });

  test('with success when nothing is left to be wanted', async () => {
    expect(await taken(later([]))).toMatchObject({ next: 'answer', answer: { Status: 'SUCCESS' } });
    expect(around.calls).toEqual([]);
  });
});

describe('several goals', () => {
  const goals = [present(), absent({ name: 'leftover' })];

  test('are reached in turn, and the next begins with the request’s times and nothing else of its memory', async () => {
    around.resource = deployment();
    const data = { Arn: ARN, Name: NAME, ModelArn: MODEL_1, Status: 'Active' };
    const after = await taken(later(goals, { create: { arn: ARN }, awaiting: 'something', settleUntil: NOON }));
    expect(after).toEqual({
      ...later(goals),
      goal: 1,
      memory: { ...memory(), aloneAt: at(-30), settleUntil: NOON },
      data,
      next: 'wait',
      wait: 0,
    });
    expect(around.lines).toEqual([]);
  });

  test('H5: tell in the end, and in the log, of all that was left as it is', async () => {
    around.resource = deployment();
    around.tagged = FOREIGN_TAGS;
    const first = await taken(later([absent(), absent({ name: 'leftover' })]));
    expect(first).toMatchObject({
      goal: 1,
      warning: expect.stringContaining(`the deployment ${NAME} (${ARN}) was left`),
    });
    const { answer } = await taken({ ...first, memory: later().memory });
    expect(answer).toMatchObject({
      Status: 'SUCCESS',
      Reason: expect.stringMatching(
        new RegExp(`^the deployment ${NAME} .* the deployment leftover .* delete it by hand$`),
      ),
    });
    expect(around.lines).toMatchObject([
      { resource: NAME, warning: first.warning },
      { resource: 'leftover' },
      { answer: 'SUCCESS', reason: answer?.Reason },
    ]);
    expect(around.levels).toEqual(['warn', 'warn', 'info']);
  });

  test('have the attributes of what is left in the end', async () => {
    const data = { Arn: ARN, Name: NAME };
    expect((await taken(later(goals, { absentSince: at(-20) }, { goal: 1, data }))).answer).toMatchObject({
      Status: 'SUCCESS',
      Data: data,
    });
    expect(around.calls).toEqual([['GetCustomModelDeployment', 'leftover']]);
  });
});

describe('an error as the user reads it', () => {
  const { request, run } = later();
  const said = (ResourceType: string, why: string): string =>
    explain({ request: { ...request, ResourceType }, run }, 'mine', why, 'the log');

  test.each([
    ['Custom::BedrockCustomModelDeployment', 'custom model deployment'],
    ['Custom::BedrockCustomModel', 'custom model'],
  ])('calls a %s a %s', (type, noun) => {
    expect(said(type, 'why')).toContain(
      `Create of ${noun} Deployment (mine) failed: why. Log: the log, execution ${OWN.name}`,
    );
  });

  test('tells where the log stays, if a rollback of the whole stack would delete it', () => {
    expect(said('', 'why')).toMatch(
      /execution \S+ \(if this is the first deploy .* rollback deletes both .*--no-rollback/,
    );
    const update = explain({ request: { ...request, RequestType: 'Update' }, run }, 'mine', 'why', 'the log');
    expect(update).toMatch(new RegExp(`execution ${OWN.name}$`));
  });

  test('has one full stop where the service’s message has its own', () => {
    expect(said('', 'e.g. why.')).toContain('failed: e.g. why. Log');
  });
});

describe('H21: a gate', () => {
  const gates = [{ kind: 'converse', request: { Messages: [] }, maxAttempts: 3, seconds: 900 }] as const;
  const made = { create: { arn: ARN }, stack: 'CREATE_IN_PROGRESS' };
  beforeEach(() => {
    around.resource = deployment();
    around.definition = 3;
  });

  test('is checked by the state machine, and the request succeeds after its answer', async () => {
    const first = await taken(later([present({ gates })], made));
    expect(first).toMatchObject({
      next: 'converse',
      wait: 0,
      check: { request: { Messages: [], ModelId: ARN } },
      memory: { gate: { index: 0, since: NOON, checks: 0 }, awaiting: 'gate 1 of 1 (converse) to pass' },
    });
    expect(around.lines).toContainEqual({
      resource: NAME,
      check: 'converse',
      awaiting: 'gate 1 of 1 (converse) to pass',
    });

    const second = await taken(first);
    expect(second).toMatchObject({ next: 'answer', answer: { Status: 'SUCCESS' } });
    expect(second).not.toHaveProperty('check');
  });

  test('whose check failed is checked again after a while, and a repeated step judges the same check', async () => {
    const checked = await taken(later([present({ gates })], made));
    const error = { Error: 'BedrockRuntime.ModelNotReadyException', Cause: 'warming up' };
    const failed: State = { ...checked, check: { request: {}, error } };
    const waiting = await taken(failed);
    expect(waiting).toMatchObject({ next: 'wait', wait: 2, memory: { gate: { checks: 1 }, checked: null } });
    expect(await taken(failed)).toEqual(waiting);
    expect(around.lines).toContainEqual(
      expect.objectContaining({ check: 'converse', message: `${error.Error}: ${error.Cause}` }),
    );
    expect(around.levels).toContain('warn');
    expect(await taken(waiting)).toMatchObject({ next: 'converse', memory: { gate: { checks: 1 } } });
  });

  test('of a function is logged with what it says, without what it keeps for its next call', async () => {
    const result = { Payload: { status: 'WAIT', reason: '40 %', state: 'of nobody’s business' } };
    const checked = await taken(later([present({ gates })], made));
    await taken({ ...checked, next: 'lambda960', check: { request: {}, result } });
    expect(around.lines).toContainEqual(expect.objectContaining({ check: 'lambda960', reason: '40 %' }));
    expect(new Set(around.levels)).toEqual(new Set(['info']));
    expect(JSON.stringify(around.lines)).not.toContain('business');
  });

  test('whose outcome comes while Bedrock is not reachable is judged afterwards', async () => {
    const checked = await taken(later([present({ gates })], made));
    around.fails('GetCustomModelDeployment', 'passing', 'away');
    const away = await taken(checked);
    expect(away).toMatchObject({ next: 'wait', memory: { checked: { kind: 'answered' } } });
    expect(away).not.toHaveProperty('check');
  });

  test('is not checked by a run that must give way', async () => {
    around.listed = [execution(0), execution(10)];
    around.time = at(12);
    expect(await taken(early({ ...made, aloneAt: at(11) }, [present({ gates })]))).toMatchObject({ next: 'stop' });
  });

  test('is checked once the stack can be read that could not be read before', async () => {
    const previous = { modelArn: MODEL_2, tags: {} };
    const looking = await taken(later([present({ gates, previous })], { create: { arn: ARN }, stack: 'unreadable' }));
    expect(looking).toMatchObject({ next: 'stack' });
    const seen: State = { ...looking, stack: { status: 'UPDATE_IN_PROGRESS' } };
    expect(await taken(seen)).toMatchObject({ next: 'converse', memory: { stack: 'UPDATE_IN_PROGRESS' } });
  });

  test('H37: fails the request where the definition of the execution knows none', async () => {
    around.definition = 2;
    expect(await taken(later([present({ gates })], made))).toMatchObject({
      next: 'answer',
      answer: { Status: 'FAILED', Reason: expect.stringContaining('Deploy again') as string },
    });
    const rollback = { ...made, stack: 'UPDATE_ROLLBACK_IN_PROGRESS' };
    expect(await taken(later([present({ gates })], rollback))).toMatchObject({ answer: { Status: 'SUCCESS' } });
  });
});
