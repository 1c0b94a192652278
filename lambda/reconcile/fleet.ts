import type { Action } from './action';
import type { Kind } from './goal';
import { KINDS } from './kinds';
import type { Memory, Ordeal, SeenFleet } from './memory';
import type { Fleet } from './observed';

/** What a look at all resources of a kind adds to what was known of them. */
export function remembered(kind: Kind, fleet: Fleet, at: number, before: SeenFleet | undefined): SeenFleet {
  const isIdle = fleet.inProgress === 0;
  return {
    kind,
    at,
    ...fleet,
    ...(isIdle ? { idleSince: before?.idleSince ?? at } : {}),
    ...(isIdle && fleet.ofStack === 0 ? { noneOfStackSince: before?.noneOfStackSince ?? at } : {}),
  };
}

/**
 * The quota that is full is not that of what is in progress, if none is: it is the one of how many there may be. A
 * stack that holds none of them can wait for nobody; one that does may yet give one up, after which it must have been
 * refused again.
 */
export function fullQuota(refusal: Ordeal, memory: Memory): Action | undefined {
  const { fleet } = memory;
  if (fleet === undefined || fleet.at < refusal.last) {
    return { kind: 'look', at: 'fleet' };
  }
  const isHopeless = fleet.noneOfStackSince !== undefined && refusal.last >= fleet.noneOfStackSince;
  return isHopeless ? { kind: 'fail', reason: memory.failure ?? `${refusal.message}. ${inWords(fleet)}` } : undefined;
}

/** What is known of the quota that a creation waits for, if anything is. */
export function quotaInWords({ fleet, troubles }: Memory): string | undefined {
  const isAwaited = fleet?.idleSince !== undefined && troubles?.[KINDS[fleet.kind].create]?.kind === 'busy';
  return isAwaited ? inWords(fleet) : undefined;
}

function inWords({ kind, total }: SeenFleet): string {
  const { nouns, quota } = KINDS[kind];
  return (
    `None of the ${total} ${nouns} of this account and Region is in progress, so the quota that is full is that of ${quota}: ` +
    'delete what is not needed any more, or have the quota raised (Service Quotas, Amazon Bedrock)'
  );
}
