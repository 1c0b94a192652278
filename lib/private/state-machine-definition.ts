import type { WaiterAction, WaiterNext } from './contract';
import { DEFINITION_VERSION, HANDLER_ERROR } from './contract';

/**
 * The placeholders that CloudFormation fills in (`DefinitionSubstitutions`): the function's ARN, and what asks for
 * stacks in its partition.
 */
export const HANDLER_ARN = 'HandlerArn';
export const DESCRIBE_STACKS = 'describeStacks';

/**
 * While Lambda does not run the function, nobody answers CloudFormation. With full jitter a wait is half its interval
 * on average: 48 minutes.
 */
const OUTAGE_RETRY = {
  ErrorEquals: ['States.ALL'],
  IntervalSeconds: 2,
  BackoffRate: 2,
  MaxAttempts: 100,
  MaxDelaySeconds: 60,
  JitterStrategy: 'FULL',
};

/**
 * The state machine that waits: looks, waits as long as the handler says, looks again, and has the answer sent to
 * CloudFormation.
 *
 * Plain JSONPath, so that any interpreter of the Amazon States Language runs it. Its data is the handler's state, which
 * the handler made for the first time when it started the execution, and returns anew from each `reconcile`. Nothing
 * here knows what is waited for.
 */
export const waiterDefinition = {
  Comment: 'Waits for Bedrock on behalf of a custom resource, and answers CloudFormation',
  StartAt: 'Reconcile',
  // The hour that CloudFormation gives a request, and after it the patience of each of the three tasks in turn.
  TimeoutSeconds: 14_400,
  States: {
    Reconcile: {
      ...task('reconcile'),
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'GiveUp' }],
      Next: 'WhatNext',
    },
    WhatNext: {
      Type: 'Choice',
      Choices: [when('wait', 'Wait'), when('answer', 'Answer'), when('stack', 'LookAtStack')],
      Default: 'Superseded',
    },
    Wait: { Type: 'Wait', SecondsPath: '$.wait', Next: 'Reconcile' },
    // What to do about a stack that cannot be seen is for the handler to decide.
    LookAtStack: {
      Type: 'Task',
      Resource: `\${${DESCRIBE_STACKS}}`,
      Parameters: { 'StackName.$': '$.request.StackId' },
      ResultSelector: { 'status.$': '$.Stacks[0].StackStatus' },
      ResultPath: '$.stack',
      TimeoutSeconds: 30,
      Retry: [shortRetry('States.ALL')],
      Catch: [catchUnreadable('States.DataLimitExceeded'), catchUnreadable('States.ALL')],
      Next: 'Reconcile',
    },
    // The handler makes an answer of the error, since it alone knows how to word one.
    GiveUp: { ...task('giveUp'), Next: 'Answer' },
    // An answer that is not delivered leaves the stack waiting: there is no better use of the time than to try again.
    Answer: { ...task('answer'), End: true },
    // Not a success: the newer request then knows that an invocation of this one may still be at work.
    Superseded: { Type: 'Fail', Error: 'Superseded', Cause: 'A newer request for the same resource has come' },
  },
};

function task(action: WaiterAction): object {
  return {
    Type: 'Task',
    Resource: `\${${HANDLER_ARN}}`,
    Parameters: { action, 'definition': DEFINITION_VERSION, 'state.$': '$' },
    TimeoutSeconds: 120,
    Retry: [shortRetry(HANDLER_ERROR), OUTAGE_RETRY],
  };
}

function shortRetry(error: string): object {
  return { ErrorEquals: [error], IntervalSeconds: 2, BackoffRate: 2, MaxAttempts: 3 };
}

/** States.ALL does not stand for a result that is too large to be passed on. */
function catchUnreadable(error: string): object {
  return { ErrorEquals: [error], ResultPath: '$.stack', Next: 'Reconcile' };
}

function when(next: WaiterNext, state: string): object {
  return { Variable: '$.next', StringEquals: next, Next: state };
}
