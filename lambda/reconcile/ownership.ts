import { LOGICAL_ID_TAG, STACK_ID_TAG } from '../../lib/private/contract';
import type { Action } from './action';
import type { AbsenceGoal, Goal, Owner, PresenceGoal, Tags } from './goal';
import { KINDS } from './kinds';
import type { Memory } from './memory';
import type { Observed, Resource } from './observed';
import { untilNextLook, VISIBILITY } from './waits';

/**
 * Nothing is done to a resource, and no success is told of it, unless its tags prove it ours, as they are read in the
 * same invocation. What the request remembers proves nothing, since whoever may start an execution may have made it up:
 * it only saves the look at the tags where all there is to do is to wait for what the request has begun.
 */
export function requireOwnership(goal: Goal, observed: Observed, memory: Memory, action: Action): Action {
  const { resource, tags, at } = observed;
  if (resource.status === 'absent' || (action.kind === 'wait' && isOwnWork(resource, memory))) {
    return action;
  }
  if (tags === undefined) {
    return { kind: 'look', at: 'tags', arn: resource.arn };
  }
  switch (ownership(resource, tags, goal.owner, at)) {
    case 'ours':
      return action;
    case 'unproven': {
      const awaiting = `the tags of ${resource.arn}, which say whose it is`;
      return { kind: 'wait', seconds: untilNextLook(at - resource.createdAt), awaiting };
    }
    case 'foreign':
      return goal.want === 'present' ? refuseForeign(goal, resource, tags, memory) : leaveForeign(goal, resource, tags);
  }
}

/** `unproven`: it has no ownership tags, but is so young that its tags may not be visible yet. */
export type Ownership = 'ours' | 'foreign' | 'unproven';

export function ownership(resource: Resource, tags: Tags, owner: Owner, at: number): Ownership {
  const stackId = tags[STACK_ID_TAG];
  const logicalId = tags[LOGICAL_ID_TAG];
  if (stackId === owner.stackId && logicalId === owner.logicalId) {
    return 'ours';
  }
  const isUntagged = stackId === undefined && logicalId === undefined;
  return isUntagged && at - resource.createdAt < VISIBILITY * 1000 ? 'unproven' : 'foreign';
}

/** What the owner's creations carry: the user's tags, and the proof. */
export function withOwner(tags: Tags, owner: Owner): Tags {
  return { ...tags, [STACK_ID_TAG]: owner.stackId, [LOGICAL_ID_TAG]: owner.logicalId };
}

/** Whose it is, in words for the user. */
export function ownerOf(tags: Tags): string {
  const stackId = tags[STACK_ID_TAG];
  return stackId === undefined
    ? 'it carries no tag of any stack'
    : `its tags say that it belongs to ${tags[LOGICAL_ID_TAG] ?? 'a resource'} of ${stackId}`;
}

function isOwnWork({ arn }: Resource, { create, update, deleted }: Memory): boolean {
  return update !== undefined || [create?.arn, deleted?.arn].includes(arn);
}

function refuseForeign(goal: PresenceGoal, { arn }: Resource, tags: Tags, { create, failure }: Memory): Action {
  const { name, nameIsNew, owner, spec } = goal;
  const isKnown = !nameIsNew || create?.arn === arn;
  const reason =
    failure ??
    (isKnown
      ? `the tags of ${arn} no longer prove that it belongs to this resource: ${ownerOf(tags)}. It was left as it is. ` +
        "If it is this resource's, restore its tags: " +
        `${STACK_ID_TAG}=${owner.stackId} and ${LOGICAL_ID_TAG}=${owner.logicalId}`
      : `a ${KINDS[spec.kind].noun} named ${name} exists already (${arn}) and is not this resource's: ` +
        `${ownerOf(tags)}. It was left as it is. To adopt it, see "Adopt what exists" in the README of ` +
        'cdk-bedrock-custom-models');
  // Bedrock may give one name to two that ask at the same moment. What this request made is found by its ARN, and
  // deleted.
  return create?.arn === undefined || create.arn === arn
    ? { kind: 'fail', reason }
    : { kind: 'look', at: 'resource', arn: create.arn, note: { failure: reason } };
}

/**
 * A deletion must not fail because of what is somebody else's. But what has lost its tags stays, which nobody would
 * know otherwise.
 */
function leaveForeign({ name, spec }: AbsenceGoal, { arn }: Resource, tags: Tags): Action {
  return {
    kind: 'succeed',
    warning:
      `the ${KINDS[spec.kind].noun} ${name} (${arn}) was left as it is, since its tags do not prove that it belongs to ` +
      `this resource: ${ownerOf(tags)}. If it is this resource's, delete it by hand`,
  };
}
