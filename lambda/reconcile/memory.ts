import { type GateAnswer, MAX_TIMEOUT_SECONDS } from '../../lib/private/contract';
import type { Goal, Kind, PresenceGoal } from './goal';
import { KINDS, type Operation } from './kinds';
import type { QuotaUse, Resource, UpdateDetails } from './observed';

/**
 * What travels from step to step through the state machine. All times are in ms. The names are those of the first
 * release, since an execution that it began goes on under this one.
 */
export interface Memory {
  readonly startedAt: number;
  readonly deadline: number;
  /** Until then an older run of the same resource may still act, so that no absence is believed. */
  readonly settleUntil?: number;
  /** Older runs were seen at work, and were given a moment to end by themselves. */
  readonly graceGiven?: boolean;
  /** When the executions of the same resource were last listed, and none but this one had anything left to do. */
  readonly aloneAt?: number;
  /** The earlier requests for the same resource, the newest first. */
  readonly earlier?: readonly EarlierRequest[];
  /** The status of the stack, once it was asked for. */
  readonly stack?: string;
  /** When it was asked for last. */
  readonly stackAt?: number;

  /** This request means to create: noted before the first call, so that what is found later is known as its own. */
  readonly create?: CreateAttempt;
  /** The failed model of an import that is tried once more. */
  readonly retried?: string;
  /** This request means to update: noted before the first call, with what was to be seen then. */
  readonly update?: UpdateAttempt;
  readonly deleted?: { readonly arn: string; readonly at: number };
  readonly absentSince?: number;
  readonly modelAbsentSince?: number;
  /** Since when only deployments that nothing changes keep the model in use. */
  readonly usedSince?: number;
  readonly quotaUse?: SeenQuotaUse;
  /** What was last seen of the places in a full quota. */
  readonly places?: SeenPlaces;
  /** From 0 to 1, another for each run: so that those that wait for the same thing do not all ask at once. */
  readonly spread?: number;

  /** How far the request has come with its gates. */
  readonly gate?: GateProgress;
  /** What came of the check that the state machine has just made; null once it is judged. */
  readonly checked?: CheckOutcome | null;

  /** Why the request fails once what it made is deleted. */
  readonly failure?: string;
  /** The calls that fail, by operation, each with why and since when; a call that works is struck off. */
  readonly troubles?: Readonly<Record<string, RepeatedError>>;
  /** How many calls failed for a transient reason, less the steps since then in which none did. */
  readonly setbacks?: number;
  /** What was last waited for: the words of the error if it never comes. */
  readonly awaiting?: string;
}

export interface CreateAttempt {
  /** Accepted: the ARN, and when. */
  readonly arn?: string;
  readonly acceptedAt?: number;
}

export interface UpdateAttempt {
  /** When it was accepted, or was first seen under way: its reply may have been lost. */
  readonly acceptedAt?: number;
  readonly before: UpdateSeen;
}

export interface UpdateSeen {
  readonly details?: UpdateDetails;
  readonly lastUpdatedAt?: number;
}

/**
 * Why a call did not do what it was for.
 *
 * - `passing`: throttled, a server's fault, or no answer: it may even have worked
 * - `denied`: not authorized, which on a fresh stack may only mean not yet
 * - `busy`: something must end first (a conflict, the quota)
 * - `refused`: the service says no
 */
export type CallErrorKind = 'passing' | 'denied' | 'busy' | 'refused';

/** A call that has failed in the same way `count` times, from `first` to `last`. */
export interface RepeatedError {
  readonly kind: CallErrorKind;
  readonly message: string;
  readonly first: number;
  readonly last: number;
  readonly count: number;
}

/** The gate that is checked. */
export interface GateProgress {
  readonly index: number;
  readonly since: number;
  /** For how long nobody could tell whether the stack rolls back. */
  readonly unreadable?: RepeatedError;
  /** When the last check was asked for. */
  readonly askedAt?: number;
  /** Since when alarms are looked at, and none was in ALARM. */
  readonly quietSince?: number;
  /** How often it was checked. */
  readonly checks: number;
  /** The error of the last check, if it has failed. */
  readonly trouble?: RepeatedError;
  /** What the function wants to be given in the next call, and why it wants another. */
  readonly state?: unknown;
  readonly reason?: string;
}

/**
 * What came of a check: an answer of a model, the verdict of a function, what CloudWatch tells of alarms, or an error.
 */
export type CheckOutcome =
  | { readonly kind: 'answered' }
  | FunctionVerdict
  | { readonly kind: 'alarms'; readonly alarms: readonly SeenAlarm[] }
  | CheckError;

export interface FunctionVerdict extends GateAnswer {
  readonly kind: 'verdict';
}

export interface CheckError {
  readonly kind: 'error';
  /** As of any call: whether it passes by itself, may be a permission that does not work yet, or stays. */
  readonly error: Exclude<CallErrorKind, 'busy'>;
  readonly message: string;
}

export interface SeenAlarm {
  readonly name: string;
  readonly state: string;
  readonly reason?: string;
}

/** A request that CloudFormation made before this one. */
export interface EarlierRequest {
  readonly type: 'Create' | 'Update' | 'Delete';
  readonly at: number;
  /** When it ended, if it answered. */
  readonly answeredAt?: number;
  /** It has not succeeded. */
  readonly failed?: true;
}

export interface SeenQuotaUse extends QuotaUse {
  readonly kind: Kind;
  readonly at: number;
  /** Since when none of them was in progress, if none is. */
  readonly idleSince?: number;
  /** The same, and none of them was the stack's. */
  readonly noneOfStackSince?: number;
}

export interface SeenPlaces {
  readonly at: number;
  /** How many were in progress at the first look after the refusal. */
  readonly taken: number;
  /** Since when there are fewer. */
  readonly freeSince?: number;
}

/**
 * Where no reply told of a creation, what is there may be this request's, unless it is older than the request: reads
 * may still show what is gone.
 */
export function madeByThisRequest({ arn, createdAt }: Resource, { create, startedAt }: Memory): boolean {
  return create !== undefined && (create.arn === undefined ? createdAt >= startedAt : create.arn === arn);
}

/** This request did not make it, and CloudFormation has not known it by this name: the stack let go of it (RETAIN). */
export function isRetained({ nameIsNew }: PresenceGoal, resource: Resource, memory: Memory): boolean {
  return nameIsNew && !madeByThisRequest(resource, memory);
}

/** The next goal of the same request starts with what concerns the request, and nothing else. */
export function forNextGoal({ startedAt, deadline, ...memory }: Memory): Memory {
  const kept = Object.entries(memory).filter(([member]) => OF_REQUEST.includes(member));
  return { startedAt, deadline, ...Object.fromEntries(kept) };
}

const OF_REQUEST: readonly string[] = [
  'spread',
  'setbacks',
  'settleUntil',
  'aloneAt',
  'earlier',
  'stack',
  'stackAt',
] satisfies (keyof Memory)[];

/** After a step in which no call failed. */
export function afterCleanStep({ setbacks = 0, ...memory }: Memory): Memory {
  return setbacks > 1 ? { ...memory, setbacks: setbacks - 1 } : memory;
}

/** The state machine tried to look at the stack, and could not. */
export const UNREADABLE = 'unreadable';
/** The execution began under a definition that cannot look at the stack. */
export const NOT_ASKED = 'not asked';

/**
 * Whether giving up would leave the stack stuck: a Delete, or an Update of a rollback, which nothing but the stack's
 * status tells from any other. Undefined: the stack must be looked at first.
 */
export function mustNotGiveUp(goal: Goal, memory: Memory): boolean | undefined {
  if (goal.want === 'absent') {
    return true;
  }
  if (goal.previous === undefined) {
    return false;
  }
  return memory.stack === undefined ? undefined : isRollback(memory.stack);
}

/** Of a stack that cannot be read, the worse is assumed. */
export function isRollback(stack: string): boolean {
  return stack === UNREADABLE || stack.includes('ROLLBACK');
}

/** Why a creation waits for something else to end first, such as a place in a full quota: nothing, if it does not. */
export function queuedBy(kind: Kind, memory: Memory): RepeatedError | undefined {
  return queuedFrom(KINDS[kind].create, memory);
}

/** By whatever error a full quota refuses: while others are in progress, it may be the quota. */
function queuedFrom(operation: Operation, { troubles, quotaUse }: Memory): RepeatedError | undefined {
  const error = troubles?.[operation];
  const mayBeQuota = quotaUse !== undefined && quotaUse.idleSince === undefined && quotaUse.at >= (error?.first ?? 0);
  return error?.kind === 'busy' || (error?.kind === 'refused' && mayBeQuota) ? error : undefined;
}

/** The same of whatever takes a place: an update does as well. */
function awaitedPlace(kind: Kind, memory: Memory): RepeatedError | undefined {
  return queuedBy(kind, memory) ?? queuedFrom('UpdateCustomModelDeployment', memory);
}

/**
 * When the request must end: what must not give up has all the time that CloudFormation gives, and so has what waits
 * for a place in a full quota.
 */
export function deadlineOf(goal: Goal, memory: Memory): number {
  return awaitedPlace(goal.spec.kind, memory) !== undefined || mustNotGiveUp(goal, memory) === true
    ? Math.max(memory.deadline, lastMoment(memory))
    : memory.deadline;
}

/** The timeout of the resource does not count the time that it has waited for others, if that ends now. */
export function deadlineAfterQueue(kind: Kind, before: Memory, after: Memory, at: number): Partial<Memory> {
  const { deadline } = before;
  const refusal = awaitedPlace(kind, before);
  return refusal === undefined || awaitedPlace(kind, after) !== undefined
    ? {}
    : { deadline: Math.min(deadline + at - refusal.first, Math.max(deadline, lastMoment(before))) };
}

/** Whether the stack's status may still put off the deadline. */
export function mayBeExtended(goal: Goal, memory: Memory): boolean {
  return mustNotGiveUp(goal, memory) === undefined && memory.deadline < lastMoment(memory);
}

function lastMoment({ startedAt }: Memory): number {
  return startedAt + MAX_TIMEOUT_SECONDS * 1000;
}
