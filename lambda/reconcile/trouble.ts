import type { Ending, LookAround } from './action';
import { quotaInWords } from './fleet';
import type { Goal } from './goal';
import { deadlineOf, mayBePutOff, type Memory, type Ordeal, takesBack } from './memory';
import { PROPAGATION, seconds, spoken, UNEXPLAINED, untilNextTry, VISIBILITY } from './patience';

export type Operation =
  | 'GetCustomModelDeployment'
  | 'GetCustomModel'
  | 'ListTagsForResource'
  | 'ListCustomModelDeployments'
  | 'ListCustomModels'
  | 'CreateCustomModelDeployment'
  | 'UpdateCustomModelDeployment'
  | 'DeleteCustomModelDeployment'
  | 'CreateCustomModel'
  | 'DeleteCustomModel'
  | 'TagResource'
  | 'UntagResource'
  | 'StartExecution'
  | 'ListExecutions'
  | 'StopExecution';

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

/**
 * What to do about trouble, and what to remember of it. Whether a refused change counts is for a fresh look to tell; a
 * refused look never will.
 */
export function endure(
  goal: Goal,
  memory: Memory,
  trouble: Trouble,
  at: number,
  wasInTransition: boolean,
): Ending | LookAround {
  const { operation, message } = trouble;
  // What is refused while something is under way is refused for now, whatever the error is called.
  const kind = trouble.kind === 'refused' && wasInTransition && !isLook(operation) ? 'busy' : trouble.kind;
  const before = memory.troubles?.[operation];
  const same = before?.kind === kind ? before : undefined;
  const ordeal: Ordeal = {
    kind,
    message: `${operation}: ${message}`,
    first: same?.first ?? at,
    last: at,
    count: (same?.count ?? 0) + 1,
  };
  const note = {
    troubles: { ...memory.troubles, [operation]: ordeal },
    ...(kind === 'busy' ? { awaiting: `${operation} to be accepted` } : {}),
  };
  return { ...judge(goal, operation, ordeal, { ...memory, ...note }, at), note };
}

function judge(goal: Goal, operation: Operation, ordeal: Ordeal, memory: Memory, at: number): Ending | LookAround {
  const { count } = ordeal;
  const deadline = deadlineOf(goal, memory);
  if (at >= deadline) {
    return mayBePutOff(goal, memory)
      ? { kind: 'look', at: 'stack' }
      : { kind: 'fail', reason: memory.failure ?? outOfTime(memory, at) };
  }
  const verdict = verdictOn(operation, ordeal, at);
  const goesOn = verdict === undefined ? true : takesBack(goal, memory);
  if (goesOn === undefined) {
    return { kind: 'look', at: 'stack' };
  }
  if (verdict !== undefined && !goesOn) {
    return { kind: 'fail', reason: memory.failure ?? verdict };
  }
  return {
    kind: 'wait',
    seconds: Math.min(untilNextTry(count), seconds(deadline - at)),
    awaiting: memory.awaiting ?? `${operation} to work`,
  };
}

/**
 * What is to be said of trouble that is no longer thought to pass by itself; but a Delete or a rollback that gave up
 * would leave the stack stuck.
 */
function verdictOn(operation: Operation, { kind, message, first }: Ordeal, at: number): string | undefined {
  if (kind === 'denied' && at - first >= PROPAGATION * 1000) {
    return `${message} (denied for ${spoken(at - first)}, so not merely IAM propagation). ${REMEDY}`;
  }
  // Tags are asked for only of what a look has just shown: that it is not known yet, or not any more, may be said by
  // any error.
  const patience = operation === 'ListTagsForResource' ? UNEXPLAINED : VISIBILITY;
  return kind === 'refused' && isLook(operation) && at - first >= patience * 1000 ? message : undefined;
}

const REMEDY =
  "Look for what denies it: a service control policy, a permissions boundary, a role whose policy is not this stack's. " +
  'If the account does not evaluate aws:ResourceTag conditions for Amazon Bedrock, set resourceTagConditions: false on the CustomModelProvider';

function isLook(operation: Operation): boolean {
  return /^(Get|List)/.test(operation);
}

export function outOfTime(memory: Memory, at: number, awaiting = memory.awaiting): string {
  const awaited = `out of time: after ${spoken(at - memory.startedAt)} still waiting for ${awaiting ?? 'the first answer of Amazon Bedrock'}`;
  const last = Object.values(memory.troubles ?? {}).sort((a, b) => b.last - a.last)[0];
  const more = last?.kind === 'denied' ? REMEDY : quotaInWords(memory);
  return last === undefined
    ? awaited
    : `${awaited}; last error: ${last.message}${more === undefined ? '' : `. ${more}`}`;
}
