import type { Action, Wait } from './action';
import type { Kind, PresenceGoal } from './goal';
import { KINDS } from './kinds';
import { deadlineOf, type Memory, queuedBy, type RepeatedError, type SeenPlaces, type SeenQuotaUse } from './memory';
import type { QuotaUse } from './observed';
import { seconds, UNEXPLAINED, untilNextPlace, VISIBILITY } from './waits';

/** What a look at all resources of a kind adds to what was known of them. */
export function remembered(kind: Kind, use: QuotaUse, at: number, before: SeenQuotaUse | undefined): SeenQuotaUse {
  const { isIdle, digest } = use;
  // What lists show late may be over before any of them shows it. But then something has changed since the last look.
  const unchanged = digest === before?.digest ? before : undefined;
  return {
    kind,
    at,
    ...use,
    ...(isIdle ? { idleSince: unchanged?.idleSince ?? at } : {}),
    ...(isIdle && use.ofStack === 0 ? { noneOfStackSince: unchanged?.noneOfStackSince ?? at } : {}),
  };
}

/** A creation is tried again after so many seconds, whatever the list shows: it may not show what counts. */
const TRY_ALL_THE_SAME = 120;
/** The same, where nothing was in progress. */
const TRY_WHEN_IDLE = 30;
/** A place that is free for less than this is left to changes and rollbacks, which ask more often. */
const FREE = 5;
/** After a look and the refusal that follows at once: by then another look shows whatever had a place then. */
const UNSEEN = VISIBILITY + TRY_WHEN_IDLE;
/** How often these ask. */
export const ASK_FIRST = 3;

/**
 * The refusal for which a creation waits, because something else must end first: nothing, if it may be tried. As long
 * as no fewer are in progress than when it was refused, it would be refused again.
 */
export function queuedFor(goal: PresenceGoal, at: number, memory: Memory): RepeatedError | undefined {
  const refusal = queuedBy(goal.spec.kind, memory);
  return refusal !== undefined && at < nextTry(goal, refusal, memory) ? refusal : undefined;
}

/** What a look at how many are in progress adds to what was known of them since the refusal. */
export function rememberedPlaces(
  refusal: RepeatedError,
  inProgress: number,
  at: number,
  { places, quotaUse }: Memory,
): { readonly places: SeenPlaces; readonly quotaUse?: SeenQuotaUse } {
  const before = placesSince(refusal, places);
  const taken = before?.taken ?? inProgress;
  const seen = { at, taken, ...(inProgress < taken ? { freeSince: before?.freeSince ?? at } : {}) };
  if (inProgress === 0 || quotaUse === undefined) {
    return { places: seen };
  }
  // That none was in progress is no longer so.
  const { kind, total, ofStack, digest } = quotaUse;
  return { places: seen, quotaUse: remembered(kind, { total, ofStack, digest, isIdle: false }, at, quotaUse) };
}

/** After that look: how long the creation still waits, unless it may be tried. */
export function awaitPlace(
  goal: PresenceGoal,
  refusal: RepeatedError,
  { at, freeSince = Infinity }: SeenPlaces,
  memory: Memory,
): Wait | undefined {
  const isFirst = goal.previous !== undefined;
  const isFree = freeSince <= at;
  if (isFree && (isFirst || at - freeSince >= FREE * 1000)) {
    return undefined;
  }
  const pause = isFirst ? ASK_FIRST : isFree ? FREE : untilNextPlace(memory, at);
  return {
    kind: 'wait',
    seconds: Math.min(pause, seconds(nextTry(goal, refusal, memory) - at)),
    awaiting: `${KINDS[goal.spec.kind].create} to be accepted`,
  };
}

function nextTry(goal: PresenceGoal, refusal: RepeatedError, memory: Memory): number {
  const patience = placesSince(refusal, memory.places)?.taken === 0 ? TRY_WHEN_IDLE : TRY_ALL_THE_SAME;
  return Math.min(refusal.last + patience * 1000, deadlineOf(goal, memory));
}

function placesSince({ last }: RepeatedError, places: SeenPlaces | undefined): SeenPlaces | undefined {
  return places !== undefined && places.at > last ? places : undefined;
}

/**
 * If nothing is in progress, the quota that is full is not that of what is in progress: it is the one of how many there
 * may be. A stack that holds none of them can wait for nobody; one that does may yet give one up, after which Bedrock
 * must have refused again. What has just taken the last place may not be listed yet.
 */
export function whenQuotaIsFull(refusal: RepeatedError, at: number, memory: Memory): Action | undefined {
  const { quotaUse } = memory;
  const waited = at - refusal.first;
  if (waited < (UNEXPLAINED - UNSEEN) * 1000) {
    return undefined;
  }
  if (quotaUse === undefined || quotaUse.at < refusal.last) {
    return { kind: 'look', at: 'quota' };
  }
  const { noneOfStackSince = Infinity } = quotaUse;
  const isHopeless = refusal.last >= noneOfStackSince && quotaUse.at - noneOfStackSince >= UNSEEN * 1000;
  return isHopeless && waited >= UNEXPLAINED * 1000
    ? { kind: 'fail', reason: memory.failure ?? `${refusal.message}. ${inWords(quotaUse)}` }
    : undefined;
}

/** What is known of the quota that a creation waits for, if anything is. */
export function quotaInWords(memory: Memory): string | undefined {
  const { quotaUse } = memory;
  const isAwaited = quotaUse?.idleSince !== undefined && queuedBy(quotaUse.kind, memory) !== undefined;
  return isAwaited ? inWords(quotaUse) : undefined;
}

function inWords({ kind, total }: SeenQuotaUse): string {
  const { nouns, quota } = KINDS[kind];
  return (
    `None of the ${total} ${nouns} of this account and Region is in progress, so the full quota is that of ${quota}. ` +
    'Delete what you no longer need, or request a higher quota (Service Quotas, Amazon Bedrock)'
  );
}
