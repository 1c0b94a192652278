import type { Action } from './action';
import type { Memory, Ordeal } from './memory';
import { PROPAGATION, seconds, spoken, untilNextTry, VISIBILITY } from './patience';

export type Operation =
  | 'GetCustomModelDeployment' | 'GetCustomModel' | 'ListTagsForResource' | 'ListCustomModelDeployments'
  | 'CreateCustomModelDeployment' | 'UpdateCustomModelDeployment' | 'DeleteCustomModelDeployment'
  | 'CreateCustomModel' | 'DeleteCustomModel'
  | 'TagResource' | 'UntagResource'
  | 'StartExecution' | 'ListExecutions' | 'StopExecution';

/**
 * Why a call did not do what it was for.
 *
 * - `passing`: throttled, a server's fault, or no answer: it may even have worked
 * - `denied`: not authorized, which on a fresh stack may only mean not yet
 * - `busy`: something must end first (a conflict, the quota)
 * - `refused`: the service says no
 */
export type TroubleKind = 'passing' | 'denied' | 'busy' | 'refused';

export interface Trouble {
  readonly kind: TroubleKind;
  readonly operation: Operation;
  /** The error's name and message, as the service gave them. */
  readonly message: string;
}

/** How a `Trouble` travels up from the call. */
export class TroubleError extends Error {
  constructor(readonly trouble: Trouble, options?: ErrorOptions) {
    super(`${trouble.operation}: ${trouble.message}`, options);
    this.name = 'TroubleError';
  }
}

/** What the request remembers of a call that failed. */
export function suffer(memory: Memory, trouble: Trouble, at: number): Memory {
  const { kind, operation } = trouble;
  const before = memory.troubles?.[operation];
  const same = before?.kind === kind ? before : undefined;
  const ordeal: Ordeal = { kind, message: `${operation}: ${trouble.message}`, first: same?.first ?? at, last: at, count: (same?.count ?? 0) + 1 };
  return {
    ...memory,
    troubles: { ...memory.troubles, [operation]: ordeal },
    ...(kind === 'busy' ? { awaiting: `${operation} to be accepted` } : {}),
  };
}

/** A call that works is struck off. */
export function recover(memory: Memory, operation: Operation): Memory {
  if (memory.troubles?.[operation] === undefined) {
    return memory;
  }
  const troubles = Object.fromEntries(Object.entries(memory.troubles).filter(([name]) => name !== operation));
  return { ...memory, troubles };
}

const LOOKS: readonly Operation[] = [
  'GetCustomModelDeployment', 'GetCustomModel', 'ListTagsForResource', 'ListCustomModelDeployments', 'ListExecutions',
];

/** What to do about trouble, now that it is remembered. Whether a refused change counts is for a fresh look to tell; a refused look never will. */
export function endure(memory: Memory, { kind, operation }: Trouble, at: number): Action {
  const ordeal = memory.troubles?.[operation];
  const since = ordeal?.first ?? at;
  if (at >= memory.deadline) {
    return { kind: 'fail', reason: memory.failure ?? outOfTime(memory, at) };
  }
  if (kind === 'denied' && at - since >= PROPAGATION * 1000) {
    return { kind: 'fail', reason: memory.failure ?? `${ordeal?.message ?? operation} (denied for ${spoken(at - since)}, so not merely IAM propagation)` };
  }
  if (kind === 'refused' && LOOKS.includes(operation) && at - since >= VISIBILITY * 1000) {
    return { kind: 'fail', reason: memory.failure ?? ordeal?.message ?? operation };
  }
  return {
    kind: 'wait',
    seconds: Math.min(untilNextTry(ordeal?.count ?? 1), seconds(memory.deadline - at)),
    awaiting: memory.awaiting ?? `${operation} to work`,
  };
}

export function outOfTime(memory: Memory, at: number): string {
  const awaited = `out of time: after ${spoken(at - memory.startedAt)} still waiting for ${memory.awaiting ?? 'the first answer of Amazon Bedrock'}`;
  const last = Object.values(memory.troubles ?? {}).sort((a, b) => b.last - a.last)[0];
  return last === undefined ? awaited : `${awaited}; last error: ${last.message}`;
}
