import type { Action } from './action';
import type { Memory } from './memory';
import { REFUSAL, seconds, VISIBILITY } from './patience';
import type { Operation } from './trouble';

/**
 * What stands against calling `operation` now: nothing, a pause, or the end.
 *
 * The service may refuse a call because its twin, whose reply was lost, has worked. So a refusal counts only if a fresh look does
 * not explain it (else we would not be asked), twice; and if some reply was lost or a deletion is young, only after that would show.
 */
export function standsAgainst(operation: Operation, memory: Memory, at: number): Action | undefined {
  const refusal = memory.troubles?.[operation];
  if (refusal?.kind !== 'refused') {
    return undefined;
  }
  const patience = memory.uncertain === true || memory.deleted !== undefined ? VISIBILITY : REFUSAL;
  const believable = refusal.first + patience * 1000;
  if (at < believable) {
    return { kind: 'wait', seconds: seconds(believable - at), awaiting: `${operation} to be accepted` };
  }
  return refusal.count >= 2 ? { kind: 'fail', reason: memory.failure ?? refusal.message } : undefined;
}
