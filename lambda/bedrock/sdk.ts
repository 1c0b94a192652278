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
import { STACK_ID_TAG } from '../../lib/private/contract';
import { troubleOf } from '../aws-error';
import type { Kind, ModelSource, Tags } from '../reconcile/goal';
import { KINDS } from '../reconcile/kinds';
import { hasLeft } from '../reconcile/model-behind';
import { type Absent, isInTransition, type Resource, type UpdateDetails, type User } from '../reconcile/observed';
import { type Operation, type Trouble, TroubleError } from '../reconcile/trouble';
import type { Bedrock } from './bedrock';

const ABSENT = { status: 'absent' } as const;

/** Amazon Bedrock, by its SDK. No call outlives `signal`. */
export function bedrockBySdk(client: BedrockClient, signal: AbortSignal): Bedrock {
  const options = { abortSignal: signal };

  const readTags = async (arn: string): Promise<Tags> => {
    const { tags = [] } = await client.send(new ListTagsForResourceCommand({ resourceARN: arn }), options);
    return Object.fromEntries(tags.map(({ key = '', value = '' }): [string, string] => [key, value]));
  };

  const read = (kind: Kind, identifier: string) =>
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
    );

  const listed = async (kind: Kind, nameContains?: string): Promise<Listed[]> =>
    call(KINDS[kind].list, async () => {
      const all: Listed[] = [];
      if (kind === 'deployment') {
        for await (const { modelDeploymentSummaries = [] } of paginateListCustomModelDeployments(
          { client },
          { nameContains },
          options,
        )) {
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
        for await (const { modelSummaries = [] } of paginateListCustomModels(
          { client },
          { nameContains, isOwned: true },
          options,
        )) {
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
    });

  /**
   * A name that nobody has may be refused like one that is wrong, and nobody has seen a Get by name: the list, which is
   * by ARN, settles it.
   */
  const byName = async (kind: Kind, name: string): Promise<Resource | Absent> => {
    const found = await read(kind, name).catch(refusal);
    if ('status' in found && found.status !== 'absent') {
      return found;
    }
    const isKnownAbsent = 'status' in found;
    const all = await listed(kind, name).catch((thrown: unknown) => {
      // Not every role of one's own may list: the release before this asked for it only where there are models.
      if (isKnownAbsent && thrown instanceof TroubleError && thrown.trouble.kind === 'denied') {
        return [];
      }
      throw thrown;
    });
    const namesake = all.find((one) => one.name === name);
    return namesake === undefined ? ABSENT : read(kind, namesake.arn);
  };

  const get: Bedrock['get'] = (kind, identifier) =>
    identifier.startsWith('arn:') ? read(kind, identifier) : byName(kind, identifier);

  return {
    get,

    fleet: async (kind, stackId) => {
      const all = await listed(kind);
      let inProgress = 0;
      for (const { arn, isSettled } of all) {
        // An update is seen by a look at the deployment alone.
        const isMoving = !isSettled || (kind === 'deployment' && isInTransition(await read(kind, arn)));
        inProgress += isMoving ? 1 : 0;
      }
      let ofStack = 0;
      for (const { arn } of inProgress === 0 ? all : []) {
        const tags = await call<Tags>('ListTagsForResource', () => readTags(arn), {});
        ofStack += tags[STACK_ID_TAG] === stackId ? 1 : 0;
      }
      return { total: all.length, inProgress, ofStack };
    },

    tags: (arn) => call('ListTagsForResource', () => readTags(arn)),

    users: (modelArn) =>
      call('ListCustomModelDeployments', async () => {
        const users: User[] = [];
        for await (const { modelDeploymentSummaries = [] } of paginateListCustomModelDeployments(
          { client },
          { modelArnEquals: modelArn },
          options,
        )) {
          for (const { customModelDeploymentArn: arn = '' } of modelDeploymentSummaries) {
            const deployment = await read('deployment', arn);
            if (deployment.status === 'absent' || hasLeft(deployment, modelArn)) {
              continue;
            }
            // What has gone meanwhile has no tags.
            const tags = await call<Tags | undefined>('ListTagsForResource', () => readTags(arn), undefined);
            users.push(...(tags === undefined ? [] : [{ arn, tags, isInTransition: isInTransition(deployment) }]));
          }
        }
        return users;
      }),

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
    throw thrown instanceof TroubleError ? thrown : troubleOf(operation, thrown);
  }
}

/** What a list tells of a resource. */
interface Listed {
  readonly arn: string;
  readonly name: string;
  readonly isSettled: boolean;
}

function isSettled(status: string): boolean {
  return ['active', 'failed'].includes(status.toLowerCase());
}

function refusal(thrown: unknown): Trouble {
  if (thrown instanceof TroubleError && thrown.trouble.kind === 'refused') {
    return thrown.trouble;
  }
  throw thrown;
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
