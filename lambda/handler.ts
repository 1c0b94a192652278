import type { Bedrock } from './bedrock/bedrock';
import { type Answer, body } from './cloudformation/answer';
import { type Intent, intentOf } from './cloudformation/intent';
import { PropertyError } from './cloudformation/properties';
import { type CloudFormationRequest, isCloudFormationRequest, issuedAt } from './cloudformation/request';
import type { Respond } from './cloudformation/respond';
import type { Executions } from './executions/executions';
import { executionName } from './executions/precedence';
import { withoutState } from './executions/quoting';
import { MAX_TIMEOUT_SECONDS } from '../lib/private/contract';
import { LISTED, untilNextTry } from './reconcile/patience';
import { TroubleError } from './reconcile/trouble';
import { answerTo, isWaiterTask, type Run, type State, unchangedId } from './state';
import { explain, step, type StepTools } from './step';

export interface Tools extends Omit<StepTools, 'bedrock' | 'executions'> {
  readonly bedrock: (signal: AbortSignal) => Bedrock;
  readonly executions: (stateMachineArn: string, signal: AbortSignal) => Executions;
  readonly respond: Respond;
  readonly sleep: (ms: number) => Promise<void>;
  /** Aborts after so many ms. */
  readonly timeout: (ms: number) => AbortSignal;
}

/** No call of a step outlives this, so that a run that was stopped is surely over soon after. */
const STEP_MS = 45_000;
/** How long starting an execution is tried, which on a fresh stack may not be allowed yet. Within the function's own timeout. */
const START_MS = 120_000;

/** As much of it as is of interest. */
interface LambdaContext {
  readonly logGroupName?: string;
}

/** The function, which CloudFormation and the state machine both call. */
export function handlerOf(given: Tools): (event: unknown, context?: LambdaContext) => Promise<State | undefined> {
  return async (event, context) => {
    const tools = { ...given, logGroup: context?.logGroupName ?? given.logGroup };
    if (isWaiterTask(event)) {
      switch (event.action) {
        case 'reconcile':
          return reconcile(event.state, tools);
        case 'giveUp':
          return giveUp(event.state, tools);
        case 'answer':
          return sendAnswer(event.state, tools);
      }
    }
    if (!isCloudFormationRequest(event)) {
      throw new Error('this function takes requests of CloudFormation and of its state machine');
    }
    await accept(event, tools);
    return undefined;
  };
}

/** Decides what the request wants and hands it to the state machine; answers at once only what wants nothing. */
async function accept(request: CloudFormationRequest, tools: Tools): Promise<void> {
  tools.log({ request: request.RequestType, requestId: request.RequestId, stack: request.StackId, logicalId: request.LogicalResourceId });
  const run = runOf(request, tools.now());
  let intent: Intent;
  try {
    intent = intentOf(request);
  } catch (error) {
    if (!(error instanceof PropertyError)) {
      throw error;
    }
    const physicalId = unchangedId(request);
    await answerAtOnce(request, answerTo(request, physicalId, {
      Status: 'FAILED', Reason: explain({ request, run }, physicalId, error.message, tools.logGroup),
    }), tools);
    return;
  }
  if (intent.goals.length === 0) {
    await answerAtOnce(request, answerTo(request, intent.physicalId, { Status: 'SUCCESS' }), tools);
    return;
  }
  const refused = await start(firstState(request, run, intent), tools);
  if (refused !== undefined) {
    await answerAtOnce(request, answerTo(request, intent.physicalId, {
      Status: 'FAILED', Reason: explain({ request, run }, intent.physicalId, refused, tools.logGroup),
    }), tools);
  }
}

/** @returns why it could not be started */
async function start(state: State, tools: Tools): Promise<string | undefined> {
  const began = tools.now();
  const executions = tools.executions(state.run.stateMachineArn, tools.timeout(START_MS));
  for (let tries = 1; ; tries++) {
    try {
      await executions.start(state.run.name, JSON.stringify(state));
      return undefined;
    } catch (error) {
      if (!(error instanceof TroubleError)) {
        throw error;
      }
      tools.log({ resource: state.physicalId, trouble: error.message });
      const pause = untilNextTry(tries) * 1000;
      if (tools.now() + pause - began > START_MS) {
        return error.message;
      }
      await tools.sleep(pause);
    }
  }
}

/**
 * CloudFormation tells only the second. Within it a resource is made before it is changed, and changed before it is deleted; of two
 * changes the one that comes later counts.
 */
const ORDER = { Create: 0, Update: 1, Delete: 2 } as const;

function runOf(request: CloudFormationRequest, acceptedAt: number): Run {
  const second = issuedAt(request.ResponseURL);
  const issued = second === undefined ? undefined : second + ORDER[request.RequestType];
  return {
    ...executionName(request.StackId, request.LogicalResourceId, request.RequestId, issued),
    stateMachineArn: String(request.ResourceProperties['StateMachineArn']),
    acceptedAt,
  };
}

function firstState(request: CloudFormationRequest, run: Run, intent: Intent): State {
  const { RequestType, RequestId, StackId, LogicalResourceId, ResourceType, ResponseURL, PhysicalResourceId } = request;
  const startedAt = Math.min(run.acceptedAt, issuedAt(ResponseURL) ?? run.acceptedAt);
  return {
    run,
    request: {
      RequestType, RequestId, StackId, LogicalResourceId, ResourceType, ResponseURL,
      ...(PhysicalResourceId === undefined ? {} : { PhysicalResourceId }),
    },
    physicalId: intent.physicalId,
    goals: intent.goals,
    goal: 0,
    memory: {
      startedAt,
      deadline: startedAt + (intent.timeoutSeconds ?? MAX_TIMEOUT_SECONDS) * 1000,
      // Only Create comes first. What another request has begun just now may not be listed yet.
      ...(RequestType === 'Create' ? {} : { settleUntil: run.acceptedAt + LISTED * 1000 }),
    },
    next: 'wait',
    wait: 0,
  };
}

async function reconcile(state: State, tools: Tools): Promise<State> {
  const signal = tools.timeout(STEP_MS);
  return step(state, { ...tools, bedrock: tools.bedrock(signal), executions: tools.executions(state.run.stateMachineArn, signal) });
}

/** The function itself could not be run, however often it was tried. */
function giveUp(state: State, tools: Tools): State {
  const { Error: error = 'unknown error', Cause: cause = 'no cause given' } = state.error ?? {};
  const why = `the handler could not be run: ${error}: ${withoutState(errorMessageIn(cause))}`;
  const answer = answerTo(state.request, state.physicalId, { Status: 'FAILED', Reason: explain(state, state.physicalId, why, tools.logGroup) });
  return { ...state, next: 'answer', wait: 0, answer };
}

/** Lambda wraps the message of an error in JSON, with the stack. */
function errorMessageIn(cause: string): string {
  try {
    const { errorMessage } = JSON.parse(cause) as { readonly errorMessage?: unknown };
    return typeof errorMessage === 'string' ? errorMessage : cause;
  } catch {
    return cause;
  }
}

async function sendAnswer(state: State, tools: Tools): Promise<State> {
  if (state.answer === undefined) {
    throw new Error('there is no answer to send');
  }
  await tools.respond(state.request.ResponseURL, body(state.answer));
  return state;
}

const ANSWER_TRIES = 5;

async function answerAtOnce(request: CloudFormationRequest, answer: Answer, tools: Tools): Promise<void> {
  tools.log({ resource: answer.PhysicalResourceId, answer: answer.Status, ...(answer.Reason === undefined ? {} : { reason: answer.Reason }) });
  for (let tries = 1; ; tries++) {
    try {
      await tools.respond(request.ResponseURL, body(answer));
      return;
    } catch (error) {
      if (tries === ANSWER_TRIES) {
        throw error;
      }
      await tools.sleep(untilNextTry(tries) * 1000);
    }
  }
}
