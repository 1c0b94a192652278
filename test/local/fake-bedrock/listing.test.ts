import {
  type ListCustomModelDeploymentsRequest,
  type ListCustomModelsRequest,
  paginateListCustomModelDeployments,
  paginateListCustomModels,
  ValidationException,
} from '@aws-sdk/client-bedrock';
import { type Local, MINUTE, NOON, startLocal } from './helpers';

/** Deployments a, ab, b, bc, a minute apart; the second model is deployed as `b` and cannot be served. */
async function fourDeployments(): Promise<Local> {
  const local = await startLocal();
  local.bedrock.controlPlane.setModel('second-model', { deploymentFailure: 'cannot be served' });
  for (const modelDeploymentName of ['a', 'ab', 'b', 'bc']) {
    const modelArn = modelDeploymentName === 'b' ? local.otherModelArn : local.modelArn;
    await local.client.createCustomModelDeployment({ modelDeploymentName, modelArn });
    local.clock.pass(MINUTE);
  }
  return local;
}

async function pagesOfDeployments(
  { client }: Local,
  query: ListCustomModelDeploymentsRequest,
  pageSize?: number,
): Promise<(string | undefined)[][]> {
  const pages = [];
  for await (const { modelDeploymentSummaries = [] } of paginateListCustomModelDeployments(
    { client, ...(pageSize ? { pageSize } : {}) },
    query,
  )) {
    pages.push(modelDeploymentSummaries.map(({ customModelDeploymentName }) => customModelDeploymentName));
  }
  return pages;
}

async function pagesOfModels(
  { client }: Local,
  query: ListCustomModelsRequest,
  pageSize?: number,
): Promise<(string | undefined)[][]> {
  const pages = [];
  for await (const { modelSummaries = [] } of paginateListCustomModels(
    { client, ...(pageSize ? { pageSize } : {}) },
    query,
  )) {
    pages.push(modelSummaries.map(({ modelName }) => modelName));
  }
  return pages;
}

const minute = (minutes: number) => new Date(NOON + minutes * MINUTE);

describe('ListCustomModelDeployments', () => {
  test('refuses a nextToken that it has not given, or has given for another query', async () => {
    const { client } = await fourDeployments();
    const { nextToken } = await client.listCustomModelDeployments({ maxResults: 1, sortOrder: 'Ascending' });
    await expect(client.listCustomModelDeployments({ nextToken: 'made-up' })).rejects.toBeInstanceOf(
      ValidationException,
    );
    await expect(client.listCustomModelDeployments({ nextToken, sortOrder: 'Descending' })).rejects.toBeInstanceOf(
      ValidationException,
    );
    await expect(client.listCustomModelDeployments({ nextToken, sortOrder: 'Ascending' })).resolves.toBeDefined();
  });

  test('is empty where there is nothing', async () => {
    const { client } = await startLocal();
    const { $metadata, ...answer } = await client.listCustomModelDeployments({});
    expect($metadata.httpStatusCode).toBe(200);
    expect(answer).toEqual({ modelDeploymentSummaries: [] });
  });

  test('tells of each deployment what a summary holds', async () => {
    const { client, otherModelArn, bedrock } = await fourDeployments();
    const { modelDeploymentSummaries } = await client.listCustomModelDeployments({
      nameContains: 'b',
      statusEquals: 'Failed',
    });
    expect(modelDeploymentSummaries).toEqual([
      {
        customModelDeploymentArn: bedrock.controlPlane.deployments().find(({ name }) => name === 'b')?.arn,
        customModelDeploymentName: 'b',
        modelArn: otherModelArn,
        createdAt: minute(2),
        lastUpdatedAt: minute(3),
        status: 'Failed',
        failureMessage: 'cannot be served',
      },
    ]);
  });

  test.each<[string, (local: Local) => ListCustomModelDeploymentsRequest, string[]]>([
    ['the newest first', () => ({}), ['bc', 'b', 'ab', 'a']],
    ['the oldest first', () => ({ sortBy: 'CreationTime', sortOrder: 'Ascending' }), ['a', 'ab', 'b', 'bc']],
    ['by a part of the name', () => ({ nameContains: 'b' }), ['bc', 'b', 'ab']],
    ['by a part of the name, which heeds case', () => ({ nameContains: 'B' }), []],
    ['by status', () => ({ statusEquals: 'Active' }), ['bc', 'ab', 'a']],
    ['by model', ({ otherModelArn }) => ({ modelArnEquals: otherModelArn }), ['b']],
    ['created before', () => ({ createdBefore: minute(2) }), ['ab', 'a']],
    ['created after', () => ({ createdAfter: minute(1) }), ['bc', 'b']],
    [
      'by several at once',
      ({ modelArn }) => ({ createdAfter: minute(0), modelArnEquals: modelArn, nameContains: 'a' }),
      ['ab'],
    ],
  ])('%s', async (_, query, names) => {
    const local = await fourDeployments();
    expect(await pagesOfDeployments(local, query(local))).toEqual([names]);
  });

  test('gives pages that a paginator puts together', async () => {
    const local = await fourDeployments();
    expect(await pagesOfDeployments(local, {}, 3)).toEqual([['bc', 'b', 'ab'], ['a']]);
    expect(await pagesOfDeployments(local, { sortOrder: 'Ascending', nameContains: 'b' }, 2)).toEqual([
      ['ab', 'b'],
      ['bc'],
    ]);
    expect(await pagesOfDeployments(local, {}, 4)).toEqual([['bc', 'b', 'ab', 'a']]);
  });

  test('gives pages in one order even where all were made at the same moment', async () => {
    const local = await startLocal({ durations: { deploymentCreate: 0 } });
    for (const modelDeploymentName of ['a', 'b', 'c']) {
      await local.client.createCustomModelDeployment({ modelDeploymentName, modelArn: local.modelArn });
    }
    expect(await pagesOfDeployments(local, {}, 1)).toEqual([['c'], ['b'], ['a']]);
  });

  test('skips and repeats nothing when deployments come and go between two pages', async () => {
    const local = await fourDeployments();
    const { client, modelArn } = local;
    const first = await client.listCustomModelDeployments({ maxResults: 2, sortOrder: 'Ascending' });
    await client.deleteCustomModelDeployment({ customModelDeploymentIdentifier: 'a' });
    await client.deleteCustomModelDeployment({ customModelDeploymentIdentifier: 'ab' });
    await client.createCustomModelDeployment({ modelDeploymentName: 'z', modelArn });
    const { modelDeploymentSummaries = [] } = await client.listCustomModelDeployments({
      sortOrder: 'Ascending',
      nextToken: first.nextToken,
    });
    expect(modelDeploymentSummaries.map(({ customModelDeploymentName }) => customModelDeploymentName)).toEqual([
      'b',
      'bc',
      'z',
    ]);
  });

  test('gives a hundred at a time when no page size is asked for', async () => {
    const local = await startLocal({ behaviour: { maxDeployments: 200 }, durations: { deploymentCreate: 0 } });
    for (let i = 0; i < 101; i++) {
      local.bedrock.controlPlane.perform('CreateCustomModelDeployment', {
        modelDeploymentName: `d${String(i)}`,
        modelArn: local.modelArn,
      });
    }
    expect((await pagesOfDeployments(local, {})).map((page) => page.length)).toEqual([100, 1]);
  });
});

describe('ListCustomModels', () => {
  const BASE = 'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0:300k';
  const MICRO = 'arn:aws:bedrock:us-east-1:000000000000:custom-model/amazon.nova-micro-v1:0:128k/abcdefghijkl';

  async function fourModels(): Promise<Local> {
    const local = await startLocal();
    local.clock.pass(MINUTE);
    local.bedrock.controlPlane.addModel({ name: 'micro', arn: MICRO, status: 'Failed' });
    local.clock.pass(MINUTE);
    const modelPackageArn = 'arn:aws:sagemaker:us-east-1:000000000000:model-package/tuned/1';
    await local.client.createCustomModel({
      modelName: 'imported',
      customModelDataSource: { modelPackageArnDataSource: { modelPackageArn } },
    });
    return local;
  }

  test('refuses a nextToken that it has not given', async () => {
    const { client } = await startLocal();
    await expect(client.listCustomModels({ nextToken: 'e30' })).rejects.toBeInstanceOf(ValidationException);
  });

  test('tells of each model what a summary holds', async () => {
    const { client } = await fourModels();
    const { modelSummaries } = await client.listCustomModels({ nameContains: 'micro' });
    expect(modelSummaries).toEqual([
      {
        modelArn: MICRO,
        modelName: 'micro',
        creationTime: minute(1),
        baseModelArn: 'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-micro-v1:0:128k',
        baseModelName: 'amazon.nova-micro-v1',
        customizationType: 'FINE_TUNING',
        ownerAccountId: '000000000000',
        modelStatus: 'Failed',
      },
    ]);
  });

  test.each<[string, ListCustomModelsRequest, string[]]>([
    ['the newest first', {}, ['imported', 'micro', 'second-model', 'first-model']],
    [
      'the oldest first',
      { sortOrder: 'Ascending', sortBy: 'CreationTime' },
      ['first-model', 'second-model', 'micro', 'imported'],
    ],
    ['by a part of the name', { nameContains: 'model' }, ['second-model', 'first-model']],
    ['by status', { modelStatus: 'Creating' }, ['imported']],
    ['created before', { creationTimeBefore: minute(1) }, ['second-model', 'first-model']],
    ['created after', { creationTimeAfter: minute(0) }, ['imported', 'micro']],
    ['by base model', { baseModelArnEquals: BASE }, ['second-model', 'first-model']],
    ['by foundation model', { foundationModelArnEquals: BASE }, ['second-model', 'first-model']],
    ['those owned', { isOwned: true, nameContains: 'micro' }, ['micro']],
    ['those shared by others', { isOwned: false }, []],
  ])('%s', async (_, query, names) => {
    const local = await fourModels();
    expect(await pagesOfModels(local, query)).toEqual([names]);
  });

  test('gives pages that a paginator puts together', async () => {
    const local = await fourModels();
    expect(await pagesOfModels(local, {}, 2)).toEqual([
      ['imported', 'micro'],
      ['second-model', 'first-model'],
    ]);
    expect(await pagesOfModels(local, { sortOrder: 'Ascending' }, 3)).toEqual([
      ['first-model', 'second-model', 'micro'],
      ['imported'],
    ]);
  });
});
