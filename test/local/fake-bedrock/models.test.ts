import {
  ConflictException,
  type CreateCustomModelRequest,
  ResourceNotFoundException,
  ServiceQuotaExceededException,
  ValidationException,
} from '@aws-sdk/client-bedrock';
import { activeDeployment, type Local, MINUTE, NOON, startLocal } from './helpers';

const packaged = (region: string, version: string) => ({
  modelPackageArnDataSource: {
    modelPackageArn: `arn:aws:sagemaker:${region}:000000000000:model-package/tuned/${version}`,
  },
});
const PACKAGE = packaged('us-east-1', '1');
const artifacts = (bucket: string) => ({ s3DataSource: { s3Uri: `s3://${bucket}/run/step_10/` } });
const S3 = artifacts('customer-escrow-000000000000-smtj-1a2b');
const ROLE = 'arn:aws:iam::000000000000:role/import';

async function getModel({ client }: Local, modelIdentifier: string) {
  const { $metadata, ...model } = await client.getCustomModel({ modelIdentifier });
  expect($metadata.httpStatusCode).toBe(200);
  return model;
}

describe('CreateCustomModel', () => {
  test.each<[string, Partial<CreateCustomModelRequest>, RegExp]>([
    ['no source', {}, /Exactly one of/],
    ['two sources', { customModelDataSource: PACKAGE, modelSourceConfig: S3, roleArn: ROLE }, /Exactly one of/],
    ['an S3 source without a role', { modelSourceConfig: S3 }, /roleArn is required/],
    ['a model package that is no version', { customModelDataSource: packaged('us-east-1', 'latest') }, /version/],
    ['a model package of another Region', { customModelDataSource: packaged('eu-west-1', '1') }, /Region us-east-1/],
  ])('refuses %s', async (_, source, message) => {
    const { client, bedrock } = await startLocal();
    const created = client.createCustomModel({ modelName: 'imported', ...source });
    await expect(created).rejects.toBeInstanceOf(ValidationException);
    await expect(created).rejects.toThrow(message);
    expect(bedrock.controlPlane.models().map(({ name }) => name)).not.toContain('imported');
  });

  test('refuses a name that is taken', async () => {
    const { client } = await startLocal();
    await expect(
      client.createCustomModel({ modelName: 'first-model', customModelDataSource: PACKAGE }),
    ).rejects.toBeInstanceOf(ConflictException);
  });

  test('refuses more models than an account may have', async () => {
    const { client } = await startLocal({ behaviour: { maxCustomModels: 3 } });
    await client.createCustomModel({ modelName: 'third', customModelDataSource: PACKAGE });
    await expect(
      client.createCustomModel({ modelName: 'fourth', customModelDataSource: PACKAGE }),
    ).rejects.toBeInstanceOf(ServiceQuotaExceededException);
  });

  test('makes an imported model from a model package: Creating, then Active', async () => {
    const local = await startLocal();
    const modelKmsKeyArn = 'arn:aws:kms:us-east-1:000000000000:key/12345678-1234-1234-1234-123456789012';
    const { modelArn } = await local.client.createCustomModel({
      modelName: 'imported',
      customModelDataSource: PACKAGE,
      modelKmsKeyArn,
    });
    expect(modelArn).toMatch(/^arn:aws:bedrock:us-east-1:000000000000:custom-model\/imported\/[a-z0-9]{12}$/);
    expect(await getModel(local, 'imported')).toEqual({
      modelArn,
      modelName: 'imported',
      creationTime: new Date(NOON),
      modelStatus: 'Creating',
      customizationType: 'IMPORTED',
      modelKmsKeyArn,
    });
    local.clock.pass(MINUTE);
    expect(await getModel(local, modelArn ?? '')).toMatchObject({ modelStatus: 'Active' });
  });

  test('makes one from S3 with a role, and it can be deployed', async () => {
    const { client, clock } = await startLocal();
    const { modelArn } = await client.createCustomModel({
      modelName: 'imported',
      modelSourceConfig: S3,
      roleArn: ROLE,
    });
    clock.pass(MINUTE);
    await expect(client.createCustomModelDeployment({ modelDeploymentName: 'mine', modelArn })).resolves.toBeDefined();
  });

  test('with the token of an earlier request answers with what that one made; tokens of deployments are others', async () => {
    const local = await startLocal();
    const { client, bedrock } = local;
    await client.createCustomModelDeployment({
      modelDeploymentName: 'mine',
      modelArn: local.modelArn,
      clientRequestToken: 't1',
    });
    const request = { modelName: 'imported', customModelDataSource: PACKAGE, clientRequestToken: 't1' };
    const [first, second] = [await client.createCustomModel(request), await client.createCustomModel(request)];
    expect(second.modelArn).toBe(first.modelArn);
    expect(bedrock.controlPlane.models()).toHaveLength(3);
  });

  test('is not visible at once', async () => {
    const local = await startLocal({ durations: { visibility: 5000 } });
    const { modelArn } = await local.client.createCustomModel({
      modelName: 'imported',
      customModelDataSource: PACKAGE,
    });
    await expect(getModel(local, modelArn ?? '')).rejects.toBeInstanceOf(ResourceNotFoundException);
    local.clock.pass(5000);
    expect(await getModel(local, modelArn ?? '')).toMatchObject({ modelStatus: 'Creating' });
  });
});

describe('a source of which Bedrock can make no model, or none that it can serve', () => {
  test.each([
    ['a model package', { customModelDataSource: PACKAGE }, PACKAGE.modelPackageArnDataSource.modelPackageArn],
    ['an S3 URI', { modelSourceConfig: S3, roleArn: ROLE }, S3.s3DataSource.s3Uri],
  ])('%s: the model ends Failed', async (_, request, source) => {
    const local = await startLocal();
    local.bedrock.controlPlane.sourceFailures.set(source, {
      failureMessage: 'The artifacts are not those of a Nova model',
    });
    await local.client.createCustomModel({ modelName: 'imported', ...request });
    expect(await getModel(local, 'imported')).toMatchObject({ modelStatus: 'Creating' });
    local.clock.pass(MINUTE);
    expect(await getModel(local, 'imported')).toMatchObject({
      modelStatus: 'Failed',
      failureMessage: 'The artifacts are not those of a Nova model',
    });
  });

  test.each([
    ['customer-escrow-111122223333-smtj-1a2b', 'Failed'],
    ['customer-escrow-111122223333', 'Failed'],
    ['customer-escrow-000000000000-hp-1a2b', 'Active'],
    ['a-bucket-of-somebody', 'Active'],
  ])('artifacts in %s: the model ends %s', async (bucket, modelStatus) => {
    const local = await startLocal();
    await local.client.createCustomModel({
      modelName: 'imported',
      modelSourceConfig: artifacts(bucket),
      roleArn: ROLE,
    });
    local.clock.pass(MINUTE);
    const model = await getModel(local, 'imported');
    expect(model).toMatchObject({ modelStatus });
    expect(model.failureMessage ?? '').toMatch(modelStatus === 'Failed' ? /Access denied/ : /^$/);
  });

  test('a foreign bucket may be refused at once', async () => {
    const { client } = await startLocal({ behaviour: { importWithoutAccess: 'AccessDeniedException: no access' } });
    await expect(
      client.createCustomModel({
        modelName: 'imported',
        modelSourceConfig: artifacts('customer-escrow-111122223333-smtj-1a2b'),
        roleArn: ROLE,
      }),
    ).rejects.toThrow('no access');
  });

  test('a model that becomes Active, but cannot be deployed', async () => {
    const local = await startLocal();
    local.bedrock.controlPlane.sourceFailures.set(PACKAGE.modelPackageArnDataSource.modelPackageArn, {
      deploymentFailure: 'full-rank',
    });
    const { modelArn = '' } = await local.client.createCustomModel({
      modelName: 'imported',
      customModelDataSource: PACKAGE,
    });
    local.clock.pass(MINUTE);
    expect(await getModel(local, 'imported')).toMatchObject({ modelStatus: 'Active' });
    await activeDeployment({ ...local, modelArn });
    expect(local.bedrock.controlPlane.deployments()).toMatchObject([{ status: 'Failed', failureMessage: 'full-rank' }]);
  });

  test('other sources are as good as ever, and so is this one once it is put right', async () => {
    const local = await startLocal();
    const { sourceFailures } = local.bedrock.controlPlane;
    sourceFailures.set(S3.s3DataSource.s3Uri, { failureMessage: 'never' });
    await local.client.createCustomModel({ modelName: 'other', customModelDataSource: PACKAGE });
    sourceFailures.clear();
    await local.client.createCustomModel({ modelName: 'later', modelSourceConfig: S3, roleArn: ROLE });
    local.clock.pass(MINUTE);
    expect(await getModel(local, 'other')).toMatchObject({ modelStatus: 'Active' });
    expect(await getModel(local, 'later')).toMatchObject({ modelStatus: 'Active' });
  });
});

describe('GetCustomModel', () => {
  test('does not find what is not there, not even a foundation model', async () => {
    const local = await startLocal();
    await expect(getModel(local, 'absent')).rejects.toBeInstanceOf(ResourceNotFoundException);
    await expect(
      getModel(local, 'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0'),
    ).rejects.toBeInstanceOf(ResourceNotFoundException);
  });

  test('tells why a model Failed', async () => {
    const local = await startLocal();
    local.bedrock.controlPlane.addModel({
      name: 'failed',
      status: 'Failed',
      failureMessage: 'The artifacts are not those of a Nova model',
    });
    expect(await getModel(local, 'failed')).toMatchObject({
      modelStatus: 'Failed',
      failureMessage: 'The artifacts are not those of a Nova model',
    });
  });

  test('shows a fine-tuned model with its base', async () => {
    const local = await startLocal();
    expect(local.modelArn).toMatch(/:custom-model\/amazon\.nova-lite-v1:0:300k\/[a-z0-9]{12}$/);
    expect(await getModel(local, 'first-model')).toEqual({
      modelArn: local.modelArn,
      modelName: 'first-model',
      creationTime: new Date(NOON),
      modelStatus: 'Active',
      customizationType: 'FINE_TUNING',
      baseModelArn: 'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0:300k',
    });
  });
});

describe('DeleteCustomModel', () => {
  test('does not find what is not there', async () => {
    const { client } = await startLocal();
    await expect(client.deleteCustomModel({ modelIdentifier: 'absent' })).rejects.toBeInstanceOf(
      ResourceNotFoundException,
    );
  });

  test('is refused while the model is Creating', async () => {
    const { client, clock } = await startLocal();
    await client.createCustomModel({ modelName: 'imported', customModelDataSource: PACKAGE });
    await expect(client.deleteCustomModel({ modelIdentifier: 'imported' })).rejects.toBeInstanceOf(ConflictException);
    clock.pass(MINUTE);
    await expect(client.deleteCustomModel({ modelIdentifier: 'imported' })).resolves.toBeDefined();
  });

  test('is refused while a deployment serves it, or moves to it', async () => {
    const local = await startLocal();
    const { client, modelArn, otherModelArn, clock } = local;
    await activeDeployment(local);
    await client.updateCustomModelDeployment({ customModelDeploymentIdentifier: 'mine', modelArn: otherModelArn });
    for (const modelIdentifier of [modelArn, otherModelArn]) {
      const deleted = client.deleteCustomModel({ modelIdentifier });
      await expect(deleted).rejects.toBeInstanceOf(ConflictException);
      await expect(deleted).rejects.toThrow('in use by the custom model deployment mine');
    }
    clock.pass(MINUTE);
    await expect(client.deleteCustomModel({ modelIdentifier: modelArn })).resolves.toBeDefined();
    await expect(client.deleteCustomModel({ modelIdentifier: otherModelArn })).rejects.toBeInstanceOf(
      ConflictException,
    );
  });

  test('takes the model away, by name or by ARN', async () => {
    const local = await startLocal();
    await local.client.deleteCustomModel({ modelIdentifier: 'first-model' });
    await local.client.deleteCustomModel({ modelIdentifier: local.otherModelArn });
    await expect(getModel(local, local.modelArn)).rejects.toBeInstanceOf(ResourceNotFoundException);
    expect(local.bedrock.controlPlane.models()).toEqual([]);
  });

  test('when it takes time shows Deleting meanwhile, and the model cannot be deployed', async () => {
    const local = await startLocal({ durations: { modelDelete: MINUTE } });
    await local.client.deleteCustomModel({ modelIdentifier: 'first-model' });
    expect(await getModel(local, 'first-model')).toMatchObject({ modelStatus: 'Deleting' });
    await expect(
      local.client.createCustomModelDeployment({ modelDeploymentName: 'mine', modelArn: local.modelArn }),
    ).rejects.toThrow('status Deleting');
    local.clock.pass(MINUTE);
    await expect(getModel(local, 'first-model')).rejects.toBeInstanceOf(ResourceNotFoundException);
  });
});
