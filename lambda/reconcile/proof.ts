import { LOGICAL_ID_TAG, STACK_ID_TAG } from '../../lib/private/contract';
import type { Action } from './action';
import type { AbsenceGoal, Goal, PresenceGoal, Tags } from './goal';
import { KINDS } from './kinds';
import type { Memory } from './memory';
import type { Observed, Resource } from './observed';
import { ownerOf, ownership } from './ownership';
import { untilNextLook } from './patience';

/**
 * Nothing is done to a resource, and no success is told of it, unless its tags prove it ours, as they are read in the
 * same invocation. What the request remembers proves nothing, since whoever may start an execution may have made it up:
 * it only saves the look at the tags where all there is to do is to wait for what the request has begun.
 */
export function proven(goal: Goal, observed: Observed, memory: Memory, action: Action): Action {
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
    case 'unproven':
      return {
        kind: 'wait',
        seconds: untilNextLook(at - resource.createdAt),
        awaiting: `the tags of ${resource.arn}, which say whose it is`,
      };
    case 'foreign':
      return goal.want === 'present' ? refuse(goal, resource, tags, memory) : leave(goal, resource, tags);
  }
}

function isOwnWork({ arn }: Resource, { create, update, deleted }: Memory): boolean {
  return update !== undefined || [create?.arn, deleted?.arn].includes(arn);
}

function refuse(goal: PresenceGoal, { arn }: Resource, tags: Tags, { create, failure }: Memory): Action {
  const { name, nameIsNew, owner, spec } = goal;
  const isKnown = !nameIsNew || create?.arn === arn;
  const reason =
    failure ??
    (isKnown
      ? `the tags of ${arn} do not prove it this resource's any more: ${ownerOf(tags)}. It was left as it is. ` +
        `If it is this resource's, give it back its tags: ${STACK_ID_TAG}=${owner.stackId} and ${LOGICAL_ID_TAG}=${owner.logicalId}`
      : `a ${KINDS[spec.kind].noun} named ${name} exists already (${arn}) and is not this resource's: ${ownerOf(tags)}. It was left as it is`);
  // Two that ask at the same moment may both be given a name. What this request made is found by its ARN alone, and
  // taken down.
  return create?.arn === undefined || create.arn === arn
    ? { kind: 'fail', reason }
    : { kind: 'look', at: 'resource', arn: create.arn, note: { failure: reason } };
}

/**
 * A deletion must not fail over what is somebody else's; but what has lost its tags stays, which nobody would know
 * otherwise.
 */
function leave({ name, spec }: AbsenceGoal, { arn }: Resource, tags: Tags): Action {
  const what = `the ${KINDS[spec.kind].noun} ${name} (${arn})`;
  return {
    kind: 'succeed',
    warning: `${what} was left as it is, since its tags do not prove it this resource's: ${ownerOf(tags)}. If it is, delete it by hand`,
  };
}
