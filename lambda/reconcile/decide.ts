import type { Action } from './action';
import { outOfTime } from './call-errors';
import { ensureAbsent } from './ensure-absent';
import { ensurePresent } from './ensure-present';
import type { Goal } from './goal';
import { deadlineOf, mayBeExtended, type Memory } from './memory';
import type { Observed } from './observed';
import { requireOwnership } from './ownership';
import { seconds } from './waits';

/** What to do next, given what is wanted, what is, and what this request has done so far. */
export function decide(goal: Goal, observed: Observed, memory: Memory): Action {
  const action = goal.want === 'present' ? ensurePresent(goal, observed, memory) : ensureAbsent(goal, observed, memory);
  return withinTime(goal, requireOwnership(goal, observed, memory, action), observed.at, memory);
}

function withinTime(goal: Goal, action: Action, at: number, memory: Memory): Action {
  if (action.kind === 'look' || action.kind === 'succeed' || action.kind === 'fail') {
    return action;
  }
  const deadline = deadlineOf(goal, memory);
  if (at < deadline) {
    return 'seconds' in action ? { ...action, seconds: Math.min(action.seconds, seconds(deadline - at)) } : action;
  }
  const awaiting = 'awaiting' in action ? action.awaiting : memory.awaiting;
  return mayBeExtended(goal, memory)
    ? { kind: 'look', at: 'stack' }
    : { kind: 'fail', reason: memory.failure ?? outOfTime(memory, at, awaiting) };
}
