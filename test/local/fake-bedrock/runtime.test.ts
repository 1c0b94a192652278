import { BedrockRuntime, type ConverseCommandOutput } from '@aws-sdk/client-bedrock-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { LocalBedrockOptions } from '../../../local/fake-bedrock/server';
import { MINUTE, NOON, raw, SECOND, startLocal } from './helpers';

/** The runtime beside the control plane, called by the SDK. */

const clients: BedrockRuntime[] = [];

afterEach(() => {
  clients.splice(0).forEach((client) => {
    client.destroy();
  });
});

async function deployed(options?: LocalBedrockOptions) {
  const local = await startLocal(options);
  const { bedrock, client, modelArn } = local;
  const runtime = new BedrockRuntime({
    endpoint: bedrock.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 's' },
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler(), // this client's own speaks HTTP/2, which the local server does not
  });
  clients.push(runtime);
  const { customModelDeploymentArn: modelId = '' } = await client.createCustomModelDeployment({
    modelDeploymentName: 'mine',
    modelArn,
  });
  const converse = (id = modelId): Promise<ConverseCommandOutput> =>
    runtime.converse({ modelId: id, messages: [{ role: 'user', content: [{ text: 'Is it fraud?' }] }] });
  return { ...local, runtime, modelId, converse };
}

test('Converse says which deployment serves which model', async () => {
  const { clock, converse, modelArn } = await deployed();
  clock.pass(2 * MINUTE);
  const { output, stopReason } = await converse();
  expect(output?.message?.content).toEqual([{ text: `mine serves ${modelArn}. The question was: Is it fraud?` }]);
  expect(stopReason).toBe('end_turn');
});

test('InvokeModel says the same, in the form of the Nova models', async () => {
  const { clock, runtime, modelId, modelArn, bedrock } = await deployed();
  clock.pass(2 * MINUTE);
  const { body } = await runtime.invokeModel({
    modelId,
    body: JSON.stringify({ messages: [{ role: 'user', content: [{ text: 'Is it fraud?' }] }] }),
  });
  expect(JSON.parse(body.transformToString())).toMatchObject({
    output: { message: { content: [{ text: `mine serves ${modelArn}. The question was: Is it fraud?` }] } },
  });
  expect(bedrock.runtime.invocations).toEqual([
    { operation: 'InvokeModel', at: NOON + 2 * MINUTE, modelId, servedModelArn: modelArn, outcome: 'ok' },
  ]);
});

test('a deployment cannot be invoked before it is Active, nor at once after, but while it is updated', async () => {
  const { clock, client, converse, modelId, otherModelArn, modelArn } = await deployed();
  const notReady = { name: 'ModelNotReadyException', $metadata: { httpStatusCode: 429 } };
  await expect(converse()).rejects.toMatchObject(notReady);
  clock.pass(MINUTE);
  await expect(converse()).rejects.toMatchObject(notReady);
  clock.pass(2 * SECOND);
  await converse();
  await client.updateCustomModelDeployment({ customModelDeploymentIdentifier: modelId, modelArn: otherModelArn });
  const during = await converse();
  clock.pass(MINUTE);
  const after = await converse();
  expect([during, after].map(({ output }) => output?.message?.content?.[0]?.text)).toEqual([
    expect.stringContaining(`serves ${modelArn}.`),
    expect.stringContaining(`serves ${otherModelArn}.`),
  ]);
});

test('what is no deployment is not found', async () => {
  const { converse, modelId, bedrock } = await deployed();
  const other = modelId.replace(/.{12}$/, 'zzzzzzzzzzzz');
  await expect(converse(other)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  expect(bedrock.runtime.invocations).toMatchObject([{ operation: 'Converse', outcome: 'ResourceNotFoundException' }]);
});

test.each([
  [
    'Converse',
    'converse',
    '{"prompt": "Hello"}',
    'ValidationException',
    'A conversation must start with a user message',
  ],
  ['Converse', 'converse', '{', 'SerializationException', ''],
  ['InvokeModel', 'invoke', '{"prompt": "Hello"}', 'ValidationException', 'required key [messages] not found'],
  ['InvokeModel', 'invoke', '{', 'ValidationException', 'Malformed input request'],
])('%s refuses what are no messages, as AWS does: /%s %s', async (_, path, body, name, message) => {
  const { bedrock, modelId } = await deployed();
  const reply = await raw(bedrock, 'POST', `/model/${encodeURIComponent(modelId)}/${path}`, body);
  expect(reply).toMatchObject({ status: 400, headers: { 'x-amzn-errortype': name } });
  expect(reply.body).toContain(message);
});

test('an error goes over the wire as the SDK knows it, and so does how long a model takes', async () => {
  const slept: number[] = [];
  const { clock, converse, bedrock, modelArn } = await deployed({
    sleep: (ms) => {
      slept.push(ms);
      return Promise.resolve();
    },
  });
  clock.pass(2 * MINUTE);
  bedrock.runtime.answers.set(modelArn, {
    error: { name: 'ModelErrorException', message: 'out of memory' },
    afterMs: 700,
  });
  await expect(converse()).rejects.toMatchObject({
    name: 'ModelErrorException',
    message: 'out of memory',
    $metadata: { httpStatusCode: 424 },
  });
  expect(slept).toEqual([700]);
});

test('what is unusual of the runtime is said when it is started', async () => {
  const { clock, converse } = await deployed({ runtime: { notReadyAfterCreate: 0 } });
  clock.pass(MINUTE);
  await converse();
});

test('invocations are not among the calls of the control plane', async () => {
  const { clock, converse, bedrock } = await deployed();
  clock.pass(2 * MINUTE);
  await converse();
  expect(bedrock.calls.map(({ operation }) => operation)).toEqual(['CreateCustomModelDeployment']);
});
