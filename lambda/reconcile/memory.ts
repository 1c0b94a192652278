import { MAX_TIMEOUT_SECONDS } from '../../lib/private/contract';
import type { Goal, Kind, PresenceGoal } from './goal';
import type { Fleet, Resource, UpdateDetails } from './observed';
import type { Operation, TroubleKind } from './trouble';

/** What travels from step to step through the state machine. All times are ms. */
export interface Memory {
  readonly startedAt: number;
  readonly deadline: number;
  /** Until then an older run of the same resource may still act, so that nothing is believed absent. */
  readonly settleUntil?: number;
  /** Older runs were seen at work, and given a moment to end by themselves. */
  readonly graceGiven?: boolean;
  /** When the executions of the same resource were last looked at, and none but this one had anything left to do. */
  readonly aloneAt?: number;
  /** The earlier requests for the same resource, the newest first. */
  readonly earlier?: readonly EarlierRequest[];
  /** The status of the stack, once it was asked for. */
  readonly stack?: string;

  /** This request means to create: noted before the first call, so that a wreck found later is known as its own. */
  readonly create?: CreateAttempt;
  /** The wreck of an import that is tried once more. */
  readonly retried?: string;
  /** This request means to update: noted before the first call, with what was to be seen then. */
  readonly update?: UpdateAttempt;
  readonly deleted?: { readonly arn: string; readonly at: number };
  readonly absentSince?: number;
  readonly modelAbsentSince?: number;
  /** Since when the model is deployed by what does not change. */
  readonly usedSince?: number;
  readonly fleet?: SeenFleet;

  /** How the request ends once the wreck is gone. */
  readonly failure?: string;
  /** The calls that do not work, each with why and since when; a call that works is struck off. */
  readonly troubles?: Readonly<Partial<Record<Operation, Ordeal>>>;
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

/** A call that has failed in the same way `count` times, `first` to `last`. */
export interface Ordeal {
  readonly kind: TroubleKind;
  readonly message: string;
  readonly first: number;
  readonly last: number;
  readonly count: number;
}

/** A request that CloudFormation made before this one. */
export interface EarlierRequest {
  readonly type: 'Create' | 'Update' | 'Delete';
  readonly at: number;
  /** When it ended, if it answered. */
  readonly answeredAt?: number;
}

export interface SeenFleet extends Fleet {
  readonly kind: Kind;
  readonly at: number;
  /** Since when none of them was in progress, if none is. */
  readonly idleSince?: number;
  /** The same, and none of them was the stack's. */
  readonly noneOfStackSince?: number;
}

/**
 * Whose creation was not heard of may be ours, unless it is older than the request: reads may still show what is gone.
 */
export function madeByThisRequest({ arn, createdAt }: Resource, { create, startedAt }: Memory): boolean {
  return create !== undefined && (create.arn === undefined ? createdAt >= startedAt : create.arn === arn);
}

/** What this request did not make, and CloudFormation has not known by this name: it was left there. */
export function wasLeft({ nameIsNew }: PresenceGoal, resource: Resource, memory: Memory): boolean {
  return nameIsNew && !madeByThisRequest(resource, memory);
}

/** The next goal of the same request starts with what concerns the request, and nothing else. */
export function forNextGoal({ startedAt, deadline, settleUntil, aloneAt, earlier, stack }: Memory): Memory {
  return {
    startedAt,
    deadline,
    ...(settleUntil === undefined ? {} : { settleUntil }),
    ...(aloneAt === undefined ? {} : { aloneAt }),
    ...(earlier === undefined ? {} : { earlier }),
    ...(stack === undefined ? {} : { stack }),
  };
}

/** The stack could not be looked at, though it was tried. */
export const UNREADABLE = 'unreadable';
/** The execution began under a definition that cannot look at the stack. */
export const NOT_ASKED = 'not asked';

/**
 * Whether the request takes something back, so that to give up would leave the stack stuck: a Delete, or an Update of a
 * rollback, which nothing but the stack's status tells from any other. Undefined: the stack must be asked first.
 */
export function takesBack(goal: Goal, memory: Memory): boolean | undefined {
  if (goal.want === 'absent') {
    return true;
  }
  if (goal.previous === undefined) {
    return false;
  }
  return memory.stack === undefined ? undefined : isRollback(memory.stack);
}

/** Of a stack that cannot be read the worse is assumed. */
export function isRollback(stack: string): boolean {
  return stack === UNREADABLE || stack.includes('ROLLBACK');
}

/** When the request must end: what takes something back has all the time that CloudFormation gives. */
export function deadlineOf(goal: Goal, memory: Memory): number {
  return takesBack(goal, memory) === true ? Math.max(memory.deadline, lastMoment(memory)) : memory.deadline;
}

/** Whether the stack's status may still put off the end. */
export function mayBePutOff(goal: Goal, memory: Memory): boolean {
  return takesBack(goal, memory) === undefined && memory.deadline < lastMoment(memory);
}

function lastMoment({ startedAt }: Memory): number {
  return startedAt + MAX_TIMEOUT_SECONDS * 1000;
}
