import { CONFLICT, LocalBedrock } from '../../../local/fake-bedrock/server';
import { MINUTE, raw, startLocal } from './helpers';

const DEPLOYMENTS = '/model-customization/custom-model-deployments';
const SOURCE = {
  modelPackageArnDataSource: { modelPackageArn: 'arn:aws:sagemaker:us-east-1:000000000000:model-package/tuned/1' },
};

describe('an operation unknown', () => {
  test.each([
    ['GET', '/'],
    ['GET', '/foundation-models'],
    ['PUT', DEPLOYMENTS],
    ['GET', '/custom-models/create-custom-model/more'],
    ['GET', '/custom-models/'],
    ['GET', '/custom-models/%E0%A4%A'],
  ])('%s %s', async (method, path) => {
    const { bedrock } = await startLocal();
    const reply = await raw(bedrock, method, path);
    expect(reply).toMatchObject({ status: 404, headers: { 'x-amzn-errortype': 'UnknownOperationException' } });
    expect(JSON.parse(reply.body)).toEqual({ message: `No operation is known at ${method} ${path}` });
    expect(bedrock.calls).toMatchObject([
      { operation: 'UnknownOperation', outcome: 'UnknownOperationException', performed: false },
    ]);
  });

  test('an ARN whose slash is not encoded is two segments', async () => {
    const { bedrock, client, modelArn } = await startLocal();
    const { customModelDeploymentArn: arn = '' } = await client.createCustomModelDeployment({
      modelDeploymentName: 'mine',
      modelArn,
    });
    expect((await raw(bedrock, 'GET', `${DEPLOYMENTS}/${arn}`)).status).toBe(404);
    expect((await raw(bedrock, 'GET', `${DEPLOYMENTS}/${encodeURIComponent(arn)}`)).status).toBe(200);
  });
});

describe('what cannot be read is a SerializationException', () => {
  test.each([
    ['a body that is no JSON', 'POST', DEPLOYMENTS, '{'],
    ['a body that is no object', 'POST', DEPLOYMENTS, '[]'],
    ['a number for a string', 'POST', DEPLOYMENTS, { modelDeploymentName: 1 }],
    ['a string for a list', 'POST', '/tagResource', { resourceARN: 'x', tags: 'x' }],
    ['a string for a structure', 'POST', '/tagResource', { resourceARN: 'x', tags: ['x'] }],
    ['a word for a number', 'GET', `${DEPLOYMENTS}?maxResults=ten`, undefined],
    ['a word for a boolean', 'GET', '/custom-models?isOwned=maybe', undefined],
    ['seconds for a time', 'GET', `${DEPLOYMENTS}?createdAfter=1767225600`, undefined],
    ['a day for a time', 'GET', `${DEPLOYMENTS}?createdAfter=2026-01-01`, undefined],
  ])('%s', async (_, method, path, body) => {
    const { bedrock } = await startLocal();
    const { status, headers } = await raw(bedrock, method, path, body);
    expect({ status, type: headers['x-amzn-errortype'] }).toEqual({ status: 400, type: 'SerializationException' });
    expect(bedrock.calls).toMatchObject([{ outcome: 'SerializationException', performed: false }]);
  });
});

describe('an error', () => {
  test('is named in a header, its message is in the body, and the request has an id', async () => {
    const { bedrock } = await startLocal();
    const { status, headers, body } = await raw(bedrock, 'GET', `${DEPLOYMENTS}/absent`);
    expect(status).toBe(404);
    expect(headers).toMatchObject({
      'x-amzn-errortype': 'ResourceNotFoundException',
      'content-type': 'application/json',
    });
    expect(headers['x-amzn-requestid']).toBe(bedrock.calls[0]?.requestId);
    expect(JSON.parse(body)).toEqual({ message: 'The specified custom model deployment was not found: absent' });
  });

  test('ConflictException is a 400', async () => {
    const { bedrock, client, modelArn } = await startLocal({ behaviour: { deleteWhileCreating: CONFLICT } });
    await client.createCustomModelDeployment({ modelDeploymentName: 'mine', modelArn });
    expect(await raw(bedrock, 'DELETE', `${DEPLOYMENTS}/mine`)).toMatchObject({
      status: 400,
      headers: { 'x-amzn-errortype': 'ConflictException' },
    });
  });

  test('TooManyTagsException has resourceName beside the message', async () => {
    const { bedrock, modelArn } = await startLocal();
    const tags = Array.from({ length: 51 }, (_, i) => ({ key: `k${String(i)}`, value: '' }));
    const { status, body } = await raw(bedrock, 'POST', '/tagResource', { resourceARN: modelArn, tags });
    expect(status).toBe(400);
    expect(JSON.parse(body)).toEqual({
      message: 'The resource would have 51 tags; the maximum is 50',
      resourceName: modelArn,
    });
  });
});

test('each operation has its method, path and status', async () => {
  const { bedrock, clock, modelArn, otherModelArn } = await startLocal();
  const answers: [string | undefined, number][] = [];
  const ask = async (method: string, path: string, body?: unknown) => {
    const reply = await raw(bedrock, method, path, body);
    answers.push([bedrock.calls.at(-1)?.operation, reply.status]);
    return reply.body;
  };

  await ask('POST', DEPLOYMENTS, { modelDeploymentName: 'mine', modelArn });
  clock.pass(MINUTE);
  await ask('GET', DEPLOYMENTS);
  await ask('PATCH', `${DEPLOYMENTS}/mine`, { modelArn: otherModelArn });
  clock.pass(MINUTE);
  await ask('GET', `${DEPLOYMENTS}/mine`);
  const withoutBody = [await ask('DELETE', `${DEPLOYMENTS}/mine`)];
  await ask('POST', '/custom-models/create-custom-model', { modelName: 'imported', customModelDataSource: SOURCE });
  clock.pass(MINUTE);
  await ask('GET', '/custom-models');
  await ask('GET', '/custom-models/imported');
  withoutBody.push(
    await ask('DELETE', '/custom-models/imported'),
    await ask('POST', '/tagResource', { resourceARN: modelArn, tags: [{ key: 'a', value: 'b' }] }),
    await ask('POST', '/untagResource', { resourceARN: modelArn, tagKeys: ['a'] }),
  );
  await ask('POST', '/listTagsForResource', { resourceARN: modelArn });

  expect(answers).toEqual([
    ['CreateCustomModelDeployment', 202],
    ['ListCustomModelDeployments', 200],
    ['UpdateCustomModelDeployment', 202],
    ['GetCustomModelDeployment', 200],
    ['DeleteCustomModelDeployment', 200],
    ['CreateCustomModel', 202],
    ['ListCustomModels', 200],
    ['GetCustomModel', 200],
    ['DeleteCustomModel', 200],
    ['TagResource', 200],
    ['UntagResource', 200],
    ['ListTagsForResource', 200],
  ]);
  expect(withoutBody).toEqual(['', '', '', '']);
});

describe('a body', () => {
  test('has times in ISO 8601 and no member that has no value', async () => {
    const { bedrock, client, modelArn } = await startLocal();
    const { customModelDeploymentArn } = await client.createCustomModelDeployment({
      modelDeploymentName: 'mine',
      modelArn,
    });
    expect(JSON.parse((await raw(bedrock, 'GET', `${DEPLOYMENTS}/mine`)).body)).toEqual({
      customModelDeploymentArn,
      modelDeploymentName: 'mine',
      modelArn,
      status: 'Creating',
      createdAt: '2026-01-01T12:00:00.000Z',
      lastUpdatedAt: '2026-01-01T12:00:00.000Z',
    });
  });

  test('calls the name otherwise in a summary', async () => {
    const { bedrock, client, modelArn } = await startLocal();
    await client.createCustomModelDeployment({ modelDeploymentName: 'mine', modelArn });
    const { modelDeploymentSummaries } = JSON.parse((await raw(bedrock, 'GET', DEPLOYMENTS)).body) as {
      modelDeploymentSummaries: object[];
    };
    expect(modelDeploymentSummaries).toEqual([expect.objectContaining({ customModelDeploymentName: 'mine' })]);
    expect(modelDeploymentSummaries[0]).not.toHaveProperty('modelDeploymentName');
  });

  test('may have members that are null or unknown', async () => {
    const { bedrock, modelArn } = await startLocal();
    const { status } = await raw(bedrock, 'POST', DEPLOYMENTS, {
      modelDeploymentName: 'mine',
      modelArn,
      description: null,
      later: 'added',
    });
    expect(status).toBe(202);
  });
});

test.each(['2026-01-01T12:00:00Z', '2026-01-01T11:59:59.999Z', '2026-01-01T13:00:00%2B01:00'])(
  'a query takes the time %s',
  async (time) => {
    const { bedrock } = await startLocal();
    const { body } = await raw(bedrock, 'GET', `/custom-models?creationTimeBefore=${time}`);
    expect(JSON.parse(body)).toEqual({ modelSummaries: [] });
  },
);

describe('the server', () => {
  test('listens on the port asked for, which no other can take, and not after it has stopped', async () => {
    const { bedrock } = await startLocal();
    const port = Number(new URL(bedrock.endpoint).port);
    await expect(LocalBedrock.start({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await bedrock.stop();
    await expect(raw(bedrock, 'GET', '/custom-models')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    const again = await LocalBedrock.start({ port });
    expect(again.endpoint).toBe(bedrock.endpoint);
    await again.stop();
  });

  test('can be stopped twice', async () => {
    const { bedrock } = await startLocal();
    await bedrock.stop();
    await expect(bedrock.stop()).resolves.toBeUndefined();
  });
});
