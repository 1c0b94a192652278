import { MAX_TIMEOUT_SECONDS } from '../../lib/private/contract';
import type { Action } from './action';
import type { Goal, PresenceGoal } from './goal';
import { KINDS } from './kinds';
import { isRetained, type Memory } from './memory';
import type { Resource } from './observed';

/**
 * How long the handler waits for what, in seconds, and what it waits for before it believes what a look shows. AWS
 * documents none of these times; each is on the safe side.
 */

/** By then every reader sees what was accepted. */
export const VISIBILITY = 60;
/** An absence is believed when it was seen twice, this far apart. */
export const ABSENCE = 20;
/** By then a new role or policy works everywhere. */
export const PROPAGATION = 180;
/** The handler calls again sooner than this, unless something keeps it from that. */
export const UNASKED = 60;
/** By then Step Functions lists an execution that has begun. */
export const LISTED = 10;
/** By then no read shows again what was before the last change of an earlier request. */
export const SHOWN = 16;
/** By then no invocation of a stopped execution is still at work. */
export const IN_FLIGHT = 60;
/**
 * What no observation explains gets this long to pass, where giving up would leave the stack stuck, or where Bedrock
 * may still hold a name.
 */
export const UNEXPLAINED = 600;
/**
 * Sooner than this after an answer that it did not take, CloudFormation asks for the deletion of what was answered for.
 */
export const UNHEARD = 7200;
/** An import is not expected to take longer: AWS's own SDK for Nova models waits no longer for one. */
export const IMPORT = 900;
/** The clocks of CloudFormation and Amazon Bedrock differ by less. */
export const CLOCKS = 10;
/** What an execution needs to end that has just sent its answer. */
export const GRACE = 3;

const SHORTEST = 2;
const LONGEST = 13;
const LONGEST_PAUSE = 26;

/**
 * When to look again at something under way: after a sixth of the time that it has taken so far. So quick things are
 * noticed quickly, and a wait of 20 minutes costs about 110 looks.
 */
export function untilNextLook(elapsedMs: number): number {
  return Math.min(LONGEST, Math.max(SHORTEST, Math.round(elapsedMs / 6000)));
}

/** When to call again after so many calls in a row that failed. */
export function untilNextTry(failures: number, longest = LONGEST_PAUSE): number {
  return Math.min(longest, 2 ** Math.min(failures, 6));
}

const LONGEST_RETREAT = 60;

/**
 * When to call again after a call that failed for a transient reason: those that were throttled together do not come
 * back together.
 */
export function untilCalm({ setbacks = 1, spread }: Memory): number {
  return apart(untilNextTry(setbacks, LONGEST_RETREAT), spread);
}

const PLACE_AT_FIRST = 60;
const PLACE_AT_LAST = 6;

/**
 * When a creation asks again for a place in a full quota: the more often, the less of its hour is left, so that those
 * that have waited longest are the next.
 */
export function untilNextPlace({ startedAt, spread }: Memory, at: number): number {
  const passed = Math.min(1, (at - startedAt) / (MAX_TIMEOUT_SECONDS * 1000));
  const pause = PLACE_AT_FIRST - (PLACE_AT_FIRST - PLACE_AT_LAST) * passed;
  return apart(pause, spread);
}

/** Half of a pause up to one and a half of it: for each run another. */
function apart(pause: number, spread = 0.5): number {
  return Math.round(pause * (0.5 + spread));
}

export function seconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000));
}

/** A span as a person would say it. */
export function spoken(ms: number): string {
  const total = Math.round(ms / 1000);
  const minutes = Math.floor(total / 60);
  return minutes === 0 ? `${total} s` : total % 60 === 0 ? `${minutes} min` : `${minutes} min ${total % 60} s`;
}

/** While an invocation of an older execution may still be at work, nothing may be concluded from what is seen. */
export function awaitOlderRuns(name: string, at: number, { settleUntil = 0 }: Memory): Action | undefined {
  return at < settleUntil
    ? { kind: 'wait', seconds: seconds(settleUntil - at), awaiting: `an earlier run for ${name} to end` }
    : undefined;
}

/** A look that finds nothing of that name is not believed at once, unless this request deleted what had it. */
export function confirmAbsence(goal: Goal, at: number, memory: Memory): Action | undefined {
  if (memory.deleted !== undefined) {
    return undefined;
  }
  const { name, spec } = goal;
  // the moment in which an older run may not be listed yet counts, the one in which it may still be at work does not
  const since = Math.max(memory.absentSince ?? at, (memory.settleUntil ?? -Infinity) - LISTED * 1000);
  const believable = Math.max(since, lastUnheard(goal, memory) + VISIBILITY * 1000) + ABSENCE * 1000;
  const awaiting = `certainty that there is no ${KINDS[spec.kind].noun} ${name}`;
  return at >= believable
    ? undefined
    : { kind: 'wait', seconds: seconds(believable - at), awaiting, note: { absentSince: since } };
}

/** A request that failed may until its end have made something without learning of it, which becomes visible later. */
function lastUnheard(goal: Goal, { earlier = [] }: Memory): number {
  const ends = goal.want === 'absent' ? [goal.attempt?.until, ...earlier.map(({ answeredAt }) => answeredAt)] : [];
  return Math.max(...ends.map((end) => end ?? -Infinity), -Infinity);
}

/**
 * If the request before this one deleted something, reads may still show what is gone: it is not taken for retained.
 */
export function confirmPresence(
  goal: PresenceGoal,
  resource: Resource,
  at: number,
  memory: Memory,
): Action | undefined {
  const { earlier = [], startedAt } = memory;
  const believable = startedAt + VISIBILITY * 1000;
  return isRetained(goal, resource, memory) && earlier[0]?.type === 'Delete' && at < believable
    ? { kind: 'wait', seconds: seconds(believable - at), awaiting: `certainty that ${goal.name} is still there` }
    : undefined;
}
