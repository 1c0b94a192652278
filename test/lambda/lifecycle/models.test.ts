import type { Answer } from '../../../lambda/cloudformation/answer';
import { intentOf } from '../../../lambda/cloudformation/intent';
import { LOGICAL_ID_TAG, MADE_OF_TAG, STACK_ID_TAG } from '../../../lib/private/contract';
import { FOREIGN_TAGS, KEY, PACKAGE_1, PACKAGE_2, STACK_ID } from '../support/builders';
import { HandlerHarness, type HandlerHarnessOptions } from '../support/handler-harness';
import { modelRequest, request, S3 } from '../support/requests';

/** Custom models as resources: the same life as a deployment's, but for what makes them and what keeps them. */

let world: HandlerHarness;

beforeEach(() => {
  world = new HandlerHarness();
});
afterEach(() => {
  world.close();
});

function reopen(options: HandlerHarnessOptions): void {
  world.close();
  world = new HandlerHarness(options);
}

const models = (): ReturnType<HandlerHarness['bedrock']['controlPlane']['models']> =>
  world.bedrock.controlPlane.models();

async function created(properties: Record<string, unknown> = {}): Promise<Answer> {
  const answer = await world.finish(modelRequest('Create', { properties }));
  expect(answer.Status).toBe('SUCCESS');
  return answer;
}

const creations = (): Readonly<Record<string, unknown>>[] =>
  world.bedrock.calls.filter(({ operation }) => operation === 'CreateCustomModel').map(({ input }) => input);

describe('a model is created', () => {
  test('from a SageMaker model package, on the wire exactly as the API wants it', async () => {
    const create = modelRequest('Create', { properties: { Tags: { team: 'fraud' }, KmsKeyArn: KEY } });
    const answer = await world.finish(create);
    const [model] = models();
    expect(answer).toEqual({
      Status: 'SUCCESS',
      PhysicalResourceId: model?.name,
      StackId: STACK_ID,
      RequestId: create.RequestId,
      LogicalResourceId: 'Model',
      Data: { Arn: model?.arn, Name: model?.name, Status: 'Active' },
    });
    expect(creations()).toEqual([
      {
        modelName: model?.name,
        customModelDataSource: { modelPackageArnDataSource: { modelPackageArn: PACKAGE_1 } },
        modelKmsKeyArn: KEY,
        modelTags: expect.arrayContaining([
          { key: 'team', value: 'fraud' },
          { key: STACK_ID_TAG, value: STACK_ID },
          { key: LOGICAL_ID_TAG, value: 'Model' },
          { key: MADE_OF_TAG, value: expect.stringMatching(/^[0-9a-f]{12}$/) },
        ]),
        clientRequestToken: create.RequestId,
      },
    ]);
  });

  test('from S3, with the role that reads it', async () => {
    await created(S3);
    expect(creations()).toEqual([
      {
        modelName: models()[0]?.name,
        modelSourceConfig: { s3DataSource: { s3Uri: S3.S3Uri } },
        roleArn: S3.RoleArn,
        modelTags: expect.any(Array),
        clientRequestToken: expect.any(String),
      },
    ]);
  });

  test('under the user’s name, if there is one', async () => {
    expect(await created({ ModelName: 'mine' })).toMatchObject({ PhysicalResourceId: 'mine' });
    expect(models()).toMatchObject([{ name: 'mine' }]);
  });

  test('once, though the reply is lost, Lambda dies and nothing is visible for a while (H1, H17)', async () => {
    reopen({ durations: { visibility: 30_000 } });
    world.bedrock.faults.next('CreateCustomModel', { kind: 'lostReply' });
    world.die('after', 'CreateCustomModel');
    await created();
    expect(models()).toHaveLength(1);
  });

  test.each([
    ['neither source', { ModelPackageArn: undefined }, 'S3Uri must be'],
    ['both sources', { S3Uri: S3.S3Uri, RoleArn: S3.RoleArn }, 'S3Uri must be absent where there is a ModelPackageArn'],
    ['S3 without a role', { ...S3, RoleArn: undefined }, 'RoleArn must be the ARN of a role, got nothing'],
    [
      'an alias for a key',
      { KmsKeyArn: 'arn:aws:kms:us-east-1:000000000000:alias/mine' },
      'KmsKeyArn must be the ARN of a KMS key, not of an alias',
    ],
  ])('H22: not from %s', async (_, properties, message) => {
    expect(await world.finish(modelRequest('Create', { properties }))).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining(message),
    });
    expect(world.bedrock.calls).toEqual([]);
  });
});

describe('a model that cannot be created', () => {
  test('H7: fails the request with the service’s message, and the wreck is removed', async () => {
    world.bedrock.faults.on((operation) => {
      for (const model of operation === 'GetCustomModel' ? models() : []) {
        world.bedrock.controlPlane.setModel(model.arn, {
          status: 'Failed',
          failureMessage: 'The artefacts are not a Nova model.',
        });
      }
      return undefined;
    });
    const answer = await world.finish(modelRequest('Create'));
    expect(answer).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringMatching(
        /^Create of custom model Model \(fraud-Model-\w+\) failed: the custom model became Failed: The artefacts are not a Nova model\. Log: /,
      ),
    });
    expect(models()).toEqual([]);
    expect(await world.finish(modelRequest('Delete', { physicalId: answer.PhysicalResourceId }))).toMatchObject({
      Status: 'SUCCESS',
    });
  });

  test.each(['Could not assume provided IAM role', 'Unable to assume role'])(
    'H14: a role that is not ready yet is waited for (%s)',
    async (message) => {
      world.bedrock.faults.next('CreateCustomModel', { kind: 'error', name: 'ValidationException', message }, 4);
      await created(S3);
    },
  );

  test('H14: a role that is never ready is an error within minutes', async () => {
    world.bedrock.faults.on((operation) =>
      operation === 'CreateCustomModel'
        ? { kind: 'error', name: 'ValidationException', message: 'Could not assume provided IAM role' }
        : undefined,
    );
    const began = world.now;
    expect(await world.finish(modelRequest('Create', { properties: S3 }))).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining('Could not assume provided IAM role'),
    });
    expect(world.now - began).toBeLessThan(240_000);
  });

  test.each(['ConflictException', 'ValidationException'] as const)(
    'H5: whose name is in use by a model that is not ours says so, and leaves it (%s)',
    async (error) => {
      reopen({
        behaviour: { duplicateModelName: `${error}: A custom model with the name {name} already exists` },
      });
      world.bedrock.controlPlane.addModel({ name: 'mine', tags: FOREIGN_TAGS });
      await world.pass(120_000);
      const before = JSON.stringify(models());
      const answer = await world.finish(modelRequest('Create', { properties: { ModelName: 'mine' } }));
      expect(answer).toMatchObject({
        Status: 'FAILED',
        Reason: expect.stringContaining('a custom model named mine exists already'),
      });
      await world.finish(modelRequest('Delete', { properties: { ModelName: 'mine' }, physicalId: 'mine' }));
      expect(JSON.stringify(models())).toBe(before);
    },
  );

  test('H29: a name that is in use by what cannot be seen is an error after ten minutes, not an hour of waiting', async () => {
    world.bedrock.faults.on((operation) =>
      operation === 'CreateCustomModel'
        ? { kind: 'error', name: 'ConflictException', message: 'The name is in use' }
        : undefined,
    );
    const began = world.now;
    expect(await world.finish(modelRequest('Create'))).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining('ConflictException: The name is in use'),
    });
    expect(world.now - began).toBeLessThan(13 * 60_000);
  });
});

describe('a change', () => {
  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['of the source', {}, { ModelPackageArn: PACKAGE_2 }],
    ['of the kind of source', {}, S3],
    ['of the role', S3, { ...S3, RoleArn: `${S3.RoleArn}2` }],
    ['of the key', {}, { KmsKeyArn: KEY }],
    ['of the name', { ModelName: 'one' }, { ModelName: 'two' }],
  ])('%s makes a new model, and the old one stays until CloudFormation deletes it', async (_, old, properties) => {
    const { PhysicalResourceId: physicalId } = await created(old);
    const answer = await world.finish(modelRequest('Update', { properties, old, physicalId }));
    expect(answer.Status).toBe('SUCCESS');
    expect(answer.PhysicalResourceId).not.toBe(physicalId);
    expect(models()).toHaveLength(2);
    await world.finish(modelRequest('Delete', { properties: old, physicalId }));
    expect(models()).toMatchObject([{ name: answer.PhysicalResourceId, status: 'Active' }]);
  });

  test('of the tags is made in place', async () => {
    const { PhysicalResourceId: physicalId } = await created({ Tags: { team: 'fraud' } });
    expect(
      await world.finish(
        modelRequest('Update', {
          properties: { Tags: { team: 'risk' } },
          old: { Tags: { team: 'fraud' } },
          physicalId,
        }),
      ),
    ).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: physicalId });
    expect(models()).toMatchObject([
      { tags: { team: 'risk', [STACK_ID_TAG]: STACK_ID, [MADE_OF_TAG]: expect.any(String) } },
    ]);
    expect(creations()).toHaveLength(1);
  });

  test('H26: of the source while the name is fixed is refused before anything is touched, and CloudFormation’s rollback succeeds', async () => {
    const old = { ModelName: 'mine' };
    const properties = { ModelName: 'mine', ModelPackageArn: PACKAGE_2 };
    await created(old);
    const before = JSON.stringify(models());
    expect(await world.finish(modelRequest('Update', { properties, old, physicalId: 'mine' }))).toMatchObject({
      Status: 'FAILED',
      PhysicalResourceId: 'mine',
      Reason: expect.stringContaining('modelName is fixed to mine'),
    });
    expect(
      await world.finish(modelRequest('Update', { properties: old, old: properties, physicalId: 'mine' })),
    ).toMatchObject({ Status: 'SUCCESS' });
    expect(JSON.stringify(models())).toBe(before);
    expect(creations()).toHaveLength(1);
  });

  test('H10: after the model was deleted by hand makes it again', async () => {
    const { PhysicalResourceId: physicalId } = await created();
    world.bedrock.controlPlane.removeModel(physicalId);
    expect(await world.finish(modelRequest('Update', { properties: { Tags: { a: 'b' } }, physicalId }))).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: physicalId,
    });
    expect(models()).toMatchObject([{ name: physicalId, status: 'Active', tags: { a: 'b' } }]);
  });
});

describe('a deletion', () => {
  const deploy = async (name: string, modelArn: string, tags: Record<string, string>): Promise<void> => {
    world.bedrock.controlPlane.perform('CreateCustomModelDeployment', {
      modelDeploymentName: name,
      modelArn,
      tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
    });
    await world.pass(5000);
  };

  test('leaves nothing', async () => {
    const { PhysicalResourceId: physicalId } = await created();
    expect(await world.finish(modelRequest('Delete', { physicalId }))).toMatchObject({ Status: 'SUCCESS' });
    expect(models()).toEqual([]);
  });

  test('of a model that others have deployed fails, and names them all, on whichever page they are listed', async () => {
    reopen({ behaviour: { maxDeployments: 200 } });
    const { PhysicalResourceId: physicalId, Data } = await created();
    Object.assign(world.bedrock.controlPlane.behaviour, { maxDeployments: 200 });
    for (let index = 0; index < 120; index++) {
      await deploy(`own-${index}`, Data?.['Arn'] ?? '', { [STACK_ID_TAG]: STACK_ID });
    }
    await deploy('theirs-1', Data?.['Arn'] ?? '', FOREIGN_TAGS);
    await deploy('theirs-2', Data?.['Arn'] ?? '', {});
    const theirs = world.deployments.filter(({ name }) => name.startsWith('theirs')).map(({ arn }) => arn);
    const answer = await world.finish(modelRequest('Delete', { physicalId }));
    expect(answer).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining('is deployed outside of this stack, by'),
    });
    for (const arn of theirs) {
      expect(answer.Reason).toContain(arn);
    }
    expect(models()).toHaveLength(1);
    expect(world.bedrock.calls.map(({ operation }) => operation)).not.toContain('DeleteCustomModel');
  });

  test('waits while this stack’s own deployment goes away', async () => {
    const { PhysicalResourceId: physicalId, Data } = await created();
    const modelArn = Data?.['Arn'] ?? '';
    await deploy('own', modelArn, { [STACK_ID_TAG]: STACK_ID, [LOGICAL_ID_TAG]: 'Deployment' });
    const remove = modelRequest('Delete', { physicalId });
    await world.deliver(remove);
    await world.pass(60_000);
    expect(world.answers).toHaveLength(1);
    expect(models()).toHaveLength(1);
    world.bedrock.controlPlane.removeDeployment('own');
    await world.run();
    expect(world.answerTo(remove)).toMatchObject({ Status: 'SUCCESS' });
    expect(models()).toEqual([]);
  });

  test('H16: that conflicts is tried until it is taken', async () => {
    const { PhysicalResourceId: physicalId } = await created();
    world.bedrock.faults.next('DeleteCustomModel', { kind: 'error', name: 'ConflictException', message: 'in use' }, 5);
    expect(await world.finish(modelRequest('Delete', { physicalId }))).toMatchObject({ Status: 'SUCCESS' });
    expect(models()).toEqual([]);
  });

  test('H4: while the model is being created leaves nothing', async () => {
    reopen({ durations: { modelCreate: 300_000 } });
    const create = modelRequest('Create');
    await world.deliver(create);
    await world.run(() => models().length === 1);
    expect(await world.finish(modelRequest('Delete', { physicalId: intentOf(create).physicalId }))).toMatchObject({
      Status: 'SUCCESS',
    });
    expect(models()).toEqual([]);
  });
});

/**
 * The requests that CloudFormation sends for a change of the model's source, and what is left after each way that it
 * can end.
 */
describe.each(['IN_PLACE', 'REPLACE'])('a rollout, %s,', (ModelUpdate) => {
  const deployed = (ModelArn: string): Record<string, unknown> => ({ ModelArn, ModelUpdate });
  const old = { ModelPackageArn: PACKAGE_1 };
  const changed = { ModelPackageArn: PACKAGE_2 };
  let model: Answer;
  let deployment: Answer;
  let before: { readonly models: string[]; readonly deployments: unknown[] };

  const state = (): typeof before => ({
    models: models().map(({ arn, status }) => `${arn} ${status}`),
    deployments: world.deployments.map(({ name, arn, status, modelArn }) => ({ name, arn, status, modelArn })),
  });

  beforeEach(async () => {
    model = await created(old);
    deployment = await world.finish(request('Create', { properties: deployed(model.Data?.['Arn'] ?? '') }));
    before = state();
  });

  const updateModel = (): Promise<Answer> =>
    world.finish(modelRequest('Update', { properties: changed, old, physicalId: model.PhysicalResourceId }));
  const arnOf = (answer: Answer): string => answer.Data?.['Arn'] ?? '';

  /** CloudFormation goes back: the deployment, the model, then what is no longer wanted. */
  async function rollBack(newModel: Answer, newDeployment?: Answer): Promise<void> {
    if (newDeployment !== undefined) {
      const back = await world.finish(
        request('Update', {
          properties: deployed(arnOf(model)),
          old: deployed(arnOf(newModel)),
          physicalId: newDeployment.PhysicalResourceId,
        }),
      );
      expect(back).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: deployment.PhysicalResourceId });
    }
    const back = await world.finish(
      modelRequest('Update', { properties: old, old: changed, physicalId: newModel.PhysicalResourceId }),
    );
    expect(back).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: model.PhysicalResourceId,
      Data: { Arn: arnOf(model) },
    });
    if (newDeployment !== undefined && newDeployment.PhysicalResourceId !== deployment.PhysicalResourceId) {
      expect(
        await world.finish(
          request('Delete', { properties: deployed(arnOf(newModel)), physicalId: newDeployment.PhysicalResourceId }),
        ),
      ).toMatchObject({ Status: 'SUCCESS' });
    }
    expect(
      await world.finish(modelRequest('Delete', { properties: changed, physicalId: newModel.PhysicalResourceId })),
    ).toMatchObject({ Status: 'SUCCESS' });
  }

  test('ends on the new model, and the old one goes last', async () => {
    const newModel = await updateModel();
    expect(newModel.PhysicalResourceId).not.toBe(model.PhysicalResourceId);
    const moved = await world.finish(
      request('Update', {
        properties: deployed(arnOf(newModel)),
        old: deployed(arnOf(model)),
        physicalId: deployment.PhysicalResourceId,
      }),
    );
    expect(moved).toMatchObject({ Status: 'SUCCESS', Data: { ModelArn: arnOf(newModel) } });
    expect(arnOf(moved) === arnOf(deployment)).toBe(ModelUpdate === 'IN_PLACE');
    if (ModelUpdate === 'REPLACE') {
      await world.finish(
        request('Delete', { properties: deployed(arnOf(model)), physicalId: deployment.PhysicalResourceId }),
      );
    }
    expect(
      await world.finish(modelRequest('Delete', { properties: old, physicalId: model.PhysicalResourceId })),
    ).toMatchObject({ Status: 'SUCCESS' });
    expect(models()).toMatchObject([{ arn: arnOf(newModel), status: 'Active' }]);
    expect(world.deployments).toMatchObject([{ status: 'Active', modelArn: arnOf(newModel) }]);
  });

  test('H16: ends on the new model and without the old one, even where AWS goes on listing the deployment under that', async () => {
    world.bedrock.controlPlane.behaviour.modelArnAfterUpdate = 'old';
    const newModel = await updateModel();
    const moved = await world.finish(
      request('Update', {
        properties: deployed(arnOf(newModel)),
        old: deployed(arnOf(model)),
        physicalId: deployment.PhysicalResourceId,
      }),
    );
    expect(moved).toMatchObject({ Status: 'SUCCESS', Data: { ModelArn: arnOf(newModel) } });
    if (ModelUpdate === 'REPLACE') {
      await world.finish(
        request('Delete', { properties: deployed(arnOf(model)), physicalId: deployment.PhysicalResourceId }),
      );
    }
    expect(
      await world.finish(modelRequest('Delete', { properties: old, physicalId: model.PhysicalResourceId })),
    ).toMatchObject({ Status: 'SUCCESS' });
    expect(models()).toMatchObject([{ arn: arnOf(newModel), status: 'Active' }]);
  });

  test('whose new model cannot be made leaves what was', async () => {
    world.bedrock.faults.on((operation) =>
      operation === 'CreateCustomModel'
        ? { kind: 'error', name: 'ValidationException', message: 'the package is not restricted' }
        : undefined,
    );
    const failed = await updateModel();
    expect(failed).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining('the package is not restricted'),
    });
    await rollBack(failed);
    expect(state()).toEqual(before);
  });

  test('whose new model becomes Failed leaves what was', async () => {
    const unsubscribe = world.bedrock.faults.on((operation) => {
      for (const made of operation === 'GetCustomModel' ? models().filter(({ arn }) => arn !== arnOf(model)) : []) {
        world.bedrock.controlPlane.setModel(made.arn, { status: 'Failed', failureMessage: 'unreadable' });
      }
      return undefined;
    });
    const failed = await updateModel();
    expect(failed).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('unreadable') });
    unsubscribe();
    await rollBack(failed);
    expect(state()).toEqual(before);
  });

  test('whose new model cannot be deployed returns to the old one, and the new one goes', async () => {
    const newModel = await updateModel();
    world.bedrock.controlPlane.setModel(arnOf(newModel), {
      deploymentFailure: 'Full-rank models cannot be served on demand.',
    });
    const failed = await world.finish(
      request('Update', {
        properties: deployed(arnOf(newModel)),
        old: deployed(arnOf(model)),
        physicalId: deployment.PhysicalResourceId,
      }),
    );
    expect(failed.Status).toBe('FAILED');
    await rollBack(newModel, failed);
    expect(state()).toEqual(before);
  });

  test('that fails elsewhere in the stack after the deployment had moved returns to the old model', async () => {
    const newModel = await updateModel();
    const moved = await world.finish(
      request('Update', {
        properties: deployed(arnOf(newModel)),
        old: deployed(arnOf(model)),
        physicalId: deployment.PhysicalResourceId,
      }),
    );
    expect(moved.Status).toBe('SUCCESS');
    await rollBack(newModel, moved);
    expect(state()).toEqual(before);
  });
});
