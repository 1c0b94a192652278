import {
  type BedrockClient,
  CreateCustomModelCommand,
  type CreateCustomModelCommandInput,
  CreateCustomModelDeploymentCommand,
  DeleteCustomModelCommand,
  DeleteCustomModelDeploymentCommand,
  GetCustomModelCommand,
  type GetCustomModelCommandOutput,
  GetCustomModelDeploymentCommand,
  type GetCustomModelDeploymentCommandOutput,
  ListTagsForResourceCommand,
  paginateListCustomModelDeployments,
  paginateListCustomModels,
  ResourceNotFoundException,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateCustomModelDeploymentCommand,
} from '@aws-sdk/client-bedrock';
import { callErrorOf } from '../call-error';
import type { ModelSource, Tags } from '../reconcile/goal';
import { KINDS, type Operation } from '../reconcile/kinds';
import type { Absent, Resource, UpdateDetails } from '../reconcile/observed';
import type { BedrockApi, Listed } from './bedrock';

const ABSENT = { status: 'absent' } as const;
/** The most that a page takes: what AWS takes without being asked is not documented, and each page is a call. */
const PAGE = { maxResults: 1000 };

/** The API of Amazon Bedrock, by its SDK. No call outlives `signal`. */
export function bedrockApi(client: BedrockClient, signal: AbortSignal): BedrockApi {
  const options = { abortSignal: signal };

  const readTags = async (arn: string): Promise<Tags> => {
    const { tags = [] } = await client.send(new ListTagsForResourceCommand({ resourceARN: arn }), options);
    return Object.fromEntries(tags.map(({ key = '', value = '' }): [string, string] => [key, value]));
  };

  return {
    get: (kind, identifier) =>
      call<Resource | Absent>(
        KINDS[kind].get,
        async () =>
          kind === 'deployment'
            ? deploymentOf(
                await client.send(
                  new GetCustomModelDeploymentCommand({ customModelDeploymentIdentifier: identifier }),
                  options,
                ),
              )
            : modelOf(await client.send(new GetCustomModelCommand({ modelIdentifier: identifier }), options)),
        ABSENT,
      ),

    list: (kind, nameContains) =>
      call(KINDS[kind].list, async () => {
        const all: Listed[] = [];
        if (kind === 'deployment') {
          const pages = paginateListCustomModelDeployments({ client }, { ...PAGE, nameContains }, options);
          for await (const { modelDeploymentSummaries = [] } of pages) {
            all.push(
              ...modelDeploymentSummaries.map(
                ({ customModelDeploymentArn: arn = '', customModelDeploymentName: name = '', status = '' }) => ({
                  arn,
                  name,
                  isSettled: isSettled(status),
                }),
              ),
            );
          }
        } else {
          const pages = paginateListCustomModels({ client }, { ...PAGE, nameContains, isOwned: true }, options);
          for await (const { modelSummaries = [] } of pages) {
            all.push(
              ...modelSummaries.map(({ modelArn: arn = '', modelName: name = '', modelStatus = 'Active' }) => ({
                arn,
                name,
                isSettled: isSettled(modelStatus),
              })),
            );
          }
        }
        return all;
      }),

    listDeploymentsOf: (modelArn) =>
      call('ListCustomModelDeployments', async () => {
        const all: string[] = [];
        const pages = paginateListCustomModelDeployments({ client }, { ...PAGE, modelArnEquals: modelArn }, options);
        for await (const { modelDeploymentSummaries = [] } of pages) {
          all.push(...modelDeploymentSummaries.map(({ customModelDeploymentArn: arn = '' }) => arn));
        }
        return all;
      }),

    tags: (arn) => call('ListTagsForResource', () => readTags(arn)),

    tagsIfThere: (arn) => call<Tags | undefined>('ListTagsForResource', () => readTags(arn), undefined),

    createDeployment: ({ name, modelArn, description, tags: wanted, clientRequestToken }) =>
      call('CreateCustomModelDeployment', async () => {
        const { customModelDeploymentArn } = await client.send(
          new CreateCustomModelDeploymentCommand({
            modelDeploymentName: name,
            modelArn,
            description,
            tags: listOf(wanted),
            clientRequestToken,
          }),
          options,
        );
        return customModelDeploymentArn ?? '';
      }),

    createModel: ({ name, source, kmsKeyArn, tags: wanted, clientRequestToken }) =>
      call('CreateCustomModel', async () => {
        const { modelArn } = await client.send(
          new CreateCustomModelCommand({
            modelName: name,
            ...sourceOf(source),
            modelKmsKeyArn: kmsKeyArn,
            modelTags: listOf(wanted),
            clientRequestToken,
          }),
          options,
        );
        return modelArn ?? '';
      }),

    update: (arn, modelArn) =>
      call('UpdateCustomModelDeployment', async () => {
        await client.send(
          new UpdateCustomModelDeploymentCommand({ customModelDeploymentIdentifier: arn, modelArn }),
          options,
        );
      }),

    delete: (kind, arn) =>
      call(
        KINDS[kind].delete,
        async () => {
          await (kind === 'deployment'
            ? client.send(new DeleteCustomModelDeploymentCommand({ customModelDeploymentIdentifier: arn }), options)
            : client.send(new DeleteCustomModelCommand({ modelIdentifier: arn }), options));
        },
        undefined,
      ),

    tag: (arn, wanted) =>
      call('TagResource', async () => {
        await client.send(new TagResourceCommand({ resourceARN: arn, tags: listOf(wanted) }), options);
      }),

    untag: (arn, keys) =>
      call('UntagResource', async () => {
        await client.send(new UntagResourceCommand({ resourceARN: arn, tagKeys: [...keys] }), options);
      }),
  };
}

async function call<T>(operation: Operation, send: () => Promise<T>, ...whenNotFound: T[]): Promise<T> {
  try {
    return await send();
  } catch (thrown) {
    if (thrown instanceof ResourceNotFoundException && whenNotFound.length > 0) {
      return whenNotFound[0] as T;
    }
    throw callErrorOf(operation, thrown);
  }
}

function isSettled(status: string): boolean {
  return ['active', 'failed'].includes(status.toLowerCase());
}

function modelOf({ modelArn, modelStatus, creationTime, failureMessage }: GetCustomModelCommandOutput): Resource {
  // The status is optional: a model made before it existed has none, and works.
  const reported = modelStatus ?? 'Active';
  return {
    status: known(reported, ['Creating', 'Active', 'Failed', 'Deleting']),
    reported,
    arn: modelArn ?? '',
    createdAt: creationTime?.getTime() ?? 0,
    ...(failureMessage === undefined ? {} : { failureMessage }),
  };
}

function sourceOf(
  source: ModelSource,
): Pick<CreateCustomModelCommandInput, 'customModelDataSource' | 'modelSourceConfig' | 'roleArn'> {
  return 's3Uri' in source
    ? { modelSourceConfig: { s3DataSource: { s3Uri: source.s3Uri } }, roleArn: source.roleArn }
    : { customModelDataSource: { modelPackageArnDataSource: { modelPackageArn: source.modelPackageArn } } };
}

function deploymentOf(output: GetCustomModelDeploymentCommandOutput): Resource {
  const {
    customModelDeploymentArn,
    modelArn,
    status,
    createdAt,
    lastUpdatedAt,
    description,
    failureMessage,
    updateDetails,
  } = output;
  return {
    status: known(status ?? '', ['Creating', 'Active', 'Failed', 'Deleting']),
    reported: status ?? 'of no status',
    arn: customModelDeploymentArn ?? '',
    modelArn: modelArn ?? '',
    createdAt: createdAt?.getTime() ?? 0,
    ...(description === undefined ? {} : { description }),
    ...(failureMessage === undefined ? {} : { failureMessage }),
    ...(lastUpdatedAt === undefined ? {} : { lastUpdatedAt: lastUpdatedAt.getTime() }),
    ...(updateDetails === undefined
      ? {}
      : {
          update: {
            modelArn: updateDetails.modelArn ?? '',
            status: known(updateDetails.updateStatus ?? '', ['Updating', 'UpdateCompleted', 'UpdateFailed']),
            reported: updateDetails.updateStatus ?? 'of no status',
          } satisfies UpdateDetails,
        }),
  };
}

/** AWS's own pages write ACTIVE where the wire says Active. */
function known<const S extends string>(reported: string, statuses: readonly S[]): S | 'unknown' {
  return statuses.find((status) => status.toLowerCase() === reported.toLowerCase()) ?? 'unknown';
}

function listOf(tags: Tags): { key: string; value: string }[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}
