import { ResourceNotFoundException, ServiceQuotaExceededException, ValidationException } from '@aws-sdk/client-bedrock';
import { activeDeployment, getDeployment, MINUTE, NOON, startLocal } from './helpers';

const identified = { customModelDeploymentIdentifier: 'mine' };

describe('UpdateCustomModelDeployment', () => {
  test('does not find a deployment that is not there', async () => {
    const { client, modelArn } = await startLocal();
    await expect(client.updateCustomModelDeployment({ ...identified, modelArn })).rejects.toBeInstanceOf(
      ResourceNotFoundException,
    );
  });

  test('refuses a model that is not there, or not Active', async () => {
    const local = await startLocal();
    await activeDeployment(local);
    const gone = local.bedrock.controlPlane.addModel({ name: 'gone' });
    local.bedrock.controlPlane.removeModel('gone');
    await expect(local.client.updateCustomModelDeployment({ ...identified, modelArn: gone })).rejects.toBeInstanceOf(
      ResourceNotFoundException,
    );
    const failed = local.bedrock.controlPlane.addModel({ name: 'failed', status: 'Failed' });
    await expect(local.client.updateCustomModelDeployment({ ...identified, modelArn: failed })).rejects.toBeInstanceOf(
      ValidationException,
    );
    expect(await getDeployment(local)).not.toHaveProperty('updateDetails');
  });

  test('refuses a deployment that is still Creating', async () => {
    const { client, modelArn, otherModelArn } = await startLocal();
    await client.createCustomModelDeployment({ modelDeploymentName: 'mine', modelArn });
    const update = client.updateCustomModelDeployment({ ...identified, modelArn: otherModelArn });
    await expect(update).rejects.toBeInstanceOf(ValidationException);
    await expect(update).rejects.toThrow('Custom model deployment is in a mutating state');
  });

  test('refuses a deployment that has Failed', async () => {
    const { client, clock, otherModelArn, bedrock } = await startLocal();
    const modelArn = bedrock.controlPlane.addModel({ name: 'failing', deploymentFailure: 'cannot be served' });
    await client.createCustomModelDeployment({ modelDeploymentName: 'mine', modelArn });
    clock.pass(MINUTE);
    await expect(client.updateCustomModelDeployment({ ...identified, modelArn: otherModelArn })).rejects.toThrow(
      'status Failed',
    );
  });

  test('refuses a second update while one is in progress', async () => {
    const local = await startLocal();
    await activeDeployment(local);
    await local.client.updateCustomModelDeployment({ ...identified, modelArn: local.otherModelArn });
    const second = local.client.updateCustomModelDeployment({ ...identified, modelArn: local.modelArn });
    await expect(second).rejects.toBeInstanceOf(ValidationException);
    await expect(second).rejects.toThrow('Custom model deployment is in a mutating state');
  });

  test('needs a place among the deployments in progress', async () => {
    const local = await startLocal();
    await activeDeployment(local);
    await local.client.createCustomModelDeployment({ modelDeploymentName: 'one', modelArn: local.modelArn });
    await local.client.createCustomModelDeployment({ modelDeploymentName: 'two', modelArn: local.modelArn });
    await expect(
      local.client.updateCustomModelDeployment({ ...identified, modelArn: local.otherModelArn }),
    ).rejects.toBeInstanceOf(ServiceQuotaExceededException);
  });

  test('that fails leaves the deployment Active on the old model', async () => {
    const local = await startLocal();
    const failing = local.bedrock.controlPlane.addModel({ name: 'failing', deploymentFailure: 'cannot be served' });
    await activeDeployment(local);
    await local.client.updateCustomModelDeployment({ ...identified, modelArn: failing });
    local.clock.pass(MINUTE);
    const after = await getDeployment(local);
    expect(after).toMatchObject({
      status: 'Active',
      modelArn: local.modelArn,
      updateDetails: { modelArn: failing, updateStatus: 'UpdateFailed' },
    });
    expect(after).not.toHaveProperty('failureMessage');
  });

  test('keeps the ARN, and shows the old model until the new one is in place', async () => {
    const local = await startLocal({ durations: { deploymentUpdate: 40 * MINUTE } });
    const { clock, modelArn, otherModelArn } = local;
    const arn = await activeDeployment(local);
    clock.pass(MINUTE);
    const accepted = await local.client.updateCustomModelDeployment({ ...identified, modelArn: otherModelArn });
    expect(accepted.customModelDeploymentArn).toBe(arn);
    const updating = {
      customModelDeploymentArn: arn,
      status: 'Active',
      modelArn,
      updateDetails: { modelArn: otherModelArn, updateStatus: 'Updating' },
      createdAt: new Date(NOON),
      lastUpdatedAt: new Date(NOON + 2 * MINUTE),
    };
    expect(await getDeployment(local)).toMatchObject(updating);
    clock.pass(40 * MINUTE - 1);
    expect(await getDeployment(local)).toMatchObject(updating);
    clock.pass(1);
    expect(await getDeployment(local)).toMatchObject({
      ...updating,
      modelArn: otherModelArn,
      updateDetails: { modelArn: otherModelArn, updateStatus: 'UpdateCompleted' },
      lastUpdatedAt: new Date(NOON + 42 * MINUTE),
    });
  });

  test('after another one starts from where that ended', async () => {
    const local = await startLocal();
    const { client, clock, modelArn, otherModelArn } = local;
    const failing = local.bedrock.controlPlane.addModel({ name: 'failing', deploymentFailure: 'cannot be served' });
    await activeDeployment(local);
    await client.updateCustomModelDeployment({ ...identified, modelArn: otherModelArn });
    clock.pass(MINUTE);
    await client.updateCustomModelDeployment({ ...identified, modelArn: failing });
    clock.pass(MINUTE);
    expect(await getDeployment(local)).toMatchObject({
      modelArn: otherModelArn,
      updateDetails: { updateStatus: 'UpdateFailed' },
    });
    await client.updateCustomModelDeployment({ ...identified, modelArn });
    expect(await getDeployment(local)).toMatchObject({
      modelArn: otherModelArn,
      updateDetails: { modelArn, updateStatus: 'Updating' },
    });
    clock.pass(MINUTE);
    expect(await getDeployment(local)).toMatchObject({
      modelArn,
      updateDetails: { modelArn, updateStatus: 'UpdateCompleted' },
    });
  });
});
