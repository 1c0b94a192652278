import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SimulatedAccount, type SimulatedAccountOptions } from '../../../local/aws-simulator/account';
import { CloudWatchAlarms } from '../../../local/aws-simulator/cloudwatch-alarms';
import { Iam } from '../../../local/aws-simulator/iam/iam';
import { LambdaOutages } from '../../../local/aws-simulator/lambda-outages';
import type { StepFunctions } from '../../../local/aws-simulator/step-functions';
import { VirtualTime } from '../../../local/aws-simulator/virtual-time';
import { ControlPlane } from '../../../local/fake-bedrock/control-plane';

/** The functions and state machines of a template, as they are deployed and deployed again. */

const STACK_ID = 'arn:aws:cloudformation:us-east-1:000000000000:stack/Stack/1';
const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:000000000000:function:Stack-Handler';
const STATE_MACHINE_ARN = 'arn:aws:states:us-east-1:000000000000:stateMachine:Stack-Waiter';

const assembly = mkdtempSync(join(tmpdir(), 'account-'));
afterAll(() => {
  rmSync(assembly, { recursive: true });
});

let time: VirtualTime;
let account: SimulatedAccount;
let answers: string[];

beforeEach(() => {
  time = new VirtualTime(0);
  answers = [];
});

async function open(options: Partial<SimulatedAccountOptions> = {}): Promise<void> {
  account = await SimulatedAccount.open({
    time,
    assembly,
    endpoints: {},
    log: () => undefined,
    respond: (url, body) => {
      answers.push(`${url} ${body}`);
      return Promise.resolve();
    },
    ...options,
  });
}
afterEach(() => account.close());

function putFunction(asset: string, code: string): unknown {
  mkdirSync(join(assembly, `asset.${asset}`), { recursive: true });
  writeFileSync(join(assembly, `asset.${asset}`, 'index.js'), code);
  return account.put(
    'Handler',
    'AWS::Lambda::Function',
    { Handler: 'index.handler', Code: { S3Key: `${asset}.zip` }, Timeout: 900 },
    STACK_ID,
  );
}

function putStateMachine(definition: object): unknown {
  const DefinitionSubstitutions = { HandlerArn: FUNCTION_ARN };
  return account.put(
    'Waiter',
    'AWS::StepFunctions::StateMachine',
    { DefinitionString: JSON.stringify(definition), DefinitionSubstitutions },
    STACK_ID,
  );
}

function stateMachine(): StepFunctions {
  const found = account.stateMachines.get(STATE_MACHINE_ARN);
  if (found === undefined) {
    throw new Error('there is no state machine');
  }
  return found;
}

const says = (word: string): string =>
  `exports.handler = async ({ said = [] }) => ({ said: [...said, '${word}'], wait: 10 });`;

/** A definition that calls the function, waits and calls it again, so many times. */
function calls(times: number): object {
  const states = Array.from({ length: times }, (_, index): [string, object][] => [
    [`Call${index}`, { Type: 'Task', Resource: '${HandlerArn}', Next: `Wait${index}` }],
    [`Wait${index}`, { Type: 'Wait', SecondsPath: '$.wait', Next: index + 1 === times ? 'Done' : `Call${index + 1}` }],
  ]);
  return { StartAt: 'Call0', States: { ...Object.fromEntries(states.flat()), Done: { Type: 'Succeed' } } };
}

describe('an update of the stack’s own resources', () => {
  test('keeps their ARNs', async () => {
    await open();
    const [madeFunction, madeStateMachine] = [putFunction('one', says('one')), putStateMachine(calls(1))];
    expect(putFunction('two', says('two'))).toEqual(madeFunction);
    expect(putStateMachine(calls(2))).toEqual(madeStateMachine);
    expect(madeFunction).toEqual({ physicalId: 'Stack-Handler', attributes: { Arn: FUNCTION_ARN } });
    expect(madeStateMachine).toEqual({
      physicalId: STATE_MACHINE_ARN,
      attributes: { Arn: STATE_MACHINE_ARN, Name: 'Stack-Waiter' },
    });
  });

  test('in mid-flight, and back again: an execution keeps its definition, and each invocation has the code of its moment', async () => {
    await open();
    putFunction('one', says('one'));
    putStateMachine(calls(3));
    stateMachine().startExecution('old', '{}');
    time.at(5000, () => {
      putFunction('two', says('two'));
      putStateMachine(calls(2));
      stateMachine().startExecution('new', '{}');
    });
    time.at(18_000, () => {
      putFunction('one', says('one'));
      putStateMachine(calls(3));
    });
    await time.pass();
    expect(stateMachine().executions.map(({ name, status, output }) => [name, status, output])).toEqual([
      ['old', 'SUCCEEDED', { said: ['one', 'two', 'one'], wait: 10 }],
      ['new', 'SUCCEEDED', { said: ['two', 'two'], wait: 10 }],
    ]);
  });

  test('leaves an invocation under way on the code that it began with, and uses that instance no more', async () => {
    await open();
    const slow = (word: string): string =>
      `let calls = 0; exports.handler = () => new Promise((resolve) => setTimeout(() => resolve('${word} ' + ++calls), 60000));`;
    putFunction('slow', slow('old'));
    const first = account.invoke(FUNCTION_ARN, {});
    time.at(1000, () => {
      putFunction('slower', slow('new'));
    });
    expect(await time.until(first)).toBe('old 1');
    expect(await time.until(account.invoke(FUNCTION_ARN, {}))).toBe('new 1');
    expect(await time.until(account.invoke(FUNCTION_ARN, {}))).toBe('new 2');
  });
});

test('what a function PUTs to CloudFormation is taken, as fetch tells it', async () => {
  await open();
  putFunction(
    'put',
    `exports.handler = async () => {
    const response = await fetch('https://cloudformation.example/answer', { method: 'PUT', body: Buffer.from('{}') });
    return [response.ok, response.status, (await response.arrayBuffer()).byteLength];
  };`,
  );
  expect(await time.until(account.invoke(FUNCTION_ARN, {}))).toEqual([true, 200, 0]);
  expect(answers).toEqual(['https://cloudformation.example/answer {}']);
});

describe('the alarms of a template', () => {
  test.each([
    ['AWS::CloudWatch::Alarm', 'MetricAlarm'],
    ['AWS::CloudWatch::CompositeAlarm', 'CompositeAlarm'],
  ])('are there from their creation on, by the name that it gives them or one of their own: %s', async (type, of) => {
    const alarms = new CloudWatchAlarms(time.now, new ControlPlane({ now: time.now }));
    await open({ alarms });
    const told = (): string[] => {
      const { MetricAlarms, CompositeAlarms } = alarms.describe({ AlarmTypes: [of] });
      return [...MetricAlarms, ...CompositeAlarms].map(({ AlarmName }) => AlarmName);
    };
    expect(account.put('Errors', type, { AlarmName: 'errors' }, STACK_ID)).toEqual({
      physicalId: 'errors',
      attributes: { Arn: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:errors' },
    });
    account.put('Late', type, {}, STACK_ID);
    expect(told()).toEqual(['errors', 'Stack-Late']);
    account.remove(type, 'errors');
    expect(told()).toEqual(['Stack-Late']);
  });
});

describe('a state machine', () => {
  const looks = {
    StartAt: 'Look',
    States: {
      Look: {
        Type: 'Task',
        Resource: 'arn:aws:states:::aws-sdk:cloudformation:describeStacks',
        Parameters: { StackName: 'Stack' },
        End: true,
      },
    },
  };

  test('asks other services than Lambda as well', async () => {
    await open({ integration: (resource, input) => Promise.resolve({ resource, input }) });
    putStateMachine(looks);
    const { output } = await ended();
    expect(output).toEqual({
      resource: 'arn:aws:states:::aws-sdk:cloudformation:describeStacks',
      input: { StackName: 'Stack' },
    });
  });

  test('asks for a function by lambda:invoke as it asks other services, since that is no ARN of a function', async () => {
    const resource = 'arn:aws:states:::lambda:invoke';
    await open({ integration: (asked) => Promise.resolve(asked) });
    putStateMachine({ StartAt: 'Call', States: { Call: { Type: 'Task', Resource: resource, End: true } } });
    expect((await ended()).output).toBe(resource);
  });

  test('says to the services who asks', async () => {
    const denied: (string | undefined)[] = [];
    const iam = new Iam(time.now, { accountId: '000000000000', region: 'us-east-1', find: () => undefined });
    await open({
      iam,
      integration: (_resource, input, denial) => {
        denied.push(denial?.('DescribeAlarms', input as object));
        return Promise.resolve({});
      },
    });
    putStateMachine(looks);
    iam.assume(STATE_MACHINE_ARN, 'WaiterRole');
    await ended();
    expect(denied).toEqual([expect.stringContaining('assumed-role/WaiterRole/session is not authorized')]);
  });

  test('fails where nobody is there to ask', async () => {
    await open();
    putStateMachine(looks);
    expect((await ended()).status).toBe('FAILED');
  });

  test('cannot call its function during an outage of Lambda', async () => {
    const outages = new LambdaOutages(time);
    outages.begin(60_000, ['Lambda.ServiceException']);
    await open({ outages });
    putFunction('one', says('one'));
    putStateMachine(calls(1));
    expect((await ended()).failure?.name).toBe('Lambda.ServiceException');
  });

  async function ended(): Promise<StepFunctions['executions'][number]> {
    const execution = stateMachine().startExecution('name', '{}');
    await time.pass();
    return execution;
  }
});
