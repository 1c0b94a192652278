import type { Action } from './action';
import { bring } from './bring';
import type { Goal } from './goal';
import type { Memory } from './memory';
import type { Observed } from './observed';
import { seconds } from './patience';
import { remove } from './remove';
import { outOfTime } from './trouble';

/** What to do next, given what is wanted, what is, and what this request has done so far. */
export function decide(goal: Goal, observed: Observed, memory: Memory): Action {
  const action = goal.want === 'present' ? bring(goal, observed, memory) : remove(goal, observed, memory);
  return withinTime(action, observed.at, memory);
}

function withinTime(action: Action, at: number, memory: Memory): Action {
  if (action.kind === 'look' || action.kind === 'succeed' || action.kind === 'fail') {
    return action;
  }
  if (at >= memory.deadline) {
    return { kind: 'fail', reason: memory.failure ?? outOfTime(memory, at, action.kind === 'wait' ? action.awaiting : memory.awaiting) };
  }
  return action.kind === 'wait' ? { ...action, seconds: Math.min(action.seconds, seconds(memory.deadline - at)) } : action;
}
