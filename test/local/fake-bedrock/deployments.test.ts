import {
  ConflictException,
  ResourceNotFoundException,
  ServiceQuotaExceededException,
  ValidationException,
} from '@aws-sdk/client-bedrock';
import { activeDeployment, getDeployment, MINUTE, NOON, startLocal } from './helpers';

const ABSENT_MODEL = 'arn:aws:bedrock:us-east-1:000000000000:custom-model/imported/000000000000';
const DEPLOYMENT_ARN = /^arn:aws:bedrock:us-east-1:000000000000:custom-model-deployment\/[a-z0-9]{12}$/;

describe('CreateCustomModelDeployment', () => {
  test('refuses a model that does not exist, naming it', async () => {
    const { client, bedrock } = await startLocal();
    const created = client.createCustomModelDeployment({ modelDeploymentName: 'mine', modelArn: ABSENT_MODEL });
    await expect(created).rejects.toBeInstanceOf(ResourceNotFoundException);
    await expect(created).rejects.toThrow(ABSENT_MODEL);
    expect(bedrock.controlPlane.deployments()).toEqual([]);
  });

  test.each(['Creating', 'Failed'] as const)('refuses a model that is %s', async (status) => {
    const { client, bedrock } = await startLocal();
    const modelArn = bedrock.controlPlane.addModel({ name: 'unfit', status });
    const created = client.createCustomModelDeployment({ modelDeploymentName: 'mine', modelArn });
    await expect(created).rejects.toBeInstanceOf(ValidationException);
    await expect(created).rejects.toThrow(`status ${status}`);
  });

  test('refuses a name that is taken', async () => {
    const local = await startLocal();
    const arn = await activeDeployment(local);
    const again = local.client.createCustomModelDeployment({
      modelDeploymentName: 'mine',
      modelArn: local.otherModelArn,
    });
    await expect(again).rejects.toBeInstanceOf(ValidationException);
    await expect(again).rejects.toThrow('mine already exists');
    expect(local.bedrock.controlPlane.deployments()).toMatchObject([{ arn, modelArn: local.modelArn }]);
  });

  test('refuses a third one in progress, until one of the two is ready', async () => {
    const { client, clock, modelArn } = await startLocal();
    await client.createCustomModelDeployment({ modelDeploymentName: 'one', modelArn });
    clock.pass(MINUTE / 2);
    await client.createCustomModelDeployment({ modelDeploymentName: 'two', modelArn });
    const third = client.createCustomModelDeployment({ modelDeploymentName: 'three', modelArn });
    await expect(third).rejects.toBeInstanceOf(ServiceQuotaExceededException);
    await expect(third).rejects.toThrow('quota of 2 in-progress');
    clock.pass(MINUTE / 2);
    await expect(client.createCustomModelDeployment({ modelDeploymentName: 'three', modelArn })).resolves.toBeDefined();
  });

  test('an update holds a place in that quota too', async () => {
    const local = await startLocal();
    await activeDeployment(local);
    await local.client.updateCustomModelDeployment({
      customModelDeploymentIdentifier: 'mine',
      modelArn: local.otherModelArn,
    });
    await local.client.createCustomModelDeployment({ modelDeploymentName: 'one', modelArn: local.modelArn });
    await expect(
      local.client.createCustomModelDeployment({ modelDeploymentName: 'two', modelArn: local.modelArn }),
    ).rejects.toBeInstanceOf(ServiceQuotaExceededException);
  });

  test('ends Failed, with the message, when the model cannot be served', async () => {
    const local = await startLocal();
    const modelArn = local.bedrock.controlPlane.addModel({
      name: 'full-rank',
      deploymentFailure: 'On-demand inference is not supported',
    });
    await local.client.createCustomModelDeployment({ modelDeploymentName: 'mine', modelArn });
    expect(await getDeployment(local)).not.toHaveProperty('failureMessage');
    local.clock.pass(MINUTE);
    expect(await getDeployment(local)).toMatchObject({
      status: 'Failed',
      failureMessage: 'On-demand inference is not supported',
      modelArn,
    });
  });

  test('is Creating for as long as creation takes, then Active', async () => {
    const local = await startLocal({ durations: { deploymentCreate: 60 * MINUTE } });
    const { modelArn } = local;
    const { customModelDeploymentArn } = await local.client.createCustomModelDeployment({
      modelDeploymentName: 'mine',
      modelArn,
      description: 'for the support desk',
      tags: [{ key: 'team', value: 'support' }],
    });
    expect(customModelDeploymentArn).toMatch(DEPLOYMENT_ARN);
    const created = {
      customModelDeploymentArn,
      modelDeploymentName: 'mine',
      modelArn,
      description: 'for the support desk',
      createdAt: new Date(NOON),
      lastUpdatedAt: new Date(NOON),
      status: 'Creating',
    };
    expect(await getDeployment(local)).toEqual(created);
    local.clock.pass(60 * MINUTE - 1);
    expect(await getDeployment(local)).toEqual(created);
    local.clock.pass(1);
    expect(await getDeployment(local)).toEqual({
      ...created,
      status: 'Active',
      lastUpdatedAt: new Date(NOON + 60 * MINUTE),
    });
  });

  test('is shown without what was never set', async () => {
    const local = await startLocal();
    await activeDeployment(local);
    const shown = await getDeployment(local);
    expect(Object.keys(shown).sort()).toEqual([
      'createdAt',
      'customModelDeploymentArn',
      'lastUpdatedAt',
      'modelArn',
      'modelDeploymentName',
      'status',
    ]);
  });

  test('with the token of an earlier request answers with what that one made, and does nothing', async () => {
    const { client, clock, bedrock, modelArn, otherModelArn } = await startLocal();
    const first = await client.createCustomModelDeployment({
      modelDeploymentName: 'mine',
      modelArn,
      clientRequestToken: 'token-1',
    });
    clock.pass(60 * MINUTE);
    const same = await client.createCustomModelDeployment({
      modelDeploymentName: 'mine',
      modelArn,
      clientRequestToken: 'token-1',
    });
    const other = await client.createCustomModelDeployment({
      modelDeploymentName: 'other',
      modelArn: otherModelArn,
      clientRequestToken: 'token-1',
    });
    expect([same, other].map((reply) => reply.customModelDeploymentArn)).toEqual([
      first.customModelDeploymentArn,
      first.customModelDeploymentArn,
    ]);
    expect(bedrock.controlPlane.deployments()).toMatchObject([{ name: 'mine', modelArn }]);
  });

  test('a refused request leaves no token behind', async () => {
    const { client, bedrock } = await startLocal();
    const modelArn = bedrock.controlPlane.addModel({ name: 'late', status: 'Creating' });
    const request = { modelDeploymentName: 'mine', modelArn, clientRequestToken: 'token-1' };
    await expect(client.createCustomModelDeployment(request)).rejects.toBeInstanceOf(ValidationException);
    bedrock.controlPlane.setModel('late', { status: 'Active' });
    const { customModelDeploymentArn } = await client.createCustomModelDeployment(request);
    expect(customModelDeploymentArn).toMatch(DEPLOYMENT_ARN);
  });
});

describe('GetCustomModelDeployment', () => {
  test.each(['nothing-of-that-name', 'arn:aws:bedrock:us-east-1:000000000000:custom-model-deployment/000000000000'])(
    'does not find %s',
    async (customModelDeploymentIdentifier) => {
      const { client } = await startLocal();
      await expect(client.getCustomModelDeployment({ customModelDeploymentIdentifier })).rejects.toBeInstanceOf(
        ResourceNotFoundException,
      );
    },
  );

  test('takes the ARN and the name alike', async () => {
    const local = await startLocal();
    const arn = await activeDeployment(local);
    expect(await getDeployment(local, arn)).toEqual(await getDeployment(local, 'mine'));
  });

  test('does not take the bare id for an ARN', async () => {
    const local = await startLocal();
    const arn = await activeDeployment(local);
    await expect(getDeployment(local, arn.slice(-12))).rejects.toBeInstanceOf(ResourceNotFoundException);
  });

  test('does not know a new deployment until it is visible; a second create does', async () => {
    const local = await startLocal({ durations: { visibility: 5000 } });
    const { client, modelArn, clock } = local;
    const { customModelDeploymentArn: arn } = await client.createCustomModelDeployment({
      modelDeploymentName: 'mine',
      modelArn,
    });
    clock.pass(4999);
    await expect(getDeployment(local, arn)).rejects.toBeInstanceOf(ResourceNotFoundException);
    await expect(client.listTagsForResource({ resourceARN: arn })).rejects.toBeInstanceOf(ResourceNotFoundException);
    expect((await client.listCustomModelDeployments({})).modelDeploymentSummaries).toEqual([]);
    await expect(client.createCustomModelDeployment({ modelDeploymentName: 'mine', modelArn })).rejects.toBeInstanceOf(
      ValidationException,
    );
    clock.pass(1);
    expect(await getDeployment(local, arn)).toMatchObject({ status: 'Creating' });
    expect((await client.listTagsForResource({ resourceARN: arn })).tags).toEqual([]);
    expect((await client.listCustomModelDeployments({})).modelDeploymentSummaries).toHaveLength(1);
  });
});

describe('DeleteCustomModelDeployment', () => {
  const identified = { customModelDeploymentIdentifier: 'mine' };

  test('does not find what is not there', async () => {
    const { client } = await startLocal();
    await expect(client.deleteCustomModelDeployment(identified)).rejects.toBeInstanceOf(ResourceNotFoundException);
  });

  test('is refused while the deployment is Creating', async () => {
    const { client, modelArn, bedrock } = await startLocal();
    await client.createCustomModelDeployment({ modelDeploymentName: 'mine', modelArn });
    const deleted = client.deleteCustomModelDeployment(identified);
    await expect(deleted).rejects.toBeInstanceOf(ValidationException);
    await expect(deleted).rejects.toThrow('Custom model deployment is in a mutating state');
    expect(bedrock.controlPlane.deployments()).toMatchObject([{ status: 'Creating' }]);
  });

  test('is refused while the deployment is updated', async () => {
    const local = await startLocal();
    await activeDeployment(local);
    await local.client.updateCustomModelDeployment({ ...identified, modelArn: local.otherModelArn });
    await expect(local.client.deleteCustomModelDeployment(identified)).rejects.toBeInstanceOf(ValidationException);
    local.clock.pass(MINUTE);
    await expect(local.client.deleteCustomModelDeployment(identified)).resolves.toBeDefined();
  });

  test('takes an Active or a Failed one away at once when deletion takes no time', async () => {
    const local = await startLocal();
    const failing = local.bedrock.controlPlane.addModel({ name: 'failing', deploymentFailure: 'cannot be served' });
    await local.client.createCustomModelDeployment({ modelDeploymentName: 'wreck', modelArn: failing });
    await activeDeployment(local);
    await local.client.deleteCustomModelDeployment(identified);
    await local.client.deleteCustomModelDeployment({ customModelDeploymentIdentifier: 'wreck' });
    await expect(getDeployment(local)).rejects.toBeInstanceOf(ResourceNotFoundException);
    expect(local.bedrock.controlPlane.deployments()).toEqual([]);
  });

  test('when deletion takes time shows Deleting meanwhile, holds name and model, and refuses an update', async () => {
    const local = await startLocal({ durations: { deploymentDelete: MINUTE } });
    const { client, modelArn, otherModelArn, clock } = local;
    await activeDeployment(local);
    await client.deleteCustomModelDeployment(identified);
    expect(await getDeployment(local)).toMatchObject({ status: 'Deleting', lastUpdatedAt: new Date(clock.now()) });
    await expect(client.createCustomModelDeployment({ modelDeploymentName: 'mine', modelArn })).rejects.toBeInstanceOf(
      ValidationException,
    );
    await expect(client.deleteCustomModel({ modelIdentifier: modelArn })).rejects.toBeInstanceOf(ConflictException);
    await expect(client.updateCustomModelDeployment({ ...identified, modelArn: otherModelArn })).rejects.toThrow(
      'status Deleting',
    );
    clock.pass(MINUTE);
    await expect(getDeployment(local)).rejects.toBeInstanceOf(ResourceNotFoundException);
    await expect(client.createCustomModelDeployment({ modelDeploymentName: 'mine', modelArn })).resolves.toBeDefined();
  });

  test('a new deployment of the same name has another ARN', async () => {
    const local = await startLocal();
    const before = await activeDeployment(local);
    await local.client.deleteCustomModelDeployment({ customModelDeploymentIdentifier: before });
    expect(await activeDeployment(local)).not.toBe(before);
  });
});
