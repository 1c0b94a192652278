import type { UpdateDetails } from './observed';
import type { Operation, TroubleKind } from './trouble';

/** What travels from step to step through the state machine. All times are ms. */
export interface Memory {
  readonly startedAt: number;
  readonly deadline: number;
  /** Until then an older run of the same resource may still act, so that nothing is believed absent. */
  readonly settleUntil?: number;
  /** Older runs were seen at work, and given a moment to end by themselves. */
  readonly graceGiven?: boolean;

  /** This request means to create: noted before the first call, so that a wreck found later is known as its own. */
  readonly create?: CreateAttempt;
  /** This request means to update: noted before the first call, with what was to be seen then. */
  readonly update?: UpdateAttempt;
  readonly deleted?: { readonly arn: string; readonly at: number };
  /** The ARN proven ours. */
  readonly ours?: string;
  readonly absentSince?: number;
  readonly modelAbsentSince?: number;

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

/** The next goal of the same request starts with the request's times and nothing else. */
export function forNextGoal(memory: Memory): Memory {
  const { startedAt, deadline, settleUntil } = memory;
  return { startedAt, deadline, ...(settleUntil === undefined ? {} : { settleUntil }) };
}
