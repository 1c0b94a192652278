import {
  ConflictException,
  ResourceNotFoundException,
  ServiceQuotaExceededException,
  ValidationException,
} from '@aws-sdk/client-bedrock';
import { type Behaviour, CONFLICT, INVALID_IDENTIFIER, UNHEARD_OF } from '../../../local/fake-bedrock/server';
import { activeDeployment, getDeployment, type Local, MINUTE, startLocal } from './helpers';

const identified = { customModelDeploymentIdentifier: 'mine' };
const source = {
  customModelDataSource: {
    modelPackageArnDataSource: { modelPackageArn: 'arn:aws:sagemaker:us-east-1:000000000000:model-package/tuned/1' },
  },
};

type Updatable = Local & { update: (modelArn: string) => Promise<unknown> };

async function withActiveDeployment(behaviour: Partial<Behaviour>, durations = {}): Promise<Updatable> {
  const local = await startLocal({ behaviour, durations });
  await activeDeployment(local);
  return { ...local, update: (modelArn) => local.client.updateCustomModelDeployment({ ...identified, modelArn }) };
}

describe('names', () => {
  test('nameIndexLag: a name can be given twice for a while, to deployments and to models', async () => {
    const { client, clock, modelArn, bedrock } = await startLocal({
      behaviour: { nameIndexLag: 1000, maxInProgressDeployments: 10 },
    });
    const create = () => client.createCustomModelDeployment({ modelDeploymentName: 'mine', modelArn });
    const createModel = () => client.createCustomModel({ ...source, modelName: 'made' });
    for (const make of [create, createModel, create, createModel]) {
      await make();
    }
    clock.pass(1000);
    await expect(create()).rejects.toBeInstanceOf(ValidationException);
    await expect(createModel()).rejects.toBeInstanceOf(ConflictException);
    expect(bedrock.controlPlane.deployments()).toHaveLength(2);
    expect(bedrock.controlPlane.models().filter(({ name }) => name === 'made')).toHaveLength(2);
  });

  test.each(['older', 'newer'] as const)('nameOfTwo: %s', async (nameOfTwo) => {
    const local = await startLocal({ behaviour: { nameIndexLag: 1000, nameOfTwo } });
    const [older, newer] = [local.modelArn, local.otherModelArn];
    for (const modelArn of [older, newer]) {
      await local.client.createCustomModelDeployment({ modelDeploymentName: 'mine', modelArn });
    }
    expect(await getDeployment(local)).toMatchObject({ modelArn: { older, newer }[nameOfTwo] });
  });

  test('nameHeldAfterDelete: nothing is found by it, and yet it is taken', async () => {
    const { client, clock, modelArn, bedrock } = await withActiveDeployment(
      { nameHeldAfterDelete: 1000 },
      { deploymentDelete: MINUTE },
    );
    const create = () => client.createCustomModelDeployment({ modelDeploymentName: 'mine', modelArn });
    await client.deleteCustomModelDeployment(identified);
    clock.pass(MINUTE);
    await client.deleteCustomModel({ modelIdentifier: 'second-model' });
    await expect(client.getCustomModelDeployment(identified)).rejects.toBeInstanceOf(ResourceNotFoundException);
    expect(bedrock.controlPlane.deployments()).toEqual([]);
    await expect(create()).rejects.toBeInstanceOf(ValidationException);
    await expect(client.createCustomModel({ ...source, modelName: 'second-model' })).rejects.toBeInstanceOf(
      ConflictException,
    );
    clock.pass(1000);
    await expect(create()).resolves.toBeDefined();
    await expect(client.createCustomModel({ ...source, modelName: 'second-model' })).resolves.toBeDefined();
  });
});

describe('identifiers', () => {
  test('getByName: refused, for what exists and what does not; an ARN is found, and the lists tell it', async () => {
    const local = await withActiveDeployment({ getByName: INVALID_IDENTIFIER });
    const { client, modelArn } = local;
    for (const customModelDeploymentIdentifier of ['mine', 'absent']) {
      await expect(client.getCustomModelDeployment({ customModelDeploymentIdentifier })).rejects.toThrow(
        'The provided custom model deployment identifier is invalid',
      );
    }
    await expect(client.getCustomModel({ modelIdentifier: 'first-model' })).rejects.toBeInstanceOf(ValidationException);
    const { modelDeploymentSummaries = [] } = await client.listCustomModelDeployments({ nameContains: 'mine' });
    expect(modelDeploymentSummaries).toHaveLength(1);
    expect(await getDeployment(local, modelDeploymentSummaries[0]?.customModelDeploymentArn)).toMatchObject({
      modelDeploymentName: 'mine',
    });
    expect(await client.getCustomModel({ modelIdentifier: modelArn })).toMatchObject({ modelName: 'first-model' });
  });

  test('getByAbsentName: ValidationException, of models too, but not by an absent ARN', async () => {
    const { client, modelArn } = await withActiveDeployment({ getByAbsentName: INVALID_IDENTIFIER });
    const arn = modelArn.replace(/custom-model.*/, 'custom-model-deployment/000000000000');
    await expect(client.getCustomModelDeployment({ customModelDeploymentIdentifier: 'absent' })).rejects.toBeInstanceOf(
      ValidationException,
    );
    await expect(client.getCustomModel({ modelIdentifier: 'absent' })).rejects.toBeInstanceOf(ValidationException);
    await expect(client.getCustomModelDeployment({ customModelDeploymentIdentifier: arn })).rejects.toBeInstanceOf(
      ResourceNotFoundException,
    );
    await expect(
      client.getCustomModel({ modelIdentifier: modelArn.replace(/.{12}$/, '000000000000') }),
    ).rejects.toBeInstanceOf(ResourceNotFoundException);
  });

  test('changeOfAbsent, tagsOfAbsent, deployAbsentModel: every operation that changes something', async () => {
    const refusal = { changeOfAbsent: UNHEARD_OF, tagsOfAbsent: UNHEARD_OF, deployAbsentModel: UNHEARD_OF } as const;
    const { client, modelArn, update } = await withActiveDeployment(refusal);
    const absent = modelArn.replace(/.{12}$/, '000000000000');
    const refused = [
      () => client.updateCustomModelDeployment({ customModelDeploymentIdentifier: 'absent', modelArn }),
      () => client.deleteCustomModel({ modelIdentifier: absent }),
      () => client.tagResource({ resourceARN: absent, tags: [] }),
      () => client.untagResource({ resourceARN: absent, tagKeys: [] }),
      () => update(absent),
    ];
    for (const call of refused) {
      await expect(call()).rejects.toThrow('could not be completed');
    }
  });
});

describe('statuses', () => {
  const modelStatus = async ({ client }: Local, modelIdentifier: string) =>
    (await client.getCustomModel({ modelIdentifier })).modelStatus;

  test('statusAtFirst: Pending, then Creating', async () => {
    const local = await startLocal({ behaviour: { statusAtFirst: 'Pending' } });
    await local.client.createCustomModelDeployment({ modelDeploymentName: 'mine', modelArn: local.modelArn });
    await local.client.createCustomModel({ ...source, modelName: 'made' });
    const seen = async () => [(await getDeployment(local)).status, await modelStatus(local, 'made')];
    expect(await seen()).toEqual(['Pending', 'Pending']);
    expect(local.bedrock.controlPlane.deployments()).toMatchObject([{ status: 'Creating' }]);
    expect(
      (await local.client.listCustomModelDeployments({ statusEquals: 'Creating' })).modelDeploymentSummaries,
    ).toEqual([]);
    local.clock.pass(MINUTE / 2);
    expect(await seen()).toEqual(['Creating', 'Creating']);
    local.clock.pass(MINUTE / 2);
    expect(await seen()).toEqual(['Active', 'Active']);
  });

  test('statusDuringUpdate: Updating, which is no less updatable', async () => {
    const local = await withActiveDeployment({ statusDuringUpdate: 'Updating', updateWhileUpdating: 'allowed' });
    await local.update(local.otherModelArn);
    expect(await getDeployment(local)).toMatchObject({
      status: 'Updating',
      updateDetails: { updateStatus: 'Updating' },
    });
    await local.update(local.modelArn);
    local.clock.pass(MINUTE);
    expect(await getDeployment(local)).toMatchObject({
      status: 'Active',
      updateDetails: { updateStatus: 'UpdateCompleted' },
    });
  });

  test.each([
    ['DeletePending', 'DeletePending'],
    ['unchanged', 'Active'],
  ] as const)('statusDuringDelete: %s', async (statusDuringDelete, shown) => {
    const local = await withActiveDeployment({ statusDuringDelete }, { deploymentDelete: MINUTE, modelDelete: MINUTE });
    await local.client.deleteCustomModelDeployment(identified);
    await local.client.deleteCustomModel({ modelIdentifier: 'second-model' });
    expect(await getDeployment(local)).toMatchObject({ status: shown });
    expect(await modelStatus(local, 'second-model')).toBe(shown);
    expect(local.bedrock.controlPlane.deployments()).toMatchObject([{ status: 'Deleting' }]);
    await expect(
      local.client.createCustomModelDeployment({ modelDeploymentName: 'other', modelArn: local.otherModelArn }),
    ).rejects.toThrow('Deleting');
    local.clock.pass(MINUTE);
    await expect(local.client.getCustomModelDeployment(identified)).rejects.toBeInstanceOf(ResourceNotFoundException);
  });

  test('statusAfterFailedUpdate: Failed, and why', async () => {
    const local = await withActiveDeployment({ statusAfterFailedUpdate: 'Failed' });
    await local.update(local.bedrock.controlPlane.addModel({ name: 'failing', deploymentFailure: 'cannot be served' }));
    local.clock.pass(MINUTE);
    expect(await getDeployment(local)).toMatchObject({
      status: 'Failed',
      failureMessage: 'cannot be served',
      modelArn: local.modelArn,
      updateDetails: { updateStatus: 'UpdateFailed' },
    });
    await expect(local.update(local.otherModelArn)).rejects.toThrow('status Failed');
  });

  test('updateStatusAtFirst: Pending, then Updating; it holds its place in the quota all the while', async () => {
    const local = await withActiveDeployment({ updateStatusAtFirst: 'Pending', maxInProgressDeployments: 1 });
    await local.update(local.otherModelArn);
    expect(await getDeployment(local)).toMatchObject({
      status: 'Active',
      updateDetails: { modelArn: local.otherModelArn, updateStatus: 'Pending' },
    });
    await expect(
      local.client.createCustomModelDeployment({ modelDeploymentName: 'other', modelArn: local.modelArn }),
    ).rejects.toBeInstanceOf(ServiceQuotaExceededException);
    local.clock.pass(MINUTE / 2);
    expect(await getDeployment(local)).toMatchObject({ updateDetails: { updateStatus: 'Updating' } });
  });

  test('lastUpdatedAt: absent', async () => {
    const local = await withActiveDeployment({ lastUpdatedAt: 'absent' });
    expect(await getDeployment(local)).not.toHaveProperty('lastUpdatedAt');
  });
});

describe('deleteWhileCreating, deleteWhileUpdating, deleteModelWhileCreating: allowed', () => {
  test('a deployment that is Creating goes, and its place in the quota is free', async () => {
    const durations = { deploymentDelete: MINUTE };
    const { client, modelArn, bedrock } = await startLocal({
      behaviour: { deleteWhileCreating: 'allowed' },
      durations,
    });
    for (const modelDeploymentName of ['mine', 'other']) {
      await client.createCustomModelDeployment({ modelDeploymentName, modelArn });
    }
    await client.deleteCustomModelDeployment(identified);
    expect(bedrock.controlPlane.deployments()).toMatchObject([
      { name: 'mine', status: 'Deleting' },
      { name: 'other', status: 'Creating' },
    ]);
    await expect(client.createCustomModelDeployment({ modelDeploymentName: 'third', modelArn })).resolves.toBeDefined();
  });

  test('a deployment that is updated goes', async () => {
    const { client, update, otherModelArn, bedrock } = await withActiveDeployment({ deleteWhileUpdating: 'allowed' });
    await update(otherModelArn);
    await client.deleteCustomModelDeployment(identified);
    expect(bedrock.controlPlane.deployments()).toEqual([]);
  });

  test('a model that is Creating goes', async () => {
    const { client, bedrock } = await startLocal({ behaviour: { deleteModelWhileCreating: 'allowed' } });
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
    expect(bedrock.controlPlane.models()).toMatchObject([
      { name: 'first-model', status: 'Active' },
      { name: 'second-model', status: 'Deleting' },
    ]);
  });

  test('refused, for a model too', async () => {
    const { client } = await withActiveDeployment({ deleteWhileDeleting: CONFLICT }, durations);
    await client.deleteCustomModel({ modelIdentifier: 'second-model' });
    await expect(client.deleteCustomModel({ modelIdentifier: 'second-model' })).rejects.toBeInstanceOf(
      ConflictException,
    );
  });
});

test('failedHeld: what has Failed cannot be deleted for a while', async () => {
  const { client, clock, bedrock } = await startLocal({ behaviour: { failedHeld: 1000 } });
  const modelArn = bedrock.controlPlane.addModel({ name: 'failing', deploymentFailure: 'cannot be served' });
  await client.createCustomModelDeployment({ modelDeploymentName: 'mine', modelArn });
  bedrock.controlPlane.addModel({ name: 'wreck', status: 'Failed' });
  clock.pass(999);
  await expect(client.deleteCustomModel({ modelIdentifier: 'wreck' })).rejects.toBeInstanceOf(ConflictException);
  clock.pass(1);
  await expect(client.deleteCustomModel({ modelIdentifier: 'wreck' })).resolves.toBeDefined();
  clock.pass(MINUTE - 1);
  await expect(client.deleteCustomModelDeployment(identified)).rejects.toBeInstanceOf(ConflictException);
  clock.pass(1000);
  await expect(client.deleteCustomModelDeployment(identified)).resolves.toBeDefined();
});

test.each([true, false])('deletingHoldsModel: %s', async (deletingHoldsModel) => {
  const { client, modelArn } = await withActiveDeployment({ deletingHoldsModel }, { deploymentDelete: MINUTE });
  await client.deleteCustomModelDeployment(identified);
  const deleted = client.deleteCustomModel({ modelIdentifier: modelArn });
  await (deletingHoldsModel
    ? expect(deleted).rejects.toBeInstanceOf(ConflictException)
    : expect(deleted).resolves.toBeDefined());
});

test('modelHeldAfterDelete: the check for deployments of a model lags behind their deletion', async () => {
  const { client, clock, modelArn } = await withActiveDeployment({ modelHeldAfterDelete: 3 * MINUTE });
  await client.deleteCustomModelDeployment(identified);
  await expect(client.getCustomModelDeployment(identified)).rejects.toBeInstanceOf(ResourceNotFoundException);
  clock.pass(3 * MINUTE - 1);
  await expect(client.deleteCustomModel({ modelIdentifier: modelArn })).rejects.toThrow(
    'in use by the custom model deployment mine',
  );
  clock.pass(1);
  await expect(client.deleteCustomModel({ modelIdentifier: modelArn })).resolves.toBeDefined();
});

test('deleteModelWithDeployment: allowed', async () => {
  const local = await withActiveDeployment({ deleteModelWithDeployment: 'allowed' });
  await local.client.deleteCustomModel({ modelIdentifier: local.modelArn });
  expect(await getDeployment(local)).toMatchObject({ status: 'Active', modelArn: local.modelArn });
});

test('updateWhileUpdating: allowed, leaves no trace of the earlier update, and counts once', async () => {
  const local = await withActiveDeployment({ updateWhileUpdating: 'allowed', maxInProgressDeployments: 1 });
  const third = local.bedrock.controlPlane.addModel({ name: 'third-model' });
  await local.update(local.otherModelArn);
  local.clock.pass(MINUTE / 2);
  await local.update(third);
  local.clock.pass(MINUTE / 2);
  expect(await getDeployment(local)).toMatchObject({
    modelArn: local.modelArn,
    updateDetails: { modelArn: third, updateStatus: 'Updating' },
  });
  local.clock.pass(MINUTE / 2);
  expect(await getDeployment(local)).toMatchObject({
    modelArn: third,
    updateDetails: { modelArn: third, updateStatus: 'UpdateCompleted' },
  });
});

describe('updateToSameModel', () => {
  test('allowed, by default: another update begins', async () => {
    const local = await withActiveDeployment({});
    await local.update(local.modelArn);
    expect(await getDeployment(local)).toMatchObject({
      updateDetails: { modelArn: local.modelArn, updateStatus: 'Updating' },
    });
  });

  test('ignored: nothing changes', async () => {
    const local = await withActiveDeployment({ updateToSameModel: 'ignored' });
    const before = await getDeployment(local);
    await local.update(local.modelArn);
    expect(await getDeployment(local)).toEqual(before);
  });

  test('refused, but not where the model is only shown, and not while another is on its way', async () => {
    const local = await withActiveDeployment({
      updateToSameModel: 'ValidationException: It has that model already',
      modelArnAfterFailedUpdate: 'new',
      updateWhileUpdating: 'allowed',
    });
    await expect(local.update(local.modelArn)).rejects.toBeInstanceOf(ValidationException);
    const failing = local.bedrock.controlPlane.addModel({ name: 'failing', deploymentFailure: 'cannot be served' });
    for (const arn of [failing, local.modelArn, failing]) {
      await expect(local.update(arn)).resolves.toBeDefined();
    }
    local.clock.pass(MINUTE);
    await expect(local.update(failing)).resolves.toBeDefined();
    local.clock.pass(MINUTE);
    await expect(local.update(local.modelArn)).resolves.toBeDefined();
  });
});

describe('staleUpdateDetails', () => {
  test('kept, by default, for ever', async () => {
    const local = await withActiveDeployment({});
    await local.update(local.otherModelArn);
    local.clock.pass(1000 * MINUTE);
    expect(await getDeployment(local)).toMatchObject({
      updateDetails: { modelArn: local.otherModelArn, updateStatus: 'UpdateCompleted' },
    });
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

test.each(['forgotten', 'come back'] as const)(
  'failedUpdateDetails: %s when those of a completed one go',
  async (failedUpdateDetails) => {
    const local = await withActiveDeployment({ staleUpdateDetails: false, failedUpdateDetails });
    const failing = local.bedrock.controlPlane.addModel({ name: 'failing', deploymentFailure: 'cannot be served' });
    for (const arn of [failing, local.otherModelArn, local.modelArn]) {
      await local.update(arn);
      local.clock.pass(MINUTE);
    }
    const { modelArn, updateDetails } = await getDeployment(local);
    expect(modelArn).toBe(local.modelArn);
    expect(updateDetails).toEqual(
      failedUpdateDetails === 'forgotten' ? undefined : { modelArn: failing, updateStatus: 'UpdateFailed' },
    );
  },
);

test('staleUpdateReads: reads show the state before the update for a while, stale details of an earlier one included', async () => {
  const local = await withActiveDeployment({ staleUpdateReads: 5000 });
  const { client, clock, modelArn, otherModelArn } = local;
  await local.update(otherModelArn);
  clock.pass(MINUTE);
  const before = await getDeployment(local);
  expect(before).toMatchObject({
    modelArn: otherModelArn,
    updateDetails: { modelArn: otherModelArn, updateStatus: 'UpdateCompleted' },
  });
  await local.update(modelArn);
  clock.pass(4999);
  expect(await getDeployment(local)).toEqual(before);
  expect(
    (await client.listCustomModelDeployments({ modelArnEquals: otherModelArn })).modelDeploymentSummaries,
  ).toHaveLength(1);
  expect(local.bedrock.controlPlane.deployments()).toMatchObject([
    { updateDetails: { modelArn, updateStatus: 'Updating' } },
  ]);
  await expect(client.deleteCustomModelDeployment(identified)).rejects.toThrow('mutating state');
  clock.pass(1);
  expect(await getDeployment(local)).toMatchObject({ updateDetails: { modelArn, updateStatus: 'Updating' } });
});

test('modelArnDuringUpdate: new', async () => {
  const local = await withActiveDeployment({ modelArnDuringUpdate: 'new' });
  await local.update(local.otherModelArn);
  expect(await getDeployment(local)).toMatchObject({
    modelArn: local.otherModelArn,
    updateDetails: { updateStatus: 'Updating' },
  });
});

test('modelArnAfterUpdate: old, though the new one serves', async () => {
  const local = await withActiveDeployment({ modelArnAfterUpdate: 'old' });
  await local.update(local.otherModelArn);
  local.clock.pass(MINUTE);
  expect(await getDeployment(local)).toMatchObject({
    modelArn: local.modelArn,
    updateDetails: { modelArn: local.otherModelArn, updateStatus: 'UpdateCompleted' },
  });
  await expect(local.client.deleteCustomModel({ modelIdentifier: local.otherModelArn })).rejects.toBeInstanceOf(
    ConflictException,
  );
  await expect(local.client.deleteCustomModel({ modelIdentifier: local.modelArn })).resolves.toBeDefined();
});

test('modelArnAfterUpdate: old, unless nothing else would tell of the new one', async () => {
  const local = await withActiveDeployment({ modelArnAfterUpdate: 'old', staleUpdateDetails: false });
  await local.update(local.otherModelArn);
  local.clock.pass(MINUTE);
  expect(await getDeployment(local)).toMatchObject({ modelArn: local.otherModelArn });
});

test('modelArnAfterFailedUpdate: new is shown, though the old one serves', async () => {
  const local = await withActiveDeployment({ modelArnAfterFailedUpdate: 'new' });
  const failing = local.bedrock.controlPlane.addModel({ name: 'failing', deploymentFailure: 'cannot be served' });
  await local.update(failing);
  expect(await getDeployment(local)).toMatchObject({ modelArn: local.modelArn });
  local.clock.pass(MINUTE);
  expect(await getDeployment(local)).toMatchObject({
    status: 'Active',
    modelArn: failing,
    updateDetails: { updateStatus: 'UpdateFailed' },
  });
  await expect(local.client.deleteCustomModel({ modelIdentifier: local.modelArn })).rejects.toBeInstanceOf(
    ConflictException,
  );
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
  await expect(
    local.client.createCustomModelDeployment({ modelDeploymentName: 'two', modelArn: local.modelArn }),
  ).rejects.toBeInstanceOf(ServiceQuotaExceededException);
  local.clock.pass(MINUTE);
  await local.client.createCustomModelDeployment({ modelDeploymentName: 'two', modelArn: local.modelArn });
  await expect(local.update(local.modelArn)).resolves.toBeDefined();
});

test('deletingCountsAgainstQuota: true', async () => {
  const behaviour = { deletingCountsAgainstQuota: true, maxInProgressDeployments: 1 };
  const { client, clock, modelArn } = await withActiveDeployment(behaviour, { deploymentDelete: MINUTE });
  const create = () => client.createCustomModelDeployment({ modelDeploymentName: 'other', modelArn });
  await client.deleteCustomModelDeployment(identified);
  await expect(create()).rejects.toBeInstanceOf(ServiceQuotaExceededException);
  clock.pass(MINUTE);
  await expect(create()).resolves.toBeDefined();
});

describe('tokens', () => {
  const request = { modelDeploymentName: 'mine', clientRequestToken: 'token-1' };

  async function withOneMade(behaviour: Partial<Behaviour>, deploymentFailure?: string) {
    const local = await startLocal({ behaviour });
    const model = local.bedrock.controlPlane.addModel({
      name: 'served',
      ...(deploymentFailure === undefined ? {} : { deploymentFailure }),
    });
    const create = async (modelArn = model) =>
      (await local.client.createCustomModelDeployment({ ...request, modelArn })).customModelDeploymentArn;
    const first = await create();
    local.clock.pass(MINUTE);
    return { ...local, first, create };
  }

  test('tokenLifetime: then the request counts as a new one', async () => {
    const { first, create, clock } = await withOneMade({ tokenLifetime: MINUTE + 1 });
    expect(await create()).toBe(first);
    clock.pass(1);
    await expect(create()).rejects.toThrow('already exists');
  });

  test('tokenOfDeleted: remembered, by default: the ARN of what is no more', async () => {
    const { client, first, create, bedrock } = await withOneMade({});
    await client.deleteCustomModelDeployment(identified);
    expect(await create()).toBe(first);
    expect(bedrock.controlPlane.deployments()).toEqual([]);
  });

  test('tokenOfDeleted: forgotten: another deployment', async () => {
    const { client, first, create, bedrock } = await withOneMade({ tokenOfDeleted: 'forgotten' });
    await client.deleteCustomModelDeployment(identified);
    expect(await create()).not.toBe(first);
    expect(bedrock.controlPlane.deployments()).toHaveLength(1);
  });

  test('tokenOfFailed: remembered, by default: the ARN of the wreck', async () => {
    const { first, create } = await withOneMade({}, 'cannot be served');
    expect(await create()).toBe(first);
  });

  test('tokenOfFailed: forgotten: the wreck has the name', async () => {
    const { create } = await withOneMade({ tokenOfFailed: 'forgotten' }, 'cannot be served');
    await expect(create()).rejects.toThrow('already exists');
  });

  test('tokenOfAnotherRequest: allowed, by default, whatever is asked', async () => {
    const { first, create, otherModelArn } = await withOneMade({});
    expect(await create(otherModelArn)).toBe(first);
  });

  test('tokenOfAnotherRequest: refused, and the same request is answered all the same', async () => {
    const { first, create, otherModelArn } = await withOneMade({
      tokenOfAnotherRequest: 'ValidationException: Another request',
    });
    await expect(create(otherModelArn)).rejects.toThrow('Another request');
    expect(await create()).toBe(first);
  });
});

describe('flickeringReads', () => {
  const flickering = { flickeringReads: 1000 };

  async function threeTimes<T>(read: () => Promise<T>): Promise<(T | string)[]> {
    const seen = [];
    for (let i = 0; i < 3; i++) {
      seen.push(await read().catch((error: unknown) => (error as Error).name));
    }
    return seen;
  }

  const listed =
    ({ client }: Local) =>
    async () =>
      (await client.listCustomModelDeployments({})).modelDeploymentSummaries?.map(({ status }) => status);
  const tagsOf =
    ({ client }: Local, resourceARN: string) =>
    async () =>
      (await client.listTagsForResource({ resourceARN })).tags?.map(({ key }) => key);
  const status = (local: Local) => async () => (await getDeployment(local)).status;

  test('a create shows by turns, once it is visible at all', async () => {
    const local = await startLocal({ behaviour: flickering, durations: { visibility: 1000 } });
    const { customModelDeploymentArn: arn = '' } = await local.client.createCustomModelDeployment({
      modelDeploymentName: 'mine',
      modelArn: local.modelArn,
    });
    expect(await threeTimes(status(local))).toEqual(Array(3).fill('ResourceNotFoundException'));
    local.clock.pass(1999);
    expect(await threeTimes(status(local))).toEqual([
      'ResourceNotFoundException',
      'Creating',
      'ResourceNotFoundException',
    ]);
    expect(await threeTimes(listed(local))).toEqual([['Creating'], [], ['Creating']]);
    expect(await threeTimes(tagsOf(local, arn))).toEqual([
      'ResourceNotFoundException',
      [],
      'ResourceNotFoundException',
    ]);
    local.clock.pass(1);
    expect(await threeTimes(status(local))).toEqual(Array(3).fill('Creating'));
  });

  test('so does an update, and it is accepted all the same', async () => {
    const local = await withActiveDeployment(flickering);
    const model = async () => (await getDeployment(local)).updateDetails?.updateStatus;
    local.clock.pass(1000);
    await local.update(local.otherModelArn);
    expect(await threeTimes(model)).toEqual([undefined, 'Updating', undefined]);
    await expect(local.update(local.modelArn)).rejects.toThrow('mutating state');
    local.clock.pass(1000);
    expect(await threeTimes(model)).toEqual(Array(3).fill('Updating'));
  });

  test('no read shows the end of an update that another has taken the place of', async () => {
    const local = await withActiveDeployment({ flickeringReads: 2 * MINUTE, updateWhileUpdating: 'allowed' });
    const details = async () => (await getDeployment(local)).updateDetails;
    local.clock.pass(2 * MINUTE);
    await local.update(local.otherModelArn);
    local.clock.pass(MINUTE / 2);
    await local.update(local.otherModelArn);
    local.clock.pass(MINUTE / 2);
    const underWay = { modelArn: local.otherModelArn, updateStatus: 'Updating' };
    expect(await threeTimes(details)).toEqual([underWay, underWay, underWay]);
  });

  test('so does a deletion, when it is accepted and when it is over', async () => {
    const local = await withActiveDeployment(flickering, { deploymentDelete: MINUTE });
    local.clock.pass(1000);
    await local.client.deleteCustomModelDeployment(identified);
    expect(await threeTimes(status(local))).toEqual(['Active', 'Deleting', 'Active']);
    expect(await threeTimes(listed(local))).toEqual([['Deleting'], ['Active'], ['Deleting']]);
    local.clock.pass(MINUTE);
    expect(local.bedrock.controlPlane.deployments()).toEqual([]);
    expect(await threeTimes(status(local))).toEqual(['Deleting', 'ResourceNotFoundException', 'Deleting']);
    local.clock.pass(1000);
    expect(await threeTimes(status(local))).toEqual(Array(3).fill('ResourceNotFoundException'));
  });

  test('so do tags, and a model', async () => {
    const local = await withActiveDeployment(flickering);
    const arn = await activeDeployment(local, 'tagged');
    await local.client.tagResource({ resourceARN: arn, tags: [{ key: 'team', value: 'fraud' }] });
    expect(await threeTimes(tagsOf(local, arn))).toEqual([[], ['team'], []]);
    await local.client.deleteCustomModel({ modelIdentifier: local.otherModelArn });
    const model = async () => (await local.client.getCustomModel({ modelIdentifier: local.otherModelArn })).modelStatus;
    expect(await threeTimes(model)).toEqual(['Deleting', 'ResourceNotFoundException', 'Deleting']);
  });
});

test('maxDeployments counts those that have failed, and those that are being deleted, until they are gone', async () => {
  const { client, clock, modelArn, bedrock } = await startLocal({
    behaviour: { maxDeployments: 2 },
    durations: { deploymentDelete: MINUTE },
  });
  const create = (modelDeploymentName: string) => client.createCustomModelDeployment({ modelDeploymentName, modelArn });
  for (const name of ['mine', 'failed']) {
    await create(name);
  }
  clock.pass(MINUTE);
  bedrock.controlPlane.setDeployment('failed', { status: 'Failed' });
  await client.deleteCustomModelDeployment(identified);
  await expect(create('third')).rejects.toThrow('quota of 2 custom model deployments');
  clock.pass(MINUTE);
  await expect(create('third')).resolves.toBeDefined();
});

test('maxCreatingModels: unlimited by default; a place is free once a model is made', async () => {
  const { client, clock, bedrock } = await startLocal();
  const create = (modelName: string) => client.createCustomModel({ ...source, modelName });
  for (let i = 0; i < 10; i++) {
    await create(`m${String(i)}`);
  }
  bedrock.controlPlane.behaviour.maxCreatingModels = 10;
  await expect(create('another')).rejects.toBeInstanceOf(ServiceQuotaExceededException);
  clock.pass(MINUTE);
  await expect(create('another')).resolves.toBeDefined();
});

describe('accessLag: access to the source was just changed', () => {
  const model = async ({ client }: Local) => {
    const { modelStatus, failureMessage } = await client.getCustomModel({ modelIdentifier: 'made' });
    return { modelStatus, failureMessage };
  };

  async function importedAfter(ms: number, behaviour: Partial<Behaviour> = {}): Promise<Local> {
    const local = await startLocal({ behaviour: { accessLag: 2 * MINUTE, ...behaviour } });
    local.bedrock.controlPlane.accessChangedAt = local.clock.now();
    local.clock.pass(ms);
    await local.client.createCustomModel({ ...source, modelName: 'made' });
    return local;
  }

  test('an import is accepted, and fails after as long as it takes, though access is there by then', async () => {
    const local = await importedAfter(2 * MINUTE - 1);
    expect(await model(local)).toEqual({ modelStatus: 'Creating', failureMessage: undefined });
    local.clock.pass(MINUTE);
    expect(await model(local)).toEqual({
      modelStatus: 'Failed',
      failureMessage: expect.stringContaining('Access denied'),
    });
  });

  test('accessFailure: in other words', async () => {
    const local = await importedAfter(0, { accessFailure: 'The import failed' });
    local.clock.pass(MINUTE);
    expect(await model(local)).toEqual({ modelStatus: 'Failed', failureMessage: 'The import failed' });
  });

  test('mayRead: what may not be read fails however long ago access was changed', async () => {
    const asked: object[] = [];
    const local = await startLocal({
      mayRead: (input) => {
        asked.push(input);
        return false;
      },
    });
    await local.client.createCustomModel({ ...source, modelName: 'made' });
    local.clock.pass(MINUTE);
    expect(asked).toEqual([expect.objectContaining({ ...source, modelName: 'made' })]);
    expect(await model(local)).toEqual({
      modelStatus: 'Failed',
      failureMessage: expect.stringContaining('Access denied'),
    });
  });

  test('later imports are as good as ever', async () => {
    const local = await importedAfter(2 * MINUTE);
    local.clock.pass(MINUTE);
    expect(await model(local)).toEqual({ modelStatus: 'Active', failureMessage: undefined });
  });
});

test('maxInProgressDeployments', async () => {
  const { client, modelArn } = await startLocal({ behaviour: { maxInProgressDeployments: 10 } });
  for (let i = 0; i < 10; i++) {
    await client.createCustomModelDeployment({ modelDeploymentName: `d${String(i)}`, modelArn });
  }
  await expect(client.createCustomModelDeployment({ modelDeploymentName: 'd10', modelArn })).rejects.toThrow(
    'quota of 10',
  );
});

test('behaviour and durations can be changed while it runs', async () => {
  const local = await withActiveDeployment({});
  local.bedrock.controlPlane.behaviour.duplicateName = CONFLICT;
  local.bedrock.controlPlane.durations.deploymentUpdate = 2 * MINUTE;
  await expect(
    local.client.createCustomModelDeployment({ modelDeploymentName: 'mine', modelArn: local.modelArn }),
  ).rejects.toBeInstanceOf(ConflictException);
  await local.update(local.otherModelArn);
  local.clock.pass(MINUTE);
  expect(await getDeployment(local)).toMatchObject({ updateDetails: { updateStatus: 'Updating' } });
});
