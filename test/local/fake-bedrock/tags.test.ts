import {
  ResourceNotFoundException,
  type Tag,
  TooManyTagsException,
  ValidationException,
} from '@aws-sdk/client-bedrock';
import { activeDeployment, type Local, startLocal } from './helpers';

const ABSENT = 'arn:aws:bedrock:us-east-1:000000000000:custom-model-deployment/000000000000';
const numbered = (count: number, prefix = 'tag-'): Tag[] =>
  Array.from({ length: count }, (_, i) => ({ key: `${prefix}${String(i)}`, value: '' }));

async function tagsOf({ client }: Local, resourceARN: string): Promise<Record<string, string | undefined>> {
  const { tags = [] } = await client.listTagsForResource({ resourceARN });
  return Object.fromEntries(tags.map(({ key = '', value }) => [key, value]));
}

test('no tags can be set, read or taken away where there is no resource', async () => {
  const { client } = await startLocal();
  await expect(client.tagResource({ resourceARN: ABSENT, tags: [] })).rejects.toBeInstanceOf(ResourceNotFoundException);
  await expect(client.untagResource({ resourceARN: ABSENT, tagKeys: [] })).rejects.toBeInstanceOf(
    ResourceNotFoundException,
  );
  await expect(client.listTagsForResource({ resourceARN: ABSENT })).rejects.toBeInstanceOf(ResourceNotFoundException);
});

test('a name is no ARN', async () => {
  const local = await startLocal();
  await activeDeployment(local, 'a-name-of-twenty-characters-or-more');
  await expect(tagsOf(local, 'a-name-of-twenty-characters-or-more')).rejects.toBeInstanceOf(ResourceNotFoundException);
});

describe('more than 50 tags', () => {
  test('are refused on a create, naming what is not made', async () => {
    const { client, modelArn, bedrock } = await startLocal();
    const created = client.createCustomModelDeployment({ modelDeploymentName: 'mine', modelArn, tags: numbered(51) });
    await expect(created).rejects.toBeInstanceOf(TooManyTagsException);
    await expect(created).rejects.toMatchObject({ resourceName: 'mine' });
    expect(bedrock.controlPlane.deployments()).toEqual([]);
  });

  test('are refused together with those that are there, and none is set', async () => {
    const local = await startLocal();
    const arn = await activeDeployment(local);
    await local.client.tagResource({ resourceARN: arn, tags: numbered(49) });
    const tagged = local.client.tagResource({ resourceARN: arn, tags: numbered(2, 'more-') });
    await expect(tagged).rejects.toBeInstanceOf(TooManyTagsException);
    await expect(tagged).rejects.toMatchObject({ resourceName: arn });
    expect(Object.keys(await tagsOf(local, arn))).toHaveLength(49);
  });

  test('count a key that is set anew once', async () => {
    const local = await startLocal();
    const arn = await activeDeployment(local);
    await local.client.tagResource({ resourceARN: arn, tags: numbered(50) });
    await local.client.tagResource({ resourceARN: arn, tags: [{ key: 'tag-0', value: 'anew' }] });
    expect(await tagsOf(local, arn)).toMatchObject({ 'tag-0': 'anew', 'tag-49': '' });
  });
});

test.each(['aws:cloudformation:stack-id', 'AWS:x'])('the key %s is refused', async (key) => {
  const { client, modelArn } = await startLocal();
  const tags = [{ key, value: 'x' }];
  const created = client.createCustomModelDeployment({ modelDeploymentName: 'mine', modelArn, tags });
  await expect(created).rejects.toBeInstanceOf(ValidationException);
  await expect(created).rejects.toThrow(`'${key}'`);
  await expect(client.tagResource({ resourceARN: modelArn, tags })).rejects.toBeInstanceOf(ValidationException);
});

test('the same key twice in one request is refused', async () => {
  const { client, modelArn } = await startLocal();
  await expect(
    client.tagResource({
      resourceARN: modelArn,
      tags: [
        { key: 'a', value: '1' },
        { key: 'a', value: '2' },
      ],
    }),
  ).rejects.toBeInstanceOf(ValidationException);
});

test('a deployment is made with tags; some are added, changed and taken away', async () => {
  const local = await startLocal();
  const { client, modelArn } = local;
  const { customModelDeploymentArn: arn = '' } = await client.createCustomModelDeployment({
    modelDeploymentName: 'mine',
    modelArn,
    tags: [
      { key: 'team', value: 'support' },
      { key: 'stage', value: 'beta' },
    ],
  });
  await client.tagResource({
    resourceARN: arn,
    tags: [
      { key: 'stage', value: 'prod' },
      { key: 'cost centre', value: 'a+b=c@d' },
    ],
  });
  expect(await tagsOf(local, arn)).toEqual({ team: 'support', stage: 'prod', 'cost centre': 'a+b=c@d' });
  await client.untagResource({ resourceARN: arn, tagKeys: ['team', 'never-set'] });
  expect(await tagsOf(local, arn)).toEqual({ stage: 'prod', 'cost centre': 'a+b=c@d' });
  expect(local.bedrock.controlPlane.deployments()).toMatchObject([
    { tags: { stage: 'prod', 'cost centre': 'a+b=c@d' } },
  ]);
});

test('a model has tags of its own', async () => {
  const local = await startLocal();
  const { modelArn: arn = '' } = await local.client.createCustomModel({
    modelName: 'imported',
    customModelDataSource: {
      modelPackageArnDataSource: { modelPackageArn: 'arn:aws:sagemaker:us-east-1:000000000000:model-package/tuned/1' },
    },
    modelTags: [{ key: 'team', value: 'support' }],
  });
  expect(await tagsOf(local, arn)).toEqual({ team: 'support' });
  expect(await tagsOf(local, local.bedrock.controlPlane.addModel({ name: 'seeded', tags: { a: 'b' } }))).toEqual({
    a: 'b',
  });
});
