import { STACK_ID_TAG } from '../../lib/private/contract';
import { type Action, noting } from './action';
import { beforeCalling } from './call-errors';
import type { AbsenceGoal, Goal, Tags } from './goal';
import { KINDS } from './kinds';
import { type EarlierRequest, isRollback, type Memory } from './memory';
import { hasLeft, isInTransition, type ModelUser, type Observed, type Resource, servedBy } from './observed';
import { differsImmutably, isReused } from './retained';
import { awaitOlderRuns, CLOCKS, confirmAbsence, UNEXPLAINED, UNHEARD, untilNextLook, VISIBILITY } from './waits';

/** Towards: nothing has that name. `requireOwnership` says whether what has it is ours. */
export function ensureAbsent(goal: AbsenceGoal, observed: Observed, memory: Memory): Action {
  const { resource, tags, at } = observed;
  if (resource.status === 'absent') {
    const settling = awaitOlderRuns(goal.name, at, memory);
    return settling === undefined
      ? (confirmAbsence(goal, at, memory) ?? { kind: 'succeed' })
      : noting(settling, { absentSince: memory.absentSince ?? at });
  }
  const spared = tags === undefined ? undefined : spareOther(goal, resource, tags, memory);
  return spared ?? deleteResource(goal, observed, resource, memory);
}

/** What is ours and has the name, but is not what the request is about, stays: it was retained, or is a successor. */
function spareOther(goal: AbsenceGoal, resource: Resource, tags: Tags, memory: Memory): Action | undefined {
  const { attempt, madeAs } = goal;
  const isOfAnotherAttempt =
    attempt !== undefined &&
    (attempt.arn === undefined ? resource.createdAt > attempt.until : attempt.arn !== resource.arn);
  if (isOfAnotherAttempt || (madeAs !== undefined && differsImmutably(madeAs, resource, tags))) {
    return { kind: 'succeed' };
  }
  const wasRetained =
    isReused(tags) || (madeAs !== undefined && (isOlderThanItsRequest(resource, memory) || wasAnsweredFor(memory)));
  if (!wasRetained && (madeAs === undefined || !mayBeSuccessor(resource, memory))) {
    return undefined;
  }
  const { stack } = memory;
  if (stack === undefined) {
    return { kind: 'look', at: 'stack' };
  }
  const isSuccessor =
    (attempt !== undefined || madeAs !== undefined) &&
    stack === CLEAN_UP &&
    (isReused(tags) || mayBeSuccessor(resource, memory));
  const isRetainedAgain = attempt === undefined && wasRetained && isRollback(stack);
  return isSuccessor || isRetainedAgain ? { kind: 'succeed' } : undefined;
}

const CLEAN_UP = 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS';

/**
 * Without a rollback CloudFormation leaves the resource of a failed Create to the next operation, which makes another,
 * of the same name, and has the failed one deleted at its end. If CloudFormation never got the id of the failed one,
 * only the requests tell the two apart; and where the successor reuses what the failed one left, they are one.
 */
function mayBeSuccessor({ createdAt }: Resource, { earlier = [] }: Memory): boolean {
  const last = earlier.findIndex(({ type }) => type !== 'Delete');
  const [successor, failed]: (EarlierRequest | undefined)[] = last < 0 ? [] : earlier.slice(last);
  return successor?.type === 'Create' && failed?.type === 'Create' && createdAt >= successor.at;
}

/** A request that was cancelled may not have marked what it was to reuse. */
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
export function deleteResource(goal: Goal, observed: Observed, resource: Resource, memory: Memory): Action {
  const { at } = observed;
  const { arn, status, reported } = resource;
  const deletedAt = memory.deleted?.arn === arn ? memory.deleted.at : -Infinity;
  if (status === 'Deleting') {
    const began = Math.max(deletedAt, memory.startedAt);
    return { kind: 'wait', seconds: untilNextLook(at - began), awaiting: `the deletion of ${arn}` };
  }
  if (at - deletedAt < VISIBILITY * 1000) {
    const awaiting = `the deletion of ${arn}, which is still ${reported}`;
    return { kind: 'wait', seconds: untilNextLook(at - deletedAt), awaiting };
  }
  return (
    (goal.spec.kind === 'model' ? awaitUsers(goal, observed, resource, memory) : undefined) ??
    beforeCalling(KINDS[goal.spec.kind].delete, goal, observed, memory) ?? { kind: 'delete', arn }
  );
}

/** A model in use stays: until the stack has deleted its own deployments, or for good if others need it. */
function awaitUsers(goal: Goal, observed: Observed, { arn }: Resource, memory: Memory): Action | undefined {
  const { at } = observed;
  if (observed.users === undefined) {
    return { kind: 'look', at: 'users', arn };
  }
  const users = observed.users.filter(({ deployment }) => !hasLeft(deployment, arn));
  if (users.length === 0) {
    return undefined;
  }
  const settled = users.filter(({ deployment }) => !isInTransition(deployment));
  // The list of a model's deployments may be older than what the deployment itself shows.
  const others = settled.filter(
    ({ deployment, tags }) => tags[STACK_ID_TAG] !== goal.owner.stackId && (servedBy(deployment) ?? arn) === arn,
  );
  if (others.length > 0) {
    const why = `the custom model ${arn} is deployed outside of this stack, by ${arns(others)}. It was left as it is`;
    return { kind: 'fail', reason: memory.failure ?? why };
  }
  const usedSince = settled.length === users.length ? (memory.usedSince ?? at) : at;
  if (at - usedSince >= UNEXPLAINED * 1000) {
    const why =
      `the custom model ${arn} is still deployed by ${arns(users)}, which this stack does not delete ` +
      '(is its removal policy RETAIN?). Delete that deployment, or retain the model as well. It was left as it is';
    return { kind: 'fail', reason: memory.failure ?? why };
  }
  return {
    kind: 'wait',
    seconds: untilNextLook(at - memory.startedAt),
    awaiting: `the deletion of this stack's own deployment of ${arn}: ${arns(users)}`,
    note: { usedSince },
  };
}

function arns(users: readonly ModelUser[]): string {
  return users.map(({ deployment }) => deployment.arn).join(', ');
}
