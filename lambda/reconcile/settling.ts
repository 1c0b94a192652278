import type { Action } from './action';
import type { Memory } from './memory';
import { seconds } from './patience';

/**
 * What is seen is not yet what will be, while an invocation of an older run may still be at work: nothing may be
 * concluded from it.
 */
export function settling(name: string, at: number, memory: Memory): Action | undefined {
  const { settleUntil = 0 } = memory;
  return at < settleUntil
    ? { kind: 'wait', seconds: seconds(settleUntil - at), awaiting: `an earlier run for ${name} to end` }
    : undefined;
}
