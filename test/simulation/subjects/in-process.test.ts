import type { GateProperty } from '../../../lib/private/contract';
import type { SimulatedStack, StackStatus, TemplateResources } from '../../../local/aws-simulator/cloudformation';
import { Environment, type EnvironmentOptions } from '../../../simulation/environment';
import { handlerSubject } from '../../../simulation/subjects/in-process';
import type { SimulationSubject, SubjectFactory } from '../../../simulation/subjects/subject';
import { STATE_MACHINE_ARN } from '../../../simulation/workload/templates';

/** A stack with gates around the handler in this process: what its template has beside custom resources. */

const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:000000000000:function:golden-prompts';
const LIMITS = { MaxAttempts: '3', Timeout: '600' };
const CONVERSE: GateProperty = {
  Kind: 'CONVERSE',
  Request: JSON.stringify({ Messages: [{ Role: 'user', Content: [{ Text: 'Hello' }] }] }),
  ...LIMITS,
};
const INVOKE_MODEL: GateProperty = {
  Kind: 'INVOKE_MODEL',
  Body: JSON.stringify({ messages: [{ role: 'user', content: [{ text: 'Hello' }] }] }),
  ...LIMITS,
};
const FUNCTION: GateProperty = { Kind: 'LAMBDA', FunctionArn: FUNCTION_ARN, ...LIMITS };
const ALARMS: GateProperty = { Kind: 'ALARMS', AlarmNames: ['errors'], BakeTime: '300' };

let environment: Environment;
let stack: SimulatedStack;
let [one, two] = ['', ''];

async function open(options: Partial<EnvironmentOptions> = {}, createSubject = handlerSubject): Promise<void> {
  environment = new Environment({
    seed: 1,
    durations: { deploymentCreate: 60_000, deploymentUpdate: 60_000 },
    ...options,
  });
  await environment.start(createSubject);
  [one, two] = ['one', 'two'].map((name) => environment.controlPlane.addModel({ name })) as [string, string];
  stack = environment.cloudFormation.stack('stack');
}
afterEach(() => environment.close());

function template(ModelArn: string, ...Gates: readonly GateProperty[]): TemplateResources {
  return {
    Waiter: { Type: 'AWS::StepFunctions::StateMachine', Properties: { HasGates: Gates.length > 0 } },
    Errors: { Type: 'AWS::CloudWatch::Alarm', Properties: { AlarmName: 'errors' } },
    Deployment: {
      Type: 'Custom::BedrockCustomModelDeployment',
      Properties: {
        StateMachineArn: STATE_MACHINE_ARN,
        Timeout: 3480,
        ModelArn,
        ModelUpdate: 'IN_PLACE',
        ...(Gates.length === 0 ? {} : { Gates }),
      },
      DependsOn: ['Waiter', 'Errors'],
    },
  };
}
const create = (...given: Parameters<typeof template>): Promise<StackStatus> =>
  environment.time.until(stack.create(template(...given)));
const update = (...given: Parameters<typeof template>): Promise<StackStatus> =>
  environment.time.until(stack.update(template(...given)));
const served = (): (string | undefined)[] =>
  environment.controlPlane.deployments().map(({ servedModelArn }) => servedModelArn);

test('each gate is checked by the state machine, in the world of the environment', async () => {
  await open({ runtime: { notReadyAfterCreate: 20_000, throttledAtFirst: 1 } });
  const events: unknown[] = [];
  environment.gateFunctions = (...given) => {
    events.push(given);
    return Promise.resolve({ status: events.length === 1 ? 'WAIT' : 'READY' });
  };

  expect(await create(one, CONVERSE, INVOKE_MODEL, FUNCTION, ALARMS)).toBe('CREATE_COMPLETE');
  const outcomes = environment.runtime.invocations.map(({ outcome }) => outcome);
  expect(outcomes.slice(0, 1)).toEqual(['ModelNotReadyException']);
  expect(outcomes.slice(-3)).toEqual(['ThrottlingException', 'ok', 'ok']);
  expect(environment.runtime.invocations.at(-1)).toMatchObject({ operation: 'InvokeModel', servedModelArn: one });
  expect(events).toEqual([
    [FUNCTION_ARN, expect.objectContaining({ modelArn: one, attempt: 1 })],
    [FUNCTION_ARN, expect.objectContaining({ modelArn: one, attempt: 2 })],
  ]);
  expect(environment.trace.filter((line) => line.includes('Runtime: Converse')).at(-1)).toMatch(/stack-\S+ one ok$/);
});

test('a model that does not answer is rolled back, and so is one that sets off an alarm', async () => {
  await open();
  await create(one, CONVERSE, ALARMS);
  environment.runtime.answers.set(two, { error: { name: 'ModelErrorException' } });
  expect(await update(two, CONVERSE, ALARMS)).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(served()).toEqual([one]);

  environment.runtime.answers.clear();
  environment.alarms.follow('errors', { modelArn: two });
  expect(await update(two, CONVERSE, ALARMS)).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(served()).toEqual([one]);
});

test('the function of a gate shares the outages of Lambda', async () => {
  await open();
  let calls = 0;
  environment.gateFunctions = () => {
    calls += 1;
    return Promise.resolve({ status: 'READY' });
  };
  environment.beginOperation(1, [{ at: 1, to: 'invocation', what: { unavailableFor: 300_000 } }]);
  expect(await create(one, FUNCTION)).toBe('CREATE_COMPLETE');
  expect(calls).toBe(1);
});

test('the state machine is updated with the template, and by a rollback: first with the states of gates, or without', async () => {
  const updates: boolean[] = [];
  const watched: SubjectFactory = async (dependencies) => {
    const subject = (await handlerSubject(dependencies)) as Required<SimulationSubject>;
    return {
      ...subject,
      putStateMachine: (hasGates) => {
        updates.push(hasGates);
        subject.putStateMachine(hasGates);
      },
    };
  };
  await open({}, watched);
  environment.runtime.answers.set(two, { error: { name: 'ModelErrorException' } });
  expect(await create(one)).toBe('CREATE_COMPLETE');
  expect(await update(one, CONVERSE)).toBe('UPDATE_COMPLETE');
  expect(environment.runtime.invocations).toEqual([]); // nothing else is served
  expect(await update(one)).toBe('UPDATE_COMPLETE');
  expect(await update(two, CONVERSE)).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(updates).toEqual([false, true, false, true, false]);
  expect(served()).toEqual([one]);
});
