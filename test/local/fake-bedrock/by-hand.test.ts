import { ResourceNotFoundException, ServiceQuotaExceededException } from '@aws-sdk/client-bedrock';
import { activeDeployment, getDeployment, MINUTE, NOON, startLocal } from './helpers';

const identified = { customModelDeploymentIdentifier: 'mine' };

describe('what is changed by hand', () => {
  test('must be there', async () => {
    const {
      bedrock: { controlPlane },
    } = await startLocal();
    expect(() => {
      controlPlane.setDeployment('mine', { status: 'Failed' });
    }).toThrow('no deployment mine');
    expect(() => {
      controlPlane.removeDeployment('mine');
    }).toThrow('no deployment mine');
    expect(() => {
      controlPlane.setModel('mine', { status: 'Failed' });
    }).toThrow('no model mine');
    expect(() => {
      controlPlane.removeModel('mine');
    }).toThrow('no model mine');
  });

  test('an Active deployment later becomes Failed; it can be deleted but not updated', async () => {
    const local = await startLocal();
    const arn = await activeDeployment(local);
    local.clock.pass(MINUTE);
    local.bedrock.controlPlane.setDeployment(arn, { status: 'Failed', failureMessage: 'The model was retired' });
    expect(await getDeployment(local)).toMatchObject({
      status: 'Failed',
      failureMessage: 'The model was retired',
      lastUpdatedAt: new Date(NOON + 2 * MINUTE),
    });
    await expect(
      local.client.updateCustomModelDeployment({ ...identified, modelArn: local.otherModelArn }),
    ).rejects.toThrow('status Failed');
    await local.client.deleteCustomModelDeployment(identified);
    await expect(getDeployment(local)).rejects.toBeInstanceOf(ResourceNotFoundException);
  });

  test('a status that was never documented goes over the wire, and stays until it is changed again', async () => {
    const local = await startLocal();
    await activeDeployment(local);
    local.bedrock.controlPlane.setDeployment('mine', { status: 'Paused', failureMessage: 'not to be seen' });
    local.clock.pass(60 * MINUTE);
    const paused = await getDeployment(local);
    expect(paused).toMatchObject({ status: 'Paused' });
    expect(paused).not.toHaveProperty('failureMessage');
    local.bedrock.controlPlane.setDeployment('mine', { status: 'Active' });
    expect(await getDeployment(local)).toMatchObject({ status: 'Active' });
  });

  test('a deployment that is Creating by hand never ends, and holds its place in the quota', async () => {
    const local = await startLocal({ behaviour: { maxInProgressDeployments: 1 } });
    await activeDeployment(local);
    local.bedrock.controlPlane.setDeployment('mine', { status: 'Creating' });
    local.clock.pass(60 * MINUTE);
    await expect(
      local.client.createCustomModelDeployment({ modelDeploymentName: 'other', modelArn: local.modelArn }),
    ).rejects.toBeInstanceOf(ServiceQuotaExceededException);
  });

  test('another model serves, until the next update', async () => {
    const local = await startLocal();
    await activeDeployment(local);
    local.bedrock.controlPlane.setDeployment('mine', { modelArn: local.otherModelArn });
    expect(await getDeployment(local)).toMatchObject({ modelArn: local.otherModelArn });
    await local.client.updateCustomModelDeployment({ ...identified, modelArn: local.modelArn });
    expect(await getDeployment(local)).toMatchObject({
      modelArn: local.otherModelArn,
      updateDetails: { updateStatus: 'Updating' },
    });
    local.clock.pass(MINUTE);
    expect(await getDeployment(local)).toMatchObject({
      modelArn: local.modelArn,
      updateDetails: { updateStatus: 'UpdateCompleted' },
    });
  });

  test('details of an update that nobody here has asked for', async () => {
    const local = await startLocal();
    await activeDeployment(local);
    local.bedrock.controlPlane.setDeployment('mine', {
      updateDetails: { modelArn: local.otherModelArn, updateStatus: 'UpdateFailed' },
    });
    expect(await getDeployment(local)).toMatchObject({
      status: 'Active',
      modelArn: local.modelArn,
      updateDetails: { updateStatus: 'UpdateFailed' },
    });
    local.bedrock.controlPlane.setDeployment('mine', { updateDetails: undefined });
    expect(await getDeployment(local)).not.toHaveProperty('updateDetails');
  });

  test('a deployment, and a model, that someone has taken away', async () => {
    const local = await startLocal();
    await activeDeployment(local);
    local.bedrock.controlPlane.removeDeployment('mine');
    local.bedrock.controlPlane.removeModel(local.modelArn);
    await expect(getDeployment(local)).rejects.toBeInstanceOf(ResourceNotFoundException);
    await expect(local.client.getCustomModel({ modelIdentifier: 'first-model' })).rejects.toBeInstanceOf(
      ResourceNotFoundException,
    );
    expect(local.bedrock.controlPlane.models().map(({ name }) => name)).toEqual(['second-model']);
  });

  test('a model fails, or turns out not to be servable', async () => {
    const local = await startLocal();
    local.bedrock.controlPlane.setModel('first-model', { status: 'Failed', failureMessage: 'The key is disabled' });
    local.bedrock.controlPlane.setModel(local.otherModelArn, { deploymentFailure: 'cannot be served' });
    expect(await local.client.getCustomModel({ modelIdentifier: 'first-model' })).toMatchObject({
      modelStatus: 'Failed',
      failureMessage: 'The key is disabled',
    });
    await activeDeployment({ ...local, modelArn: local.otherModelArn });
    expect(await getDeployment(local)).toMatchObject({ status: 'Failed', failureMessage: 'cannot be served' });
  });
});

describe('a seeded model', () => {
  test('must have a name and an ARN that are possible, and not taken', async () => {
    const {
      bedrock: { controlPlane },
      modelArn,
    } = await startLocal();
    expect(() => controlPlane.addModel({ name: 'a b' })).toThrow("'a b' is not a name");
    const foundationModel = 'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0';
    expect(() => controlPlane.addModel({ name: 'new', arn: foundationModel })).toThrow('is not the ARN');
    expect(() => controlPlane.addModel({ name: 'first-model' })).toThrow('already');
    expect(() => controlPlane.addModel({ name: 'new', arn: modelArn })).toThrow('already');
  });

  test.each([
    [{}, 'Active'],
    [{ failureMessage: 'The artifacts are gone' }, 'Failed'],
  ])('that is Creating with %p ends %s', async (outcome, status) => {
    const {
      bedrock: { controlPlane },
      clock,
    } = await startLocal();
    controlPlane.addModel({ name: 'late', status: 'Creating', ...outcome });
    const late = () => controlPlane.models().find(({ name }) => name === 'late');
    expect(late()).toMatchObject({ status: 'Creating', failureMessage: undefined });
    clock.pass(MINUTE);
    expect(late()).toMatchObject({ status, ...outcome });
  });

  test('belongs to the account and Region of the service', async () => {
    const { modelArn, client } = await startLocal({ accountId: '111122223333', region: 'us-west-2' });
    expect(modelArn).toMatch(/^arn:aws:bedrock:us-west-2:111122223333:custom-model\//);
    const { customModelDeploymentArn } = await client.createCustomModelDeployment({
      modelDeploymentName: 'mine',
      modelArn,
    });
    expect(customModelDeploymentArn).toMatch(/^arn:aws:bedrock:us-west-2:111122223333:custom-model-deployment\//);
  });
});
