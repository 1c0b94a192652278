import type { Ending } from './action';
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
  constructor(readonly trouble: Trouble) {
    super(`${trouble.operation}: ${trouble.message}`);
  }
}

/** A call that works is struck off. */
export function recover(memory: Memory, operation: Operation): Memory {
  if (memory.troubles?.[operation] === undefined) {
    return memory;
  }
  const troubles = Object.fromEntries(Object.entries(memory.troubles).filter(([name]) => name !== operation));
  return { ...memory, troubles };
}

/** What to do about trouble, and what to remember of it. Whether a refused change counts is for a fresh look to tell; a refused look never will. */
export function endure(memory: Memory, { kind, operation, message }: Trouble, at: number): Ending {
  const before = memory.troubles?.[operation];
  const same = before?.kind === kind ? before : undefined;
  const ordeal: Ordeal = { kind, message: `${operation}: ${message}`, first: same?.first ?? at, last: at, count: (same?.count ?? 0) + 1 };
  const note = {
    troubles: { ...memory.troubles, [operation]: ordeal },
    ...(kind === 'busy' ? { awaiting: `${operation} to be accepted` } : {}),
  };
  return { ...judge(operation, ordeal, { ...memory, ...note }, at), note };
}

function judge(operation: Operation, { kind, message, first, count }: Ordeal, memory: Memory, at: number): Ending {
  if (at >= memory.deadline) {
    return { kind: 'fail', reason: memory.failure ?? outOfTime(memory, at) };
  }
  if (kind === 'denied' && at - first >= PROPAGATION * 1000) {
    return { kind: 'fail', reason: memory.failure ?? `${message} (denied for ${spoken(at - first)}, so not merely IAM propagation)` };
  }
  if (kind === 'refused' && isLook(operation) && at - first >= VISIBILITY * 1000) {
    return { kind: 'fail', reason: memory.failure ?? message };
  }
  return {
    kind: 'wait',
    seconds: Math.min(untilNextTry(count), seconds(memory.deadline - at)),
    awaiting: memory.awaiting ?? `${operation} to work`,
  };
}

function isLook(operation: Operation): boolean {
  return /^(Get|List)/.test(operation);
}

export function outOfTime(memory: Memory, at: number, awaiting = memory.awaiting): string {
  const awaited = `out of time: after ${spoken(at - memory.startedAt)} still waiting for ${awaiting ?? 'the first answer of Amazon Bedrock'}`;
  const last = Object.values(memory.troubles ?? {}).sort((a, b) => b.last - a.last)[0];
  return last === undefined ? awaited : `${awaited}; last error: ${last.message}`;
}
