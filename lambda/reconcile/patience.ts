/**
 * How long we wait for what. AWS documents none of these; each is on the safe side.
 * All in seconds.
 */

/** By then what was accepted is visible to every reader. */
export const VISIBILITY = 60;
/** Absence is believed when it was seen twice, this far apart. */
export const ABSENCE = 20;
/** By then a new role or policy works everywhere. */
export const PROPAGATION = 180;
/** By then an execution that has begun is listed. */
export const LISTED = 10;
/** By then no invocation of a stopped execution is still at work. */
export const IN_FLIGHT = 60;
/**
 * What no observation explains is given this long to pass, where to give up would leave the stack stuck, or where a
 * name may still be held.
 */
export const UNEXPLAINED = 600;

/** CloudFormation asks for the deletion of what it got no answer for sooner after that answer was sent. */
export const UNHEARD = 7200;

/** An import is not expected to take longer: AWS's own SDK for Nova models waits no longer for one. */
export const IMPORT = 900;

/** The clocks of CloudFormation and Amazon Bedrock differ by less. */
export const CLOCKS = 10;

/** What an execution needs to end that has just sent its answer. */
export const GRACE = 3;

const SHORTEST = 2;
const LONGEST = 26;

/**
 * When to look again at something under way: after a third of the time that it has taken so far.
 * Quick things are noticed quickly; a wait of 20 minutes costs fewer than 60 looks.
 */
export function untilNextLook(elapsedMs: number): number {
  return Math.min(LONGEST, Math.max(SHORTEST, Math.round(elapsedMs / 3000)));
}

/** When to call again after `troubles` calls in a row that failed for a passing reason. */
export function untilNextTry(troubles: number): number {
  return Math.min(LONGEST, 2 ** Math.min(troubles, 5));
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
