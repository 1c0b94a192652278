import type { Catcher, Definition, Retrier, TaskState } from '../../../../local/aws-simulator/state-machine/definition';
import { checked } from '../../../../local/aws-simulator/state-machine/definition';
import { StateMachineExecution } from '../../../../local/aws-simulator/state-machine/execution';
import { Failure } from '../../../../local/aws-simulator/state-machine/failure';
import { VirtualTime } from '../../../../local/aws-simulator/virtual-time';

/** The Amazon States Language, as far as our definitions are written in it. */

type TaskCall = (input: unknown, resource: string) => unknown;

let time: VirtualTime;
/** When each task was called, in seconds. */
let calledAt: number[];
let random: () => number;

beforeEach(() => {
  time = new VirtualTime(0);
  calledAt = [];
  random = () => 0.5;
});

function begin(definition: Definition, call: TaskCall, input: unknown): StateMachineExecution {
  return new StateMachineExecution('arn', 'name', JSON.stringify(input), checked(definition), {
    time,
    random: () => random(),
    call: (resource, given) => {
      calledAt.push(time.now() / 1000);
      return Promise.resolve().then(() => call(given, resource));
    },
  });
}

async function run(
  definition: Definition,
  call: TaskCall = () => null,
  input: unknown = {},
): Promise<StateMachineExecution> {
  const execution = begin(definition, call, input);
  await time.pass();
  return execution;
}

/** A definition of one task. */
function task(fields: Partial<TaskState>, more: Partial<Definition> = {}): Definition {
  return {
    StartAt: 'Task',
    ...more,
    States: { Task: { Type: 'Task', Resource: 'arn:aws:lambda:::task', End: true, ...fields } },
  };
}

function named(name: string, message = 'no'): Error {
  return Object.assign(new Error(message), { name });
}

/** Fails so, each time, with the error of that time; then no more. */
function failing(...names: readonly string[]): TaskCall {
  let times = 0;
  return () => {
    const name = names[times++];
    if (name !== undefined) {
      throw named(name);
    }
    return 'done';
  };
}

describe('a task', () => {
  test('without Parameters is given the data as they are, and its result takes their place', async () => {
    const given: unknown[] = [];
    const { status, output } = await run(
      task({}),
      (input, resource) => {
        given.push(resource, input);
        return { b: 2 };
      },
      { a: 1 },
    );
    expect(given).toEqual(['arn:aws:lambda:::task', { a: 1 }]);
    expect({ status, output }).toEqual({ status: 'SUCCEEDED', output: { b: 2 } });
  });

  test.each<[string, Partial<TaskState>, unknown]>([
    [
      'where ResultPath says',
      { ResultPath: '$.result' },
      { request: 'r', result: { Stacks: [{ StackStatus: 'UPDATE_IN_PROGRESS' }] } },
    ],
    [
      'deeper than there is anything',
      { ResultPath: '$.a.b', ResultSelector: { n: 1 } },
      { request: 'r', a: { b: { n: 1 } } },
    ],
    ['nowhere', { ResultPath: null }, { request: 'r' }],
    [
      'selected',
      { ResultPath: '$.stack', ResultSelector: { 'status.$': '$.Stacks[0].StackStatus', 'kept': { 'all.$': '$' } } },
      {
        request: 'r',
        stack: { status: 'UPDATE_IN_PROGRESS', kept: { all: { Stacks: [{ StackStatus: 'UPDATE_IN_PROGRESS' }] } } },
      },
    ],
  ])('has its result put %s', async (_, fields, output) => {
    expect(
      (await run(task(fields), () => ({ Stacks: [{ StackStatus: 'UPDATE_IN_PROGRESS' }] }), { request: 'r' })).output,
    ).toEqual(output);
  });

  test('has its Parameters filled from the data: what names no path is as it stands', async () => {
    const given: unknown[] = [];
    await run(
      task({ Parameters: { 'action': 'look', 'state.$': '$', 'nested': { 'id.$': '$.request.StackId' } } }),
      (input) => {
        given.push(input);
      },
      { request: { StackId: 's' } },
    );
    expect(given).toEqual([{ action: 'look', state: { request: { StackId: 's' } }, nested: { id: 's' } }]);
  });

  test('with InputPath is given that part of the data, also its Parameters are; its result goes into all of them', async () => {
    const given: unknown[] = [];
    const call: TaskCall = (input) => {
      given.push(input);
      return 'done';
    };
    const data = { check: { request: { a: 1 } }, other: 2 };
    const plain = await run(task({ InputPath: '$.check.request', ResultPath: '$.result' }), call, data);
    await run(task({ InputPath: '$.check', Parameters: { 'b.$': '$.request.a' } }), call, data);
    await run(task({ InputPath: null }), call, data);
    expect(given).toEqual([{ a: 1 }, { b: 1 }, {}]);
    expect(plain.output).toEqual({ ...data, result: 'done' });
  });

  test('gets and gives copies: what either does with its own afterwards, the other does not see', async () => {
    const result = { list: [1] };
    const { output } = await run(task({}), () => {
      setImmediate(() => result.list.push(2));
      return result;
    });
    expect(output).toEqual({ list: [1] });
  });

  test.each<[string, Partial<TaskState>, string]>([
    ['Parameters', { Parameters: { 'x.$': '$.none' } }, 'States.ParameterPathFailure'],
    ['InputPath', { InputPath: '$.none' }, 'States.Runtime'],
    ['ResultSelector', { ResultSelector: { 'x.$': '$.none' } }, 'States.Runtime'],
    ['ResultPath', { ResultPath: '$.text.x' }, 'States.ResultPathMatchFailure'],
  ])('fails where %s cannot be followed', async (_, fields, name) => {
    const { status, failure } = await run(task(fields), () => 'result', { text: 'no object' });
    expect({ status, name: failure?.name }).toEqual({ status: 'FAILED', name });
  });

  test('that returns more than Step Functions carries fails so that no wildcard catches it', async () => {
    const large = (): string => 'x'.repeat(262_145);
    const { failure } = await run(
      task({ Retry: [{ ErrorEquals: ['States.ALL'] }], Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Task' }] }),
      large,
    );
    expect(failure?.name).toBe('States.DataLimitExceeded');
    expect(calledAt).toHaveLength(1);
  });

  test('that returns more than that fails though nothing of it is kept, and is caught by that name', async () => {
    const { status, output } = await run(
      {
        StartAt: 'Task',
        States: {
          Task: {
            Type: 'Task',
            Resource: 'r',
            ResultPath: null,
            Catch: [{ ErrorEquals: ['States.DataLimitExceeded'], ResultPath: '$.error', Next: 'Caught' }],
            End: true,
          },
          Caught: { Type: 'Succeed' },
        },
      },
      () => 'x'.repeat(262_145),
      { a: 1 },
    );
    expect({ status, output }).toEqual({
      status: 'SUCCEEDED',
      output: { a: 1, error: { Error: 'States.DataLimitExceeded', Cause: expect.stringContaining('exceeding') } },
    });
  });

  test('that no one catches fails the execution as Lambda tells the error: its name, its message and its stack', async () => {
    const { failure } = await run(task({}), () => {
      throw named('CustomError', 'because');
    });
    expect(failure?.name).toBe('CustomError');
    expect(JSON.parse(failure?.cause ?? '')).toEqual({
      errorType: 'CustomError',
      errorMessage: 'because',
      trace: expect.arrayContaining([expect.stringContaining('because')]),
    });
  });
});

test('a transition is each state that is entered, and each retry', async () => {
  const definition: Definition = {
    StartAt: 'Task',
    States: {
      Task: {
        Type: 'Task',
        Resource: 'arn:aws:lambda:::task',
        ResultPath: null,
        Retry: [{ ErrorEquals: ['E'] }],
        Next: 'Done',
      },
      Done: { Type: 'Succeed' },
    },
  };
  expect((await run(definition)).transitions).toBe(2);
  expect((await run(definition, failing('E', 'E'))).transitions).toBe(4);
});

describe('a retrier', () => {
  const retry = (...Retry: readonly Retrier[]): Definition => task({ Retry });

  test('by default tries three times more, after 1, 2 and 4 seconds', async () => {
    expect((await run(retry({ ErrorEquals: ['States.ALL'] }), failing(...Array<string>(9).fill('E')))).status).toBe(
      'FAILED',
    );
    expect(calledAt).toEqual([0, 1, 3, 7]);
  });

  test('waits longer each time, up to its longest', async () => {
    await run(
      retry({ ErrorEquals: ['E'], IntervalSeconds: 5, BackoffRate: 3, MaxAttempts: 4, MaxDelaySeconds: 20 }),
      failing('E', 'E', 'E', 'E'),
    );
    expect(calledAt).toEqual([0, 5, 20, 40, 60]);
  });

  test('with FULL jitter waits some part of that, as is drawn', async () => {
    const draws = [0, 0.5, 0.25];
    random = () => draws.shift() ?? 1;
    await run(
      retry({ ErrorEquals: ['E'], IntervalSeconds: 4, BackoffRate: 2, JitterStrategy: 'FULL' }),
      failing('E', 'E', 'E'),
    );
    expect(calledAt).toEqual([0, 0, 4, 8]);
  });

  test('with NONE waits all of it', async () => {
    await run(retry({ ErrorEquals: ['E'], IntervalSeconds: 4, JitterStrategy: 'NONE' }), failing('E'));
    expect(calledAt).toEqual([0, 4]);
  });

  test('of several is the first that names the error, and each counts its own', async () => {
    const definition = retry(
      { ErrorEquals: ['Ours'], IntervalSeconds: 1, BackoffRate: 1, MaxAttempts: 2 },
      { ErrorEquals: ['States.ALL'], IntervalSeconds: 10, BackoffRate: 1, MaxAttempts: 2 },
    );
    const { status, failure } = await run(
      definition,
      failing('Ours', 'Lambda.Unknown', 'Ours', 'Lambda.Unknown', 'Ours'),
    );
    expect(calledAt).toEqual([0, 1, 11, 12, 22]);
    expect({ status, name: failure?.name }).toEqual({ status: 'FAILED', name: 'Ours' });
  });

  test('with no attempts keeps an error from those after it', async () => {
    await run(retry({ ErrorEquals: ['E'], MaxAttempts: 0 }, { ErrorEquals: ['States.ALL'] }), failing('E'));
    expect(calledAt).toEqual([0]);
  });

  test('begins anew with each visit to its state', async () => {
    const definition: Definition = {
      StartAt: 'Task',
      States: {
        Task: {
          Type: 'Task',
          Resource: 'r',
          Retry: [{ ErrorEquals: ['E'], MaxAttempts: 1, IntervalSeconds: 1 }],
          Next: 'Again',
        },
        Again: { Type: 'Choice', Choices: [{ Variable: '$', StringEquals: 'done', Next: 'Done' }], Default: 'Task' },
        Done: { Type: 'Succeed' },
      },
    };
    let calls = 0;
    const { status } = await run(definition, () => {
      calls += 1;
      if (calls % 2 === 1) {
        throw named('E');
      }
      return calls === 4 ? 'done' : 'again';
    });
    expect({ status, calls }).toEqual({ status: 'SUCCEEDED', calls: 4 });
  });
});

describe.each<[string, readonly string[], readonly string[]]>([
  [
    'States.ALL',
    ['Anything', 'Lambda.Unknown', 'States.Timeout', 'States.TaskFailed'],
    ['States.DataLimitExceeded', 'States.Runtime'],
  ],
  [
    'States.TaskFailed',
    ['Anything', 'Lambda.Unknown'],
    ['States.Timeout', 'States.DataLimitExceeded', 'States.Runtime'],
  ],
  ['States.Timeout', ['States.Timeout'], ['Anything']],
  ['States.DataLimitExceeded', ['States.DataLimitExceeded'], ['Anything']],
  ['States.Runtime', [], ['States.Runtime']],
  ['Any', ['Any'], ['Anything', 'an Any']],
])('%s', (wildcard, matched, others) => {
  const handles = async (error: string): Promise<boolean[]> => {
    const throws = (): never => {
      throw new Failure(error, 'cause');
    };
    const Catch = [{ ErrorEquals: [wildcard], Next: 'Caught' }];
    const caught = await run(
      {
        StartAt: 'Task',
        States: { Task: { Type: 'Task', Resource: 'r', End: true, Catch }, Caught: { Type: 'Succeed' } },
      },
      throws,
    );
    calledAt = [];
    await run(task({ Retry: [{ ErrorEquals: [wildcard], MaxAttempts: 1 }] }), throws);
    return [caught.status === 'SUCCEEDED', calledAt.length === 2];
  };

  test(`is ${matched.join(', ') || 'nothing'}`, async () => {
    for (const error of matched) {
      expect([error, await handles(error)]).toEqual([error, [true, true]]);
    }
  });

  test(`is not ${others.join(', ')}`, async () => {
    for (const error of others) {
      expect([error, await handles(error)]).toEqual([error, [false, false]]);
    }
  });
});

describe('a catcher', () => {
  const caught = (...Catch: readonly Catcher[]): Definition => ({
    StartAt: 'Task',
    States: {
      Task: { Type: 'Task', Resource: 'r', End: true, Retry: [{ ErrorEquals: ['E'], MaxAttempts: 1 }], Catch },
      Caught: { Type: 'Succeed' },
      Other: { Type: 'Fail', Error: 'Other' },
    },
  });

  test('comes after the retries, and hands over the error alone', async () => {
    const { output } = await run(
      caught({ ErrorEquals: ['States.ALL'], Next: 'Caught' }),
      () => {
        throw new Failure('E', 'because');
      },
      { a: 1 },
    );
    expect(calledAt).toHaveLength(2);
    expect(output).toEqual({ Error: 'E', Cause: 'because' });
  });

  test('with ResultPath keeps the data', async () => {
    const { output } = await run(
      caught({ ErrorEquals: ['E'], ResultPath: '$.error', Next: 'Caught' }),
      () => {
        throw new Failure('E', 'because');
      },
      { a: 1 },
    );
    expect(output).toEqual({ a: 1, error: { Error: 'E', Cause: 'because' } });
  });

  test('with ResultPath keeps all of the data, also where the task is given a part', async () => {
    const definition = caught({ ErrorEquals: ['E'], ResultPath: '$.check.error', Next: 'Caught' });
    const { Task, ...others } = definition.States;
    const { output } = await run(
      { ...definition, States: { ...others, Task: { ...Task, InputPath: '$.check.request' } as TaskState } },
      () => {
        throw new Failure('E', 'because');
      },
      { check: { request: {} }, a: 1 },
    );
    expect(output).toEqual({ check: { request: {}, error: { Error: 'E', Cause: 'because' } }, a: 1 });
  });

  test('of several is the first that names the error', async () => {
    const definition = caught(
      { ErrorEquals: ['Another'], Next: 'Other' },
      { ErrorEquals: ['E', 'F'], Next: 'Caught' },
      { ErrorEquals: ['States.ALL'], Next: 'Other' },
    );
    expect((await run(definition, failing('F'))).status).toBe('SUCCEEDED');
  });
});

describe('a time-out', () => {
  test('of a task is an error of each attempt, and what was called goes on', async () => {
    const done: number[] = [];
    const { failure } = await run(
      task({ TimeoutSeconds: 120, Retry: [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 1, IntervalSeconds: 5 }] }),
      async () => {
        await time.sleep(200_000);
        done.push(time.now() / 1000);
      },
    );
    expect(calledAt).toEqual([0, 125]);
    expect(done).toEqual([200, 325]);
    expect(failure?.name).toBe('States.Timeout');
  });

  test('of a task that is done in time is forgotten', async () => {
    await run(task({ TimeoutSeconds: 120 }), () => time.sleep(100_000));
    expect(time.now()).toBe(100_000);
  });

  test.each<[string, Definition['States'], TaskCall]>([
    ['waits', { Task: { Type: 'Wait', SecondsPath: '$.wait', Next: 'Task' } }, () => null],
    ['calls', { Task: { Type: 'Task', Resource: 'r', End: true } }, () => time.sleep(300_000)],
    [
      'tries again',
      { Task: { Type: 'Task', Resource: 'r', End: true, Retry: [{ ErrorEquals: ['E'], IntervalSeconds: 1000 }] } },
      failing('E'),
    ],
  ])('of the execution ends it while it %s, at that moment', async (_, States, call) => {
    const { status, endedAt } = await run({ StartAt: 'Task', TimeoutSeconds: 150, States }, call, { wait: 100 });
    expect({ status, endedAt }).toEqual({ status: 'TIMED_OUT', endedAt: 150_000 });
    expect(calledAt.filter((at) => at > 150)).toEqual([]);
  });

  test('of an execution that is over is forgotten', async () => {
    await run(task({}, { TimeoutSeconds: 7200 }));
    expect(time.now()).toBe(0);
  });
});

test('an execution that is ended waits for nothing more, though what it called goes on', async () => {
  const done: number[] = [];
  const execution = begin(
    { StartAt: 'Task', States: { Task: { Type: 'Task', Resource: 'r', Next: 'Task' } } },
    async () => {
      await time.sleep(10_000);
      done.push(time.now());
    },
    {},
  );
  time.at(5000, () => {
    execution.end('ABORTED');
  });
  await time.pass();
  expect(done).toEqual([10_000]);
  expect(execution).toMatchObject({ status: 'ABORTED', endedAt: 5000 });
});

describe('a state', () => {
  test('Choice goes where the first rule says, and otherwise to its default', async () => {
    const definition = (more: object): Definition => ({
      StartAt: 'What',
      States: {
        What: {
          Type: 'Choice',
          Choices: [
            { Variable: '$.next', StringEquals: 'a', Next: 'A' },
            { Variable: '$.next', StringEquals: 'b', Next: 'B' },
          ],
          ...more,
        },
        A: { Type: 'Fail', Error: 'A', Cause: 'it was a' },
        B: { Type: 'Fail', Error: 'B' },
        C: { Type: 'Succeed' },
      },
    });
    const ends = async (next: string | undefined, more: object = { Default: 'C' }): Promise<string> => {
      const { status, failure } = await run(definition(more), undefined, { next });
      return failure?.message ?? status;
    };
    expect([await ends('a'), await ends('b'), await ends('c')]).toEqual(['A: it was a', 'B: ', 'SUCCEEDED']);
    expect([await ends('c', {}), await ends(undefined)]).toEqual([
      expect.stringMatching(/^States.NoChoiceMatched/),
      expect.stringMatching(/^States.Runtime/),
    ]);
  });

  test('that fails may take its cause from the data, if there is a text', async () => {
    const definition = { StartAt: 'A', States: { A: { Type: 'Fail', Error: 'A', CausePath: '$.why' } } } as const;
    const failureOf = async (input: unknown): Promise<string | undefined> =>
      (await run(definition, undefined, input)).failure?.message;
    expect(await failureOf({ why: 'it was a' })).toBe('A: it was a');
    expect(await failureOf({ why: 1 })).toContain('States.Runtime');
    expect(await failureOf({})).toContain('States.Runtime');
  });

  const wait: Definition = {
    StartAt: 'Wait',
    States: { Wait: { Type: 'Wait', SecondsPath: '$.wait', Next: 'End' }, End: { Type: 'Succeed' } },
  };

  test('Wait takes as long as the data say', async () => {
    await run(wait, undefined, { wait: 26 });
    expect(time.now()).toBe(26_000);
  });

  test.each([undefined, '5', 1.5, -1])('Wait fails for %p seconds', async (seconds) => {
    expect((await run(wait, undefined, { wait: seconds })).failure?.name).toBe('States.Runtime');
  });
});

describe('a definition is refused', () => {
  test.each<[string, object]>([
    ['with a state of a type', { StartAt: 'A', States: { A: { Type: 'Parallel' } } }],
    ['with a member', { StartAt: 'A', QueryLanguage: 'JSONata', States: {} }],
    ['with a member of a state', task({ TimeoutSecondsPath: '$.x' } as object)],
    ['with a member of a retrier', task({ Retry: [{ ErrorEquals: [], Jitter: true }] as never })],
    ['with a member of a catcher', task({ Catch: [{ ErrorEquals: [], Next: 'A', Output: {} }] as never })],
    [
      'with a rule',
      { StartAt: 'A', States: { A: { Type: 'Choice', Choices: [{ Variable: '$', IsPresent: true, Next: 'A' }] } } },
    ],
  ])('%s that the interpreter does not know', (_, definition) => {
    expect(() => checked(definition as Definition)).toThrow(/the interpreter (does not know|knows no)/);
  });
});
