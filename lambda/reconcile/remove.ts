import { STACK_ID_TAG } from '../../lib/private/contract';
import { doubtAbsence } from './absence';
import type { Action } from './action';
import type { AbsenceGoal, Goal, Tags } from './goal';
import { KINDS } from './kinds';
import { isTakenUp, madeOtherwise } from './leftover';
import { type EarlierRequest, isRollback, type Memory } from './memory';
import type { Observed, Resource, User } from './observed';
import { CLOCKS, UNEXPLAINED, UNHEARD, untilNextLook, VISIBILITY } from './patience';
import { standsAgainst } from './refusal';
import { settling } from './settling';

/** Towards: nothing has that name. Whose it is that has it is for `proven` to say. */
export function remove(goal: AbsenceGoal, observed: Observed, memory: Memory): Action {
  const { resource, tags, at } = observed;
  if (resource.status === 'absent') {
    return settling(goal.name, at, memory) ?? doubtAbsence(goal, at, memory) ?? { kind: 'succeed' };
  }
  const spared = tags === undefined ? undefined : spare(goal, resource, tags, memory);
  return spared ?? takeDown(goal, observed, resource, memory);
}

/** What is ours, but not meant: nothing, if it is. */
function spare({ attempt, madeAs }: AbsenceGoal, resource: Resource, tags: Tags, memory: Memory): Action | undefined {
  const isAnother =
    attempt !== undefined &&
    (attempt.arn === undefined ? resource.createdAt > attempt.until : attempt.arn !== resource.arn);
  if (isAnother || (madeAs !== undefined && madeOtherwise(madeAs, resource, tags))) {
    return { kind: 'succeed' };
  }
  const isFromBefore =
    isTakenUp(tags) || (madeAs !== undefined && (isOlderThanItsRequest(resource, memory) || wasAnsweredFor(memory)));
  if (!isFromBefore && (madeAs === undefined || !mayBeSuccessor(resource, memory))) {
    return undefined;
  }
  const { stack } = memory;
  if (stack === undefined) {
    return { kind: 'look', at: 'stack' };
  }
  const isSuccessor =
    (attempt !== undefined || madeAs !== undefined) &&
    stack === CLEAN_UP &&
    (isTakenUp(tags) || mayBeSuccessor(resource, memory));
  const isLeftAgain = attempt === undefined && isFromBefore && isRollback(stack);
  return isSuccessor || isLeftAgain ? { kind: 'succeed' } : undefined;
}

const CLEAN_UP = 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS';

/**
 * Without a rollback a Create that failed leaves its resource to the next operation, which makes another, of the same
 * name, and has the failed one deleted at its end. If CloudFormation never got the failed one's id, only the requests
 * tell the two apart; and where the successor has taken up what the failed one left, they are one.
 */
function mayBeSuccessor({ createdAt }: Resource, { earlier = [] }: Memory): boolean {
  const last = earlier.findIndex(({ type }) => type !== 'Delete');
  const [successor, failed]: (EarlierRequest | undefined)[] = last < 0 ? [] : earlier.slice(last);
  return successor?.type === 'Create' && failed?.type === 'Create' && createdAt >= successor.at;
}

/** A request that was cancelled may not have come to mark what it was to take up again. */
function isOlderThanItsRequest({ createdAt }: Resource, { earlier = [] }: Memory): boolean {
  const last = earlier.find(({ type }) => type !== 'Delete');
  return last !== undefined && createdAt < last.at - CLOCKS * 1000;
}

/**
 * CloudFormation knows what it got an answer for. If the last request that is known was answered long ago, this
 * deletion is about a later one, which was never delivered and has made nothing.
 */
function wasAnsweredFor({ earlier = [], startedAt }: Memory): boolean {
  const last = earlier.find(({ type }) => type !== 'Delete');
  return last?.answeredAt !== undefined && startedAt - last.answeredAt > UNHEARD * 1000;
}

/** The resource is ours and must go, whatever its state: it is for the service to say that it cannot go yet. */
export function takeDown(goal: Goal, observed: Observed, resource: Resource, memory: Memory): Action {
  const { at } = observed;
  if (resource.status === 'Deleting') {
    return { kind: 'wait', seconds: untilNextLook(at - memory.startedAt), awaiting: `the deletion of ${resource.arn}` };
  }
  const deleted = memory.deleted?.arn === resource.arn ? memory.deleted.at : -Infinity;
  if (at - deleted < VISIBILITY * 1000) {
    const awaiting = `the deletion of ${resource.arn}, which is still ${resource.reported}`;
    return { kind: 'wait', seconds: untilNextLook(at - deleted), awaiting };
  }
  const used = goal.spec.kind === 'model' ? inUse(goal, observed, resource, memory) : undefined;
  return (
    used ?? standsAgainst(KINDS[goal.spec.kind].delete, goal, observed, memory) ?? { kind: 'delete', arn: resource.arn }
  );
}

/**
 * A model that is deployed stays: until our own deployments are gone, which the stack sees to, or for good, if others
 * need it.
 */
function inUse(goal: Goal, observed: Observed, model: Resource, memory: Memory): Action | undefined {
  const { users, at } = observed;
  if (users === undefined) {
    return { kind: 'look', at: 'users', arn: model.arn };
  }
  if (users.length === 0) {
    return undefined;
  }
  const settled = users.filter(({ isInTransition }) => !isInTransition);
  const others = settled.filter(({ tags }) => tags[STACK_ID_TAG] !== goal.owner.stackId);
  if (others.length > 0) {
    return {
      kind: 'fail',
      reason:
        memory.failure ??
        `the custom model ${model.arn} is deployed outside of this stack, by ${arns(others)}. It was left as it is`,
    };
  }
  const usedSince = settled.length === users.length ? (memory.usedSince ?? at) : at;
  if (at - usedSince >= UNEXPLAINED * 1000) {
    return {
      kind: 'fail',
      reason:
        memory.failure ??
        `the custom model ${model.arn} is deployed by ${arns(users)} of this stack, which stays (is its removal policy RETAIN?). ` +
          'Delete that deployment, or retain the model as well. It was left as it is',
    };
  }
  return {
    kind: 'wait',
    seconds: untilNextLook(at - memory.startedAt),
    awaiting: `this stack's own deployment of ${model.arn} to go: ${arns(users)}`,
    note: { usedSince },
  };
}

function arns(users: readonly User[]): string {
  return users.map(({ arn }) => arn).join(', ');
}
