import type { Action } from './action';
import type { Memory } from './memory';
import { seconds, VISIBILITY } from './patience';
import type { Operation } from './trouble';

/**
 * What stands against calling `operation` now: nothing, a pause, or the end.
 *
 * The service may refuse a call because its twin, of which we never heard, has worked: its reply was lost, or Lambda died over it. So a
 * refusal counts only if a fresh look does not explain it (else we would not be asked), twice, and each time only when the twin's work would show.
 */
export function standsAgainst(operation: Operation, memory: Memory, at: number): Action | undefined {
  const refusal = memory.troubles?.[operation];
  if (refusal?.kind !== 'refused') {
    return undefined;
  }
  const believable = refusal.last + VISIBILITY * 1000;
  if (at < believable) {
    return { kind: 'wait', seconds: seconds(believable - at), awaiting: `${operation} to be accepted` };
  }
  return refusal.count >= 2 ? { kind: 'fail', reason: memory.failure ?? refusal.message } : undefined;
}
