import type { Executions } from '../../../lambda/executions/executions';
import { executionsOf } from '../../../lambda/executions/step-functions';
import { InProcessStepFunctions } from '../../../local/aws-simulator/in-process-step-functions';
import { StepFunctions } from '../../../local/aws-simulator/step-functions';
import { StepFunctionsApi } from '../../../local/aws-simulator/step-functions-api';
import { VirtualTime } from '../../../local/aws-simulator/virtual-time';
import { NOON } from '../support/builders';

const STATE_MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:Waiter';

/** A state machine that ends as its input says, and what the handler makes of its executions. */
class World {
  readonly time = new VirtualTime(NOON);
  readonly stateMachine: StepFunctions;
  readonly calls: [string, object][] = [];
  readonly executions: Executions;

  constructor(pageLimit = () => 1000) {
    this.stateMachine = new StepFunctions({
      definition: {
        StartAt: 'How',
        States: {
          How: {
            Type: 'Choice',
            Choices: [
              { Variable: '$.ends', StringEquals: 'well', Next: 'Well' },
              { Variable: '$.ends', StringEquals: 'badly', Next: 'Badly' },
            ],
            Default: 'Never',
          },
          Well: { Type: 'Succeed' },
          Badly: { Type: 'Fail', Error: 'Bad' },
          Never: { Type: 'Wait', SecondsPath: '$.seconds', Next: 'Well' },
        },
      },
      call: () => Promise.reject(new Error('nothing is called')),
      time: this.time,
      pageLimit,
    });
    const api = new StepFunctionsApi(() => this.stateMachine);
    const perform = api.perform.bind(api);
    api.perform = (operation, input) => {
      this.calls.push([operation, input]);
      return perform(operation, input);
    };
    this.executions = executionsOf(new InProcessStepFunctions(api), STATE_MACHINE, new AbortController().signal);
  }

  async start(name: string, ends: 'well' | 'badly' | 'never'): Promise<void> {
    await this.executions.start(name, JSON.stringify({ ends, seconds: 3600 }));
    await this.time.until(this.time.sleep(1));
  }

  /** So many executions for other resources. */
  async startOthers(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      await this.start(`other_${this.stateMachine.executions.length}`, 'well');
    }
  }

  get pages(): unknown[] {
    return this.calls.filter(([operation]) => operation === 'ListExecutions').map(([, input]) => input);
  }
}

const page = (maxResults: number): object => ({ stateMachineArn: STATE_MACHINE, maxResults });

describe('the executions whose names start with a prefix', () => {
  test('come with how each ended, and when', async () => {
    const world = new World();
    await world.start('own_1', 'well');
    await world.start('own_2', 'badly');
    await world.start('own_3', 'never');
    await world.start('own_4', 'never');
    await world.executions.stop('own_4', 'enough');

    const listed = await world.executions.list('own_', { since: NOON, count: 0 });

    expect(listed.map(({ name, status, endedAt }) => [name, status, endedAt === undefined])).toEqual([
      ['own_4', 'cut short', false],
      ['own_3', 'running', true],
      ['own_2', 'failed', false],
      ['own_1', 'succeeded', false],
    ]);
    expect(listed.at(-1)).toMatchObject({ startedAt: NOON });
  });

  test.each([
    ['one page is all there is', 99, 1, NOON, [100]],
    ['one page goes back far enough, and holds enough of them', 150, 0, NOON + 130, [100]],
    ['it does not hold enough of them', 150, 1, NOON + 130, [100, 1000]],
    ['it does not go back far enough', 150, 0, NOON, [100, 1000]],
    ['not even the longest does', 1100, 1, NOON, [100, 1000]],
  ])('are read in pages no longer than needed: %s', async (_, others, count, since, pages) => {
    const world = new World();
    await world.start('own_1', 'well');
    await world.startOthers(others);

    const listed = await world.executions.list('own_', { since, count });

    expect(world.pages).toEqual(pages.map(page));
    expect(listed).toHaveLength(others < Math.max(...pages) ? 1 : 0);
  });

  test.each([
    ['to what is looked for', 30, 1, [100, 1000, 1000, 1000, 1000]],
    ['no further than needed', 5, 1, [100]],
    ['no further than the longest page goes', 1100, 2, [100, ...Array<number>(100).fill(1000)]],
  ])('are followed where Step Functions gives less than a page, %s', async (_, others, count, pages) => {
    const world = new World(() => 10);
    await world.start('own_1', 'well');
    await world.startOthers(others);

    await world.executions.list('own_', { since: NOON + 1, count });

    expect(world.pages).toMatchObject(pages.map(page));
  });
});

test('an execution is stopped by its name', async () => {
  const world = new World();
  await world.start('own_1', 'never');
  await world.executions.stop('own_1', 'enough');

  expect(world.calls.at(-1)).toEqual([
    'StopExecution',
    { executionArn: 'arn:aws:states:us-east-1:000000000000:execution:Waiter:own_1', cause: 'enough' },
  ]);
  expect(world.stateMachine.executions[0]?.status).toBe('ABORTED');
});
