import { createHash } from 'node:crypto';
import type { BedrockClient } from '@aws-sdk/client-bedrock';
import { STACK_ID_TAG } from '../../lib/private/contract';
import { CallFailed } from '../reconcile/call-errors';
import type { Kind } from '../reconcile/goal';
import { type Absent, isInTransition, type ModelUser, type Resource } from '../reconcile/observed';
import type { Bedrock, BedrockApi } from './bedrock';
import { bedrockApi } from './sdk';

/** Amazon Bedrock, by its SDK. No call outlives `signal`. */
export function bedrockBySdk(client: BedrockClient, signal: AbortSignal): Bedrock {
  return withLookups(bedrockApi(client, signal));
}

/** The looks that take several calls. */
function withLookups(api: BedrockApi): Bedrock {
  const { get, list, listDeploymentsOf, tagsIfThere, ...others } = api;
  return {
    ...others,
    get: (kind, identifier) => (identifier.startsWith('arn:') ? get(kind, identifier) : byName(api, kind, identifier)),

    users: async (modelArn) => {
      const users: ModelUser[] = [];
      for (const arn of await listDeploymentsOf(modelArn)) {
        const deployment = await get('deployment', arn);
        // What has gone meanwhile has no tags.
        const tags = deployment.status === 'absent' ? undefined : await tagsIfThere(arn);
        users.push(...(deployment.status === 'absent' || tags === undefined ? [] : [{ deployment, tags }]));
      }
      return users;
    },

    inProgress: async (kind) => {
      const all = await list(kind);
      return all.filter(({ isSettled }) => !isSettled).length;
    },

    quotaUse: async (kind, stackId) => {
      const all = await list(kind);
      const seen: unknown[] = [...all];
      let isIdle = all.every(({ isSettled }) => isSettled);
      // Only a look at the deployment itself shows an update.
      for (const { arn } of isIdle && kind === 'deployment' ? all : []) {
        const deployment = await get(kind, arn);
        seen.push(deployment);
        isIdle &&= !isInTransition(deployment);
      }
      let ofStack = 0;
      for (const { arn } of isIdle ? all : []) {
        const tags = await tagsIfThere(arn);
        ofStack += tags?.[STACK_ID_TAG] === stackId ? 1 : 0;
      }
      return { total: all.length, isIdle, digest: digestOf(seen), ofStack };
    },
  };
}

/**
 * Bedrock may refuse a name that nobody has like one that is wrong, and nobody has seen a Get by name. So the list,
 * which is by ARN, settles what Get does not find.
 */
async function byName(api: BedrockApi, kind: Kind, name: string): Promise<Resource | Absent> {
  const found = await api.get(kind, name).catch(undefinedIfRefused);
  if (found !== undefined && found.status !== 'absent') {
    return found;
  }
  const namesake = (await api.list(kind, name)).find((one) => one.name === name);
  return namesake === undefined ? { status: 'absent' } : api.get(kind, namesake.arn);
}

function undefinedIfRefused(thrown: unknown): undefined {
  if (!(thrown instanceof CallFailed) || thrown.callError.kind !== 'refused') {
    throw thrown;
  }
}

function digestOf(seen: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(seen)).digest('hex').slice(0, 12);
}
