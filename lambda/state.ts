import type { WaiterAction, WaiterNext } from '../lib/private/contract';
import type { Answer } from './cloudformation/answer';
import type { CloudFormationRequest } from './cloudformation/request';
import type { Goal } from './reconcile/goal';
import type { Memory } from './reconcile/memory';

/** What travels through the state machine. */
export interface State {
  readonly run: Run;
  readonly request: Origin;
  readonly physicalId: string;
  readonly goals: readonly Goal[];
  /** The goal at work. */
  readonly goal: number;
  readonly memory: Memory;
  /** The attributes that the answer will carry. */
  readonly data?: Readonly<Record<string, string>>;

  readonly next: WaiterNext;
  /** Seconds. */
  readonly wait: number;
  readonly answer?: Answer;
  /** What the state machine caught, if the function could not be run. */
  readonly error?: { readonly Error?: string; readonly Cause?: string };
}

/** The execution that does the work. */
export interface Run {
  readonly name: string;
  readonly prefix: string;
  readonly stateMachineArn: string;
  /** When the request came, in ms: it may have been long on its way. */
  readonly acceptedAt: number;
}

/** As much of the request as is needed to the end. */
export type Origin = Omit<CloudFormationRequest, 'ResourceProperties' | 'OldResourceProperties'>;

/** What the state machine hands to the function. */
export interface WaiterTask {
  readonly action: WaiterAction;
  readonly state: State;
}

export function isWaiterTask(event: unknown): event is WaiterTask {
  return typeof event === 'object' && event !== null && 'action' in event && 'state' in event;
}

/** The id in an answer that has made nothing: the one that was, or one that is no name, so that the Delete that may follow deletes nothing. */
export function unchangedId({ RequestId, PhysicalResourceId }: Origin): string {
  return PhysicalResourceId ?? `not-created:${RequestId}`;
}

export function answerTo(origin: Origin, physicalId: string, verdict: Pick<Answer, 'Status' | 'Reason' | 'Data'>): Answer {
  return {
    ...verdict,
    PhysicalResourceId: physicalId,
    StackId: origin.StackId,
    RequestId: origin.RequestId,
    LogicalResourceId: origin.LogicalResourceId,
  };
}
