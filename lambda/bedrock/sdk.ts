import {
  CreateCustomModelDeploymentCommand, DeleteCustomModelDeploymentCommand, GetCustomModelCommand, GetCustomModelDeploymentCommand,
  ListTagsForResourceCommand, ResourceNotFoundException, TagResourceCommand, UntagResourceCommand, UpdateCustomModelDeploymentCommand,
  type BedrockClient, type GetCustomModelDeploymentCommandOutput,
} from '@aws-sdk/client-bedrock';
import { troubleOf } from '../aws-error';
import type { Tags } from '../reconcile/goal';
import type { Absent, Deployment, Model, UpdateDetails } from '../reconcile/observed';
import type { Operation } from '../reconcile/trouble';
import type { Bedrock } from './bedrock';

const ABSENT = { status: 'absent' } as const;

/** Amazon Bedrock, by its SDK. No call outlives `signal`. */
export function bedrockBySdk(client: BedrockClient, signal: AbortSignal): Bedrock {
  const options = { abortSignal: signal };

  return {
    deployment: (name) => call<Deployment | Absent>('GetCustomModelDeployment', async () =>
      deploymentOf(await client.send(new GetCustomModelDeploymentCommand({ customModelDeploymentIdentifier: name }), options)), ABSENT),

    model: (arn) => call<Model | Absent>('GetCustomModel', async () => {
      const model = await client.send(new GetCustomModelCommand({ modelIdentifier: arn }), options);
      // The member is optional: a model made before it existed has none, and works.
      const reported = model.modelStatus ?? 'Active';
      return {
        status: known(reported, ['Creating', 'Active', 'Failed']),
        reported,
        ...(model.failureMessage === undefined ? {} : { failureMessage: model.failureMessage }),
      };
    }, ABSENT),

    tags: (arn) => call('ListTagsForResource', async () => {
      const { tags = [] } = await client.send(new ListTagsForResourceCommand({ resourceARN: arn }), options);
      return Object.fromEntries(tags.map(({ key = '', value = '' }): [string, string] => [key, value]));
    }),

    create: ({ name, modelArn, description, tags, clientRequestToken }) => call('CreateCustomModelDeployment', async () => {
      const { customModelDeploymentArn } = await client.send(new CreateCustomModelDeploymentCommand({
        modelDeploymentName: name, modelArn, description, tags: listOf(tags), clientRequestToken,
      }), options);
      return customModelDeploymentArn ?? '';
    }),

    update: (arn, modelArn) => call('UpdateCustomModelDeployment', async () => {
      await client.send(new UpdateCustomModelDeploymentCommand({ customModelDeploymentIdentifier: arn, modelArn }), options);
    }),

    delete: (arn) => call('DeleteCustomModelDeployment', async () => {
      await client.send(new DeleteCustomModelDeploymentCommand({ customModelDeploymentIdentifier: arn }), options);
    }, undefined),

    tag: (arn, tags) => call('TagResource', async () => {
      await client.send(new TagResourceCommand({ resourceARN: arn, tags: listOf(tags) }), options);
    }),

    untag: (arn, keys) => call('UntagResource', async () => {
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
    throw troubleOf(operation, thrown);
  }
}

function deploymentOf(output: GetCustomModelDeploymentCommandOutput): Deployment {
  const { customModelDeploymentArn, modelArn, status, createdAt, lastUpdatedAt, description, failureMessage, updateDetails } = output;
  return {
    status: known(status ?? '', ['Creating', 'Active', 'Failed', 'Deleting']),
    reported: status ?? 'of no status',
    arn: customModelDeploymentArn ?? '',
    modelArn: modelArn ?? '',
    createdAt: createdAt?.getTime() ?? 0,
    ...(description === undefined ? {} : { description }),
    ...(failureMessage === undefined ? {} : { failureMessage }),
    ...(lastUpdatedAt === undefined ? {} : { lastUpdatedAt: lastUpdatedAt.getTime() }),
    ...(updateDetails === undefined ? {} : {
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
