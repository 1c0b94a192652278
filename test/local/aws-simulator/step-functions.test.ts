import {
  ListExecutionsCommand,
  type ListExecutionsCommandInput,
  type ListExecutionsCommandOutput,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { waiterDefinition } from '../../../lib/private/state-machine-definition';
import { InProcessStepFunctions } from '../../../local/aws-simulator/in-process-step-functions';
import { type Definition, StepFunctions, type StepFunctionsOptions } from '../../../local/aws-simulator/step-functions';
import { StepFunctionsApi } from '../../../local/aws-simulator/step-functions-api';
import { StepFunctionsServer } from '../../../local/aws-simulator/step-functions-server';
import { VirtualTime } from '../../../local/aws-simulator/virtual-time';
import { run, type TaskInput } from '../../lib/support/interpreter';

/** The state machines that the simulator runs, and what their API says of them. */

const DEFINITION = waiterDefinition as unknown as Definition;

let time: VirtualTime;
beforeEach(() => {
  time = new VirtualTime(0);
});

function machine(task: (input: TaskInput) => unknown, options: Partial<StepFunctionsOptions> = {}): StepFunctions {
  return new StepFunctions({
    definition: DEFINITION,
    call: (_, input) => Promise.resolve().then(() => task(input as TaskInput)),
    time,
    ...options,
  });
}

/** What the tasks are handed, in order. */
async function calls(definition: Definition, task: (input: TaskInput) => unknown): Promise<TaskInput[]> {
  const seen: TaskInput[] = [];
  machine(
    (input) => {
      seen.push(input);
      return task(input);
    },
    { definition },
  ).startExecution('name', '{"request":"the request"}');
  await time.pass();
  return seen;
}

/** With all that the language has for errors and results. */
const ELABORATE: Definition = {
  StartAt: 'Reconcile',
  States: {
    Reconcile: {
      Type: 'Task',
      Resource: 'arn:aws:lambda:us-east-1:111122223333:function:handler',
      Parameters: { 'action': 'reconcile', 'definition': 2, 'state.$': '$' },
      Retry: [
        { ErrorEquals: ['Ours'], MaxAttempts: 1 },
        {
          ErrorEquals: ['States.ALL'],
          IntervalSeconds: 2,
          BackoffRate: 2,
          MaxAttempts: 3,
          MaxDelaySeconds: 60,
          JitterStrategy: 'FULL',
        },
      ],
      Catch: [
        { ErrorEquals: ['Ours'], ResultPath: '$.error', Next: 'GiveUp' },
        { ErrorEquals: ['States.ALL'], Next: 'Failed' },
      ],
      Next: 'WhatNext',
    },
    WhatNext: {
      Type: 'Choice',
      Choices: [{ Variable: '$.next', StringEquals: 'stack', Next: 'LookAtStack' }],
      Default: 'Done',
    },
    LookAtStack: {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:cloudformation:describeStacks',
      Parameters: { 'action': 'look', 'StackName.$': '$.request' },
      ResultSelector: { 'status.$': '$.Stacks[0].StackStatus' },
      ResultPath: '$.stack',
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.stack', Next: 'Reconcile' }],
      Next: 'Reconcile',
    },
    GiveUp: {
      Type: 'Task',
      Resource: 'arn:aws:lambda:us-east-1:111122223333:function:handler',
      Parameters: { 'action': 'giveUp', 'state.$': '$' },
      ResultPath: null,
      Next: 'Done',
    },
    Failed: { Type: 'Fail', Error: 'Failed' },
    Done: { Type: 'Succeed' },
  },
};

class Ours extends Error {
  override readonly name = 'Ours';
}

/** Throws so, each time, and answers so when nothing more is to be thrown. */
function throwing(
  errors: readonly Error[],
  answer: (input: TaskInput) => unknown,
): () => (input: TaskInput) => unknown {
  return () => {
    const left = [...errors];
    return (input) => {
      const error = left.shift();
      if (error !== undefined) {
        throw error;
      }
      return answer(input);
    };
  };
}

describe.each<[string, Definition, () => (input: TaskInput) => unknown]>([
  [
    'waits twice, then answers',
    DEFINITION,
    () => {
      let looks = 0;
      return ({ action, state }) =>
        action === 'answer' ? state : { ...state, next: ++looks < 3 ? 'wait' : 'answer', wait: 1 };
    },
  ],
  [
    'gives way',
    DEFINITION,
    () =>
      ({ state }) => ({ ...state, next: 'stop', wait: 0 }),
  ],
  [
    'cannot be run, and gives up',
    DEFINITION,
    () =>
      ({ action, state }) => {
        if (action === 'reconcile') {
          throw new TypeError('broken');
        }
        return { ...state, error: undefined, next: 'answer', wait: 0 };
      },
  ],
  [
    'looks at its stack',
    ELABORATE,
    () =>
      ({ action, state }) =>
        action === 'look'
          ? { Stacks: [{ StackStatus: 'UPDATE_IN_PROGRESS' }] }
          : { ...state, next: 'stack' in state ? 'done' : 'stack' },
  ],
  [
    'cannot look at its stack',
    ELABORATE,
    () =>
      ({ action, state }) => {
        if (action === 'look') {
          throw new Ours('denied');
        }
        return { ...state, next: 'stack' in state ? 'done' : 'stack' };
      },
  ],
  [
    'throws errors of two kinds, each less often than is retried',
    ELABORATE,
    throwing([new TypeError('a'), new Ours('b'), new TypeError('c'), new TypeError('d')], ({ state }) => ({
      ...state,
      next: 'done',
    })),
  ],
  [
    'throws an error of its own too often',
    ELABORATE,
    throwing([new TypeError('a'), new Ours('b'), new TypeError('c'), new Ours('d')], ({ state }) => state),
  ],
  [
    'throws another error too often',
    ELABORATE,
    throwing(
      Array.from({ length: 9 }, () => new TypeError('a')),
      ({ state }) => state,
    ),
  ],
])('a handler that %s', (_, definition, task) => {
  test('is called as aws-local-stepfunctions, another interpreter, calls it', async () => {
    const handler = task();
    const { calls: expected } = await run(definition, handler, {
      describeStacks: (input) => handler(input as unknown as TaskInput),
    });

    expect(expected.length).toBeGreaterThan(0);
    expect(withoutCauses(ofTheFunction(await calls(definition, task())))).toEqual(withoutCauses(expected));
  });
});

function ofTheFunction(inputs: readonly TaskInput[]): TaskInput[] {
  return inputs.filter(({ action }) => action !== 'look');
}

/** Whose words are each interpreter's own. */
function withoutCauses(inputs: readonly TaskInput[]): unknown[] {
  const causes = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value, (key, part: unknown) => (key === 'Cause' ? '' : part)));
  return inputs.map(causes);
}

test('ends with the time-out of the definition', async () => {
  const stateMachine = machine(({ state }) => ({ ...state, next: 'wait', wait: 1000 }));
  stateMachine.startExecution('name', '{}');
  await time.pass();

  expect(stateMachine.executions).toMatchObject([
    { status: 'TIMED_OUT', endedAt: waiterDefinition.TimeoutSeconds * 1000 },
  ]);
});

test('an execution keeps the definition that it was started with, though another has come meanwhile; the next has that', async () => {
  const definition = (Resource: string): Definition => ({
    StartAt: 'Wait',
    States: {
      Wait: { Type: 'Wait', SecondsPath: '$.wait', Next: 'Task' },
      Task: { Type: 'Task', Resource, End: true },
    },
  });
  const called: string[] = [];
  const stateMachine = new StepFunctions({
    definition: definition('one'),
    time,
    call: (resource) => Promise.resolve(called.push(resource)),
  });
  stateMachine.startExecution('first', '{"wait":10}');
  time.at(5000, () => {
    stateMachine.update(definition('two'));
    stateMachine.startExecution('second', '{"wait":10}');
  });
  time.at(6000, () => {
    stateMachine.update(definition('one'));
    stateMachine.startExecution('third', '{"wait":10}');
  });
  await time.pass();

  expect(called).toEqual(['one', 'two', 'one']);
});

const ARN = 'arn:aws:states:us-east-1:000000000000:stateMachine:Waiter';
let servers: StepFunctionsServer[] = [];
afterEach(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  servers = [];
});

describe.each<[string, (api: StepFunctionsApi) => Promise<SFNClient>]>([
  [
    'on the wire',
    async (api) => {
      const server = await StepFunctionsServer.start(api);
      servers.push(server);
      return new SFNClient({
        endpoint: server.endpoint,
        region: 'us-east-1',
        credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
        maxAttempts: 1,
      });
    },
  ],
  ['in process', (api) => Promise.resolve(new InProcessStepFunctions(api))],
])('the API %s', (_, connect) => {
  let stateMachine: StepFunctions;
  let client: SFNClient;

  async function open(
    options: Partial<StepFunctionsOptions> = {},
    task: (input: TaskInput) => unknown = ({ state }) => ({ ...state, next: 'wait', wait: 60 }),
  ): Promise<void> {
    stateMachine = machine(task, { arn: ARN, ...options });
    client = await connect(new StepFunctionsApi((arn) => (arn === ARN ? stateMachine : undefined)));
  }
  afterEach(() => {
    client.destroy();
  });

  const start = (name: string, input = '{}', stateMachineArn = ARN): Promise<unknown> =>
    client.send(new StartExecutionCommand({ stateMachineArn, name, input }));
  const list = (input: Partial<ListExecutionsCommandInput> = {}): Promise<ListExecutionsCommandOutput> =>
    client.send(new ListExecutionsCommand({ stateMachineArn: ARN, ...input }));
  const pass = (ms: number): Promise<void> => time.until(time.sleep(ms));

  test('a name is given once: the same again while it runs is the same execution, anything else is refused', async () => {
    await open({}, ({ state }) => ({ ...state, next: 'stop', wait: 0 }));
    expect(await start('name')).toMatchObject({
      executionArn: `${ARN.replace('stateMachine', 'execution')}:name`,
      startDate: new Date(0),
    });
    await start('name');
    await expect(start('name', '{"other":1}')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
    await time.pass();
    await expect(start('name')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
    expect(stateMachine.executions).toHaveLength(1);
  });

  test('executions are listed by pages, newest first, and what is started between two pages is on neither', async () => {
    await open();
    for (const name of ['1', '2', '3', '4', '5']) {
      await start(name);
      await pass(1000);
    }
    const first = await list({ maxResults: 2 });
    await start('6');
    const second = await list({ maxResults: 2, nextToken: first.nextToken });
    const third = await list({ maxResults: 2, nextToken: second.nextToken });
    expect([first, second, third].map(({ executions }) => executions?.map(({ name }) => name))).toEqual([
      ['5', '4'],
      ['3', '2'],
      ['1'],
    ]);
    expect(third.nextToken).toBeUndefined();
    expect(first.executions?.[0]).toEqual({
      executionArn: expect.stringMatching(/:execution:Waiter:5$/),
      stateMachineArn: ARN,
      name: '5',
      status: 'RUNNING',
      startDate: new Date(4000),
    });
    await expect(list({ nextToken: 'nonsense' })).rejects.toMatchObject({ name: 'InvalidToken' });
  });

  test('a page may have fewer than are asked for, and a hundred unless more are', async () => {
    await open();
    for (let name = 0; name < 102; name++) {
      await start(String(name));
    }
    expect((await list()).executions).toHaveLength(100);
    expect((await list({ maxResults: 1000 })).executions).toHaveLength(102);
    await open({ pageLimit: () => 1 });
    await start('1');
    await start('2');
    expect(await list({ maxResults: 1000 })).toMatchObject({
      executions: [{ name: '2' }],
      nextToken: expect.any(String),
    });
  });

  test('a new execution may be listed late', async () => {
    await open({ listingDelay: () => 2000 });
    await start('name');
    expect((await list()).executions).toEqual([]);
    await pass(2000);
    expect((await list()).executions).toHaveLength(1);
  });

  test('90 days after its end, an execution is not listed any more, and its name may be given again', async () => {
    const days = 24 * 3600_000;
    await open();
    await start('ended');
    await start('ends later');
    await client.send(new StopExecutionCommand({ executionArn: `${ARN.replace('stateMachine', 'execution')}:ended` }));
    await pass(90 * days - 1);
    await expect(start('ended')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
    await pass(1);
    await start('ended');
    expect((await list()).executions).toMatchObject([
      { name: 'ended', startDate: new Date(90 * days) },
      { name: 'ends later' },
    ]);
  });

  test('executions are listed by their status', async () => {
    await open();
    await start('1');
    await start('2');
    await client.send(new StopExecutionCommand({ executionArn: `${ARN.replace('stateMachine', 'execution')}:1` }));
    expect((await list({ statusFilter: 'RUNNING' })).executions).toMatchObject([{ name: '2' }]);
    expect((await list({ statusFilter: 'ABORTED' })).executions).toMatchObject([{ name: '1', stopDate: new Date(0) }]);
  });

  test('stopping an execution does not stop the invocation that it waits for, but nothing follows', async () => {
    const done: string[] = [];
    await open({}, async ({ action, state }) => {
      await time.sleep(10_000);
      done.push(action);
      return { ...state, next: 'answer', wait: 0 };
    });
    await start('name');
    await pass(5000);
    expect(
      await client.send(new StopExecutionCommand({ executionArn: stateMachine.executions[0]?.arn ?? '' })),
    ).toMatchObject({ stopDate: new Date(5000) });
    await time.pass();
    expect(done).toEqual(['reconcile']);
    expect((await list()).executions).toMatchObject([{ status: 'ABORTED', stopDate: new Date(5000) }]);
  });

  test('what does not exist is refused', async () => {
    await open();
    await expect(start('name', '{}', `${ARN}2`)).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
    await expect(
      client.send(new StopExecutionCommand({ executionArn: `${ARN.replace('stateMachine', 'execution')}:none` })),
    ).rejects.toMatchObject({ name: 'ExecutionDoesNotExist' });
  });
});

test('each reply on the wire is told, with the bytes of its body', async () => {
  const replies: unknown[] = [];
  const stateMachine = machine(() => null, { arn: ARN });
  const api = new StepFunctionsApi(() => stateMachine);
  const server = await StepFunctionsServer.start(api, undefined, (operation, bytes) =>
    replies.push([operation, bytes]),
  );
  servers.push(server);
  const reply = await fetch(server.endpoint, {
    method: 'POST',
    headers: { 'x-amz-target': 'AWSStepFunctions.ListExecutions' },
    body: JSON.stringify({ stateMachineArn: ARN }),
  });

  expect(replies).toEqual([['ListExecutions', (await reply.text()).length]]);
});
