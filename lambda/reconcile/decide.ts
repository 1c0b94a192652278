import type { Action } from './action';
import { bring } from './bring';
import type { Goal } from './goal';
import { deadlineOf, mayBePutOff, type Memory } from './memory';
import type { Observed } from './observed';
import { seconds } from './patience';
import { proven } from './proof';
import { remove } from './remove';
import { outOfTime } from './trouble';

/** What to do next, given what is wanted, what is, and what this request has done so far. */
export function decide(goal: Goal, observed: Observed, memory: Memory): Action {
  const action = goal.want === 'present' ? bring(goal, observed, memory) : remove(goal, observed, memory);
  return withinTime(goal, proven(goal, observed, memory, action), observed.at, memory);
}

function withinTime(goal: Goal, action: Action, at: number, memory: Memory): Action {
  if (action.kind === 'look' || action.kind === 'succeed' || action.kind === 'fail') {
    return action;
  }
  const deadline = deadlineOf(goal, memory);
  if (at >= deadline) {
    return mayBePutOff(goal, memory)
      ? { kind: 'look', at: 'stack' }
      : {
          kind: 'fail',
          reason: memory.failure ?? outOfTime(memory, at, action.kind === 'wait' ? action.awaiting : memory.awaiting),
        };
  }
  return action.kind === 'wait' ? { ...action, seconds: Math.min(action.seconds, seconds(deadline - at)) } : action;
}
