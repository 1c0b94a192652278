import {
  type DeploymentAttribute,
  GATES_DEFINITION_VERSION,
  MADE_OF_TAG,
  MODEL_RESOURCE_TYPE,
  type ModelAttribute,
} from '../lib/private/contract';
import type { Bedrock } from './bedrock/bedrock';
import { nextFor, outcomeOf, requestOf } from './checks';
import type { Answer } from './cloudformation/answer';
import { failedId } from './cloudformation/failed-id';
import type { Executions } from './executions/executions';
import { NEVER, SUPERSEDED, takeOver } from './executions/takeover';
import type { Log } from './log';
import type { Change, Check, Create, Ending, Fail, Look } from './reconcile/action';
import { afterCallError, type CallError, CallFailed, withoutErrorOf } from './reconcile/call-errors';
import { decide } from './reconcile/decide';
import type { Goal, Kind } from './reconcile/goal';
import { KINDS, type Operation } from './reconcile/kinds';
import {
  afterCleanStep,
  deadlineAfterQueue,
  forNextGoal,
  type Memory,
  NOT_ASKED,
  UNREADABLE,
} from './reconcile/memory';
import { isInTransition, type Observed, type Resource } from './reconcile/observed';
import { withOwner } from './reconcile/ownership';
import { awaitPlace, queuedFor, remembered, rememberedPlaces } from './reconcile/quota';
import { GRACE } from './reconcile/waits';
import { answerTo, type State } from './state';

export interface StepTools {
  readonly bedrock: Bedrock;
  readonly executions: Executions;
  readonly now: () => number;
  readonly log: Log;
  /** The version of the execution's definition, which does not know the `next` values of a later one. */
  readonly definition: number;
  /** Where the log is, for whoever reads an error. */
  readonly logGroup: string;
}

/**
 * One step towards the goal: look, decide, and make at most one change. An error of Bedrock or of Step Functions is
 * never thrown: it becomes part of the state.
 */
export async function step(state: State, tools: StepTools): Promise<State> {
  return new Step(state, tools).take();
}

class Step {
  private memory: Memory;
  /** The resource, as it was seen last. */
  private seen?: Observed['resource'];
  private takenOverAt = NEVER;
  private readonly state: State;

  constructor(
    { check, ...state }: State,
    private readonly tools: StepTools,
  ) {
    const { stack, memory, next } = state;
    const checked = check === undefined ? undefined : outcomeOf(next, check);
    this.state = state;
    this.memory = {
      ...memory,
      ...(next === 'stack' ? { stack: stack?.status ?? memory.stack ?? UNREADABLE, stackAt: tools.now() } : {}),
      ...(checked === undefined ? {} : { checked }),
    };
    if (checked !== undefined) {
      // What a function keeps for its next call is not for the log.
      const line = { resource: state.physicalId, check: next, ...checked, state: undefined };
      tools.log(line, checked.kind === 'error' ? 'warn' : 'info');
    }
  }

  async take(): Promise<State> {
    const goal = this.state.goals[this.state.goal];
    if (goal === undefined) {
      return this.answer({ Status: 'SUCCESS' });
    }
    try {
      // Older requests end, or are stopped, while this one looks and waits.
      const { aloneAt = NEVER } = this.memory;
      const after = (aloneAt === NEVER ? await this.takeOver(goal) : undefined) ?? (await this.towards(goal));
      return { ...after, memory: afterCleanStep(after.memory) };
    } catch (thrown) {
      if (!(thrown instanceof CallFailed)) {
        throw thrown;
      }
      logCallError(this.state.physicalId, thrown, this.tools.log);
      return this.afterError(goal, thrown.callError);
    }
  }

  /** Ends this request if a newer one has come, and ends older ones. @returns nothing if this one is to go on */
  private async takeOver(goal: Goal): Promise<State | undefined> {
    const { executions, now, log } = this.tools;
    const { run } = this.state;
    const takeover = await takeOver(run, goal, this.memory, executions, now);
    this.memory = takeover.memory;
    this.takenOverAt = now();
    switch (takeover.outcome) {
      case 'superseded':
        log({ resource: this.state.physicalId, stop: 'a newer request for this resource has come' });
        // The state machine would have to say that it failed, or succeeded.
        await executions.stop(run.name, SUPERSEDED);
        return { ...this.state, memory: this.memory, next: 'stop', wait: 0 };
      case 'others end':
        return this.again(GRACE);
      case 'alone':
        return undefined;
    }
  }

  /**
   * In this step. What was waited for may have passed since then, if a call has hung: only then an older run may be
   * listed.
   */
  private hasTakenOver(): boolean {
    const { settleUntil = NEVER } = this.memory;
    return this.takenOverAt !== NEVER && (this.takenOverAt >= settleUntil || this.tools.now() < settleUntil);
  }

  private afterError(goal: Goal, error: CallError): State {
    const before = this.memory;
    const action = afterCallError(
      goal,
      before,
      error,
      this.tools.now(),
      this.seen !== undefined && isInTransition(this.seen),
    );
    this.remember(action.note);
    if (action.kind !== 'look') {
      return this.end(goal, action);
    }
    const looking = this.lookAtStack();
    if (looking !== undefined) {
      return looking;
    }
    const { stack } = this.memory;
    this.memory = { ...before, ...(stack === undefined ? {} : { stack }) };
    return this.afterError(goal, error);
  }

  /** Has the state machine look at the stack. @returns nothing if its definition cannot, which is remembered */
  private lookAtStack(): State | undefined {
    if (this.tools.definition >= 2) {
      return { ...this.state, memory: this.memory, next: 'stack', wait: 0 };
    }
    this.remember({ stack: NOT_ASKED, stackAt: this.tools.now() });
    return undefined;
  }

  private async towards(goal: Goal): Promise<State> {
    const queued = await this.awaitPlace(goal);
    if (queued !== undefined) {
      return queued;
    }
    const { kind } = goal.spec;
    // A failed attempt's resource is looked up by its ARN: another resource may have its name by now.
    const by = goal.want === 'absent' ? goal.attempt?.arn : undefined;
    let observed = await this.get(kind, by ?? goal.name, by);
    let news = false;
    for (;;) {
      const action = decide(goal, observed, this.memory);
      if (action.kind !== 'look' && action.kind !== 'wait' && !this.hasTakenOver()) {
        const givenWay = await this.takeOver(goal);
        if (givenWay !== undefined) {
          return givenWay;
        }
        continue; // an older run, not seen before, may be a reason to decide otherwise
      }
      const before = JSON.stringify(this.memory);
      this.remember(action.note);
      news ||= JSON.stringify(this.memory) !== before;
      switch (action.kind) {
        case 'look': {
          const looking = action.at === 'stack' ? this.lookAtStack() : undefined;
          if (looking !== undefined) {
            return looking;
          }
          observed = await this.look(action, goal, observed);
          break;
        }
        case 'create':
        case 'update':
        case 'delete':
        case 'tag':
          // The state must hold the intent before the change is made, since this invocation may die over the change.
          return news ? this.again(0) : await this.change(goal, action);
        case 'check':
          return this.check(goal, action);
        default:
          return this.end(goal, action);
      }
    }
  }

  /** Before anything is looked for. @returns nothing if the resource need not wait for a place in a full quota */
  private async awaitPlace(goal: Goal): Promise<State | undefined> {
    const { bedrock, now } = this.tools;
    const { kind } = goal.spec;
    if (goal.want === 'absent') {
      return undefined;
    }
    const refusal = queuedFor(goal, now(), this.memory);
    if (refusal === undefined) {
      return undefined;
    }
    const inProgress = await this.call(KINDS[kind].list, () => bedrock.inProgress(kind));
    const seen = rememberedPlaces(refusal, inProgress, now(), this.memory);
    this.remember(seen);
    const wait = awaitPlace(goal, refusal, seen.places, this.memory);
    return wait === undefined ? undefined : this.end(goal, wait);
  }

  private async get(kind: Kind, identifier: string, by: string | undefined): Promise<Observed> {
    const resource = await this.call(KINDS[kind].get, () => this.tools.bedrock.get(kind, identifier));
    this.seen = resource;
    return { at: this.tools.now(), resource, ...(by === undefined ? {} : { by }) };
  }

  private async look(look: Look, { spec: { kind }, owner }: Goal, observed: Observed): Promise<Observed> {
    const { bedrock, now } = this.tools;
    switch (look.at) {
      case 'resource':
        return this.get(kind, look.arn, look.arn);
      case 'model':
        return { ...observed, model: await this.call('GetCustomModel', () => bedrock.get('model', look.arn)) };
      case 'tags':
        return { ...observed, tags: await this.call('ListTagsForResource', () => bedrock.tags(look.arn)) };
      case 'users':
        return { ...observed, users: await this.call('ListCustomModelDeployments', () => bedrock.users(look.arn)) };
      case 'quota': {
        const use = await this.call(KINDS[kind].list, () => bedrock.quotaUse(kind, owner.stackId));
        const before = this.memory;
        this.remember({ quotaUse: remembered(kind, use, now(), before.quotaUse) });
        this.remember(deadlineAfterQueue(kind, before, this.memory, now()));
        return observed;
      }
      case 'stack':
        return observed;
    }
  }

  /** Has the state machine check a gate. */
  private check(goal: Goal, action: Check): State {
    const { definition, log } = this.tools;
    const { gate, awaiting } = action;
    if (definition < GATES_DEFINITION_VERSION) {
      return this.end(goal, { kind: 'fail', reason: NO_GATES });
    }
    this.remember({ awaiting });
    log({ resource: goal.name, check: gate.kind, awaiting });
    const request = requestOf(action, goal.name, this.memory.gate);
    return { ...this.state, memory: this.memory, next: nextFor(action), wait: 0, check: { request } };
  }

  private async change(goal: Goal, action: Change): Promise<State> {
    this.tools.log({ resource: goal.name, change: action.kind });
    this.remember(await this.carryOut(goal, action));
    return this.again(action.kind === 'tag' ? 0 : 2);
  }

  /** @returns what to remember of it */
  private async carryOut(goal: Goal, action: Change): Promise<Partial<Memory>> {
    const { bedrock, now } = this.tools;
    const { kind } = goal.spec;
    const queued = this.memory;
    switch (action.kind) {
      case 'create': {
        const arn = await this.call(KINDS[kind].create, () => this.create(action));
        return { create: { arn, acceptedAt: now() }, ...deadlineAfterQueue(kind, queued, this.memory, now()) };
      }
      case 'update':
        await this.call('UpdateCustomModelDeployment', () => bedrock.update(action.arn, action.modelArn));
        return {
          update: { before: {}, ...this.memory.update, acceptedAt: now() },
          ...deadlineAfterQueue(kind, queued, this.memory, now()),
        };
      case 'delete':
        await this.call(KINDS[kind].delete, () => bedrock.delete(kind, action.arn));
        return { deleted: { arn: action.arn, at: now() } };
      case 'tag':
        if (Object.keys(action.set).length > 0) {
          // The IAM policy allows TagResource only with the ownership tags in the request.
          await this.call('TagResource', () => bedrock.tag(action.arn, withOwner(action.set, goal.owner)));
        }
        if (action.unset.length > 0) {
          await this.call('UntagResource', () => bedrock.untag(action.arn, action.unset));
        }
        return {};
    }
  }

  private create({ goal, again }: Create): Promise<string> {
    const { name, spec } = goal;
    const tags = withOwner(goal.tags, goal.owner);
    const clientRequestToken = tokenOf(this.state.request.RequestId + (again === true ? '-again' : ''));
    if (spec.kind === 'deployment') {
      const { modelArn, description } = spec;
      return this.tools.bedrock.createDeployment({
        name,
        tags,
        clientRequestToken,
        modelArn,
        ...(description === undefined ? {} : { description }),
      });
    }
    const { source, kmsKeyArn, madeOf } = spec;
    return this.tools.bedrock.createModel({
      name,
      tags: { ...tags, [MADE_OF_TAG]: madeOf },
      clientRequestToken,
      source,
      ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }),
    });
  }

  private end(goal: Goal, action: Ending): State {
    switch (action.kind) {
      case 'wait':
        this.remember({ ...action.note, awaiting: action.awaiting });
        this.tools.log({ resource: goal.name, wait: action.seconds, awaiting: action.awaiting });
        return this.again(action.seconds);
      case 'fail':
        return this.answer({ Status: 'FAILED', Reason: this.reason(goal, action.reason) }, this.failedId(action));
      case 'succeed': {
        const data = action.resource === undefined ? this.state.data : attributes(goal, action.resource);
        const warning = this.warn(goal, action.warning);
        const goalReached: State = {
          ...this.state,
          ...(data === undefined ? {} : { data }),
          ...(warning === undefined ? {} : { warning }),
        };
        if (this.state.goal + 1 < this.state.goals.length) {
          return { ...goalReached, goal: this.state.goal + 1, memory: forNextGoal(this.memory), next: 'wait', wait: 0 };
        }
        const Reason = warning === undefined ? {} : { Reason: warning };
        return this.answer({ Status: 'SUCCESS', ...Reason, ...(data === undefined ? {} : { Data: data }) });
      }
    }
  }

  /** @returns all warnings so far */
  private warn(goal: Goal, warning: string | undefined): string | undefined {
    if (warning === undefined) {
      return this.state.warning;
    }
    this.tools.log({ resource: goal.name, warning }, 'warn');
    return [this.state.warning, warning].filter(Boolean).join('. ');
  }

  private remember(note: Partial<Memory> = {}): void {
    this.memory = { ...this.memory, ...note };
  }

  private again(wait: number): State {
    return { ...this.state, memory: this.memory, next: 'wait', wait };
  }

  private answer(verdict: Parameters<typeof answerTo>[2], physicalId = this.state.physicalId): State {
    const answer = answerTo(this.state.request, physicalId, verdict);
    logAnswer(answer, this.tools.log);
    return { ...this.state, memory: this.memory, next: 'answer', wait: 0, answer };
  }

  private failedId({ untouched, cleanedUp }: Fail): string {
    const hasMadeNothing = untouched ?? cleanedUp ?? this.memory.create === undefined;
    return failedAnswerId({ ...this.state, memory: this.memory }, this.tools.now(), hasMadeNothing);
  }

  private reason(goal: Goal, why: string): string {
    return explain(
      this.state,
      goal.want === 'present' ? goal.name : `deletion of ${goal.name}`,
      why,
      this.tools.logGroup,
    );
  }

  private async call<T>(operation: Operation, send: () => Promise<T>): Promise<T> {
    const result = await send();
    this.memory = withoutErrorOf(operation, this.memory);
    return result;
  }
}

const NO_GATES = 'the execution began under the former definition of the state machine, without gates. Deploy again';

/**
 * The physical id in a FAILED answer. That of a Create tells what the attempt may have left. An Update that has made
 * nothing keeps the id that it had: under the other one CloudFormation would delete what the stack has retained.
 */
export function failedAnswerId(
  { request, physicalId, memory, goal }: State,
  at: number,
  hasMadeNothing = memory.create === undefined,
): string {
  if (request.RequestType !== 'Create') {
    return hasMadeNothing && goal === 0 ? (request.PhysicalResourceId ?? physicalId) : physicalId;
  }
  const arn = memory.create?.arn;
  const attempt = { until: at, ...(arn === undefined ? {} : { arn }) };
  return failedId({ requestId: request.RequestId, name: physicalId, ...(hasMadeNothing ? {} : { attempt }) });
}

/** `CustomModelProvider.metricFailedOperations` counts these lines. */
export function logAnswer({ PhysicalResourceId, Status, Reason }: Answer, log: Log): void {
  const line = { resource: PhysicalResourceId, answer: Status };
  log(Reason === undefined ? line : { ...line, reason: Reason }, Status === 'FAILED' ? 'error' : 'info');
}

export function logCallError(resource: string, { message, callError }: CallFailed, log: Log): void {
  const { kind, awsRequestId } = callError;
  const line = { resource, callError: message, kind };
  log(awsRequestId === undefined ? line : { ...line, awsRequestId }, 'warn');
}

/** An error as the user reads it: which resource, what was attempted, why it failed, and where the log is. */
export function explain(
  { request, run }: Pick<State, 'request' | 'run'>,
  what: string,
  why: string,
  logGroup: string,
): string {
  const noun = request.ResourceType === MODEL_RESOURCE_TYPE ? 'custom model' : 'custom model deployment';
  return (
    `${request.RequestType} of ${noun} ${request.LogicalResourceId} (${what}) failed: ${why.replace(/\.$/, '')}. ` +
    `Log: ${logGroup}, execution ${run.name}${request.RequestType === 'Create' ? IF_ROLLED_BACK : ''}`
  );
}

const IF_ROLLED_BACK =
  ' (if this is the first deploy of the stack, its rollback deletes both unless the app retains the log. ' +
  'This message stays in the events of the stack, every call in CloudTrail; cdk deploy --no-rollback keeps the log)';

function attributes({ name, spec }: Goal, { arn, reported }: Resource): Record<string, string> {
  return 'modelArn' in spec
    ? ({ Arn: arn, Name: name, Status: reported, ModelArn: spec.modelArn } satisfies Record<
        DeploymentAttribute,
        string
      >)
    : ({ Arn: arn, Name: name, Status: reported } satisfies Record<ModelAttribute, string>);
}

/** CloudFormation's RequestId is a UUID, which is a token as it is. */
function tokenOf(requestId: string): string {
  const token = requestId
    .slice(0, 256)
    .replace(/[^a-zA-Z0-9-]/g, '-')
    .replace(/^-+|-+$/g, '');
  return token === '' ? 'request' : token;
}
