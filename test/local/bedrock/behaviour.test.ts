import { ConflictException, ServiceQuotaExceededException, ValidationException } from '@aws-sdk/client-bedrock';
import type { Behaviour } from '../../../local/bedrock/server';
import { activeDeployment, getDeployment, MINUTE, startLocal, type Local } from './helpers';

const identified = { customModelDeploymentIdentifier: 'mine' };

type Updatable = Local & { update: (modelArn: string) => Promise<unknown> };

async function withActiveDeployment(behaviour: Partial<Behaviour>, durations = {}): Promise<Updatable> {
  const local = await startLocal({ behaviour, durations });
  await activeDeployment(local);
  return { ...local, update: (modelArn) => local.client.updateCustomModelDeployment({ ...identified, modelArn }) };
}

test('duplicateName: ConflictException', async () => {
  const { client, modelArn } = await withActiveDeployment({ duplicateName: 'ConflictException' });
  await expect(client.createCustomModelDeployment({ modelDeploymentName: 'mine', modelArn })).rejects.toBeInstanceOf(ConflictException);
});

test('duplicateModelName: ValidationException', async () => {
  const { client } = await startLocal({ behaviour: { duplicateModelName: 'ValidationException' } });
  const modelPackageArn = 'arn:aws:sagemaker:us-east-1:000000000000:model-package/tuned/1';
  await expect(client.createCustomModel({ modelName: 'first-model', customModelDataSource: { modelPackageArnDataSource: { modelPackageArn } } }))
    .rejects.toBeInstanceOf(ValidationException);
});

describe('deleteWhileInProgress: allowed', () => {
  test('a deployment that is Creating goes, and its place in the quota is free', async () => {
    const durations = { deploymentDelete: MINUTE };
    const { client, modelArn, bedrock } = await startLocal({ behaviour: { deleteWhileInProgress: 'allowed' }, durations });
    for (const modelDeploymentName of ['mine', 'other']) await client.createCustomModelDeployment({ modelDeploymentName, modelArn });
    await client.deleteCustomModelDeployment(identified);
    expect(bedrock.controlPlane.deployments()).toMatchObject([{ name: 'mine', status: 'Deleting' }, { name: 'other', status: 'Creating' }]);
    await expect(client.createCustomModelDeployment({ modelDeploymentName: 'third', modelArn })).resolves.toBeDefined();
  });

  test('a deployment that is updated goes', async () => {
    const { client, update, otherModelArn, bedrock } = await withActiveDeployment({ deleteWhileInProgress: 'allowed' });
    await update(otherModelArn);
    await client.deleteCustomModelDeployment(identified);
    expect(bedrock.controlPlane.deployments()).toEqual([]);
  });

  test('a model that is Creating goes', async () => {
    const { client, bedrock } = await startLocal({ behaviour: { deleteWhileInProgress: 'allowed' } });
    bedrock.controlPlane.addModel({ name: 'late', status: 'Creating' });
    await client.deleteCustomModel({ modelIdentifier: 'late' });
    expect(bedrock.controlPlane.models().map(({ name }) => name)).not.toContain('late');
  });
});

describe('deleteWhileDeleting', () => {
  const durations = { deploymentDelete: MINUTE, modelDelete: MINUTE };

  test('allowed, by default: nothing more happens', async () => {
    const { client, clock, bedrock } = await withActiveDeployment({}, durations);
    await client.deleteCustomModelDeployment(identified);
    clock.pass(MINUTE / 2);
    await expect(client.deleteCustomModelDeployment(identified)).resolves.toBeDefined();
    await client.deleteCustomModel({ modelIdentifier: 'second-model' });
    await expect(client.deleteCustomModel({ modelIdentifier: 'second-model' })).resolves.toBeDefined();
    clock.pass(MINUTE / 2);
    expect(bedrock.controlPlane.deployments()).toEqual([]);
    expect(bedrock.controlPlane.models()).toMatchObject([{ name: 'first-model', status: 'Active' }, { name: 'second-model', status: 'Deleting' }]);
  });

  test('ConflictException', async () => {
    const { client } = await withActiveDeployment({ deleteWhileDeleting: 'ConflictException' }, durations);
    await client.deleteCustomModelDeployment(identified);
    await expect(client.deleteCustomModelDeployment(identified)).rejects.toBeInstanceOf(ConflictException);
    await client.deleteCustomModel({ modelIdentifier: 'second-model' });
    await expect(client.deleteCustomModel({ modelIdentifier: 'second-model' })).rejects.toBeInstanceOf(ConflictException);
  });
});

test('deleteModelWithDeployment: allowed', async () => {
  const local = await withActiveDeployment({ deleteModelWithDeployment: 'allowed' });
  await local.client.deleteCustomModel({ modelIdentifier: local.modelArn });
  expect(await getDeployment(local)).toMatchObject({ status: 'Active', modelArn: local.modelArn });
});

test('concurrentUpdate: supersede leaves no trace of the earlier update, and counts once', async () => {
  const local = await withActiveDeployment({ concurrentUpdate: 'supersede', maxInProgressDeployments: 1 });
  const third = local.bedrock.controlPlane.addModel({ name: 'third-model' });
  await local.update(local.otherModelArn);
  local.clock.pass(MINUTE / 2);
  await local.update(third);
  local.clock.pass(MINUTE / 2);
  expect(await getDeployment(local)).toMatchObject({ modelArn: local.modelArn, updateDetails: { modelArn: third, updateStatus: 'Updating' } });
  local.clock.pass(MINUTE / 2);
  expect(await getDeployment(local)).toMatchObject({ modelArn: third, updateDetails: { modelArn: third, updateStatus: 'UpdateCompleted' } });
});

describe('staleUpdateDetails', () => {
  test('kept, by default, for ever', async () => {
    const local = await withActiveDeployment({});
    await local.update(local.otherModelArn);
    local.clock.pass(1000 * MINUTE);
    expect(await getDeployment(local)).toMatchObject({ updateDetails: { modelArn: local.otherModelArn, updateStatus: 'UpdateCompleted' } });
  });

  test('dropped on completion, but not on failure', async () => {
    const local = await withActiveDeployment({ staleUpdateDetails: false });
    await local.update(local.otherModelArn);
    expect(await getDeployment(local)).toHaveProperty('updateDetails');
    local.clock.pass(MINUTE);
    expect(await getDeployment(local)).not.toHaveProperty('updateDetails');
    await local.update(local.bedrock.controlPlane.addModel({ name: 'failing', deploymentFailure: 'cannot be served' }));
    local.clock.pass(MINUTE);
    expect(await getDeployment(local)).toMatchObject({ updateDetails: { updateStatus: 'UpdateFailed' } });
  });
});

test('staleUpdateReads: reads show the state before the update for a while, stale details of an earlier one included', async () => {
  const local = await withActiveDeployment({ staleUpdateReads: 5000 });
  const { client, clock, modelArn, otherModelArn } = local;
  await local.update(otherModelArn);
  clock.pass(MINUTE);
  const before = await getDeployment(local);
  expect(before).toMatchObject({ modelArn: otherModelArn, updateDetails: { modelArn: otherModelArn, updateStatus: 'UpdateCompleted' } });
  await local.update(modelArn);
  clock.pass(4999);
  expect(await getDeployment(local)).toEqual(before);
  expect((await client.listCustomModelDeployments({ modelArnEquals: otherModelArn })).modelDeploymentSummaries).toHaveLength(1);
  expect(local.bedrock.controlPlane.deployments()).toMatchObject([{ updateDetails: { modelArn, updateStatus: 'Updating' } }]);
  await expect(client.deleteCustomModelDeployment(identified)).rejects.toBeInstanceOf(ConflictException);
  clock.pass(1);
  expect(await getDeployment(local)).toMatchObject({ updateDetails: { modelArn, updateStatus: 'Updating' } });
});

test('modelArnDuringUpdate: new', async () => {
  const local = await withActiveDeployment({ modelArnDuringUpdate: 'new' });
  await local.update(local.otherModelArn);
  expect(await getDeployment(local)).toMatchObject({ modelArn: local.otherModelArn, updateDetails: { updateStatus: 'Updating' } });
});

test('modelArnAfterFailedUpdate: new is shown, though the old one serves', async () => {
  const local = await withActiveDeployment({ modelArnAfterFailedUpdate: 'new' });
  const failing = local.bedrock.controlPlane.addModel({ name: 'failing', deploymentFailure: 'cannot be served' });
  await local.update(failing);
  expect(await getDeployment(local)).toMatchObject({ modelArn: local.modelArn });
  local.clock.pass(MINUTE);
  expect(await getDeployment(local)).toMatchObject({ status: 'Active', modelArn: failing, updateDetails: { updateStatus: 'UpdateFailed' } });
  await expect(local.client.deleteCustomModel({ modelIdentifier: local.modelArn })).rejects.toBeInstanceOf(ConflictException);
  await expect(local.client.deleteCustomModel({ modelIdentifier: failing })).resolves.toBeDefined();
});

test('failureMessageOfFailedUpdate: shown, until the next update', async () => {
  const local = await withActiveDeployment({ failureMessageOfFailedUpdate: 'shown' });
  await local.update(local.bedrock.controlPlane.addModel({ name: 'failing', deploymentFailure: 'cannot be served' }));
  expect(await getDeployment(local)).not.toHaveProperty('failureMessage');
  local.clock.pass(MINUTE);
  expect(await getDeployment(local)).toMatchObject({ status: 'Active', failureMessage: 'cannot be served' });
  await local.update(local.otherModelArn);
  expect(await getDeployment(local)).not.toHaveProperty('failureMessage');
});

test('updateCountsAgainstQuota: false, neither needs a place nor holds one', async () => {
  const local = await withActiveDeployment({ updateCountsAgainstQuota: false, maxInProgressDeployments: 1 });
  await local.update(local.otherModelArn);
  await local.client.createCustomModelDeployment({ modelDeploymentName: 'one', modelArn: local.modelArn });
  await expect(local.client.createCustomModelDeployment({ modelDeploymentName: 'two', modelArn: local.modelArn }))
    .rejects.toBeInstanceOf(ServiceQuotaExceededException);
  local.clock.pass(MINUTE);
  await local.client.createCustomModelDeployment({ modelDeploymentName: 'two', modelArn: local.modelArn });
  await expect(local.update(local.modelArn)).resolves.toBeDefined();
});

describe('tokenOfDeleted', () => {
  const request = { modelDeploymentName: 'mine', clientRequestToken: 'token-1' };

  async function madeDeletedAndMadeAgain(behaviour: Partial<Behaviour>): Promise<[first: unknown, again: unknown, left: number]> {
    const { client, clock, modelArn, bedrock } = await startLocal({ behaviour });
    const first = await client.createCustomModelDeployment({ ...request, modelArn });
    clock.pass(MINUTE);
    await client.deleteCustomModelDeployment(identified);
    const again = await client.createCustomModelDeployment({ ...request, modelArn });
    return [first.customModelDeploymentArn, again.customModelDeploymentArn, bedrock.controlPlane.deployments().length];
  }

  test('remembered, by default: the ARN of what is no more', async () => {
    const [first, again, left] = await madeDeletedAndMadeAgain({});
    expect(again).toBe(first);
    expect(left).toBe(0);
  });

  test('forgotten: another deployment', async () => {
    const [first, again, left] = await madeDeletedAndMadeAgain({ tokenOfDeleted: 'forgotten' });
    expect(again).not.toBe(first);
    expect(left).toBe(1);
  });
});

test('maxInProgressDeployments', async () => {
  const { client, modelArn } = await startLocal({ behaviour: { maxInProgressDeployments: 10 } });
  for (let i = 0; i < 10; i++) await client.createCustomModelDeployment({ modelDeploymentName: `d${String(i)}`, modelArn });
  await expect(client.createCustomModelDeployment({ modelDeploymentName: 'd10', modelArn })).rejects.toThrow('quota of 10');
});

test('behaviour and durations can be changed while it runs', async () => {
  const local = await withActiveDeployment({});
  local.bedrock.controlPlane.behaviour.duplicateName = 'ConflictException';
  local.bedrock.controlPlane.durations.deploymentUpdate = 2 * MINUTE;
  await expect(local.client.createCustomModelDeployment({ modelDeploymentName: 'mine', modelArn: local.modelArn }))
    .rejects.toBeInstanceOf(ConflictException);
  await local.update(local.otherModelArn);
  local.clock.pass(MINUTE);
  expect(await getDeployment(local)).toMatchObject({ updateDetails: { updateStatus: 'Updating' } });
});
