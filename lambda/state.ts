import type { GateCheck, SeenStack, WaiterAction, WaiterNext } from '../lib/private/contract';
import type { Answer } from './cloudformation/answer';
import type { Origin } from './cloudformation/request';
import type { Goal } from './reconcile/goal';
import type { Memory } from './reconcile/memory';

/** The version of `State`. The state of the first release has none. */
export const STATE_VERSION = 2;

/** What travels through the state machine. */
export interface State {
  readonly version?: number;
  readonly run: Run;
  readonly request: Origin;
  readonly physicalId: string;
  readonly goals: readonly Goal[];
  /** The index of the goal that the request works towards. */
  readonly goal: number;
  readonly memory: Memory;
  /** The attributes that the answer will carry. */
  readonly data?: Readonly<Record<string, string>>;
  /** What the user should know, though the request succeeds. */
  readonly warning?: string;

  readonly next: WaiterNext;
  /** Seconds. */
  readonly wait: number;
  readonly answer?: Answer;
  /** What the state machine caught, if the function could not be run. */
  readonly error?: { readonly Error?: string; readonly Cause?: string };
  /** What the state machine saw of the stack, if it was asked to look. */
  readonly stack?: SeenStack;
  /** The check of a gate that the state machine was asked to make, and what came of it. */
  readonly check?: GateCheck;
}

/** The execution that does the work. */
export interface Run {
  readonly name: string;
  readonly prefix: string;
  readonly stateMachineArn: string;
  /** When the function got the request, in ms: CloudFormation may have sent it long before. */
  readonly acceptedAt: number;
  /** The digest of the properties that the resource had before, if the request tells them. */
  readonly previous?: string;
}

const ACTIONS: readonly unknown[] = ['reconcile', 'giveUp', 'answer'] satisfies WaiterAction[];

/** What the state machine hands to the function. */
export interface WaiterTask {
  readonly action: WaiterAction;
  readonly state: State;
  /** The version of the definition that the execution has. */
  readonly definition?: number;
}

export function isWaiterTask(event: unknown): event is WaiterTask {
  return (
    typeof event === 'object' &&
    event !== null &&
    'action' in event &&
    'state' in event &&
    ACTIONS.includes(event.action)
  );
}

export function answerTo(
  origin: Origin,
  physicalId: string,
  verdict: Pick<Answer, 'Status' | 'Reason' | 'Data'>,
): Answer {
  return {
    ...verdict,
    PhysicalResourceId: physicalId,
    StackId: origin.StackId,
    RequestId: origin.RequestId,
    LogicalResourceId: origin.LogicalResourceId,
  };
}

/**
 * The answer in a state, reduced to the members that an answer may have: whoever may invoke the function may have put
 * anything there.
 */
export function answerIn({ request, answer }: State): Answer {
  if (!isAnswer(answer)) {
    throw new Error('there is no answer to send');
  }
  const { Status, Reason, Data, PhysicalResourceId } = answer;
  return answerTo(request, PhysicalResourceId, {
    Status,
    ...(Reason === undefined ? {} : { Reason }),
    ...(Data === undefined ? {} : { Data: { ...Data } }),
  });
}

function isAnswer(given: Answer | undefined): given is Answer {
  const { Status, Reason = '', Data = {}, PhysicalResourceId }: Partial<Answer> = given ?? {};
  const texts = [PhysicalResourceId, Reason, ...Object.values(Data)];
  return ['SUCCESS', 'FAILED'].includes(Status ?? '') && texts.every((text) => typeof text === 'string');
}
