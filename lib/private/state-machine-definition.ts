import type { GateKind, WaiterAction, WaiterNext } from './contract';
import {
  DEFINITION_VERSION,
  GATES_DEFINITION_VERSION,
  HANDLER_ERROR,
  MAX_EXECUTION_SECONDS,
  MODEL_ANSWER_SECONDS,
} from './contract';

/**
 * The placeholders that CloudFormation replaces (`DefinitionSubstitutions`): the ARN of the function, the service
 * integration that describes stacks in the partition, and what the ARNs of all service integrations there begin with.
 */
export const HANDLER_ARN = 'HandlerArn';
export const DESCRIBE_STACKS = 'describeStacks';
export const INTEGRATIONS = 'Integrations';

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

/**
 * The definition in a stack with gates, each kind of which has a state of its own. The handler judges what comes of a
 * check, also an error, and decides whether there is another.
 */
export const gatesDefinition = definition(GATES_DEFINITION_VERSION, {
  converse: { name: 'Converse', state: modelCheck('aws-sdk:bedrockruntime:converse') },
  invokeModel: { name: 'InvokeModel', state: modelCheck('bedrock:invokeModel') },
  lambda: {
    name: 'CallGateFunction',
    state: {
      ...check('lambda:invoke'),
      // Not by InputPath, by which it is unclear where TimeoutSecondsPath begins.
      Parameters: { 'FunctionName.$': '$.check.request.FunctionName', 'Payload.$': '$.check.request.Payload' },
      ResultPath: '$.check.result',
      TimeoutSecondsPath: '$.check.seconds',
    },
  },
  alarms: {
    name: 'DescribeAlarms',
    state: {
      ...check('aws-sdk:cloudwatch:describeAlarms'),
      InputPath: '$.check.request',
      ResultPath: '$.check.result',
      TimeoutSeconds: 30,
    },
  },
});

interface NamedState {
  readonly name: string;
  readonly state: object;
}

function definition(version: number, gates: Readonly<Partial<Record<GateKind, NamedState>>>) {
  const checks = Object.entries(gates) as [GateKind, NamedState][];
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

/** The request of a model is the state's whole input, since Parameters cannot leave out what is optional in it. */
function modelCheck(integration: string): object {
  return {
    ...check(integration),
    InputPath: '$.check.request',
    ResultPath: null, // that there is an answer is enough, and the state of an execution is no place for it
    TimeoutSeconds: MODEL_ANSWER_SECONDS,
  };
}

function check(integration: string): object {
  return {
    Type: 'Task',
    Resource: `\${${INTEGRATIONS}}${integration}`,
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
