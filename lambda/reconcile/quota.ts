import type { Action, LookAtPlaces, Wait } from './action';
import type { Goal, Kind } from './goal';
import { KINDS } from './kinds';
import type { Memory, RepeatedError, SeenPlaces, SeenQuotaUse } from './memory';
import type { QuotaUse } from './observed';
import { seconds, untilNextPlace } from './waits';

/** What a look at all resources of a kind adds to what was known of them. */
export function remembered(kind: Kind, use: QuotaUse, at: number, before: SeenQuotaUse | undefined): SeenQuotaUse {
  const isIdle = use.inProgress === 0;
  return {
    kind,
    at,
    ...use,
    ...(isIdle ? { idleSince: before?.idleSince ?? at } : {}),
    ...(isIdle && use.ofStack === 0 ? { noneOfStackSince: before?.noneOfStackSince ?? at } : {}),
  };
}

/** A creation is tried again after so many seconds, whatever the list shows: it may not show what counts. */
const TRY_ALL_THE_SAME = 120;
/** The same, where nothing was in progress. */
const TRY_WHEN_IDLE = 30;
/** A place that is free for less than this is left to changes and rollbacks, which ask more often. */
const FREE = 5;
/** How often these ask. */
export const ASK_FIRST = 3;

/** What a look at how many are in progress adds to what was known of them. */
export function rememberedPlaces(inProgress: number, at: number, before: SeenPlaces | undefined): SeenPlaces {
  const taken = before?.taken ?? inProgress;
  return { at, taken, ...(inProgress < taken ? { freeSince: before?.freeSince ?? at } : {}) };
}

/**
 * What stands against looking for what is to be created: nothing, unless a creation was refused because something must
 * end first. As long as no fewer are in progress than then, it would be refused again.
 */
export function awaitPlace(goal: Goal, at: number, memory: Memory): LookAtPlaces | Wait | undefined {
  const { create } = KINDS[goal.spec.kind];
  const refusal = memory.troubles?.[create];
  const { places } = memory;
  const patience = places?.taken === 0 ? TRY_WHEN_IDLE : TRY_ALL_THE_SAME;
  if (goal.want === 'absent' || refusal?.kind !== 'busy' || at - refusal.last >= patience * 1000) {
    return undefined;
  }
  if (places === undefined || places.at < at) {
    return { kind: 'look', at: 'places' };
  }
  const isFirst = goal.previous !== undefined;
  const free = places.freeSince === undefined ? -Infinity : at - places.freeSince;
  if (free >= (isFirst ? 0 : FREE * 1000)) {
    return undefined;
  }
  const pause = isFirst ? ASK_FIRST : free >= 0 ? FREE : untilNextPlace(memory, at);
  const untilTry = seconds(refusal.last + patience * 1000 - at);
  return { kind: 'wait', seconds: Math.min(pause, untilTry), awaiting: `${create} to be accepted` };
}

/**
 * If nothing is in progress, the quota that is full is not that of what is in progress: it is the one of how many there
 * may be. A stack that holds none of them can wait for nobody; one that does may yet give one up, after which Bedrock
 * must have refused again.
 */
export function whenQuotaIsFull(refusal: RepeatedError, memory: Memory): Action | undefined {
  const { quotaUse } = memory;
  if (quotaUse === undefined || quotaUse.at < refusal.last) {
    return { kind: 'look', at: 'quota' };
  }
  const isHopeless = quotaUse.noneOfStackSince !== undefined && refusal.last >= quotaUse.noneOfStackSince;
  return isHopeless
    ? { kind: 'fail', reason: memory.failure ?? `${refusal.message}. ${inWords(quotaUse)}` }
    : undefined;
}

/** What is known of the quota that a creation waits for, if anything is. */
export function quotaInWords({ quotaUse, troubles }: Memory): string | undefined {
  const isAwaited = quotaUse?.idleSince !== undefined && troubles?.[KINDS[quotaUse.kind].create]?.kind === 'busy';
  return isAwaited ? inWords(quotaUse) : undefined;
}

function inWords({ kind, total }: SeenQuotaUse): string {
  const { nouns, quota } = KINDS[kind];
  return (
    `None of the ${total} ${nouns} of this account and Region is in progress, so the full quota is that of ${quota}. ` +
    'Delete what you no longer need, or request a higher quota (Service Quotas, Amazon Bedrock)'
  );
}
