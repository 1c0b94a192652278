import type { Action, Ending, LookAround } from './action';
import type { Goal } from './goal';
import type { Operation } from './kinds';
import {
  type CallErrorKind,
  deadlineAfterQueue,
  deadlineOf,
  mayBeExtended,
  type Memory,
  mustNotGiveUp,
  type RepeatedError,
} from './memory';
import type { Observed } from './observed';
import { ASK_FIRST, quotaInWords, whenQuotaIsFull } from './quota';
import {
  PROPAGATION,
  seconds,
  spoken,
  UNASKED,
  UNEXPLAINED,
  untilCalm,
  untilNextLook,
  untilNextTry,
  VISIBILITY,
} from './waits';

/** A call that failed. */
export interface CallError {
  readonly kind: CallErrorKind;
  /** Of Amazon Bedrock, or of another service. */
  readonly operation: string;
  /** The error's name and message, as the service gave them. */
  readonly message: string;
  /** Under which the service has the call. */
  readonly awsRequestId?: string;
}

/** How a `CallError` travels up from the call. */
export class CallFailed extends Error {
  constructor(readonly callError: CallError) {
    super(`${callError.operation}: ${callError.message}`);
  }
}

/**
 * An error after the one before, if it is the same again. Where the time counts for which an error lasts, it is another
 * one if nobody has asked for so many seconds, as while Lambda was away.
 */
export function repeated(
  before: RepeatedError | undefined,
  kind: CallErrorKind,
  message: string,
  at: number,
  unasked: number,
): RepeatedError {
  const isAnother = before?.kind !== kind || at - before.last > unasked * 1000;
  const same = isAnother ? undefined : before;
  return { kind, message, first: same?.first ?? at, last: at, count: (same?.count ?? 0) + 1 };
}

/** A call that works is struck off. */
export function withoutErrorOf(operation: string, memory: Memory): Memory {
  if (memory.troubles?.[operation] === undefined) {
    return memory;
  }
  const troubles = Object.fromEntries(Object.entries(memory.troubles).filter(([name]) => name !== operation));
  return { ...memory, troubles };
}

/**
 * What to do after a call that failed, and what to remember of it. Whether a refused change counts is for a fresh look
 * to tell; a refused look never will.
 */
export function afterCallError(
  goal: Goal,
  memory: Memory,
  { operation, message, kind: given }: CallError,
  at: number,
  wasInTransition: boolean,
): Ending | LookAround {
  // What is refused while something is under way is refused for now, whatever the error is called.
  const mayPass = given === 'refused' || given === 'denied';
  const kind = mayPass && wasInTransition && !isLook(operation) ? 'busy' : given;
  const before = memory.troubles?.[operation];
  const error = repeated(
    mayHaveBeenQuota(operation, before, memory) ? undefined : before,
    kind,
    `${operation}: ${message}`,
    at,
    kind === 'denied' || (kind === 'refused' && isLook(operation)) ? UNASKED : Infinity,
  );
  const troubles = { ...memory.troubles, [operation]: error };
  const note = {
    troubles,
    ...(kind === 'passing' ? { setbacks: (memory.setbacks ?? 0) + 1 } : {}),
    ...(kind === 'busy' ? { awaiting: `${operation} to be accepted` } : {}),
    ...deadlineAfterQueue(goal.spec.kind, memory, { ...memory, troubles }, at),
  };
  return { ...retryOrFail(goal, operation, error, { ...memory, ...note }, at), note };
}

function retryOrFail(
  goal: Goal,
  operation: string,
  error: RepeatedError,
  memory: Memory,
  at: number,
): Ending | LookAround {
  const deadline = deadlineOf(goal, memory);
  if (at >= deadline) {
    return mayBeExtended(goal, memory)
      ? { kind: 'look', at: 'stack' }
      : { kind: 'fail', reason: memory.failure ?? outOfTime(memory, at) };
  }
  const verdict = verdictOn(operation, error);
  if (verdict !== undefined) {
    const goesOn = mustNotGiveUp(goal, memory);
    if (goesOn === undefined) {
      return { kind: 'look', at: 'stack' };
    }
    if (!goesOn) {
      return { kind: 'fail', reason: memory.failure ?? verdict };
    }
  }
  return {
    kind: 'wait',
    seconds: Math.min(pauseAfter(operation, error, memory), seconds(deadline - at)),
    awaiting: memory.awaiting ?? `${operation} to work`,
  };
}

function pauseAfter(operation: string, { kind, first, last, count }: RepeatedError, memory: Memory): number {
  if (kind === 'passing') {
    return untilCalm(memory);
  }
  if (kind !== 'busy') {
    return untilNextTry(count);
  }
  // Before a creation is tried again, `queuedFor` and `awaitPlace` tell whether it would be refused.
  return takesPlace(operation) ? ASK_FIRST : untilNextLook(last - first);
}

/** Whether an error has lasted so many seconds, in which it came at least three times. */
export function hasLasted({ first, last, count }: RepeatedError, howLong: number): boolean {
  return count >= 3 && last - first >= howLong * 1000;
}

/** What to say of an error that is not expected to pass by itself any more. */
function verdictOn(operation: string, error: RepeatedError): string | undefined {
  const { kind, message, first, last } = error;
  if (kind === 'denied' && hasLasted(error, PROPAGATION)) {
    return `${message} (denied for ${spoken(last - first)}, so not merely IAM propagation). ${DENIED_REMEDY}`;
  }
  // The handler asks for tags only of what a look has just shown. Any error may say that they are not known yet, or
  // not any more.
  const patience = operation === 'ListTagsForResource' ? UNEXPLAINED : VISIBILITY;
  return kind === 'refused' && isLook(operation) && hasLasted(error, patience) ? message : undefined;
}

const DENIED_REMEDY =
  'Look for what denies it: a service control policy, a permissions boundary, a role whose policy is not this ' +
  "stack's. If the account does not evaluate aws:ResourceTag conditions for Amazon Bedrock, set " +
  'resourceTagConditions: false on the CustomModelProvider';

function isLook(operation: string): boolean {
  return /^(Get|List)/.test(operation);
}

export function outOfTime(memory: Memory, at: number, awaiting = memory.awaiting): string {
  const elapsed = spoken(at - memory.startedAt);
  const awaited = `out of time: after ${elapsed} still waiting for ${awaiting ?? 'the first answer of Amazon Bedrock'}`;
  const last = Object.values(memory.troubles ?? {}).sort((a, b) => b.last - a.last)[0];
  const remedy = last?.kind === 'denied' ? DENIED_REMEDY : quotaInWords(memory);
  return last === undefined
    ? awaited
    : `${awaited}; last error: ${last.message}${remedy === undefined ? '' : `. ${remedy}`}`;
}

/**
 * What stands against calling `operation` now: nothing, a look, a pause, or the end.
 *
 * What a refusal means is told by what is seen, never by its name. The service may refuse a call because an earlier
 * one, of which the handler never heard, has worked: its reply was lost, or Lambda died over it. It may refuse it
 * because of the quota, while others are in progress. So a refusal counts only if a fresh look does not explain it
 * (else nobody would ask), twice, and each time only when the work of the earlier call would show. (One that came while
 * the resource was in transition does not get here: `afterCallError` takes it for what it is.)
 */
export function beforeCalling(
  operation: Operation,
  goal: Goal,
  { at }: Pick<Observed, 'at'>,
  memory: Memory,
): Action | undefined {
  const error = memory.troubles?.[operation];
  const isCreation = operation.startsWith('Create');
  switch (error?.kind) {
    case 'busy':
      return isCreation ? (whenQuotaIsFull(error, at, memory) ?? unlessRolledBack(error, goal, memory)) : undefined;
    case 'refused':
      return (
        whenRefused(operation, error, goal, at, memory) ??
        (isCreation ? unlessRolledBack(error, goal, memory) : undefined)
      );
    default:
      return undefined;
  }
}

/** What a rollback would only delete again must not take the place that the rollback may need. */
function unlessRolledBack(
  { last, message }: RepeatedError,
  goal: Goal,
  { stack, stackAt = 0, places }: Memory,
): Action | undefined {
  if (goal.want === 'absent' || goal.previous !== undefined) {
    return undefined;
  }
  if (stackAt < Math.max(last, places?.freeSince ?? 0)) {
    return { kind: 'look', at: 'stack' };
  }
  return stack?.endsWith('ROLLBACK_IN_PROGRESS')
    ? { kind: 'fail', reason: `${message}. It was not tried again, since the stack rolls back` }
    : undefined;
}

function whenRefused(
  operation: Operation,
  refusal: RepeatedError,
  goal: Goal,
  at: number,
  memory: Memory,
): Action | undefined {
  const believable = refusal.last + VISIBILITY * 1000;
  if (at < believable) {
    return { kind: 'wait', seconds: seconds(believable - at), awaiting: `${operation} to be accepted` };
  }
  if (takesPlace(operation)) {
    const { quotaUse } = memory;
    // A look of that very moment came before the call.
    if (quotaUse === undefined || quotaUse.at <= refusal.last) {
      return { kind: 'look', at: 'quota' };
    }
    if (quotaUse.idleSince === undefined || mayHaveBeenQuota(operation, refusal, memory)) {
      return undefined; // others are in progress, or were
    }
  }
  if (refusal.count < 2) {
    return undefined;
  }
  const isWayBack = mustNotGiveUp(goal, memory);
  if (isWayBack === undefined) {
    return { kind: 'look', at: 'stack' };
  }
  const isPatient = isWayBack || (operation.startsWith('Create') && nameMayBeHeld(goal, refusal, memory));
  // As long as Lambda was away, nobody may have asked: only what is refused at the end of that time counts.
  return isPatient && refusal.last - refusal.first < UNEXPLAINED * 1000
    ? undefined
    : { kind: 'fail', reason: memory.failure ?? refusalInWords(operation, refusal) };
}

/**
 * None is in progress any more, but others were when a call that was refused before was tried again: what is refused
 * from now on counts anew.
 */
function mayHaveBeenQuota(operation: string, refusal: RepeatedError | undefined, { quotaUse }: Memory): boolean {
  if (refusal?.kind !== 'refused' || refusal.count < 2 || !takesPlace(operation)) {
    return false;
  }
  return quotaUse?.idleSince !== undefined && refusal.last < quotaUse.idleSince;
}

function takesPlace(operation: string): boolean {
  return /^(Create|Update)/.test(operation);
}

/**
 * Bedrock may hold a name for some time after what had it was deleted: by this request, by an earlier one, or, if the
 * user chose it, by anybody.
 */
function nameMayBeHeld(goal: Goal, { message }: RepeatedError, { deleted, retried, earlier = [] }: Memory): boolean {
  const isFixed = goal.want === 'present' && goal.nameIsFixed;
  const hasDeleted = deleted !== undefined || retried !== undefined; // the reply to a deletion may be lost
  return isFixed || hasDeleted || earlier.length > 0 || /exist|in use|taken/i.test(message);
}

function refusalInWords(operation: Operation, { message, first, last }: RepeatedError): string {
  return operation.startsWith('Create') && last - first >= UNEXPLAINED * 1000
    ? `${message}. Nothing of that name was found meanwhile: Amazon Bedrock may hold the name of what was deleted. ` +
        'Try again later, or choose another name'
    : message;
}
