import { EmulatedAlarms } from '../../../local/demo/emulated-alarms';
import { ControlPlane } from '../../../local/fake-bedrock/control-plane';
import { text } from '../../../local/fake-bedrock/wire';
import { LoopbackServer } from '../../../local/loopback-server';

describe('an alarm of the emulator that follows a model', () => {
  const controlPlane = new ControlPlane({
    now: Date.now,
    durations: { deploymentCreate: 0, deploymentUpdate: 0 },
  });
  const [good, bad] = ['good', 'bad'].map((name) => controlPlane.addModel({ name })) as [string, string];
  const requests: URLSearchParams[] = [];
  let received: () => void;
  let server: LoopbackServer;
  let alarms: EmulatedAlarms;

  beforeAll(async () => {
    server = await LoopbackServer.start();
    server.onRequest((request, response) => {
      void text(request).then((body) => {
        requests.push(new URLSearchParams(body));
        response.writeHead(requests.length === 1 ? 404 : 200).end();
        received();
      });
    });
    alarms = new EmulatedAlarms(server.endpoint, controlPlane);
  });
  afterAll(async () => {
    await alarms.stop();
    await server.stop();
  });

  function next(): Promise<void> {
    return new Promise((resolve) => {
      received = resolve;
    });
  }

  test('is not touched before the model serves, goes off then, and is OK again when another one does', async () => {
    alarms.follow('errors', { modelArn: bad, reason: 'Set off' });
    const { customModelDeploymentArn: arn } = controlPlane.perform('CreateCustomModelDeployment', {
      modelDeploymentName: 'fraud',
      modelArn: good,
    });
    const update = (modelArn: string): unknown =>
      controlPlane.perform('UpdateCustomModelDeployment', { customModelDeploymentIdentifier: arn, modelArn });

    update(bad);
    await next(); // there is no such alarm yet
    await next();
    update(good);
    await next();

    expect(requests.slice(1).map((request) => Object.fromEntries(request))).toEqual([
      { Action: 'SetAlarmState', AlarmName: 'errors', StateValue: 'ALARM', StateReason: 'Set off' },
      { Action: 'SetAlarmState', AlarmName: 'errors', StateValue: 'OK', StateReason: 'The model no longer serves' },
    ]);
  });
});
