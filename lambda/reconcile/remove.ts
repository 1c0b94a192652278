import { STACK_ID_TAG } from '../../lib/private/contract';
import { doubtAbsence } from './absence';
import type { Action } from './action';
import type { AbsenceGoal, Goal } from './goal';
import { KINDS } from './kinds';
import { madeOtherwise } from './leftover';
import type { Memory } from './memory';
import type { Observed, Resource } from './observed';
import { ownership } from './ownership';
import { untilNextLook, VISIBILITY } from './patience';
import { standsAgainst } from './refusal';
import { settling } from './settling';

/** Towards: no resource of ours has that name. */
export function remove(goal: AbsenceGoal, observed: Observed, memory: Memory): Action {
  const { resource, at } = observed;
  if (resource.status === 'absent') {
    return settling(goal.name, at, memory) ?? doubtAbsence(goal, at, memory) ?? { kind: 'succeed' };
  }
  if (memory.ours !== resource.arn) {
    if (observed.tags === undefined) {
      return { kind: 'look', at: 'tags', arn: resource.arn };
    }
    switch (ownership(resource, observed.tags, goal.owner, at)) {
      case 'foreign':
        return { kind: 'succeed' };
      case 'unproven':
        return { kind: 'wait', seconds: untilNextLook(at - resource.createdAt), awaiting: `the tags of ${resource.arn}, which say whose it is` };
      case 'ours':
        if (goal.madeAs !== undefined && madeOtherwise(goal.madeAs, resource, observed.tags)) {
          return { kind: 'succeed' };
        }
    }
  }
  return takeDown(goal, observed, resource, memory);
}

/** The resource is ours and must go, whatever its state: it is for the service to say that it cannot go yet. */
export function takeDown(goal: Goal, observed: Observed, resource: Resource, memory: Memory): Action {
  const { at } = observed;
  const note = { ours: resource.arn };
  if (resource.status === 'Deleting') {
    return { kind: 'wait', seconds: untilNextLook(at - memory.startedAt), awaiting: `the deletion of ${resource.arn}`, note };
  }
  const deleted = memory.deleted?.arn === resource.arn ? memory.deleted.at : -Infinity;
  if (at - deleted < VISIBILITY * 1000) {
    const awaiting = `the deletion of ${resource.arn}, which is still ${resource.reported}`;
    return { kind: 'wait', seconds: untilNextLook(at - deleted), awaiting, note };
  }
  const used = goal.spec.kind === 'model' ? inUse(goal, observed, resource, memory) : undefined;
  const action = used ?? standsAgainst(KINDS[goal.spec.kind].delete, memory, at) ?? { kind: 'delete', arn: resource.arn };
  return { ...action, note: { ...note, ...action.note } };
}

/** A model that is deployed stays: until our own deployments are gone, which the stack sees to, or for good, if others need it. */
function inUse(goal: Goal, observed: Observed, model: Resource, memory: Memory): Action | undefined {
  const { users, at } = observed;
  if (users === undefined) {
    return { kind: 'look', at: 'users', arn: model.arn };
  }
  const others = users.filter(({ tags }) => tags[STACK_ID_TAG] !== goal.owner.stackId).map(({ arn }) => arn);
  if (others.length > 0) {
    return { kind: 'fail', reason: memory.failure ?? `the custom model ${model.arn} is deployed outside of this stack, by ${others.join(', ')}. It was left as it is` };
  }
  return users.length === 0 ? undefined : {
    kind: 'wait',
    seconds: untilNextLook(at - memory.startedAt),
    awaiting: `this stack's own deployment of ${model.arn} to go: ${users.map(({ arn }) => arn).join(', ')}`,
  };
}
