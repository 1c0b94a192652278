import type { Action } from './action';
import type { Goal } from './goal';
import { KINDS } from './kinds';
import type { Memory } from './memory';
import { ABSENCE, seconds } from './patience';

/** What stands against believing that there is nothing of that name, though a look says so: a pause, or nothing. */
export function doubtAbsence({ name, spec }: Goal, at: number, memory: Memory): Action | undefined {
  if (memory.deleted !== undefined) {
    return undefined;
  }
  const since = memory.absentSince ?? at;
  const believable = since + ABSENCE * 1000;
  const awaiting = `certainty that there is no ${KINDS[spec.kind].noun} ${name}`;
  return at >= believable ? undefined : { kind: 'wait', seconds: seconds(believable - at), awaiting, note: { absentSince: since } };
}
