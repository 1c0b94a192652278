import type { Action } from './action';
import type { Kind } from './goal';
import { KINDS } from './kinds';
import type { Memory, RepeatedError, SeenQuotaUse } from './memory';
import type { QuotaUse } from './observed';

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
