import { waiterDefinition } from '../../../lib/private/state-machine-definition';
import { type Definition, StepFunctions } from '../../../local/simulator/step-functions';
import { VirtualTime } from '../../../local/simulator/virtual-time';
import { run, type TaskInput } from '../../lib/support/interpreter';

/** The interpreter that the simulator waits with. */

const DEFINITION = waiterDefinition as unknown as Definition;

let time: VirtualTime;
beforeEach(() => { time = new VirtualTime(0); });

function machine(task: (input: TaskInput) => unknown, definition: Definition = DEFINITION): StepFunctions {
  return new StepFunctions(definition, (input) => Promise.resolve().then(() => task(input as TaskInput)), time);
}

async function calls(task: (input: TaskInput) => unknown): Promise<TaskInput[]> {
  const seen: TaskInput[] = [];
  await machine((input) => {
    seen.push(input);
    return task(input);
  }).start('name', '{"request":"the request"}');
  await time.pass();
  return seen;
}

describe.each<[string, () => (input: TaskInput) => unknown]>([
  ['waits twice, then answers', () => {
    let looks = 0;
    return ({ action, state }) => action === 'answer' ? state : { ...state, next: ++looks < 3 ? 'wait' : 'answer', wait: 1 };
  }],
  ['gives way', () => ({ state }) => ({ ...state, next: 'stop', wait: 0 })],
  ['cannot be run, and gives up', () => ({ action, state }) => {
    if (action === 'reconcile') throw new TypeError('broken');
    return { ...state, error: undefined, next: 'answer', wait: 0 };
  }],
])('a handler that %s', (_, task) => {
  test('is called as aws-local-stepfunctions, another interpreter, calls it', async () => {
    const { calls: expected } = await run(waiterDefinition, task());

    expect(withoutErrors(await calls(task()))).toEqual(withoutErrors(expected));
  });
});

/** Whose words are each interpreter's own. */
function withoutErrors(inputs: readonly TaskInput[]): unknown[] {
  return inputs.map(({ action, state }) => ({ action, state: { ...state, error: undefined } }));
}

test('waits as long as it is told, on the virtual clock', async () => {
  let looks = 0;
  await calls(({ state }) => ({ ...state, next: ++looks < 3 ? 'wait' : 'stop', wait: 26 }));

  expect(time.now()).toBe(52_000);
});

test('a name is given once', async () => {
  let looks = 0;
  const stepFunctions = machine(({ state }) => ({ ...state, next: 'stop', wait: ++looks }));
  await stepFunctions.start('name', '{}');
  await stepFunctions.start('name', '{}');
  await time.pass();

  expect(looks).toBe(1);
});

test('stopping an execution does not stop the invocation that it waits for, but nothing follows', async () => {
  const done: string[] = [];
  const stepFunctions = machine(async ({ action, state }) => {
    await time.sleep(10_000);
    done.push(action);
    return { ...state, next: 'answer', wait: 0 };
  });
  await stepFunctions.start('name', '{}');
  time.at(5000, () => { void stepFunctions.stop(stepFunctions.arnOf('name')); });
  await time.pass();

  expect(done).toEqual(['reconcile']);
  expect(await stepFunctions.list('n')).toEqual([expect.objectContaining({ status: 'cut short', endedAt: 5000 })]);
});

test('ends with the time-out of the definition', async () => {
  const stepFunctions = machine(({ state }) => ({ ...state, next: 'wait', wait: 1000 }));
  await stepFunctions.start('name', '{}');
  await time.pass();

  expect(time.now()).toBeLessThanOrEqual(8_000_000);
  expect((await stepFunctions.list('n'))[0]?.status).toBe('cut short');
});

test('a Catch without ResultPath hands over the error alone; a Task without Parameters gets the data as it is', async () => {
  const seen: unknown[] = [];
  const definition: Definition = {
    StartAt: 'Look',
    States: {
      Look: {
        Type: 'Task', Resource: 'look', End: true, Retry: [{ MaxAttempts: 2, IntervalSeconds: 5, BackoffRate: 1 }], Catch: [{ Next: 'TimedOut' }],
      },
      TimedOut: { Type: 'Task', Resource: 'timed-out', End: true },
    },
  };
  const stepFunctions = new StepFunctions(definition, (input, resource) => {
    seen.push([time.now(), resource, input]);
    return resource === 'look' ? Promise.reject(Object.assign(new Error('not yet'), { name: 'Retry' })) : Promise.resolve({});
  }, time);
  await stepFunctions.start('name', '{"a":1}');
  await time.pass();

  const cause = { Error: 'Retry', Cause: JSON.stringify({ errorType: 'Retry', errorMessage: 'not yet' }) };
  expect(seen).toEqual([[0, 'look', { a: 1 }], [5000, 'look', { a: 1 }], [10_000, 'look', { a: 1 }], [10_000, 'timed-out', cause]]);
});
