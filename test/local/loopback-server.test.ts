import { StepFunctionsApi } from '../../local/aws-simulator/step-functions-api';
import { StepFunctionsServer } from '../../local/aws-simulator/step-functions-server';
import { LocalBedrock } from '../../local/fake-bedrock/server';
import { LoopbackServer } from '../../local/loopback-server';
import { headersOfWebPages, send } from './web-page';

/**
 * Whatever web page a browser on this machine shows can send requests to it: to none of the servers may they get
 * through.
 */

const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) {
    await stop();
  }
});

const CASES = Object.keys(headersOfWebPages('http://127.0.0.1:1'));

test.each(CASES)('Bedrock refuses %s, and does nothing', async (name) => {
  const bedrock = await LocalBedrock.start();
  stops.push(() => bedrock.stop());
  const model = bedrock.controlPlane.addModel({ name: 'mine' });
  const deploy = (headers: object) =>
    send(
      `${bedrock.endpoint}/model-customization/custom-model-deployments`,
      'POST',
      { 'content-type': 'text/plain', ...headers },
      JSON.stringify({ modelDeploymentName: 'forged', modelArn: model }),
    );

  expect(await deploy(headersOfWebPages(bedrock.endpoint)[name] ?? {})).toMatchObject({ status: 403 });
  expect(bedrock.calls).toEqual([]);
  expect(await deploy({})).toMatchObject({ status: 202 }); // the same request from a program
});

test.each(CASES)("the simulator's Step Functions refuses %s, and does nothing", async (name) => {
  const askedFor: string[] = [];
  const stepFunctions = await StepFunctionsServer.start(
    new StepFunctionsApi((arn) => {
      askedFor.push(arn);
      return undefined;
    }),
  );
  stops.push(() => stepFunctions.stop());
  const start = (headers: object) =>
    send(
      stepFunctions.endpoint,
      'POST',
      { 'x-amz-target': 'AWSStepFunctions.StartExecution', ...headers },
      JSON.stringify({ stateMachineArn: 'none' }),
    );

  expect(await start(headersOfWebPages(stepFunctions.endpoint)[name] ?? {})).toMatchObject({ status: 403 });
  expect(askedFor).toEqual([]);
  expect(await start({})).toMatchObject({ status: 400, body: expect.stringContaining('StateMachineDoesNotExist') });
});

test('no answer lets another site read it', async () => {
  const bedrock = await LocalBedrock.start();
  stops.push(() => bedrock.stop());

  for (const headers of [{}, { origin: 'https://attacker.example' }]) {
    expect((await send(`${bedrock.endpoint}/custom-models`, 'GET', headers)).headers).not.toHaveProperty(
      'access-control-allow-origin',
    );
  }
});

test('both names of this machine are its own', async () => {
  const server = await LoopbackServer.start();
  stops.push(() => server.stop());
  server.onRequest((_, response) => response.end('here'));
  const { port } = new URL(server.endpoint);

  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`]) {
    expect(await send(server.endpoint, 'GET', { host })).toMatchObject({ status: 200, body: 'here' });
  }
});
