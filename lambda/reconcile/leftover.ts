import { MADE_OF_TAG } from '../../lib/private/contract';
import type { Action } from './action';
import type { DeploymentSpec, ModelSpec, PresenceGoal, Tags } from './goal';
import { KINDS } from './kinds';
import { deadlineOf, type Memory, wasLeft } from './memory';
import type { Observed, Resource } from './observed';

/**
 * A resource that the stack let go of (RETAIN) still has its tags, and its name if that is fixed. It is taken up again
 * as it is, but never taken for what it cannot become.
 */
export function refuseLeftover(
  goal: PresenceGoal,
  observed: Observed,
  resource: Resource,
  memory: Memory,
): Action | undefined {
  if (!goal.nameIsFixed || !wasLeft(goal, resource, memory)) {
    return undefined;
  }
  if (observed.tags === undefined) {
    return { kind: 'look', at: 'tags', arn: resource.arn };
  }
  if (!madeOtherwise(goal.spec, resource, observed.tags)) {
    return undefined;
  }
  const { noun, nameProperty, immutable } = KINDS[goal.spec.kind];
  return {
    kind: 'fail',
    leaves: true,
    reason:
      `a ${noun} named ${goal.name} was left there before (${resource.arn}), made with another ${immutable}, which cannot be changed: ` +
      `change ${nameProperty}, or delete it. It was left as it is`,
  };
}

/**
 * It differs in what no update can change. A model that does not say what it was made of is given the benefit of the
 * doubt.
 */
export function madeOtherwise(spec: DeploymentSpec | ModelSpec, resource: Resource, tags: Tags): boolean {
  if (spec.kind === 'deployment') {
    return spec.description !== resource.description;
  }
  const madeOf = madeOfIn(tags);
  return madeOf !== undefined && madeOf !== spec.madeOf;
}

/** In the tag that says what a model was made of, since there is no room for another; on a deployment, alone in it. */
const TAKEN_UP = 'taken-up';
/** It is no reason to fail if what is taken up cannot be marked. */
const MARK_TRIES = 5;

/** What the tags of a model say of what it was made of. */
export function madeOfIn(tags: Tags): string | undefined {
  return tags[MADE_OF_TAG]?.replace(` ${TAKEN_UP}`, '');
}

export function isTakenUp(tags: Tags): boolean {
  return tags[MADE_OF_TAG]?.endsWith(TAKEN_UP) === true;
}

/**
 * What was there before and is only taken up again is marked. Should the operation be rolled back, CloudFormation asks
 * for its deletion as if it had been made just now; and where it is what a failed Create has left, the deletion of that
 * one comes when this one serves.
 */
export function markTakenUp(
  goal: PresenceGoal,
  observed: Observed,
  resource: Resource,
  memory: Memory,
): Action | undefined {
  const { spec, previous } = goal;
  // An Update that finds a deployment is a rollback, but for rare exceptions: that leaves what it returns to as it was.
  const isTaken = wasLeft(goal, resource, memory) && (spec.kind === 'model' || previous === undefined);
  const { count: tries = 0 } = memory.troubles?.TagResource ?? {};
  if (!isTaken || tries >= MARK_TRIES || observed.at >= deadlineOf(goal, memory)) {
    return undefined;
  }
  if (observed.tags === undefined) {
    return { kind: 'look', at: 'tags', arn: resource.arn };
  }
  const isUntold = spec.kind === 'model' && madeOfIn(observed.tags) === undefined;
  const mark = spec.kind === 'model' ? `${spec.madeOf} ${TAKEN_UP}` : TAKEN_UP;
  return isUntold || isTakenUp(observed.tags)
    ? undefined
    : { kind: 'tag', arn: resource.arn, set: { [MADE_OF_TAG]: mark }, unset: [] };
}
