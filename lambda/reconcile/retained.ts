import { MADE_OF_TAG } from '../../lib/private/contract';
import type { Action } from './action';
import type { DeploymentSpec, ModelSpec, PresenceGoal, PreviousProperties, Tags } from './goal';
import { KINDS } from './kinds';
import { deadlineOf, isRetained, type Memory } from './memory';
import { type Observed, type Resource, servedBy } from './observed';

/**
 * What already has the name that a resource is to have. What the stack let go of (RETAIN) still has its tags, and its
 * name if that is fixed: it is reused as it is, but never taken for what it cannot become.
 */

/** A retained resource that differs in what no update can change is refused. */
export function refuseRetained(
  goal: PresenceGoal,
  observed: Observed,
  resource: Resource,
  memory: Memory,
): Action | undefined {
  if (!goal.nameIsFixed || !isRetained(goal, resource, memory)) {
    return undefined;
  }
  if (observed.tags === undefined) {
    return { kind: 'look', at: 'tags', arn: resource.arn };
  }
  if (!differsImmutably(goal.spec, resource, observed.tags)) {
    return undefined;
  }
  const { noun, nameProperty, immutable } = KINDS[goal.spec.kind];
  return {
    kind: 'fail',
    untouched: true,
    reason:
      `a retained ${noun} named ${goal.name} already exists (${resource.arn}), made with another ${immutable}, which ` +
      `cannot be changed: change ${nameProperty}, or delete the retained ${noun}. It was left as it is`,
  };
}

/** A model that does not say what it was made of is given the benefit of the doubt. */
export function differsImmutably(spec: DeploymentSpec | ModelSpec, resource: Resource, tags: Tags): boolean {
  if (spec.kind === 'deployment') {
    return spec.description !== resource.description;
  }
  const madeOf = madeOfIn(tags);
  return madeOf !== undefined && madeOf !== spec.madeOf;
}

/** In the tag that says what a model was made of, since there is no room for another; on a deployment, alone in it. */
const REUSED = 'taken-up';
/** A resource that cannot be marked is no reason to fail. */
const MARK_TRIES = 5;

/** What the tags of a model say of what it was made of. */
function madeOfIn(tags: Tags): string | undefined {
  return tags[MADE_OF_TAG]?.replace(` ${REUSED}`, '');
}

export function isReused(tags: Tags): boolean {
  return tags[MADE_OF_TAG]?.endsWith(REUSED) === true;
}

/**
 * A retained resource that a request reuses is marked. Should CloudFormation roll the operation back, it asks for the
 * deletion of that resource as if it had just been made; and where a failed Create has left it, the deletion of that
 * one comes when this one serves.
 */
export function markReused(
  goal: PresenceGoal,
  observed: Observed,
  resource: Resource,
  memory: Memory,
): Action | undefined {
  const { spec, previous } = goal;
  // An Update that finds a deployment is a rollback, with rare exceptions, and leaves what it returns to as it was.
  const isFound = isRetained(goal, resource, memory) && (spec.kind === 'model' || previous === undefined);
  const { count: tries = 0 } = memory.troubles?.['TagResource'] ?? {};
  if (!isFound || tries >= MARK_TRIES || observed.at >= deadlineOf(goal, memory)) {
    return undefined;
  }
  if (observed.tags === undefined) {
    return { kind: 'look', at: 'tags', arn: resource.arn };
  }
  const isUntold = spec.kind === 'model' && madeOfIn(observed.tags) === undefined;
  const mark = spec.kind === 'model' ? `${spec.madeOf} ${REUSED}` : REUSED;
  return isUntold || isReused(observed.tags)
    ? undefined
    : { kind: 'tag', arn: resource.arn, set: { [MADE_OF_TAG]: mark }, unset: [] };
}

/**
 * A fixed name leaves no room for a replacement. Only a change from what is in force is refused: after a refusal
 * CloudFormation asks for what was before, which is what is; and what was changed by hand is corrected.
 */
export function refuseReplacement(
  goal: PresenceGoal,
  observed: Observed,
  resource: Resource,
  memory: Memory,
): Action | undefined {
  // Where the name is new, the previous properties describe another resource.
  if (!goal.nameIsFixed || goal.nameIsNew || goal.previous === undefined || resource.arn === memory.create?.arn) {
    return undefined;
  }
  return goal.spec.kind === 'deployment'
    ? refuseNewDeployment(goal, goal.spec, goal.previous, resource)
    : refuseNewModel(goal, goal.spec, goal.previous, observed, resource);
}

function refuseNewDeployment(
  { name }: PresenceGoal,
  spec: DeploymentSpec,
  previous: PreviousProperties,
  deployment: Resource,
): Action | undefined {
  if (deployment.update?.status === 'Updating') {
    return undefined;
  }
  const remedy = `deploymentName is fixed to ${name}, which only one deployment can have: change deploymentName as well`;
  if (spec.description !== deployment.description && previous.description === deployment.description) {
    return refusal(
      `the description of a deployment cannot be changed: it takes a new deployment, and ${remedy}, or leave it out`,
    );
  }
  // What was moved in place may be moved back in place: that is how a rollback to REPLACE finds it.
  const replaces = !spec.updatesInPlace && previous.updatesInPlace !== true;
  const served = servedBy(deployment);
  if (replaces && spec.modelArn !== served && previous.modelArn === served) {
    return refusal(
      `with modelUpdate REPLACE another model takes a new deployment, and ${remedy}, leave it out, ` +
        'or use modelUpdate IN_PLACE',
    );
  }
  return undefined;
}

function refuseNewModel(
  { name }: PresenceGoal,
  spec: ModelSpec,
  previous: PreviousProperties,
  observed: Observed,
  { arn }: Resource,
): Action | undefined {
  if (spec.madeOf === previous.madeOf) {
    return undefined;
  }
  if (observed.tags === undefined) {
    return { kind: 'look', at: 'tags', arn };
  }
  return previous.madeOf === madeOfIn(observed.tags)
    ? refusal(
        `another source, role or key takes a new custom model, and modelName is fixed to ${name}, ` +
          'which only one model can have: change modelName as well, or leave it out',
      )
    : undefined;
}

function refusal(reason: string): Action {
  return { kind: 'fail', reason: `${reason}. Nothing was changed` };
}
