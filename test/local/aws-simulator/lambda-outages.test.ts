import { deliver } from '../../../local/aws-simulator/asynchronous-event';
import { LAMBDA_ERRORS, LambdaOutages } from '../../../local/aws-simulator/lambda-outages';
import { type Definition, StepFunctions } from '../../../local/aws-simulator/step-functions';
import { VirtualTime } from '../../../local/aws-simulator/virtual-time';

/** Lambda is away for a while: who waits for a function is told so, and what nobody waits for is kept. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let time: VirtualTime;
let outages: LambdaOutages;
/** When the function ran, in ms. */
let ran: number[];
const run = (): Promise<string> => outages.invoke(() => Promise.resolve(`run ${ran.push(time.now())}`));

beforeEach(() => {
  time = new VirtualTime(0);
  let draws = 0;
  outages = new LambdaOutages(time, () => (draws++ % 10) / 10);
  ran = [];
});

test('an invocation fails with an error of Lambda’s own as long as there is an outage, and the function is not begun', async () => {
  outages.begin(30 * MINUTE, ['Lambda.ENILimitReachedException']);
  await expect(run()).rejects.toMatchObject({ name: 'Lambda.ENILimitReachedException' });
  await time.until(time.sleep(30 * MINUTE - 1));
  await expect(run()).rejects.toMatchObject({ name: 'Lambda.ENILimitReachedException' });
  await time.until(time.sleep(1));
  expect(await run()).toBe('run 1');
});

test('which error it is, is drawn anew each time', async () => {
  outages.begin(MINUTE);
  const names = await Promise.all(
    Array.from({ length: 10 }, () => run().catch((error: unknown) => (error as Error).name)),
  );
  expect(new Set(names)).toEqual(new Set(LAMBDA_ERRORS));
});

test('a state machine knows the error by that name', async () => {
  const definition: Definition = {
    StartAt: 'Task',
    States: {
      Task: {
        Type: 'Task',
        Resource: 'r',
        End: true,
        Retry: [
          { ErrorEquals: ['Lambda.TooManyRequestsException'], IntervalSeconds: 60, BackoffRate: 1, MaxAttempts: 40 },
        ],
      },
    },
  };
  const stateMachine = new StepFunctions({ definition, time, call: run });
  outages.begin(30 * MINUTE, ['Lambda.TooManyRequestsException']);
  stateMachine.startExecution('name', '{}');
  await time.pass();
  expect(stateMachine.executions).toMatchObject([{ status: 'SUCCEEDED', endedAt: 30 * MINUTE }]);
});

describe('an asynchronous event', () => {
  test('is kept until Lambda is back: tried after a second, then less and less often, at least every five minutes', async () => {
    const tried: number[] = [];
    outages.begin(35 * MINUTE);
    void deliver(time, () => {
      tried.push(time.now() / 1000);
      return run();
    });
    await time.pass();
    expect(tried.slice(0, 5)).toEqual([0, 1, 3, 7, 15]);
    expect(ran).toHaveLength(1);
    expect(ran[0]).toBeLessThanOrEqual(40 * MINUTE);
  });

  test('is dropped after six hours', async () => {
    outages.begin(7 * HOUR);
    void deliver(time, run);
    await time.pass();
    expect(ran).toEqual([]);
    expect(time.now()).toBeGreaterThan(5.9 * HOUR);
    expect(time.now()).toBeLessThanOrEqual(6 * HOUR);
  });

  test('whose function fails is tried twice more, however often Lambda itself failed', async () => {
    const attempts: [number, boolean][] = [];
    outages.begin(2500);
    void deliver(time, (isLast) =>
      outages.invoke(() => {
        attempts.push([time.now(), isLast]);
        return Promise.reject(new Error('broken'));
      }),
    );
    await time.pass();
    expect(attempts).toEqual([
      [3000, false],
      [63_000, false],
      [183_000, true],
    ]);
  });
});
