import { CustomModelProvider } from '../../../lib';
import { HANDLER_ERROR, MAX_SERVICE_TIMEOUT_SECONDS } from '../../../lib/private/contract';
import { waiterDefinition } from '../../../lib/private/state-machine-definition';
import type { InterpretedRun, TaskInput } from '../support/interpreter';
import { run } from '../support/interpreter';
import { newStack, resources } from '../support/stacks';

const FIRST = { request: 'the request' };

/** How often the definition tries again what does not pass. */
const PATIENCE = 100;
/** The same, of what nothing else can be done about. */
const TO_THE_END = 1000;
/** And what the function itself says will not. */
const BRIEF = 3;

const SUCCESS = { Status: 'SUCCESS' };
const FAILED = { Status: 'FAILED', Reason: 'the reason' };

class HandlerError extends Error {
  override readonly name = HANDLER_ERROR;
}

function execute(handler: (input: TaskInput) => unknown): Promise<InterpretedRun> {
  return run(waiterDefinition, handler);
}

function actions({ calls }: InterpretedRun): string[] {
  return calls.map(({ action }) => action);
}

describe('the state machine that waits', () => {
  test('looks, waits as often as it is told, and has the answer sent, with the state that the handler returned last', async () => {
    const states = [
      { ...FIRST, memory: 1, next: 'wait', wait: 10 },
      { ...FIRST, memory: 2, next: 'wait', wait: 15 },
      { ...FIRST, memory: 3, next: 'answer', answer: SUCCESS },
    ];
    const returned = [...states];

    const outcome = await execute(({ action }) => (action === 'reconcile' ? returned.shift() : 'sent'));

    expect(outcome).toEqual({
      calls: [
        { action: 'reconcile', definition: 2, state: FIRST },
        { action: 'reconcile', definition: 2, state: states[0] },
        { action: 'reconcile', definition: 2, state: states[1] },
        { action: 'answer', definition: 2, state: states[2] },
      ],
      output: states[2],
    });
  });

  test('waits for the seconds that the handler says', async () => {
    const returned = [{ next: 'wait', wait: 1 }, { next: 'stop' }];
    const begin = performance.now();

    await run(waiterDefinition, () => returned.shift(), { patient: true });

    expect(performance.now() - begin).toBeGreaterThanOrEqual(990);
  });

  test('ends without a word, and not as a success, when the handler says stop', async () => {
    const outcome = await execute(() => ({ ...FIRST, next: 'stop' }));

    expect(actions(outcome)).toEqual(['reconcile']);
    expect(outcome).not.toHaveProperty('output');
  });

  test('H13: looks again, with the same state, when the function fails', async () => {
    let failures = PATIENCE;
    const outcome = await execute(({ action }) => {
      if (action === 'reconcile' && failures-- > 0) {
        throw new Error('killed');
      }
      return { ...FIRST, next: 'answer', answer: SUCCESS };
    });

    expect(actions(outcome)).toEqual([...tries('reconcile', PATIENCE), 'answer']);
    expect(outcome.calls.slice(0, PATIENCE + 1).map(({ state }) => state)).toEqual(Array(PATIENCE + 1).fill(FIRST));
  });

  test('gives up when the function does nothing but fail, and has an answer made of the error', async () => {
    const outcome = await execute(({ action }) => {
      if (action === 'reconcile') {
        throw new Error('killed');
      }
      return { ...FIRST, next: 'answer', answer: FAILED };
    });

    expect(actions(outcome)).toEqual([...tries('reconcile', PATIENCE), 'giveUp', 'answer']);
    expect(outcome.calls.at(-2)).toEqual({
      action: 'giveUp',
      definition: 2,
      state: { ...FIRST, error: { Error: 'Error', Cause: 'killed' } },
    });
    expect(outcome.calls.at(-1)?.state).toEqual({ ...FIRST, next: 'answer', answer: FAILED });
  });

  test('H30: gives up soon what the function’s own code does not get done, and has an answer made of that', async () => {
    const outcome = await execute(({ action }) => {
      if (action === 'reconcile') {
        throw new HandlerError('a bug');
      }
      return { ...FIRST, next: 'answer', answer: FAILED };
    });

    expect(actions(outcome)).toEqual([...tries('reconcile', BRIEF), 'giveUp', 'answer']);
    expect(outcome.calls.at(-2)?.state).toEqual({ ...FIRST, error: { Error: HANDLER_ERROR, Cause: 'a bug' } });
  });

  test('H30: an error of its own does not use up the patience with all others', async () => {
    const errors = [
      ...Array<Error>(BRIEF).fill(new HandlerError('a bug')),
      ...Array<Error>(PATIENCE).fill(new Error('killed')),
    ];
    const outcome = await execute(({ action }) => {
      const error = action === 'reconcile' ? errors.pop() : undefined;
      if (error !== undefined) {
        throw error;
      }
      return { ...FIRST, next: 'answer', answer: SUCCESS };
    });

    expect(actions(outcome)).toEqual([...tries('reconcile', PATIENCE + BRIEF), 'answer']);
  });

  test.each(['giveUp', 'answer'])('H20, H30: is as patient with %s', async (action) => {
    let failures = PATIENCE;
    const outcome = await execute((input) => {
      if (input.action === 'reconcile' && action === 'giveUp') {
        throw new HandlerError('a bug');
      }
      if (input.action === action && failures-- > 0) {
        throw new Error('no connection');
      }
      return input.action === 'answer' ? 'sent' : { ...FIRST, next: 'answer', answer: FAILED };
    });

    expect(actions(outcome).filter((one) => one === action)).toEqual(tries(action, PATIENCE));
    expect(outcome).toMatchObject({ failure: expect.stringMatching(/the reason$/) });
  });

  test.each([
    [SUCCESS, { output: { ...FIRST, next: 'answer', answer: SUCCESS } }],
    [FAILED, { failure: expect.stringMatching(/the reason$/) }],
  ])('ends as the request did, whatever the function says of having sent the answer: %j', async (answer, end) => {
    const outcome = await execute(({ action }) =>
      action === 'answer' ? undefined : { ...FIRST, next: 'answer', answer },
    );

    expect(outcome).toMatchObject(end);
  });

  test('H20: does not end before its time is over if the answer cannot be sent', async () => {
    const outcome = await execute(({ action }) => {
      if (action === 'answer') {
        throw new Error('no connection');
      }
      return { ...FIRST, next: 'answer', answer: SUCCESS };
    });

    expect(actions(outcome)).toEqual(['reconcile', ...tries('answer', TO_THE_END)]);
    expect(outcome).not.toHaveProperty('output');
  });
});

function tries(action: string, failures: number): string[] {
  return Array<string>(failures + 1).fill(action);
}

describe('looking at the stack', () => {
  const REQUEST = { StackId: 'arn:aws:cloudformation:us-east-1:111122223333:stack/Stack/0a1b2c3d' };

  /** What the handler is told of the stack after it has asked once. */
  async function seen(describeStacks: (input: { StackName: string }) => unknown): Promise<unknown> {
    const asking = { request: REQUEST, memory: 1, next: 'stack' };
    const outcome = await run(waiterDefinition, ({ state }) => ('stack' in state ? { next: 'stop' } : asking), {
      describeStacks,
    });

    const { stack, ...state } = outcome.calls[1]?.state ?? {};
    expect(actions(outcome)).toEqual(['reconcile', 'reconcile']);
    expect(state).toEqual(asking);
    return stack;
  }

  test('the handler is told the status of its stack, and nothing else of it', async () => {
    const asked: unknown[] = [];

    expect(
      await seen((input) => {
        asked.push(input);
        return { Stacks: [{ StackName: 'Stack', StackStatus: 'UPDATE_ROLLBACK_IN_PROGRESS', Outputs: [] }] };
      }),
    ).toEqual({ status: 'UPDATE_ROLLBACK_IN_PROGRESS' });
    expect(asked).toEqual([{ StackName: REQUEST.StackId }]);
  });

  test('where the stack cannot be seen, a few times, the handler is told why', async () => {
    let looks = 0;

    expect(
      await seen(() => {
        looks++;
        throw new Error('not authorized');
      }),
    ).toEqual({ Error: 'Error', Cause: 'not authorized' });
    expect(looks).toBe(BRIEF + 1);
  });

  test('nor is a description that is too large the end', async () => {
    class DataLimitExceeded extends Error {
      override readonly name = 'States.DataLimitExceeded';
    }

    expect(
      await seen(() => {
        throw new DataLimitExceeded('too large');
      }),
    ).toEqual({ Error: 'States.DataLimitExceeded', Cause: 'too large' });
    const { Catch } = waiterDefinition.States.LookAtStack as unknown as { Catch: RetryDefinition[] };
    expect(Catch.map(({ ErrorEquals }) => ErrorEquals)).toEqual([['States.DataLimitExceeded'], ['States.ALL']]);
  });
});

interface RetryDefinition {
  readonly ErrorEquals: string[];
  readonly IntervalSeconds: number;
  readonly BackoffRate: number;
  readonly MaxAttempts: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: string;
}

interface TaskDefinition {
  readonly Resource: string;
  readonly Retry: RetryDefinition[];
}

describe('H30: in the definition that is shipped', () => {
  const stack = newStack();
  CustomModelProvider.getOrCreate(stack);
  const shipped = JSON.parse(
    resources(stack)['CustomModelProviderWaiter']?.Properties['DefinitionString'] as string,
  ) as {
    TimeoutSeconds: number;
    States: Record<string, TaskDefinition>;
  };
  const tasks = Object.entries(shipped.States).filter(([, { Resource }]) => Resource === '${HandlerArn}');

  /** The first that matches counts, as in Step Functions, and is not followed by another. */
  function patience({ Retry }: TaskDefinition, error: string): number {
    const retry = Retry.find(({ ErrorEquals }) => ErrorEquals.includes(error) || ErrorEquals.includes('States.ALL'));
    if (retry === undefined) {
      return 0;
    }
    const { IntervalSeconds, BackoffRate, MaxAttempts, MaxDelaySeconds = Infinity, JitterStrategy } = retry;
    const intervals = Array.from({ length: MaxAttempts }, (_, n) =>
      Math.min(MaxDelaySeconds, IntervalSeconds * BackoffRate ** n),
    );
    return intervals.reduce((sum, interval) => sum + interval, 0) * (JitterStrategy === 'FULL' ? 0.5 : 1);
  }

  test('there are three tasks of the function', () => {
    expect(tasks.map(([name]) => name)).toEqual(['Reconcile', 'GiveUp', 'Answer']);
  });

  test.each(tasks)('%s outlasts half an hour without Lambda, whatever Lambda says of it', (_, task) => {
    for (const error of [
      'Lambda.TooManyRequestsException',
      'Lambda.ServiceException',
      'Lambda.AWSLambdaException',
      'Lambda.SdkClientException',
      'Lambda.Unknown',
      'Lambda.ENILimitReachedException',
      'Lambda.EC2ThrottledException',
      'Lambda.ResourceNotReadyException',
      'States.Timeout',
      'Runtime.ExitError',
      'AnythingElse',
    ]) {
      expect(patience(task, error)).toBeGreaterThanOrEqual(30 * 60);
    }
  });

  test.each(tasks)('%s gives up soon what the function’s own code throws', (_, task) => {
    expect(patience(task, HANDLER_ERROR)).toBeGreaterThan(0);
    expect(patience(task, HANDLER_ERROR)).toBeLessThanOrEqual(60);
  });

  test('an execution has the time for all three, one after the other, after the hour of the request', () => {
    const [reconcile] = tasks.map(([, task]) => patience(task, 'AnythingElse'));

    expect(shipped.TimeoutSeconds).toBeGreaterThanOrEqual(MAX_SERVICE_TIMEOUT_SECONDS + 3 * (reconcile ?? Infinity));
  });

  test.each(tasks.slice(1))('%s is tried until the execution times out', (_, task) => {
    expect(patience(task, 'AnythingElse')).toBeGreaterThan(shipped.TimeoutSeconds);
  });
});
