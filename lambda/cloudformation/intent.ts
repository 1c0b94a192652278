import { createHash } from 'node:crypto';
import { MODEL_RESOURCE_TYPE } from '../../lib/private/contract';
import type { AbsenceGoal, DeploymentSpec, Goal, Kind, ModelSpec, Owner, PreviousProperties } from '../reconcile/goal';
import { readFailedId } from './failed-id';
import {
  type DeploymentGiven,
  isName,
  type ModelGiven,
  type Properties,
  PropertyError,
  readProperties,
} from './properties';
import type { CloudFormationRequest } from './request';

/** What a request wants, decided before anything is done: the physical id, and the goals in order. */
export interface Intent {
  readonly physicalId: string;
  readonly goals: readonly Goal[];
  /** Absent: as long as CloudFormation waits. A deletion given up sooner would leave the stack stuck. */
  readonly timeoutSeconds?: number;
}

/** @throws PropertyError */
export function intentOf(request: CloudFormationRequest): Intent {
  const owner: Owner = { stackId: request.StackId, logicalId: request.LogicalResourceId };
  if (request.RequestType === 'Delete') {
    return deletion(request, owner);
  }
  const wanted = readProperties(request.ResourceType, request.ResourceProperties);
  const before = lenient(request.ResourceType, request.OldResourceProperties);
  const name = nameOf(owner, wanted);
  const unanswered = before === undefined ? undefined : guessed(owner, before);
  return {
    physicalId: name,
    timeoutSeconds: wanted.timeoutSeconds,
    goals: [
      {
        want: 'present',
        owner,
        name,
        nameIsFixed: wanted.name !== undefined,
        nameIsNew: request.PhysicalResourceId !== name,
        spec: specOf(wanted),
        tags: wanted.tags,
        ...(request.RequestType === 'Update' ? { previous: before === undefined ? { tags: {} } : asked(before) } : {}),
      },
      // An Update that replaced and never answered leaves a resource whose name only its own properties tell.
      ...(unanswered === undefined || [name, request.PhysicalResourceId].includes(unanswered.name) ? [] : [unanswered]),
    ],
  };
}

/** The id may be CloudFormation's own invention, when it never got ours: the properties tell the name all the same. */
function deletion(request: CloudFormationRequest, owner: Owner): Intent {
  const physicalId = request.PhysicalResourceId ?? request.RequestId;
  const kind: Kind = request.ResourceType === MODEL_RESOURCE_TYPE ? 'model' : 'deployment';
  const failed = readFailedId(physicalId);
  if (failed !== undefined) {
    const { name, attempt } = failed;
    return {
      physicalId,
      goals: attempt === undefined ? [] : [{ want: 'absent', owner, name, spec: { kind }, attempt }],
    };
  }
  const properties = lenient(request.ResourceType, request.ResourceProperties);
  const told: readonly AbsenceGoal[] = isName(physicalId)
    ? [{ want: 'absent', owner, name: physicalId, spec: { kind } }]
    : [];
  const unanswered = properties === undefined ? undefined : guessed(owner, properties);
  return {
    physicalId,
    goals: unanswered === undefined || unanswered.name === physicalId ? told : [...told, unanswered],
  };
}

/** Away with what these properties, of which CloudFormation never got an id, may have made. */
function guessed(owner: Owner, given: Properties): AbsenceGoal {
  return { want: 'absent', owner, name: nameOf(owner, given), spec: { kind: given.kind }, madeAs: specOf(given) };
}

function specOf(given: Properties): DeploymentSpec | ModelSpec {
  return given.kind === 'deployment'
    ? {
        kind: 'deployment',
        modelArn: given.modelArn,
        updatesInPlace: given.modelUpdate === 'IN_PLACE',
        ...(given.description === undefined ? {} : { description: given.description }),
      }
    : {
        kind: 'model',
        source: given.source,
        madeOf: digestOf(ingredients(given)),
        ...(given.kmsKeyArn === undefined ? {} : { kmsKeyArn: given.kmsKeyArn }),
      };
}

function asked(before: Properties): PreviousProperties {
  if (before.kind === 'model') {
    return { madeOf: digestOf(ingredients(before)), tags: before.tags };
  }
  const { modelArn, modelUpdate, tags, description } = before;
  return {
    modelArn,
    updatesInPlace: modelUpdate === 'IN_PLACE',
    tags,
    ...(description === undefined ? {} : { description }),
  };
}

/** What was asked before may itself have been refused as wrong: then nothing came of it. */
function lenient(resourceType: string, raw: Readonly<Record<string, unknown>> | undefined): Properties | undefined {
  try {
    return raw === undefined ? undefined : readProperties(resourceType, raw);
  } catch (error) {
    if (error instanceof PropertyError) {
      return undefined;
    }
    throw error;
  }
}

/**
 * The resource's name: the user's, or one made of the owner and of everything whose change takes a new resource. The
 * same properties give the same name in every retry, rollback and late Delete. It may never change: it is how resources
 * are found again.
 */
export function nameOf(owner: Owner, given: Named): string {
  if (given.name !== undefined) {
    return given.name;
  }
  const digest = digestOf([owner.stackId, owner.logicalId, ...ingredients(given)]);
  const stackName = owner.stackId.split('/')[1] ?? 'stack';
  return [...[stackName, owner.logicalId].map((part) => readable(part, 24)).filter((part) => part !== ''), digest].join(
    '-',
  );
}

type Named =
  | Pick<DeploymentGiven, 'kind' | 'name' | 'description' | 'modelUpdate' | 'modelArn'>
  | Pick<ModelGiven, 'kind' | 'name' | 'source' | 'kmsKeyArn'>;

/** Everything whose change takes a new resource. */
function ingredients(given: Named): string[] {
  if (given.kind === 'deployment') {
    return [given.description ?? '', given.modelUpdate === 'REPLACE' ? given.modelArn : ''];
  }
  const { source, kmsKeyArn = '' } = given;
  return 's3Uri' in source
    ? ['s3', source.s3Uri, source.roleArn, kmsKeyArn]
    : ['package', source.modelPackageArn, kmsKeyArn];
}

function digestOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12);
}

function readable(text: string, length: number): string {
  return text
    .replace(/[^a-zA-Z0-9]+/g, '-')
    .slice(0, length)
    .replace(/^-|-$/g, '');
}
