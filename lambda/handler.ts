import { HANDLER_ERROR, MAX_TIMEOUT_SECONDS } from '../lib/private/contract';
import type { Bedrock } from './bedrock/bedrock';
import { type Answer, body } from './cloudformation/answer';
import { failedId } from './cloudformation/failed-id';
import { type Intent, intentOf } from './cloudformation/intent';
import { PropertyError } from './cloudformation/property';
import { type CloudFormationRequest, isCloudFormationRequest, issuedAt, type Origin } from './cloudformation/request';
import { rejectionOf, type RequestGuard } from './cloudformation/request-guard';
import type { Respond } from './cloudformation/respond';
import { messageIn } from './executions/cause';
import type { Executions } from './executions/executions';
import { digestOfProperties, executionName, momentOf, spreadOf } from './executions/precedence';
import { redact } from './executions/redact';
import type { Log } from './log';
import { CallFailed } from './reconcile/call-errors';
import { PROPAGATION, untilNextTry } from './reconcile/waits';
import { answerIn, answerTo, isWaiterTask, type Run, type State, STATE_VERSION, type WaiterTask } from './state';
import { explain, failedAnswerId, logAnswer, logCallError, step, type StepTools } from './step';

export interface Tools extends RequestGuard, Omit<StepTools, 'bedrock' | 'executions' | 'definition'> {
  readonly bedrock: (signal: AbortSignal) => Bedrock;
  readonly executions: (stateMachineArn: string, signal: AbortSignal) => Executions;
  readonly respond: Respond;
  readonly sleep: (ms: number) => Promise<void>;
  /** Aborts after so many ms. */
  readonly timeout: (ms: number) => AbortSignal;
}

/** Aborts every call of a step, so that no invocation of a stopped execution outlives it by more than this. */
const STEP_MS = 45_000;
/** How long the function tries to start an execution: less than its own timeout. */
const START_MS = 780_000;

/** The members of Lambda's context that the handler reads. */
interface LambdaContext {
  readonly logGroupName?: string;
}

/** The function, which CloudFormation and the state machine both call. */
export function handlerOf(given: Tools): (event: unknown, context?: LambdaContext) => Promise<State | undefined> {
  return async (event, context) => {
    const tools = { ...given, logGroup: context?.logGroupName ?? given.logGroup };
    if (isWaiterTask(event)) {
      return perform(event, tools);
    }
    if (!isCloudFormationRequest(event)) {
      throw new Error('this function takes requests of CloudFormation and of its state machine');
    }
    await accept(event, tools);
    return undefined;
  };
}

/** Every line tells what it is about, so that a query finds all lines of a stack, a resource or a request. */
function logOf(request: Origin, run: Run, begin: number, { log, now }: Tools): Log {
  const about = {
    stack: request.StackId.split('/')[1] ?? request.StackId,
    logicalId: request.LogicalResourceId,
    request: request.RequestType,
    requestId: request.RequestId,
    execution: run.name,
  };
  return (line, level) => {
    log({ ...about, elapsed: Math.round((now() - begin) / 1000), ...line }, level);
  };
}

/** Performs a task of the state machine, which tells the handler's own errors from all others by their name. */
async function perform({ action, state, definition = 1 }: WaiterTask, given: Tools): Promise<State> {
  let { log } = given;
  try {
    const refusal = rejectionOf(state.request, given);
    if (refusal !== undefined) {
      throw new Error(`the request is refused: ${refusal}`);
    }
    log = logOf(state.request, state.run, state.memory.startedAt, given);
    const tools = { ...given, log };
    switch (action) {
      case 'reconcile':
        return await reconcile(state, definition, tools);
      case 'giveUp':
        return giveUp(state, tools);
      case 'answer':
        return await sendAnswer(state, tools);
    }
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    if (error instanceof AnswerNotDelivered) {
      throw error;
    }
    log({ handlerError: `${error.name}: ${error.message}` }, 'error');
    throw Object.assign(new Error(`${error.name}: ${error.message}`, { cause: error }), { name: HANDLER_ERROR });
  }
}

/**
 * Decides what the request wants and starts an execution for it. Answers at once only a request that is wrong, that
 * wants nothing, or whose execution cannot be started. A request that the guard rejects gets no answer.
 */
async function accept(request: CloudFormationRequest, given: Tools): Promise<void> {
  const run = runOf(request, given.now());
  const tools = { ...given, log: logOf(request, run, run.acceptedAt, given) };
  const accepted = request.PhysicalResourceId ?? 'a new resource';
  const refusal = rejectionOf(request, tools);
  if (refusal !== undefined) {
    tools.log({ resource: accepted, refusal }, 'warn');
    return;
  }
  let intent: Intent;
  try {
    intent = intentOf(request);
    tools.log({ resource: intent.physicalId, accepted });
  } catch (error) {
    if (!(error instanceof PropertyError)) {
      throw error;
    }
    const physicalId = request.PhysicalResourceId ?? failedId({ requestId: request.RequestId, name: '' });
    tools.log({ resource: physicalId, accepted });
    await answerAtOnce(
      request,
      answerTo(request, physicalId, {
        Status: 'FAILED',
        Reason: explain({ request, run }, request.PhysicalResourceId ?? 'not created', error.message, tools.logGroup),
      }),
      tools,
    );
    return;
  }
  if (intent.goals.length === 0) {
    await answerAtOnce(request, answerTo(request, intent.physicalId, { Status: 'SUCCESS' }), tools);
    return;
  }
  const first = firstState(request, run, intent);
  const refused = await start(first, tools);
  if (refused !== undefined) {
    await answerAtOnce(
      request,
      answerTo(request, failedAnswerId(first, tools.now(), false), {
        Status: 'FAILED',
        Reason: explain({ request, run }, intent.physicalId, refused, tools.logGroup),
      }),
      tools,
    );
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
      if (!(error instanceof CallFailed)) {
        throw error;
      }
      logCallError(state.physicalId, error, tools.log);
      const pause = untilNextTry(tries) * 1000;
      // In a fresh stack the permission may not work yet. A Delete that gave up would leave the stack stuck, and so
      // would a rollback, which is an Update like any other.
      const isHopeless =
        error.callError.kind === 'denied' &&
        state.request.RequestType === 'Create' &&
        tools.now() - began > PROPAGATION * 1000;
      if (isHopeless || tools.now() + pause - began > START_MS) {
        return error.message;
      }
      await tools.sleep(pause);
    }
  }
}

function runOf(request: CloudFormationRequest, acceptedAt: number): Run {
  const second = issuedAt(request.ResponseURL);
  const { StackId, LogicalResourceId, RequestId, RequestType, ResourceProperties, OldResourceProperties } = request;
  const issued = second === undefined ? undefined : momentOf(second, RequestType);
  const previous = RequestType === 'Delete' ? ResourceProperties : (OldResourceProperties ?? {});
  return {
    ...executionName(StackId, LogicalResourceId, RequestId, issued, ResourceProperties),
    ...(RequestType === 'Create' ? {} : { previous: digestOfProperties(previous) }),
    stateMachineArn: String(request.ResourceProperties['StateMachineArn']),
    acceptedAt,
  };
}

function firstState(request: CloudFormationRequest, run: Run, intent: Intent): State {
  const { RequestType, RequestId, StackId, LogicalResourceId, ResourceType, ResponseURL, PhysicalResourceId } = request;
  const startedAt = Math.min(run.acceptedAt, issuedAt(ResponseURL) ?? run.acceptedAt);
  return {
    version: STATE_VERSION,
    run,
    request: {
      RequestType,
      RequestId,
      StackId,
      LogicalResourceId,
      ResourceType,
      ResponseURL,
      ...(PhysicalResourceId === undefined ? {} : { PhysicalResourceId }),
    },
    physicalId: intent.physicalId,
    goals: intent.goals,
    goal: 0,
    memory: {
      startedAt,
      deadline: startedAt + (intent.timeoutSeconds ?? MAX_TIMEOUT_SECONDS) * 1000,
      spread: spreadOf(run.name),
    },
    next: 'wait',
    wait: 0,
  };
}

async function reconcile(state: State, definition: number, tools: Tools): Promise<State> {
  if ((state.version ?? 1) > STATE_VERSION) {
    const why =
      `this request was begun by a newer version of cdk-bedrock-custom-models (its state is version ${state.version ?? 1}, this is ${STATE_VERSION}). ` +
      'The stack was updated or rolled back to another version meanwhile: ask again';
    return failed(state, why, tools);
  }
  if (state.goals.some(({ owner }) => owner.stackId !== state.request.StackId)) {
    throw new Error('the request is refused: it is about what another stack has made');
  }
  const signal = tools.timeout(STEP_MS);
  return step(state, {
    ...tools,
    definition,
    bedrock: tools.bedrock(signal),
    executions: tools.executions(state.run.stateMachineArn, signal),
  });
}

/** The state machine could not run the function, however often it tried. */
function giveUp(state: State, tools: Tools): State {
  const { Error: error = 'unknown error', Cause: cause = 'no cause given' } = state.error ?? {};
  const why = `the handler could not be run: ${error}: ${redact(messageIn(cause))}`;
  return failed(state, why, tools);
}

function failed(state: State, why: string, tools: Tools): State {
  const answer = answerTo(state.request, failedAnswerId(state, tools.now()), {
    Status: 'FAILED',
    Reason: explain(state, state.physicalId, why, tools.logGroup),
  });
  logAnswer(answer, tools.log);
  return { ...state, next: 'answer', wait: 0, answer };
}

async function sendAnswer(state: State, tools: Tools): Promise<State> {
  await deliver(state.request, answerIn(state), tools);
  return state;
}

async function deliver({ ResponseURL }: Origin, answer: Answer, { respond, log }: Tools): Promise<void> {
  try {
    await respond(ResponseURL, body(answer));
  } catch (thrown) {
    const { message } = thrown as Error;
    log({ resource: answer.PhysicalResourceId, undelivered: message }, 'warn');
    throw new AnswerNotDelivered(message);
  }
}

/**
 * The network to CloudFormation recovers. This is no error of the handler's own, so the state machine retries it for as
 * long as it can.
 */
class AnswerNotDelivered extends Error {
  override readonly name = 'AnswerNotDelivered';
}

const ANSWER_TRIES = 5;

async function answerAtOnce(request: CloudFormationRequest, answer: Answer, tools: Tools): Promise<void> {
  logAnswer(answer, tools.log);
  for (let tries = 1; ; tries++) {
    try {
      await deliver(request, answer, tools);
      return;
    } catch (error) {
      if (tries === ANSWER_TRIES) {
        throw error;
      }
      await tools.sleep(untilNextTry(tries) * 1000);
    }
  }
}
