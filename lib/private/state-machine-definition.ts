import type { CheckNext, WaiterAction, WaiterNext } from './contract';
import {
  CHECK_SECONDS,
  DEFINITION_VERSION,
  FUNCTION_CHECK_SECONDS,
  GATES_DEFINITION_VERSION,
  HANDLER_ERROR,
  MAX_EXECUTION_SECONDS,
} from './contract';

/**
 * The placeholders that CloudFormation replaces (`DefinitionSubstitutions`), each the whole of an ARN: that of the
 * function, and that of the service integration that describes stacks in the partition.
 */
export const HANDLER_ARN = 'HandlerArn';
export const DESCRIBE_STACKS = 'describeStacks';

/** The same of the service integrations that check gates, and what their ARNs end with. */
export const GATE_INTEGRATIONS = {
  converse: 'aws-sdk:bedrockruntime:converse',
  invokeModel: 'bedrock:invokeModel',
  invoke: 'lambda:invoke',
  describeAlarms: 'aws-sdk:cloudwatch:describeAlarms',
} as const;

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
export const waiterDefinition = definition(DEFINITION_VERSION, {});

/** Where the handler looks for what a check has returned. */
const RESULT = '$.check.result';

/**
 * The definition in a stack with gates, each kind of which has a state of its own. The handler judges what comes of a
 * check, also an error, and decides whether there is another.
 */
export const gatesDefinition = definition(GATES_DEFINITION_VERSION, {
  // That a model answers is enough, and the state of an execution is no place for what it says.
  converse: { name: 'Converse', state: check('converse', null) },
  invokeModel: { name: 'InvokeModel', state: check('invokeModel', null) },
  // A path to the seconds would do, if it were clear to what in the state's input it applies.
  ...Object.fromEntries(
    FUNCTION_CHECK_SECONDS.map((seconds) => [
      `lambda${seconds}`,
      { name: `CallGateFunction${seconds}`, state: check('invoke', RESULT, seconds) },
    ]),
  ),
  alarms: { name: 'DescribeAlarms', state: check('describeAlarms', RESULT) },
});

interface NamedState {
  readonly name: string;
  readonly state: object;
}

function definition(version: number, gates: Readonly<Partial<Record<CheckNext, NamedState>>>) {
  const checks = Object.entries(gates) as [CheckNext, NamedState][];
  return {
    Comment: 'Waits for Bedrock on behalf of a custom resource, and answers CloudFormation',
    StartAt: 'Reconcile',
    TimeoutSeconds: MAX_EXECUTION_SECONDS,
    States: {
      Reconcile: {
        ...task('reconcile', version, OUTAGE_RETRY),
        Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'GiveUp' }],
        Next: 'WhatNext',
      },
      WhatNext: {
        Type: 'Choice',
        Choices: [
          when('wait', 'Wait'),
          when('answer', 'Answer'),
          when('stack', 'LookAtStack'),
          ...checks.map(([kind, { name }]) => when(kind, name)),
        ],
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
        Catch: catchInto('$.stack'),
        Next: 'Reconcile',
      },
      // The handler turns the error into an answer.
      GiveUp: { ...task('giveUp', version, LAST_RETRY), Next: 'Answer' },
      // Without an answer the stack keeps waiting, so retries cost nothing.
      Answer: { ...task('answer', version, LAST_RETRY), ResultPath: null, Next: 'Outcome' },
      Outcome: {
        Type: 'Choice',
        Choices: [{ Variable: '$.answer.Status', StringEquals: 'FAILED', Next: 'Failed' }],
        Default: 'Succeeded',
      },
      Succeeded: { Type: 'Succeed' },
      Failed: { Type: 'Fail', Error: 'RequestFailed', CausePath: '$.answer.Reason' },
      // An execution that gives way stops itself; a handler of the last release ends here.
      Superseded: { Type: 'Fail', Error: 'Superseded', Cause: 'A newer request for the same resource has come' },
      ...Object.fromEntries(checks.map(({ 1: { name, state } }) => [name, state])),
    },
  };
}

function task(action: WaiterAction, version: number, retry: object): object {
  return {
    Type: 'Task',
    Resource: `\${${HANDLER_ARN}}`,
    Parameters: { action, 'definition': version, 'state.$': '$' },
    TimeoutSeconds: 120,
    Retry: [shortRetry(HANDLER_ERROR), retry],
  };
}

/** The request is the task's whole input, since Parameters cannot leave out what is optional in it. */
function check(
  integration: keyof typeof GATE_INTEGRATIONS,
  resultPath: string | null,
  seconds = CHECK_SECONDS,
): object {
  return {
    Type: 'Task',
    Resource: `\${${integration}}`,
    InputPath: '$.check.request',
    ResultPath: resultPath,
    TimeoutSeconds: seconds,
    Catch: catchInto('$.check.error'),
    Next: 'Reconcile',
  };
}

function shortRetry(error: string): object {
  return { ErrorEquals: [error], IntervalSeconds: 2, BackoffRate: 2, MaxAttempts: 3 };
}

/** States.ALL does not include the error for a result that is too large. */
function catchInto(path: string): object[] {
  return ['States.DataLimitExceeded', 'States.ALL'].map((error) => ({
    ErrorEquals: [error],
    ResultPath: path,
    Next: 'Reconcile',
  }));
}

function when(next: WaiterNext, state: string): object {
  return { Variable: '$.next', StringEquals: next, Next: state };
}
