import { BedrockClient } from '@aws-sdk/client-bedrock';
import type { Bedrock } from '../../../lambda/bedrock/bedrock';
import { bedrockBySdk } from '../../../lambda/bedrock/lookups';
import { CallFailed } from '../../../lambda/reconcile/call-errors';
import type { Kind } from '../../../lambda/reconcile/goal';
import { STACK_ID_TAG } from '../../../lib/private/contract';
import type { InputOf, OperationName, OutputOf } from '../../../local/fake-bedrock/operations';
import { ControlPlane, LocalBedrock } from '../../../local/fake-bedrock/server';
import { NOON } from '../support/builders';

/**
 * Bedrock as the lifecycle knows it, through the real SDK, against the control plane on the wire, whose lists have
 * pages of two.
 */

class ShortPages extends ControlPlane {
  override perform<N extends OperationName>(operation: N, input: InputOf<N>): OutputOf<N> {
    return super.perform(operation, operation.startsWith('ListCustom') ? { ...input, maxResults: 2 } : input);
  }
}

let now = NOON;
let server: LocalBedrock;
let client: BedrockClient;
let bedrock: Bedrock;
let model: string;

beforeEach(async () => {
  now = NOON;
  server = await LocalBedrock.start({ now: () => now, controlPlane: new ShortPages({ now: () => now }) });
  client = new BedrockClient({
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  });
  bedrock = bedrockBySdk(client, AbortSignal.timeout(600_000));
  model = server.controlPlane.addModel({ name: 'model' });
});
afterEach(async () => {
  client.destroy();
  await server.stop();
});

const create = (name = 'mine'): Promise<string> =>
  bedrock.createDeployment({
    name,
    modelArn: model,
    description: 'd',
    tags: { a: 'b' },
    clientRequestToken: `token-${name}`,
  });

test('a deployment is created as asked, and looked at by its name', async () => {
  const arn = await create();
  expect(await bedrock.get('deployment', 'mine')).toEqual({
    status: 'Creating',
    reported: 'Creating',
    arn,
    modelArn: model,
    description: 'd',
    createdAt: NOON,
    lastUpdatedAt: NOON,
  });
  expect(await bedrock.tags(arn)).toEqual({ a: 'b' });
  now += 3000;
  expect(await bedrock.get('deployment', 'mine')).toMatchObject({ status: 'Active' });
});

test('an update shows whose it is and how far', async () => {
  const arn = await create();
  now += 3000;
  const next = server.controlPlane.addModel({ name: 'next' });
  await bedrock.update(arn, next);
  expect(await bedrock.get('deployment', 'mine')).toMatchObject({
    status: 'Active',
    update: { modelArn: next, status: 'Updating', reported: 'Updating' },
  });
});

test('what does not exist is absent, and may be deleted', async () => {
  expect(await bedrock.get('deployment', 'nothing')).toEqual({ status: 'absent' });
  expect(await bedrock.get('model', model.replace(/.{12}$/, 'zzzzzzzzzzzz'))).toEqual({ status: 'absent' });
  await expect(
    bedrock.delete('deployment', 'arn:aws:bedrock:us-east-1:000000000000:custom-model-deployment/zzzzzzzzzzzz'),
  ).resolves.toBeUndefined();
});

test('a model tells its status and its failure', async () => {
  const broken = server.controlPlane.addModel({ name: 'broken', status: 'Failed', failureMessage: 'unreadable' });
  expect(await bedrock.get('model', model)).toEqual({
    status: 'Active',
    reported: 'Active',
    arn: model,
    createdAt: NOON,
  });
  expect(await bedrock.get('model', broken)).toEqual({
    status: 'Failed',
    reported: 'Failed',
    arn: broken,
    createdAt: NOON,
    failureMessage: 'unreadable',
  });
});

test('H16: a status never documented is unknown, and reported as it is', async () => {
  await create();
  server.controlPlane.setDeployment('mine', { status: 'Paused' });
  expect(await bedrock.get('deployment', 'mine')).toMatchObject({ status: 'unknown', reported: 'Paused' });
});

describe('a custom model', () => {
  const born = { name: 'imported', tags: { a: 'b' }, clientRequestToken: 'token' };
  const inputs = (): unknown[] =>
    server.calls.filter(({ operation }) => operation === 'CreateCustomModel').map(({ input }) => input);

  test('is created from a model package, without a role', async () => {
    const modelPackageArn = 'arn:aws:sagemaker:us-east-1:000000000000:model-package/fraud/1';
    const arn = await bedrock.createModel({ ...born, source: { modelPackageArn } });
    expect(inputs()).toEqual([
      {
        modelName: 'imported',
        customModelDataSource: { modelPackageArnDataSource: { modelPackageArn } },
        modelTags: [{ key: 'a', value: 'b' }],
        clientRequestToken: 'token',
      },
    ]);
    expect(await bedrock.get('model', 'imported')).toEqual({
      status: 'Creating',
      reported: 'Creating',
      arn,
      createdAt: NOON,
    });
  });

  test('is created from S3 with a role, and encrypted with a key', async () => {
    const kmsKeyArn = 'arn:aws:kms:us-east-1:000000000000:key/12345678-1234-1234-1234-123456789012';
    const roleArn = 'arn:aws:iam::000000000000:role/Import';
    await bedrock.createModel({ ...born, source: { s3Uri: 's3://artefacts/fraud/', roleArn }, kmsKeyArn });
    expect(inputs()).toEqual([
      {
        modelName: 'imported',
        modelSourceConfig: { s3DataSource: { s3Uri: 's3://artefacts/fraud/' } },
        roleArn,
        modelKmsKeyArn: kmsKeyArn,
        modelTags: [{ key: 'a', value: 'b' }],
        clientRequestToken: 'token',
      },
    ]);
  });

  test('is deleted, and need not exist for that', async () => {
    await bedrock.delete('model', model);
    await bedrock.delete('model', model);
    expect(await bedrock.get('model', model)).toEqual({ status: 'absent' });
  });

  test('has users: its deployments, with the tags that say whose they are, but for those that go meanwhile', async () => {
    const other = server.controlPlane.addModel({ name: 'other' });
    const arns = [];
    for (const name of ['one', 'two', 'three', 'four']) {
      arns.push(await create(name));
      now += 3000;
    }
    await bedrock.createDeployment({ name: 'elsewhere', modelArn: other, tags: {}, clientRequestToken: 'elsewhere' });
    for (const operation of ['GetCustomModelDeployment', 'ListTagsForResource'] as const) {
      server.faults.next(operation, { kind: 'error', name: 'ResourceNotFoundException' });
    }
    const users = await bedrock.users(model);
    expect(users).toHaveLength(2);
    for (const { deployment, tags } of users) {
      expect(arns).toContain(deployment.arn);
      expect(tags).toEqual({ a: 'b' });
    }
  });

  test('has users on every page of the list', async () => {
    for (const name of ['one', 'two', 'three', 'four', 'five']) {
      await create(name);
      now += 3000;
    }
    expect(await bedrock.users(model)).toHaveLength(5);
  });

  test('whose users cannot be told is an error of the call that failed', async () => {
    await create();
    server.faults.next('ListTagsForResource', { kind: 'error', name: 'AccessDeniedException' });
    expect(((await bedrock.users(model).catch((thrown: unknown) => thrown)) as CallFailed).callError).toMatchObject({
      kind: 'denied',
      operation: 'ListTagsForResource',
    });
    server.faults.next('ListCustomModelDeployments', { kind: 'error', name: 'ThrottlingException' });
    expect(((await bedrock.users(model).catch((thrown: unknown) => thrown)) as CallFailed).callError).toMatchObject({
      kind: 'passing',
      operation: 'ListCustomModelDeployments',
    });
  });
});

test('a status in capitals, as AWS’s own pages write it, is the same status', async () => {
  await create();
  server.controlPlane.setDeployment('mine', { status: 'ACTIVE' });
  expect(await bedrock.get('deployment', 'mine')).toMatchObject({ status: 'Active', reported: 'ACTIVE' });
});

test('tags are set and removed', async () => {
  const arn = await create();
  await bedrock.tag(arn, { c: 'd' });
  await bedrock.untag(arn, ['a']);
  expect(await bedrock.tags(arn)).toEqual({ c: 'd' });
});

test.each([
  ['ThrottlingException', 'passing'],
  ['InternalServerException', 'passing'],
  ['AccessDeniedException', 'denied'],
  ['ServiceQuotaExceededException', 'busy'],
  ['ConflictException', 'refused'],
  ['ValidationException', 'refused'],
])('%s is an error that is %s, with the service’s own words', async (name, kind) => {
  server.faults.next('CreateCustomModelDeployment', { kind: 'error', name, message: 'so it is' });
  const error = await create().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(CallFailed);
  expect((error as CallFailed).callError).toMatchObject({
    kind,
    operation: 'CreateCustomModelDeployment',
    message: `${name}: so it is`,
  });
});

test('H13: a call that never ends is ended', async () => {
  server.faults.next('GetCustomModelDeployment', { kind: 'hang' });
  const error = await bedrockBySdk(client, AbortSignal.timeout(100))
    .get('deployment', 'mine')
    .catch((thrown: unknown) => thrown);
  expect((error as CallFailed).callError).toMatchObject({ kind: 'passing' });
});

describe('H28: Get by a name that nobody has', () => {
  const refuse = (times = 1): void => {
    server.faults.next(
      'GetCustomModelDeployment',
      { kind: 'error', name: 'ValidationException', message: 'The provided model identifier is invalid' },
      times,
    );
  };

  test.each([
    ['refused', 'ValidationException'],
    ['not found', 'ResourceNotFoundException'],
    ['refused by an error never seen before', 'NoSuchThingException'],
  ])('is settled by the list where it is %s: nobody has it', async (_, name) => {
    for (const operation of ['GetCustomModelDeployment', 'GetCustomModel'] as const) {
      server.faults.next(operation, { kind: 'error', name });
    }
    expect(await bedrock.get('deployment', 'mine')).toEqual({ status: 'absent' });
    expect(await bedrock.get('model', 'mine')).toEqual({ status: 'absent' });
  });

  test('is settled by the list where it is refused though somebody has it, exactly that name, on any page', async () => {
    const arn = await create('mine');
    for (let other = 1; other <= 5; other++) {
      now += 3000;
      server.controlPlane.perform('CreateCustomModelDeployment', {
        modelDeploymentName: `mine-${other}`,
        modelArn: model,
      });
    }
    refuse();
    expect(await bedrock.get('deployment', 'mine')).toMatchObject({ arn });
    refuse();
    expect(await bedrock.get('deployment', 'min')).toEqual({ status: 'absent' });
  });

  test('is settled by the list where it is not found though somebody has it', async () => {
    const arn = await create('mine');
    server.faults.next('GetCustomModelDeployment', { kind: 'error', name: 'ResourceNotFoundException' });
    expect(await bedrock.get('deployment', 'mine')).toMatchObject({ arn });
  });

  test('is not settled where the list fails, whatever Get says of the name', async () => {
    refuse(2);
    server.faults.next('ListCustomModelDeployments', { kind: 'error', name: 'ThrottlingException' });
    await expect(bedrock.get('deployment', 'mine')).rejects.toMatchObject({
      callError: { kind: 'passing', operation: 'ListCustomModelDeployments' },
    });
    server.faults.next('ListCustomModelDeployments', { kind: 'error', name: 'AccessDeniedException' }, 2);
    await expect(bedrock.get('deployment', 'mine')).rejects.toMatchObject({
      callError: { kind: 'denied', operation: 'ListCustomModelDeployments' },
    });
    await expect(bedrock.get('deployment', 'mine')).rejects.toMatchObject({
      callError: { kind: 'denied', operation: 'ListCustomModelDeployments' },
    });
  });

  test('is no matter of names where it is denied, or throttled, or by ARN', async () => {
    server.faults.next('GetCustomModelDeployment', { kind: 'error', name: 'AccessDeniedException' });
    await expect(bedrock.get('deployment', 'mine')).rejects.toMatchObject({ callError: { kind: 'denied' } });
    refuse();
    await expect(
      bedrock.get('deployment', 'arn:aws:bedrock:us-east-1:000000000000:custom-model-deployment/abcdefghijkl'),
    ).rejects.toMatchObject({ callError: { kind: 'refused' } });
    expect(server.calls.map(({ operation }) => operation)).not.toContain('ListCustomModelDeployments');
  });
});

describe('H36: all resources of a kind', () => {
  test('are counted, those in progress as well, be it a creation or an update', async () => {
    const stackId = 'a-stack';
    const arn = await bedrock.createDeployment({
      name: 'one',
      modelArn: model,
      tags: { [STACK_ID_TAG]: stackId },
      clientRequestToken: 'one',
    });
    server.calls.length = 0;
    const digest = expect.stringMatching(/^[0-9a-f]{12}$/) as unknown as string;
    expect(await bedrock.quotaUse('deployment', stackId)).toEqual({ total: 1, isIdle: false, digest, ofStack: 0 });
    expect(server.calls.map(({ operation }) => operation)).toEqual(['ListCustomModelDeployments']);
    now += 3000;
    await create('two');
    now += 3000;
    expect(await bedrock.quotaUse('deployment', stackId)).toEqual({ total: 2, isIdle: true, digest, ofStack: 1 });
    await bedrock.update(arn, server.controlPlane.addModel({ name: 'other' }));
    expect(await bedrock.quotaUse('deployment', stackId)).toEqual({ total: 2, isIdle: false, digest, ofStack: 0 });
    expect(await bedrock.quotaUse('model', stackId)).toEqual({ total: 2, isIdle: true, digest, ofStack: 0 });
  });
});

describe('H15: what is at rest', () => {
  const digest = async (kind: Kind = 'deployment'): Promise<string> => (await bedrock.quotaUse(kind, 'a-stack')).digest;

  test('looks the same until something was at work, be it a creation, an update or a deletion', async () => {
    const arn = await create('one');
    now += 3000;
    const before = await digest();
    now += 3000;
    expect(await digest()).toBe(before);
    await create('two');
    now += 3000;
    const two = await digest();
    await bedrock.update(arn, server.controlPlane.addModel({ name: 'other' }));
    now += 60_000;
    const updated = await digest();
    await bedrock.delete('deployment', arn);
    now += 60_000;
    expect(new Set([before, two, updated, await digest()]).size).toBe(4);
  });

  test('so do models', async () => {
    const before = await digest('model');
    expect(await digest('model')).toBe(before);
    server.controlPlane.addModel({ name: 'other' });
    expect(await digest('model')).not.toBe(before);
  });
});

describe('H15: how many are in progress', () => {
  test('is what the list shows as neither Active nor Failed, whatever it calls it', async () => {
    await create('one');
    await create('two');
    expect(await bedrock.inProgress('deployment')).toBe(2);
    server.controlPlane.setDeployment('one', { status: 'Pending' });
    now += 3000;
    expect(await bedrock.inProgress('deployment')).toBe(1);
    server.controlPlane.setDeployment('one', { status: 'Failed' });
    expect(await bedrock.inProgress('deployment')).toBe(0);
    expect(await bedrock.inProgress('model')).toBe(0);
  });

  test.each([
    ['ThrottlingException', 'passing'],
    ['AccessDeniedException', 'denied'],
  ])('is not known if the list answers %s', async (name, kind) => {
    server.faults.next('ListCustomModelDeployments', { kind: 'error', name });
    await expect(bedrock.inProgress('deployment')).rejects.toMatchObject({ callError: { kind } });
  });
});
