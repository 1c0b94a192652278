import { BEHAVIOUR, DEFAULT_BEHAVIOUR } from '../../../local/fake-bedrock/behaviour';
import { type Behaviour, MUTATING, type Refusal, UNHEARD_OF } from '../../../local/fake-bedrock/server';
import { activeDeployment, type Local, MINUTE, startLocal } from './helpers';

/** Which error says no, in each situation where one may. */

type RefusalSwitch = {
  [K in keyof Behaviour]: string extends Behaviour[K] ? never : Refusal extends Behaviour[K] ? K : never;
}[keyof Behaviour];

interface Situation {
  /** What is answered by default. */
  readonly usual: string;
  readonly behaviour?: Partial<Behaviour>;
  /** Brings it about; returns the call in question. */
  readonly arrange: (local: Local) => Promise<() => Promise<unknown>>;
}

const ALLOWED = 'allowed';
const identified = { customModelDeploymentIdentifier: 'mine' };
const ABSENT_DEPLOYMENT = 'arn:aws:bedrock:us-east-1:000000000000:custom-model-deployment/000000000000';
const ABSENT_MODEL = 'arn:aws:bedrock:us-east-1:000000000000:custom-model/imported/000000000000';
const source = {
  customModelDataSource: {
    modelPackageArnDataSource: { modelPackageArn: 'arn:aws:sagemaker:us-east-1:000000000000:model-package/tuned/1' },
  },
};

const create = ({ client, modelArn }: Local, modelDeploymentName: string) =>
  client.createCustomModelDeployment({ modelDeploymentName, modelArn });
const update = ({ client, otherModelArn }: Local, modelArn = otherModelArn) =>
  client.updateCustomModelDeployment({ ...identified, modelArn });
const importModel = ({ client }: Local, modelName = 'imported') => client.createCustomModel({ ...source, modelName });
const remove = ({ client }: Local) => client.deleteCustomModelDeployment(identified);

const SITUATIONS: Readonly<Record<RefusalSwitch, Situation>> = {
  duplicateName: {
    usual: 'ValidationException: A custom model deployment with the name mine already exists',
    arrange: async (local) => {
      await activeDeployment(local);
      return () => create(local, 'mine');
    },
  },
  duplicateModelName: {
    usual: 'ConflictException: A custom model with the name first-model already exists',
    arrange: (local) => Promise.resolve(() => importModel(local, 'first-model')),
  },
  getByName: {
    usual: ALLOWED,
    arrange: async (local) => {
      await activeDeployment(local);
      return () => local.client.getCustomModelDeployment(identified);
    },
  },
  getByAbsentName: {
    usual: 'ResourceNotFoundException: The specified custom model deployment was not found: mine',
    arrange: ({ client }) => Promise.resolve(() => client.getCustomModelDeployment(identified)),
  },
  changeOfAbsent: {
    usual: `ResourceNotFoundException: The specified custom model deployment was not found: ${ABSENT_DEPLOYMENT}`,
    arrange: ({ client }) =>
      Promise.resolve(() => client.deleteCustomModelDeployment({ customModelDeploymentIdentifier: ABSENT_DEPLOYMENT })),
  },
  tagsOfAbsent: {
    usual: `ResourceNotFoundException: The specified resource was not found: ${ABSENT_DEPLOYMENT}`,
    arrange: ({ client }) => Promise.resolve(() => client.listTagsForResource({ resourceARN: ABSENT_DEPLOYMENT })),
  },
  deployAbsentModel: {
    usual: `ResourceNotFoundException: The specified custom model was not found: ${ABSENT_MODEL}`,
    arrange: (local) => Promise.resolve(() => create({ ...local, modelArn: ABSENT_MODEL }, 'mine')),
  },
  tokenOfAnotherRequest: {
    usual: ALLOWED,
    arrange: async ({ client, modelArn, otherModelArn }) => {
      const request = { modelDeploymentName: 'mine', clientRequestToken: 'token-1' };
      await client.createCustomModelDeployment({ ...request, modelArn });
      return () => client.createCustomModelDeployment({ ...request, modelArn: otherModelArn });
    },
  },
  deployModelNotActive: {
    usual: 'ValidationException: The custom model ARN is in status Creating; it must be Active to be deployed',
    arrange: (local) => {
      const modelArn = local.bedrock.controlPlane.addModel({ name: 'late', status: 'Creating' });
      return Promise.resolve(() => create({ ...local, modelArn }, 'mine'));
    },
  },
  importWithoutAccess: {
    usual: ALLOWED,
    behaviour: { accessLag: MINUTE },
    arrange: (local) => {
      local.bedrock.controlPlane.accessChangedAt = local.clock.now();
      return Promise.resolve(() => importModel(local));
    },
  },
  updateWhileCreating: {
    usual: 'ValidationException: Custom model deployment is in a mutating state',
    arrange: async (local) => {
      await create(local, 'mine');
      return () => update(local);
    },
  },
  updateWhileUpdating: {
    usual: 'ValidationException: Custom model deployment is in a mutating state',
    arrange: async (local) => {
      await activeDeployment(local);
      await update(local);
      return () => update(local, local.modelArn);
    },
  },
  updateWhileNotActive: {
    usual: 'ValidationException: The custom model deployment mine is in status Failed; it must be Active to be updated',
    arrange: async (local) => {
      await activeDeployment(local);
      local.bedrock.controlPlane.setDeployment('mine', { status: 'Failed' });
      return () => update(local);
    },
  },
  updateToSameModel: {
    usual: ALLOWED,
    arrange: async (local) => {
      await activeDeployment(local);
      return () => update(local, local.modelArn);
    },
  },
  deleteWhileCreating: {
    usual: 'ValidationException: Custom model deployment is in a mutating state',
    arrange: async (local) => {
      await create(local, 'mine');
      return () => remove(local);
    },
  },
  deleteWhileUpdating: {
    usual: 'ValidationException: Custom model deployment is in a mutating state',
    arrange: async (local) => {
      await activeDeployment(local);
      await update(local);
      return () => remove(local);
    },
  },
  deleteModelWhileCreating: {
    usual: 'ConflictException: The custom model imported is Creating',
    arrange: async (local) => {
      await importModel(local);
      return () => local.client.deleteCustomModel({ modelIdentifier: 'imported' });
    },
  },
  deleteWhileDeleting: {
    usual: ALLOWED,
    arrange: async (local) => {
      await activeDeployment(local);
      await remove(local);
      return () => remove(local);
    },
  },
  deleteOfFailed: {
    usual: 'ConflictException: The custom model deployment mine is Failed',
    behaviour: { failedHeld: 2 * MINUTE },
    arrange: async (local) => {
      await activeDeployment(local);
      local.bedrock.controlPlane.setDeployment('mine', { status: 'Failed' });
      return () => remove(local);
    },
  },
  deleteModelWithDeployment: {
    usual: 'ConflictException: The custom model first-model is in use by the custom model deployment mine',
    arrange: async (local) => {
      await activeDeployment(local);
      return () => local.client.deleteCustomModel({ modelIdentifier: 'first-model' });
    },
  },
  tooManyDeployments: {
    usual: 'ServiceQuotaExceededException: You have reached the quota of 10 custom model deployments',
    arrange: async (local) => {
      for (let i = 0; i < 10; i++) {
        await activeDeployment(local, `d${String(i)}`);
      }
      return () => create(local, 'mine');
    },
  },
  tooManyInProgress: {
    usual: 'ServiceQuotaExceededException: You have reached the quota of 2 in-progress custom model deployments',
    arrange: async (local) => {
      for (const name of ['one', 'two']) {
        await create(local, name);
      }
      return () => create(local, 'mine');
    },
  },
  tooManyModels: {
    usual: 'ServiceQuotaExceededException: You have reached the quota of 2 custom models per account',
    behaviour: { maxCustomModels: 2 },
    arrange: (local) => Promise.resolve(() => importModel(local)),
  },
  tooManyCreatingModels: {
    usual: 'ServiceQuotaExceededException: You have reached the quota of 1 custom models in creation',
    behaviour: { maxCreatingModels: 1 },
    arrange: async (local) => {
      await importModel(local, 'first');
      return () => importModel(local);
    },
  },
};

const situations = Object.entries(SITUATIONS) as [RefusalSwitch, Situation][];

/** The answer in that situation: the error, or that there is none. */
async function answer({ behaviour, arrange }: Situation, more: Partial<Behaviour> = {}): Promise<string> {
  const local = await startLocal({ behaviour: { ...behaviour, ...more }, durations: { deploymentDelete: MINUTE } });
  const call = await arrange(local);
  const before = local.bedrock.calls.length;
  const outcome = await call().then(
    () => ALLOWED,
    (error: unknown) => error as Error & { $metadata: { httpStatusCode: number } },
  );
  expect(local.bedrock.calls).toHaveLength(before + 1);
  if (typeof outcome === 'string') {
    return outcome;
  }
  expect(outcome.$metadata.httpStatusCode).toBe(
    { OperationNotPermittedException: 409, ResourceNotFoundException: 404 }[outcome.name] ?? 400,
  );
  return `${outcome.name}: ${outcome.message.replace(/arn:\S+custom-model\/amazon\S+/, 'ARN')}`;
}

test.each(situations)('%s: by default', async (_, situation) => {
  expect(await answer(situation)).toBe(situation.usual);
});

test.each(situations)('%s: an error that nobody has ever seen', async (name, situation) => {
  expect(await answer(situation, { [name]: UNHEARD_OF })).toBe(
    'OperationNotPermittedException: The request could not be completed',
  );
});

test.each(situations.filter(([name]) => BEHAVIOUR[name].accepts('allowed')))('%s: allowed', async (name, situation) => {
  expect(await answer(situation, { [name]: 'allowed' })).toBe(ALLOWED);
});

test('what was seen live is the default', () => {
  const { deleteWhileCreating, deleteWhileUpdating, updateWhileCreating, updateWhileUpdating } = DEFAULT_BEHAVIOUR;
  expect([deleteWhileCreating, deleteWhileUpdating, updateWhileCreating, updateWhileUpdating]).toEqual(
    Array(4).fill(MUTATING),
  );
});
