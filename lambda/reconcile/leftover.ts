import { MADE_OF_TAG } from '../../lib/private/contract';
import type { Action } from './action';
import type { DeploymentSpec, ModelSpec, PresenceGoal, Tags } from './goal';
import { KINDS } from './kinds';
import type { Memory } from './memory';
import type { Observed, Resource } from './observed';

/**
 * A resource that the stack let go of (RETAIN) still has its tags, and its name if that is fixed. It is taken up again as it is, but
 * never taken for what it cannot become.
 */
export function refuseLeftover(goal: PresenceGoal, observed: Observed, resource: Resource, memory: Memory): Action | undefined {
  if (!goal.nameIsFixed || !goal.nameIsNew || memory.create !== undefined) {
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
    reason: `a ${noun} named ${goal.name} was left there before (${resource.arn}), made with another ${immutable}, which cannot be changed: `
      + `change ${nameProperty}, or delete it. It was left as it is`,
  };
}

/** It differs in what no update can change. A model that does not say what it was made of is given the benefit of the doubt. */
export function madeOtherwise(spec: DeploymentSpec | ModelSpec, resource: Resource, tags: Tags): boolean {
  if (spec.kind === 'deployment') {
    return spec.description !== resource.description;
  }
  const madeOf = tags[MADE_OF_TAG];
  return madeOf !== undefined && madeOf !== spec.madeOf;
}
