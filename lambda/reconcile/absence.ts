import type { Action } from './action';
import type { Goal, PresenceGoal } from './goal';
import { KINDS } from './kinds';
import { type Memory, wasLeft } from './memory';
import type { Resource } from './observed';
import { ABSENCE, seconds, VISIBILITY } from './patience';

/** What stands against believing that there is nothing of that name, though a look says so: a pause, or nothing. */
export function doubtAbsence(goal: Goal, at: number, memory: Memory): Action | undefined {
  if (memory.deleted !== undefined) {
    return undefined;
  }
  const { name, spec } = goal;
  const since = memory.absentSince ?? at;
  // What a failed attempt has made without hearing of it is visible only later.
  const visible = goal.want === 'absent' && goal.attempt !== undefined ? goal.attempt.until + VISIBILITY * 1000 : 0;
  const believable = Math.max(since, visible) + ABSENCE * 1000;
  const awaiting = `certainty that there is no ${KINDS[spec.kind].noun} ${name}`;
  return at >= believable
    ? undefined
    : { kind: 'wait', seconds: seconds(believable - at), awaiting, note: { absentSince: since } };
}

/**
 * What stands against taking up what was there before: if the last request deleted something, reads may still show what
 * is gone.
 */
export function doubtPresence(goal: PresenceGoal, resource: Resource, at: number, memory: Memory): Action | undefined {
  const { earlier = [], startedAt } = memory;
  const believable = startedAt + VISIBILITY * 1000;
  return wasLeft(goal, resource, memory) && earlier[0]?.type === 'Delete' && at < believable
    ? { kind: 'wait', seconds: seconds(believable - at), awaiting: `certainty that ${goal.name} is still there` }
    : undefined;
}
