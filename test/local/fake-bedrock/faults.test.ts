import {
  AccessDeniedException,
  BedrockServiceException,
  ConflictException,
  InternalServerException,
  ResourceNotFoundException,
  ServiceQuotaExceededException,
  ThrottlingException,
  ValidationException,
} from '@aws-sdk/client-bedrock';
import type { OperationName } from '../../../local/fake-bedrock/server';
import { activeDeployment, clientOf, type Local, startLocal } from './helpers';

/**
 * Outside jest this error also has the code ECONNRESET; in here the SDK does not take it for an Error, since it comes
 * from another realm.
 */
const BROKEN = 'socket hang up';

const list = ({ client }: Local) => client.listCustomModelDeployments({});
const create = ({ client, modelArn }: Local) =>
  client.createCustomModelDeployment({ modelDeploymentName: 'mine', modelArn });
const deployments = ({ bedrock }: Local) => bedrock.controlPlane.deployments().map(({ name }) => name);

describe('error', () => {
  test.each([
    ['AccessDeniedException', 403, AccessDeniedException],
    ['ConflictException', 400, ConflictException],
    ['InternalServerException', 500, InternalServerException],
    ['ResourceNotFoundException', 404, ResourceNotFoundException],
    ['ServiceQuotaExceededException', 400, ServiceQuotaExceededException],
    ['ThrottlingException', 429, ThrottlingException],
    ['ValidationException', 400, ValidationException],
  ] as const)(
    "%s comes as the SDK's own exception, with status %i, and nothing is done",
    async (name, httpStatusCode, exception) => {
      const local = await startLocal();
      local.bedrock.faults.next('CreateCustomModelDeployment', { kind: 'error', name, message: 'as planned' });
      const created = create(local);
      await expect(created).rejects.toBeInstanceOf(exception);
      await expect(created).rejects.toMatchObject({ name, message: 'as planned', $metadata: { httpStatusCode } });
      expect(deployments(local)).toEqual([]);
      expect(local.bedrock.calls).toMatchObject([
        { operation: 'CreateCustomModelDeployment', outcome: name, performed: false },
      ]);
    },
  );

  test('of a name that is not modelled keeps it, with the status that is asked for', async () => {
    const local = await startLocal();
    local.bedrock.faults.next('*', { kind: 'error', name: 'ExpiredTokenException', status: 403 });
    const listed = list(local);
    await expect(listed).rejects.toBeInstanceOf(BedrockServiceException);
    await expect(listed).rejects.toMatchObject({ name: 'ExpiredTokenException', $metadata: { httpStatusCode: 403 } });
  });
});

test('errorAfter: done, then refused', async () => {
  const local = await startLocal();
  local.bedrock.faults.next('CreateCustomModelDeployment', { kind: 'errorAfter', name: 'InternalServerException' });
  await expect(create(local)).rejects.toBeInstanceOf(InternalServerException);
  expect(deployments(local)).toEqual(['mine']);
  expect(local.bedrock.calls).toMatchObject([{ outcome: 'InternalServerException', performed: true }]);
});

test('cut: the connection breaks before anything is done', async () => {
  const local = await startLocal();
  local.bedrock.faults.next('CreateCustomModelDeployment', { kind: 'cut' });
  await expect(create(local)).rejects.toThrow(BROKEN);
  expect(deployments(local)).toEqual([]);
  expect(local.bedrock.calls).toMatchObject([{ outcome: 'cut', performed: false }]);
});

describe('lostReply', () => {
  test('the connection breaks after all is done', async () => {
    const local = await startLocal();
    local.bedrock.faults.next('CreateCustomModelDeployment', { kind: 'lostReply' });
    await expect(create(local)).rejects.toThrow(BROKEN);
    expect(deployments(local)).toEqual(['mine']);
    expect(local.bedrock.calls).toMatchObject([{ outcome: 'lostReply', performed: true }]);
  });

  test('of what is refused does nothing either', async () => {
    const local = await startLocal();
    local.bedrock.faults.next('DeleteCustomModelDeployment', { kind: 'lostReply' });
    await expect(
      local.client.deleteCustomModelDeployment({ customModelDeploymentIdentifier: 'absent' }),
    ).rejects.toThrow(BROKEN);
    expect(local.bedrock.calls).toMatchObject([{ outcome: 'lostReply', performed: false }]);
  });

  test("of a create: the SDK's own retry carries the same token, and gets the same deployment", async () => {
    const local = await startLocal();
    const retrying = { ...local, client: clientOf(local.bedrock, { maxAttempts: 2 }) };
    local.bedrock.faults.next('CreateCustomModelDeployment', { kind: 'lostReply' });
    const { customModelDeploymentArn } = await create(retrying);
    expect(local.bedrock.controlPlane.deployments()).toMatchObject([{ arn: customModelDeploymentArn }]);
    expect(local.bedrock.calls.map(({ outcome }) => outcome)).toEqual(['lostReply', 'ok']);
    expect(local.bedrock.calls[0]?.input).toEqual(local.bedrock.calls[1]?.input);
  });

  test("of an update: the SDK's own retry is refused", async () => {
    const local = await startLocal();
    await activeDeployment(local);
    local.bedrock.faults.next('UpdateCustomModelDeployment', { kind: 'lostReply' });
    const update = { customModelDeploymentIdentifier: 'mine', modelArn: local.otherModelArn };
    await expect(
      clientOf(local.bedrock, { maxAttempts: 2 }).updateCustomModelDeployment(update),
    ).rejects.toBeInstanceOf(ValidationException);
    expect(local.bedrock.controlPlane.deployments()).toMatchObject([
      { updateDetails: { modelArn: local.otherModelArn, updateStatus: 'Updating' } },
    ]);
  });
});

describe('hang', () => {
  test('no answer comes until the client gives up', async () => {
    const local = await startLocal();
    local.bedrock.faults.next('CreateCustomModelDeployment', { kind: 'hang' });
    const impatient = clientOf(local.bedrock, { requestHandler: { requestTimeout: 100, throwOnRequestTimeout: true } });
    await expect(create({ ...local, client: impatient })).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(deployments(local)).toEqual([]);
    expect(local.bedrock.calls).toMatchObject([{ outcome: 'hang', performed: false }]);
  });

  test('or until the server stops', async () => {
    const local = await startLocal();
    local.bedrock.faults.next('*', { kind: 'hang' });
    const outcome = expect(list(local)).rejects.toThrow(BROKEN);
    while (local.bedrock.calls.length === 0) {
      await new Promise(setImmediate);
    }
    await local.bedrock.stop();
    await outcome;
  });
});

describe('slow', () => {
  test('all is done at once, but the answer is late', async () => {
    const local = await startLocal();
    local.bedrock.faults.next('CreateCustomModelDeployment', { kind: 'slow', ms: 150 });
    let answered = false;
    const created = create(local).then(() => (answered = true));
    while (deployments(local).length === 0) {
      await new Promise(setImmediate);
    }
    expect(answered).toBe(false);
    const done = performance.now();
    await created;
    expect(performance.now() - done).toBeGreaterThan(100);
    expect(local.bedrock.calls).toMatchObject([{ outcome: 'ok', performed: true }]);
  });

  test('a server that stops does not wait for it', async () => {
    const local = await startLocal();
    local.bedrock.faults.next('*', { kind: 'slow', ms: 60_000 });
    const outcome = expect(list(local)).rejects.toThrow(BROKEN);
    while (local.bedrock.calls.length === 0) {
      await new Promise(setImmediate);
    }
    await local.bedrock.stop();
    await outcome;
  });
});

describe('planned faults', () => {
  const throttled = { kind: 'error', name: 'ThrottlingException' } as const;

  test('are used up', async () => {
    const local = await startLocal();
    local.bedrock.faults.next('ListCustomModelDeployments', throttled, 2);
    await expect(list(local)).rejects.toBeInstanceOf(ThrottlingException);
    await expect(list(local)).rejects.toBeInstanceOf(ThrottlingException);
    await expect(list(local)).resolves.toBeDefined();
  });

  test('wait for their operation, and come in the order of planning', async () => {
    const local = await startLocal();
    local.bedrock.faults.next('ListCustomModelDeployments', throttled);
    local.bedrock.faults.next('*', { kind: 'error', name: 'InternalServerException' });
    await expect(local.client.listCustomModels({})).rejects.toBeInstanceOf(InternalServerException);
    await expect(local.client.listCustomModels({})).resolves.toBeDefined();
    await expect(list(local)).rejects.toBeInstanceOf(ThrottlingException);
  });

  test('are what the SDK retries by itself', async () => {
    const local = await startLocal();
    local.bedrock.faults.next('*', throttled);
    await expect(clientOf(local.bedrock, { maxAttempts: 2 }).listCustomModels({})).resolves.toBeDefined();
    expect(local.bedrock.calls.map(({ outcome }) => outcome)).toEqual(['ThrottlingException', 'ok']);
  });

  test('can be cleared, hooks as well', async () => {
    const local = await startLocal();
    local.bedrock.faults.next('*', throttled, Infinity);
    local.bedrock.faults.on(() => throttled);
    local.bedrock.faults.clear();
    await expect(list(local)).resolves.toBeDefined();
  });
});

describe('a hook', () => {
  test('decides call by call, until it is unsubscribed; planned faults come first', async () => {
    const local = await startLocal();
    const asked: [OperationName, unknown][] = [];
    const unsubscribe = local.bedrock.faults.on((operation, input) => {
      asked.push([operation, input['nameContains']]);
      return operation === 'ListCustomModels' ? { kind: 'error', name: 'AccessDeniedException' } : undefined;
    });
    local.bedrock.faults.next('ListCustomModels', { kind: 'error', name: 'ThrottlingException' });
    await expect(local.client.listCustomModels({})).rejects.toBeInstanceOf(ThrottlingException);
    await expect(local.client.listCustomModels({ nameContains: 'a' })).rejects.toBeInstanceOf(AccessDeniedException);
    await expect(list(local)).resolves.toBeDefined();
    unsubscribe();
    await expect(local.client.listCustomModels({})).resolves.toBeDefined();
    expect(asked).toEqual([
      ['ListCustomModels', 'a'],
      ['ListCustomModelDeployments', undefined],
    ]);
  });

  test('that throws is seen by the caller', async () => {
    const local = await startLocal();
    local.bedrock.faults.on(() => {
      throw new Error('a mistake in the hook');
    });
    await expect(list(local)).rejects.toThrow('a mistake in the hook');
  });
});

test('every call is recorded in order, with the time by the clock and what was asked', async () => {
  const local = await startLocal();
  await create(local);
  local.clock.pass(1000);
  await expect(create(local)).rejects.toBeInstanceOf(ValidationException);
  const { requestId } = (await list(local)).$metadata;
  expect(local.bedrock.calls).toEqual([
    {
      operation: 'CreateCustomModelDeployment',
      at: local.clock.now() - 1000,
      outcome: 'ok',
      performed: true,
      requestId: expect.any(String) as string,
      input: {
        modelDeploymentName: 'mine',
        modelArn: local.modelArn,
        clientRequestToken: expect.any(String) as string,
      },
    },
    expect.objectContaining({
      operation: 'CreateCustomModelDeployment',
      at: local.clock.now(),
      outcome: 'ValidationException',
      performed: false,
    }),
    {
      operation: 'ListCustomModelDeployments',
      at: local.clock.now(),
      input: {},
      outcome: 'ok',
      performed: true,
      requestId,
    },
  ]);
});
