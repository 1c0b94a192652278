import type { Action } from './action';
import { fullQuota } from './fleet';
import type { Goal } from './goal';
import { type Memory, type Ordeal, takesBack } from './memory';
import type { Observed } from './observed';
import { seconds, UNEXPLAINED, VISIBILITY } from './patience';
import type { Operation } from './trouble';

/**
 * What stands against calling `operation` now: nothing, a look, a pause, or the end.
 *
 * What a refusal means is told by what is seen, never by its name. The service may refuse a call because its twin, of
 * which we never heard, has worked: its reply was lost, or Lambda died over it. It may refuse it because of the quota,
 * while others are in progress. So a refusal counts only if a fresh look does not explain it (else we would not be
 * asked), twice, and each time only when the twin's work would show. (One that came while the resource was in
 * transition does not even get here: `endure` takes it for what it is.)
 */
export function standsAgainst(
  operation: Operation,
  goal: Goal,
  { at }: Pick<Observed, 'at'>,
  memory: Memory,
): Action | undefined {
  const refusal = memory.troubles?.[operation];
  switch (refusal?.kind) {
    case 'busy':
      return operation.startsWith('Create') && at - refusal.first >= UNEXPLAINED * 1000
        ? fullQuota(refusal, memory)
        : undefined;
    case 'refused':
      return ofRefusal(operation, refusal, goal, at, memory);
    default:
      return undefined;
  }
}

function ofRefusal(operation: Operation, refusal: Ordeal, goal: Goal, at: number, memory: Memory): Action | undefined {
  const believable = refusal.last + VISIBILITY * 1000;
  if (at < believable) {
    return { kind: 'wait', seconds: seconds(believable - at), awaiting: `${operation} to be accepted` };
  }
  if (/^(Create|Update)/.test(operation)) {
    if (memory.fleet === undefined || memory.fleet.at < refusal.last) {
      return { kind: 'look', at: 'fleet' };
    }
    if (memory.fleet.idleSince === undefined || refusal.last < memory.fleet.idleSince) {
      return undefined; // others are in progress, or were: it may have been the quota
    }
  }
  if (refusal.count < 2) {
    return undefined;
  }
  if (takesBack(goal, memory) === undefined) {
    return { kind: 'look', at: 'stack' };
  }
  const isPatient =
    takesBack(goal, memory) === true || (operation.startsWith('Create') && nameMayBeHeld(goal, refusal, memory));
  // Nobody may have asked for a while, as long as Lambda was away: only what is refused at the end of that time is
  // refused.
  return isPatient && refusal.last - refusal.first < UNEXPLAINED * 1000
    ? undefined
    : { kind: 'fail', reason: memory.failure ?? because(operation, refusal) };
}

/**
 * A name may be held for some time after what had it was deleted: by this request, by an earlier one, or, if the user
 * chose it, by anybody.
 */
function nameMayBeHeld(goal: Goal, { message }: Ordeal, { deleted, earlier = [] }: Memory): boolean {
  const isFixed = goal.want === 'present' && goal.nameIsFixed;
  return isFixed || deleted !== undefined || earlier.length > 0 || /exist|in use|taken/i.test(message);
}

function because(operation: Operation, { message, first, last }: Ordeal): string {
  return operation.startsWith('Create') && last - first >= (UNEXPLAINED - 2 * VISIBILITY) * 1000
    ? `${message}. Nothing of that name was found meanwhile: the service may hold the name of what was deleted. Try again later, or choose another name`
    : message;
}
