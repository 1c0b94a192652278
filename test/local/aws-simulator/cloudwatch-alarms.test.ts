import { CloudWatchAlarms } from '../../../local/aws-simulator/cloudwatch-alarms';
import { VirtualTime } from '../../../local/aws-simulator/virtual-time';
import { ControlPlane } from '../../../local/fake-bedrock/control-plane';

/** The alarms of an account: what DescribeAlarms tells of them at which moment. */

const MINUTE = 60_000;

let time: VirtualTime;
let controlPlane: ControlPlane;
let alarms: CloudWatchAlarms;

beforeEach(() => {
  time = new VirtualTime(0);
  controlPlane = new ControlPlane({
    now: time.now,
    durations: { deploymentCreate: 5 * MINUTE, deploymentUpdate: 5 * MINUTE, deploymentDelete: MINUTE },
  });
  alarms = new CloudWatchAlarms(time.now, controlPlane);
});

const pass = (ms: number): Promise<void> => time.until(time.sleep(ms));
const stateOf = (name: string): string | undefined =>
  alarms.describe({ AlarmNames: [name] }).MetricAlarms[0]?.StateValue;

test('an alarm is there from its creation on: without enough data first, after its first minute OK', async () => {
  expect(alarms.describe({ AlarmNames: ['errors'] })).toEqual({ MetricAlarms: [], CompositeAlarms: [] });
  const arn = alarms.create('errors');
  expect(arn).toBe('arn:aws:cloudwatch:us-east-1:000000000000:alarm:errors');
  expect(alarms.describe({ AlarmNames: ['errors', 'nobody'] })).toEqual({
    MetricAlarms: [
      {
        AlarmName: 'errors',
        AlarmArn: arn,
        StateValue: 'INSUFFICIENT_DATA',
        StateReason: 'Unchecked: Initial alarm creation',
      },
    ],
    CompositeAlarms: [],
  });
  await pass(MINUTE - 1);
  expect(stateOf('errors')).toBe('INSUFFICIENT_DATA');
  await pass(1);
  expect(stateOf('errors')).toBe('OK');
});

test('an alarm of what nobody uses may never have enough data', async () => {
  alarms.firstDataAfter = Infinity;
  alarms.create('errors');
  await pass(1e12);
  expect(stateOf('errors')).toBe('INSUFFICIENT_DATA');
});

test('it has the state that it is given, until it is given another, also when it is changed', async () => {
  alarms.create('errors');
  time.at(2 * MINUTE, () => {
    alarms.set('errors', 'ALARM', 'Threshold Crossed: 3 errors');
  });
  time.at(4 * MINUTE, () => {
    alarms.set('errors', 'OK');
  });
  await pass(2 * MINUTE);
  alarms.create('errors');
  expect(alarms.describe({ AlarmNames: ['errors'] }).MetricAlarms).toMatchObject([
    { StateValue: 'ALARM', StateReason: 'Threshold Crossed: 3 errors' },
  ]);
  await pass(2 * MINUTE);
  expect(stateOf('errors')).toBe('OK');
});

test('one that is deleted is not there, and has no state; made again, it begins anew', async () => {
  alarms.create('errors');
  alarms.set('errors', 'ALARM');
  alarms.delete('errors');
  expect(stateOf('errors')).toBeUndefined();
  expect(() => {
    alarms.set('errors', 'OK');
  }).toThrow('there is no alarm errors');
  alarms.create('errors');
  expect(stateOf('errors')).toBe('INSUFFICIENT_DATA');
  await pass(MINUTE);
  expect(stateOf('errors')).toBe('OK');
});

test('composite alarms are told only to those who ask for their type, and then alone unless both are asked for', () => {
  alarms.create('metric');
  alarms.create('composite', 'CompositeAlarm');
  const told = (AlarmTypes?: readonly string[]): string[][] => {
    const { MetricAlarms, CompositeAlarms } = alarms.describe({ ...(AlarmTypes && { AlarmTypes }) });
    return [MetricAlarms, CompositeAlarms].map((each) => each.map(({ AlarmName }) => AlarmName));
  };
  expect(told()).toEqual([['metric'], []]);
  expect(told(['CompositeAlarm'])).toEqual([[], ['composite']]);
  expect(told(['MetricAlarm', 'CompositeAlarm'])).toEqual([['metric'], ['composite']]);
});

describe('an alarm that follows a model', () => {
  let [good, bad, deployment] = ['', '', ''];
  beforeEach(() => {
    good = controlPlane.addModel({ name: 'good' });
    bad = controlPlane.addModel({ name: 'bad' });
    alarms.create('errors');
  });

  function deploy(modelArn: string): void {
    deployment = controlPlane.perform('CreateCustomModelDeployment', {
      modelDeploymentName: 'mine',
      modelArn,
    }).customModelDeploymentArn;
  }
  const update = (modelArn: string): unknown =>
    controlPlane.perform('UpdateCustomModelDeployment', { customModelDeploymentIdentifier: deployment, modelArn });

  test('is in ALARM from when a deployment serves it, with a reason, until it serves another', async () => {
    alarms.follow('errors', { modelArn: bad, reason: 'Threshold Crossed: 5 errors' });
    deploy(good);
    await pass(6 * MINUTE);
    update(bad);
    await pass(5 * MINUTE - 1);
    expect(stateOf('errors')).toBe('OK');
    await pass(1);
    expect(alarms.describe({ AlarmNames: ['errors'] }).MetricAlarms).toMatchObject([
      { StateValue: 'ALARM', StateReason: 'Threshold Crossed: 5 errors' },
    ]);
    update(good);
    await pass(5 * MINUTE - 1);
    expect(stateOf('errors')).toBe('ALARM');
    await pass(1);
    expect(stateOf('errors')).toBe('OK');
  });

  test('may be late, as its metric is', async () => {
    alarms.follow('errors', { modelArn: bad, afterMs: 2 * MINUTE });
    deploy(bad);
    await pass(7 * MINUTE - 1);
    expect(stateOf('errors')).toBe('OK');
    await pass(1);
    expect(stateOf('errors')).toBe('ALARM');
  });

  test('may be about one deployment', async () => {
    deploy(bad);
    alarms.create('others');
    alarms.follow('errors', { modelArn: bad, deploymentArn: deployment });
    alarms.follow('others', { modelArn: bad, deploymentArn: deployment.replace(/.{12}$/, 'zzzzzzzzzzzz') });
    await pass(6 * MINUTE);
    expect([stateOf('errors'), stateOf('others')]).toEqual(['ALARM', 'OK']);
  });

  test('is not in ALARM for a deployment that is not Active, or gone', async () => {
    alarms.follow('errors', { modelArn: bad });
    deploy(bad);
    await pass(5 * MINUTE - 1);
    expect(stateOf('errors')).toBe('OK');
    await pass(1);
    expect(stateOf('errors')).toBe('ALARM');
    controlPlane.perform('DeleteCustomModelDeployment', { customModelDeploymentIdentifier: deployment });
    expect(stateOf('errors')).toBe('OK');
  });

  test('may be told of before it is there, as the stack makes it', async () => {
    alarms.follow('later', { modelArn: bad });
    expect(stateOf('later')).toBeUndefined();
    deploy(bad);
    await pass(6 * MINUTE);
    alarms.create('later');
    expect(stateOf('later')).toBe('ALARM');
  });
});
