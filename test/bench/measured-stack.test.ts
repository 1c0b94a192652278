import { CONTESTANTS } from '../../bench/contestants';
import { MeasuredStack } from '../../bench/measured-stack';
import { libraryTemplate, width } from '../../bench/templates';

/** Of the hand-written handler, whose costs do not change with the library. */
async function provider(): Promise<MeasuredStack> {
  return MeasuredStack.start(CONTESTANTS.provider, {
    durations: { deploymentCreate: 12_000, deploymentUpdate: 12_000, deploymentDelete: 0 },
  });
}

test('an operation costs the seconds from the first request to the last answer, invocations, calls and transitions', async () => {
  const stack = await provider();
  // onEvent and then three looks, 5 s apart, each by way of a function of the framework; one state and three retries
  expect(await stack.create()).toMatchObject({
    status: 'CREATE_COMPLETE',
    seconds: expect.closeTo(15, 0),
    invocations: 2 + 4 * 2,
    calls: 1 + 4,
    transitions: 4,
    left: 1,
  });
  await stack.close();
});

test('what came before it does not count', async () => {
  const stack = await provider();
  await stack.create();
  expect(await stack.update({ Timeout: '3000' })).toMatchObject({ invocations: 4, calls: 2, transitions: 1 });
  await stack.close();
});

test('what goes on after its end counts', async () => {
  const stack = await provider();
  stack.cancelAfter(1);
  const { seconds, left, calls } = await stack.create();
  expect({ seconds: Math.round(seconds), left }).toEqual({ seconds: 3, left: 1 });
  expect(calls).toBeGreaterThan(4);
  await stack.close();
});

test('the library is measured with the handler and the state machine that ship, after any history', async () => {
  const stack = await MeasuredStack.start(CONTESTANTS.library);
  await stack.create();
  await stack.runOthers(2, 1);
  await stack.outliveHistory();
  expect(await stack.update({ Timeout: '3000' })).toMatchObject({ status: 'UPDATE_COMPLETE' });
  await stack.deleteByHand();
  expect(await stack.delete()).toMatchObject({ status: 'DELETE_COMPLETE', left: 0 });
  await stack.close();
});

test('a template has the dependencies that the library writes, among its deployments', () => {
  const template = libraryTemplate(3, { Timeout: '1' });
  expect(Object.keys(template)).toHaveLength(3);
  expect(width(template)).toBeGreaterThanOrEqual(2);
  for (const { Properties, DependsOn = [] } of Object.values(template)) {
    expect(Properties).toMatchObject({ Timeout: '1', StateMachineArn: expect.any(String) });
    expect(Object.keys(template)).toEqual(expect.arrayContaining([DependsOn].flat()));
  }
});
