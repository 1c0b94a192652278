import { createHash } from 'node:crypto';
import { MODEL_RESOURCE_TYPE } from '../../lib/private/contract';
import type { AbsenceGoal, DeploymentSpec, Goal, Kind, ModelSpec, Owner, PreviousProperties } from '../reconcile/goal';
import { readFailedId } from './failed-id';
import { type DeploymentInput, isName, type ModelInput, type Properties, readProperties } from './properties';
import { PropertyError } from './property';
import type { CloudFormationRequest } from './request';

/** What a request wants: the physical id, and the goals in order. It is decided before the first side effect. */
export interface Intent {
  readonly physicalId: string;
  readonly goals: readonly Goal[];
  /** Absent: as long as CloudFormation waits. A Delete that gave up sooner would leave the stack stuck. */
  readonly timeoutSeconds?: number;
}

/** @throws PropertyError */
export function intentOf(request: CloudFormationRequest): Intent {
  const owner: Owner = { stackId: request.StackId, logicalId: request.LogicalResourceId };
  if (request.RequestType === 'Delete') {
    return deletion(request, owner);
  }
  const wanted = readProperties(request.ResourceType, request.ResourceProperties);
  const before = readIfValid(request.ResourceType, request.OldResourceProperties);
  const name = nameOf(owner, wanted);
  const unanswered = before === undefined ? undefined : absenceOfUnanswered(owner, before);
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
        ...('gates' in wanted ? { gates: wanted.gates } : {}),
        ...(request.RequestType === 'Update'
          ? { previous: before === undefined ? { tags: {} } : previousProperties(before) }
          : {}),
      },
      // A replacing Update that never answered may have left a resource, whose name follows from its properties.
      ...(unanswered === undefined || [name, request.PhysicalResourceId].includes(unanswered.name) ? [] : [unanswered]),
    ],
  };
}

/**
 * If CloudFormation never got an answer to the Create, it makes up the id. Then the name follows from the properties.
 */
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
  const properties = readIfValid(request.ResourceType, request.ResourceProperties);
  const told: readonly AbsenceGoal[] = isName(physicalId)
    ? [{ want: 'absent', owner, name: physicalId, spec: { kind } }]
    : [];
  const unanswered = properties === undefined ? undefined : absenceOfUnanswered(owner, properties);
  return {
    physicalId,
    goals: unanswered === undefined || unanswered.name === physicalId ? told : [...told, unanswered],
  };
}

/** A request with these properties, which was never answered, may have made something: it is to be deleted. */
function absenceOfUnanswered(owner: Owner, given: Properties): AbsenceGoal {
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
        madeOf: digestOf(replacementInputs(given)),
        ...(given.kmsKeyArn === undefined ? {} : { kmsKeyArn: given.kmsKeyArn }),
      };
}

function previousProperties(before: Properties): PreviousProperties {
  if (before.kind === 'model') {
    return { madeOf: digestOf(replacementInputs(before)), tags: before.tags };
  }
  const { modelArn, modelUpdate, tags, description } = before;
  return {
    modelArn,
    updatesInPlace: modelUpdate === 'IN_PLACE',
    tags,
    ...(description === undefined ? {} : { description }),
  };
}

/** Nothing, if the properties are wrong: such a request was refused, and has made nothing. */
function readIfValid(resourceType: string, raw: Readonly<Record<string, unknown>> | undefined): Properties | undefined {
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
 * The resource's name: the user's, or one computed from the owner and from every input whose change takes a new
 * resource. The same properties give the same name in every retry, rollback and late Delete. This function must never
 * change, since resources are found by these names.
 */
export function nameOf(owner: Owner, given: NameInput): string {
  if (given.name !== undefined) {
    return given.name;
  }
  const digest = digestOf([owner.stackId, owner.logicalId, ...replacementInputs(given)]);
  const stackName = owner.stackId.split('/')[1] ?? 'stack';
  return [...[stackName, owner.logicalId].map((part) => readable(part, 24)).filter((part) => part !== ''), digest].join(
    '-',
  );
}

type NameInput =
  | Pick<DeploymentInput, 'kind' | 'name' | 'description' | 'modelUpdate' | 'modelArn'>
  | Pick<ModelInput, 'kind' | 'name' | 'source' | 'kmsKeyArn'>;

/** The inputs whose change takes a new resource. */
function replacementInputs(given: NameInput): string[] {
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
