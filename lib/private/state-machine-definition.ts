import type { WaiterAction, WaiterNext } from './contract';
import { DEFINITION_VERSION, HANDLER_ERROR, MAX_EXECUTION_SECONDS } from './contract';

/**
 * The placeholders that CloudFormation replaces (`DefinitionSubstitutions`): the ARN of the function, and the service
 * integration that describes stacks in the partition.
 */
export const HANDLER_ARN = 'HandlerArn';
export const DESCRIBE_STACKS = 'describeStacks';

/**
 * While Lambda cannot run the function, nobody answers CloudFormation. With full jitter, a wait takes half of its
 * interval on average: 48 minutes in all.
 */
const OUTAGE_RETRY = {
  ErrorEquals: ['States.ALL'],
  IntervalSeconds: 2,
  BackoffRate: 2,
  MaxAttempts: 100,
  MaxDelaySeconds: 60,
  JitterStrategy: 'FULL',
};

/** What nothing else can be done about goes on until the execution times out: one that failed has answered. */
const LAST_RETRY = { ...OUTAGE_RETRY, MaxAttempts: 1000 };

/**
 * The state machine invokes the handler to reconcile, waits as long as the handler says, invokes it again, and finally
 * has it send the answer to CloudFormation.
 *
 * Plain JSONPath, so that any interpreter of the Amazon States Language runs it. Its data is the state of the handler:
 * the handler creates it when it starts the execution, and returns a new one from each `reconcile`. The definition does
 * not depend on what the handler waits for.
 */
export const waiterDefinition = {
  Comment: 'Waits for Bedrock on behalf of a custom resource, and answers CloudFormation',
  StartAt: 'Reconcile',
  TimeoutSeconds: MAX_EXECUTION_SECONDS,
  States: {
    Reconcile: {
      ...task('reconcile', OUTAGE_RETRY),
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'GiveUp' }],
      Next: 'WhatNext',
    },
    WhatNext: {
      Type: 'Choice',
      Choices: [when('wait', 'Wait'), when('answer', 'Answer'), when('stack', 'LookAtStack')],
      Default: 'Superseded',
    },
    Wait: { Type: 'Wait', SecondsPath: '$.wait', Next: 'Reconcile' },
    // The handler decides what to do if the stack cannot be described.
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
    // The handler turns the error into an answer.
    GiveUp: { ...task('giveUp', LAST_RETRY), Next: 'Answer' },
    // Without an answer the stack keeps waiting, so retries cost nothing.
    Answer: { ...task('answer', LAST_RETRY), ResultPath: null, Next: 'Outcome' },
    Outcome: {
      Type: 'Choice',
      Choices: [{ Variable: '$.answer.Status', StringEquals: 'FAILED', Next: 'Failed' }],
      Default: 'Succeeded',
    },
    Succeeded: { Type: 'Succeed' },
    Failed: { Type: 'Fail', Error: 'RequestFailed', CausePath: '$.answer.Reason' },
    // An execution that gives way stops itself; a handler of the last release ends here.
    Superseded: { Type: 'Fail', Error: 'Superseded', Cause: 'A newer request for the same resource has come' },
  },
};

function task(action: WaiterAction, retry: object): object {
  return {
    Type: 'Task',
    Resource: `\${${HANDLER_ARN}}`,
    Parameters: { action, 'definition': DEFINITION_VERSION, 'state.$': '$' },
    TimeoutSeconds: 120,
    Retry: [shortRetry(HANDLER_ERROR), retry],
  };
}

function shortRetry(error: string): object {
  return { ErrorEquals: [error], IntervalSeconds: 2, BackoffRate: 2, MaxAttempts: 3 };
}

/** States.ALL does not include the error for a result that is too large. */
function catchUnreadable(error: string): object {
  return { ErrorEquals: [error], ResultPath: '$.stack', Next: 'Reconcile' };
}

function when(next: WaiterNext, state: string): object {
  return { Variable: '$.next', StringEquals: next, Next: state };
}
