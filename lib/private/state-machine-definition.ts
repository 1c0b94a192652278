import type { WaiterAction, WaiterNext } from './contract';

/** The placeholder of the function's ARN, filled in by CloudFormation (`DefinitionSubstitutions`). */
export const HANDLER_ARN = 'HandlerArn';

/**
 * The state machine that waits: looks, waits as long as the handler says, looks again, and has the answer sent to CloudFormation.
 *
 * Plain JSONPath, so that any interpreter of the Amazon States Language runs it. Its data is the handler's state, which the handler made for
 * the first time when it started the execution, and returns anew from each `reconcile`. Nothing here knows what is waited for.
 */
export const waiterDefinition = {
  Comment: 'Waits for Bedrock on behalf of a custom resource, and answers CloudFormation',
  StartAt: 'Reconcile',
  TimeoutSeconds: 7200, // CloudFormation has given up long before: whatever still runs then waits for nobody
  States: {
    Reconcile: {
      ...task('reconcile', 8),
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'GiveUp' }],
      Next: 'WhatNext',
    },
    WhatNext: {
      Type: 'Choice',
      Choices: [on('wait', 'Wait'), on('answer', 'Answer')],
      Default: 'Superseded',
    },
    Wait: { Type: 'Wait', SecondsPath: '$.wait', Next: 'Reconcile' },
    // The handler makes an answer of the error, since it alone knows how to word one.
    GiveUp: { ...task('giveUp', 8), Next: 'Answer' },
    // An answer that is not delivered leaves the stack waiting: there is no better use of the time than to try again.
    Answer: { ...task('answer', 10), End: true },
    // Not a success: the newer request then knows that an invocation of this one may still be at work.
    Superseded: { Type: 'Fail', Error: 'Superseded', Cause: 'A newer request for the same resource has come' },
  },
};

function task(action: WaiterAction, maxAttempts: number): object {
  return {
    Type: 'Task',
    Resource: `\${${HANDLER_ARN}}`,
    Parameters: { 'action': action, 'state.$': '$' },
    TimeoutSeconds: 120,
    Retry: [{
      ErrorEquals: ['States.ALL'],
      IntervalSeconds: 2,
      BackoffRate: 2,
      MaxAttempts: maxAttempts,
      MaxDelaySeconds: 60,
      JitterStrategy: 'FULL',
    }],
  };
}

function on(next: WaiterNext, state: string): object {
  return { Variable: '$.next', StringEquals: next, Next: state };
}
