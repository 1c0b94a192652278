import { ControlPlane } from '../../../local/fake-bedrock/control-plane';
import { BedrockError } from '../../../local/fake-bedrock/errors';
import { BedrockRuntime, type Invocation, type RuntimeOptions } from '../../../local/fake-bedrock/runtime';
import { DEFAULT_RUNTIME, RUNTIME_BEHAVIOUR } from '../../../local/fake-bedrock/runtime-behaviour';
import { settingsOf } from '../../../local/fake-bedrock/switches';
import { Clock, MINUTE, SECOND } from './helpers';

/** How deployments answer, without the wire: when they are ready, and what goes wrong. */

let clock: Clock;
let controlPlane: ControlPlane;
let runtime: BedrockRuntime;
let told: Invocation[];
let slept: number[];
let [first, second, modelId] = ['', '', ''];

/** A deployment of the first model that is Active since now. */
function open({ behaviour, random }: Pick<RuntimeOptions, 'behaviour' | 'random'> = {}): void {
  clock = new Clock();
  told = [];
  slept = [];
  controlPlane = new ControlPlane({
    now: clock.now,
    durations: { deploymentCreate: MINUTE, deploymentUpdate: MINUTE },
  });
  runtime = new BedrockRuntime(controlPlane, {
    now: clock.now,
    behaviour: { notReadyAfterCreate: 0, ...behaviour },
    sleep: (ms) => {
      slept.push(ms);
      return Promise.resolve();
    },
    onInvocation: (invocation) => {
      told.push(invocation);
    },
    ...(random && { random }),
  });
  first = controlPlane.addModel({ name: 'first' });
  second = controlPlane.addModel({ name: 'second' });
  modelId = controlPlane.perform('CreateCustomModelDeployment', {
    modelDeploymentName: 'mine',
    modelArn: first,
  }).customModelDeploymentArn;
  clock.pass(MINUTE);
}
beforeEach(() => {
  open();
});

function update(modelArn: string): void {
  controlPlane.perform('UpdateCustomModelDeployment', { customModelDeploymentIdentifier: modelId, modelArn });
}

const MESSAGES = [{ role: 'user', content: [{ text: 'Is it fraud?' }] }];
const converse = (id = modelId): Promise<object> => runtime.converse({ modelId: id, messages: MESSAGES });
/** 'ok', or the error, for each of so many calls. */
async function outcomes(count: number): Promise<string[]> {
  for (let calls = 0; calls < count; calls++) {
    await converse().catch(() => undefined);
  }
  return runtime.invocations.slice(-count).map(({ outcome }) => outcome);
}

test('an answer says which deployment serves which model', async () => {
  const text = `mine serves ${first}. The question was: Is it fraud?`;
  const output = { message: { role: 'assistant', content: [{ text }] } };
  expect(await converse()).toMatchObject({ output, stopReason: 'end_turn', usage: {}, metrics: {} });
  expect(await runtime.invokeModel({ modelId, body: { messages: MESSAGES } })).toMatchObject({ output });
});

test('every invocation is kept: when, of which deployment, served by which model at that moment, and what came of it', async () => {
  const began = clock.now();
  await converse();
  update(second);
  await converse();
  clock.pass(MINUTE);
  await converse();
  await converse('nobody').catch(() => undefined);
  expect(runtime.invocations).toEqual([
    { operation: 'Converse', at: began, modelId, servedModelArn: first, outcome: 'ok' },
    { operation: 'Converse', at: began, modelId, servedModelArn: first, outcome: 'ok' },
    { operation: 'Converse', at: began + MINUTE, modelId, servedModelArn: second, outcome: 'ok' },
    { operation: 'Converse', at: began + MINUTE, modelId: 'nobody', outcome: 'ResourceNotFoundException' },
  ]);
  expect(told).toEqual(runtime.invocations);
});

describe('a deployment', () => {
  const isReady = async (): Promise<boolean> => (await outcomes(1))[0] === 'ok';

  test('that is Active since less than notReadyAfterCreate is not ready', async () => {
    open({ behaviour: { notReadyAfterCreate: 5 * SECOND } });
    clock.pass(5 * SECOND - 1);
    expect(await outcomes(1)).toEqual(['ModelNotReadyException']);
    clock.pass(1);
    expect(await isReady()).toBe(true);
  });

  test('that has been updated is ready at once, unless notReadyAfterUpdate says otherwise', async () => {
    open({ behaviour: { notReadyAfterCreate: 5 * SECOND } });
    clock.pass(MINUTE);
    update(second);
    clock.pass(MINUTE);
    expect(await isReady()).toBe(true);
    runtime.behaviour.notReadyAfterUpdate = 5 * SECOND;
    expect(await isReady()).toBe(false);
    clock.pass(5 * SECOND);
    expect(await isReady()).toBe(true);
  });

  test.each([true, false])('is updated also where it no longer tells (staleUpdateDetails: %p)', async (stale) => {
    open({ behaviour: { notReadyAfterCreate: 5 * SECOND } });
    controlPlane.behaviour.staleUpdateDetails = stale;
    clock.pass(MINUTE);
    update(second);
    clock.pass(MINUTE);
    expect(await isReady()).toBe(true);
  });

  test('that is changed by hand, but for its model, or retagged is as ready as before', async () => {
    open({ behaviour: { notReadyAfterCreate: 5 * SECOND, notReadyAfterUpdate: 5 * SECOND } });
    clock.pass(MINUTE);
    controlPlane.setDeployment(modelId, { description: 'another' });
    controlPlane.perform('TagResource', { resourceARN: modelId, tags: [{ key: 'a', value: 'b' }] });
    expect(await isReady()).toBe(true);
    controlPlane.setDeployment(modelId, { modelArn: second });
    expect(await isReady()).toBe(false);
  });

  test('serves the old model while it is updated, and is ready', async () => {
    open({ behaviour: { notReadyAfterUpdate: Infinity } });
    update(second);
    expect(await isReady()).toBe(true);
    expect(runtime.invocations.at(-1)?.servedModelArn).toBe(first);
  });

  test('may be never ready', async () => {
    open({ behaviour: { notReadyAfterCreate: Infinity } });
    clock.pass(1e12);
    expect(await isReady()).toBe(false);
  });

  test('that is not Active is not ready', async () => {
    controlPlane.setDeployment(modelId, { status: 'Failed' });
    expect(await isReady()).toBe(false);
  });
});

describe('calls are', () => {
  test.each([
    ['throttledAtFirst', 'ThrottlingException'],
    ['failingAtFirst', 'InternalServerException'],
  ] as const)('%s: so many of each deployment with each model, once it is ready', async (name, error) => {
    open({ behaviour: { [name]: 2, notReadyAfterCreate: SECOND } });
    expect(await outcomes(3)).toEqual(Array(3).fill('ModelNotReadyException'));
    clock.pass(SECOND);
    expect(await outcomes(4)).toEqual([error, error, 'ok', 'ok']);
    update(second);
    clock.pass(MINUTE);
    expect(await outcomes(3)).toEqual([error, error, 'ok']);
  });

  test.each([
    ['throttledShare', 'ThrottlingException'],
    ['failingShare', 'InternalServerException'],
  ] as const)('%s of all, as is drawn', async (name, error) => {
    const draws = [0.2, 0.3, 0.29];
    open({ behaviour: { [name]: 0.3 }, random: () => draws.shift() ?? 1 });
    expect(await outcomes(3)).toEqual([error, 'ok', error]);
  });

  test('drawn for only where a share asks for it', async () => {
    let draws = 0;
    open({ random: () => ++draws });
    await outcomes(3);
    expect(draws).toBe(0);
  });
});

describe('a model may answer', () => {
  const refused = async (): Promise<BedrockError> => {
    const error = await converse().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(BedrockError);
    return error as BedrockError;
  };

  test.each([
    ['ModelErrorException', 424],
    ['ValidationException', 400],
    ['ModelTimeoutException', 408],
    ['ModelNotReadyException', 429],
  ])('%s (%i), while another one serves', async (name, status) => {
    runtime.answers.set(first, { error: { name, message: 'because' } });
    expect(await refused()).toMatchObject({ name, status, message: 'because' });
    update(second);
    clock.pass(MINUTE);
    expect(await outcomes(1)).toEqual(['ok']);
  });

  test('an error of which nobody has heard, with a status of its own', async () => {
    runtime.answers.set(first, { error: { name: 'Unheard', status: 418 } });
    expect(await refused()).toMatchObject({ name: 'Unheard', status: 418 });
  });

  test('more than anyone can take', async () => {
    runtime.answers.set(first, { bytes: 300_000 });
    expect(JSON.stringify(await converse()).length).toBeGreaterThan(300_000);
    expect(JSON.stringify(await runtime.invokeModel({ modelId, body: { messages: MESSAGES } })).length).toBeGreaterThan(
      300_000,
    );
  });

  test('late; what was asked is kept as of the moment of asking', async () => {
    runtime.answers.set(first, { afterMs: 90_000 });
    await converse();
    expect(slept).toEqual([90_000]);
    expect(runtime.invocations).toMatchObject([{ at: clock.now(), outcome: 'ok' }]);
  });
});

test('a world may say each of it, and what it does not say is as usual: ready two seconds after it is made, and nothing goes wrong', () => {
  expect(DEFAULT_RUNTIME).toEqual({
    notReadyAfterCreate: 2000,
    notReadyAfterUpdate: 0,
    throttledAtFirst: 0,
    throttledShare: 0,
    failingAtFirst: 0,
    failingShare: 0,
  });
  expect(settingsOf(RUNTIME_BEHAVIOUR, { notReadyAfterUpdate: 'Infinity', throttledShare: 0.5 }, 'runtime')).toEqual({
    notReadyAfterUpdate: Infinity,
    throttledShare: 0.5,
  });
  expect(() => settingsOf(RUNTIME_BEHAVIOUR, { failingShare: 1.5 }, 'runtime')).toThrow(
    'runtime.failingShare is 1.5. It must be a number from 0 to 1.',
  );
});
