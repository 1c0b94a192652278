import { createHash } from 'node:crypto';
import { NAME_MAX_LENGTH, NAME_PATTERN } from '../../lib/private/contract';
import type { Asked, Goal, Owner } from '../reconcile/goal';
import { type Properties, PropertyError, readProperties } from './properties';
import type { CloudFormationRequest } from './request';

/** What a request wants, decided before anything is done: the physical id, and the goals in order. */
export interface Intent {
  readonly physicalId: string;
  readonly goals: readonly Goal[];
  readonly timeoutSeconds?: number;
}

/** @throws PropertyError */
export function intentOf(request: CloudFormationRequest): Intent {
  const owner: Owner = { stackId: request.StackId, logicalId: request.LogicalResourceId };
  const before = lenient(request.OldResourceProperties);
  if (request.RequestType === 'Delete') {
    return deletion(request, owner);
  }
  const wanted = readProperties(request.ResourceProperties);
  const name = nameOf(owner, wanted);
  // An Update that replaced and never answered leaves a deployment whose name only its own properties tell.
  const leftover = before === undefined ? undefined : nameOf(owner, before);
  return {
    physicalId: name,
    timeoutSeconds: wanted.timeoutSeconds,
    goals: [
      {
        kind: 'present',
        owner,
        name,
        nameIsFixed: wanted.deploymentName !== undefined,
        modelArn: wanted.modelArn,
        ...(wanted.description === undefined ? {} : { description: wanted.description }),
        updatesInPlace: wanted.modelUpdate === 'IN_PLACE',
        tags: wanted.tags,
        ...(request.RequestType === 'Update' ? { previous: before === undefined ? { tags: {} } : asked(before) } : {}),
      },
      ...(leftover === undefined || leftover === name || leftover === request.PhysicalResourceId ? [] : [absence(owner, leftover)]),
    ],
  };
}

/** The id may be CloudFormation's own invention, when it never got ours: the properties tell the name all the same. */
function deletion(request: CloudFormationRequest, owner: Owner): Intent {
  const properties = lenient(request.ResourceProperties);
  const physicalId = request.PhysicalResourceId ?? request.RequestId;
  const names = new Set([physicalId, ...(properties === undefined ? [] : [nameOf(owner, properties)])].filter(isName));
  return {
    physicalId,
    ...(properties === undefined ? {} : { timeoutSeconds: properties.timeoutSeconds }),
    goals: [...names].map((name) => absence(owner, name)),
  };
}

function absence(owner: Owner, name: string): Goal {
  return { kind: 'absent', owner, name };
}

function asked({ modelArn, description, tags }: Properties): Asked {
  return { modelArn, tags, ...(description === undefined ? {} : { description }) };
}

/** What was asked before may itself have been refused as wrong: then nothing came of it. */
function lenient(given: Readonly<Record<string, unknown>> | undefined): Properties | undefined {
  try {
    return given === undefined ? undefined : readProperties(given);
  } catch (error) {
    if (error instanceof PropertyError) {
      return undefined;
    }
    throw error;
  }
}

export function isName(text: string): boolean {
  return text.length <= NAME_MAX_LENGTH && NAME_PATTERN.test(text);
}

/**
 * The deployment's name: the user's, or one made of the owner and of everything whose change takes a new deployment. The same
 * properties give the same name in every retry, rollback and late Delete. It may never change: it is how deployments are found again.
 */
export function nameOf(owner: Owner, properties: Pick<Properties, 'deploymentName' | 'description' | 'modelUpdate' | 'modelArn'>): string {
  if (properties.deploymentName !== undefined) {
    return properties.deploymentName;
  }
  const replacing = [properties.description ?? '', properties.modelUpdate === 'REPLACE' ? properties.modelArn : ''];
  const digest = createHash('sha256').update(JSON.stringify([owner.stackId, owner.logicalId, ...replacing])).digest('hex').slice(0, 12);
  const stackName = owner.stackId.split('/')[1] ?? 'stack';
  return [...[stackName, owner.logicalId].map((part) => readable(part, 24)).filter((part) => part !== ''), digest].join('-');
}

function readable(text: string, length: number): string {
  return text.replace(/[^a-zA-Z0-9]+/g, '-').slice(0, length).replace(/^-+|-+$/g, '');
}
