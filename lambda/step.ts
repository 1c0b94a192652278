import {
  type DeploymentAttribute,
  MADE_OF_TAG,
  MODEL_RESOURCE_TYPE,
  type ModelAttribute,
} from '../lib/private/contract';
import type { Bedrock } from './bedrock/bedrock';
import { failedId } from './cloudformation/failed-id';
import type { Executions } from './executions/executions';
import { precedence } from './executions/precedence';
import type { Change, Create, Ending, Fail, Look } from './reconcile/action';
import { decide } from './reconcile/decide';
import { remembered } from './reconcile/fleet';
import type { Goal, Kind } from './reconcile/goal';
import { KINDS } from './reconcile/kinds';
import { forNextGoal, type Memory, NOT_ASKED, UNREADABLE } from './reconcile/memory';
import { isInTransition, type Observed, type Resource } from './reconcile/observed';
import { withOwner } from './reconcile/ownership';
import { GRACE, IN_FLIGHT, LISTED } from './reconcile/patience';
import { endure, type Operation, recover, TroubleError } from './reconcile/trouble';
import { answerTo, type State } from './state';

export interface StepTools {
  readonly bedrock: Bedrock;
  readonly executions: Executions;
  readonly now: () => number;
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
  /** The version of the definition that the execution has: it knows no `next` of a later one. */
  readonly definition: number;
  /** Where a reader of an error finds the rest. */
  readonly logGroup: string;
}

/**
 * One step towards the goal: look, decide, and make one change at most. Throws nothing that Bedrock or Step Functions
 * may do.
 */
export async function step(state: State, tools: StepTools): Promise<State> {
  return new Step(state, tools).take();
}

class Step {
  private memory: Memory;
  /** The resource, as it was seen last. */
  private seen: Observed['resource'] = { status: 'absent' };

  constructor(
    private readonly state: State,
    private readonly tools: StepTools,
  ) {
    const { stack, memory } = state;
    this.memory =
      stack === undefined || memory.stack !== undefined ? memory : { ...memory, stack: stack.status ?? UNREADABLE };
  }

  async take(): Promise<State> {
    const goal = this.state.goals[this.state.goal];
    if (goal === undefined) {
      return this.answer({ Status: 'SUCCESS' });
    }
    try {
      return (await this.giveWay()) ?? (await this.towards(goal));
    } catch (thrown) {
      if (!(thrown instanceof TroubleError)) {
        throw thrown;
      }
      this.tools.log({ resource: this.state.physicalId, trouble: thrown.message, kind: thrown.trouble.kind });
      return this.suffer(goal, thrown);
    }
  }

  private suffer(goal: Goal, { trouble }: TroubleError): State {
    const before = this.memory;
    const action = endure(goal, before, trouble, this.tools.now(), isInTransition(this.seen));
    this.memory = { ...before, ...action.note };
    if (action.kind !== 'look') {
      return this.end(goal, action);
    }
    const looking = this.lookAtStack();
    if (looking !== undefined) {
      return looking;
    }
    const { stack } = this.memory;
    this.memory = { ...before, ...(stack === undefined ? {} : { stack }) };
    return this.suffer(goal, new TroubleError(trouble));
  }

  /** The state machine looks. @returns nothing if it cannot, which is remembered */
  private lookAtStack(): State | undefined {
    if (this.tools.definition >= 2) {
      return { ...this.state, memory: this.memory, next: 'stack', wait: 0 };
    }
    this.memory = { ...this.memory, stack: NOT_ASKED };
    return undefined;
  }

  /**
   * CloudFormation may send a request while an earlier one for the same resource still runs. The newest counts: it
   * stops the others if they do not end at once, and believes nothing absent while one of their invocations may still
   * be at work. New executions may take a moment to be listed, so this is asked at every step of the first minute,
   * however late that comes.
   */
  private async giveWay(): Promise<State | undefined> {
    const { run } = this.state;
    const { aloneAt = -Infinity } = this.memory;
    if (this.tools.now() - run.acceptedAt > IN_FLIGHT * 1000 && aloneAt - run.acceptedAt > LISTED * 1000) {
      return undefined;
    }
    const executions = await this.call('ListExecutions', () => this.tools.executions.list(run.prefix));
    const { superseded, older, cutShortAt, earlier } = precedence(run, executions);
    if (superseded) {
      this.tools.log({ resource: this.state.physicalId, stop: 'a newer request for this resource has come' });
      return { ...this.state, memory: this.memory, next: 'stop', wait: 0 };
    }
    if (cutShortAt !== undefined) {
      this.settle(cutShortAt);
    }
    if (older.length > 0 && this.memory.graceGiven !== true) {
      // CloudFormation may have had its answer and sent the next request before the execution could end by itself.
      this.memory = { ...this.memory, graceGiven: true };
      return this.again(GRACE);
    }
    for (const execution of older) {
      await this.call('StopExecution', () =>
        this.tools.executions.stop(execution.arn, 'A newer request for the same resource has come.'),
      );
      this.settle(this.tools.now());
    }
    this.memory = { ...this.memory, aloneAt: this.tools.now(), ...(earlier.length === 0 ? {} : { earlier }) };
    return undefined;
  }

  /** What was cut short then may have an invocation at work that ends only now. */
  private settle(cutShortAt: number): void {
    const settled = cutShortAt + IN_FLIGHT * 1000;
    this.memory = { ...this.memory, settleUntil: Math.max(settled, this.memory.settleUntil ?? 0) };
  }

  private async towards(goal: Goal): Promise<State> {
    const { kind } = goal.spec;
    // What a failed attempt made is known by its ARN: its name may be another's by now.
    const by = goal.want === 'absent' ? goal.attempt?.arn : undefined;
    let observed = await this.get(kind, by ?? goal.name, by);
    let news = false;
    for (;;) {
      const action = decide(goal, observed, this.memory);
      const noted = { ...this.memory, ...action.note };
      news ||= JSON.stringify(noted) !== JSON.stringify(this.memory);
      this.memory = noted;
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
          // The intent must outlive this invocation before the change is made.
          return news ? this.again(0) : await this.change(goal, action);
        default:
          return this.end(goal, action);
      }
    }
  }

  private async get(kind: Kind, identifier: string, by: string | undefined): Promise<Observed> {
    this.seen = await this.call(KINDS[kind].get, () => this.tools.bedrock.get(kind, identifier));
    return { at: this.tools.now(), resource: this.seen, ...(by === undefined ? {} : { by }) };
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
      case 'fleet': {
        const fleet = await this.call(KINDS[kind].list, () => bedrock.fleet(kind, owner.stackId));
        this.memory = { ...this.memory, fleet: remembered(kind, fleet, now(), this.memory.fleet) };
        return observed;
      }
      case 'stack':
        return observed;
    }
  }

  private async change(goal: Goal, action: Change): Promise<State> {
    this.tools.log({ resource: goal.name, change: action.kind });
    const done = await this.carryOut(goal, action);
    this.memory = { ...this.memory, ...done };
    return this.again(action.kind === 'tag' ? 0 : 2);
  }

  /** @returns what to remember of it */
  private async carryOut(goal: Goal, action: Change): Promise<Partial<Memory>> {
    const { bedrock, now } = this.tools;
    const { kind } = goal.spec;
    switch (action.kind) {
      case 'create': {
        const arn = await this.call(KINDS[kind].create, () => this.create(action));
        return { create: { arn, acceptedAt: now() } };
      }
      case 'update':
        await this.call('UpdateCustomModelDeployment', () => bedrock.update(action.arn, action.modelArn));
        return { update: { before: {}, ...this.memory.update, acceptedAt: now() } };
      case 'delete':
        await this.call(KINDS[kind].delete, () => bedrock.delete(kind, action.arn));
        return { deleted: { arn: action.arn, at: now() } };
      case 'tag':
        if (Object.keys(action.set).length > 0) {
          // The proof of ownership goes along: the policy demands it of every tagging.
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
        this.memory = { ...this.memory, ...action.note, awaiting: action.awaiting };
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

  /** @returns all that was warned of so far */
  private warn(goal: Goal, warning: string | undefined): string | undefined {
    if (warning === undefined) {
      return this.state.warning;
    }
    this.tools.log({ resource: goal.name, warning });
    return [this.state.warning, warning].filter(Boolean).join('. ');
  }

  private again(wait: number): State {
    return { ...this.state, memory: this.memory, next: 'wait', wait };
  }

  private answer(verdict: Parameters<typeof answerTo>[2], physicalId = this.state.physicalId): State {
    this.tools.log({
      resource: physicalId,
      answer: verdict.Status,
      ...(verdict.Reason === undefined ? {} : { reason: verdict.Reason }),
    });
    return {
      ...this.state,
      memory: this.memory,
      next: 'answer',
      wait: 0,
      answer: answerTo(this.state.request, physicalId, verdict),
    };
  }

  private failedId({ leaves, gone }: Fail): string {
    const { PhysicalResourceId } = this.state.request;
    return leaves === true && PhysicalResourceId !== undefined
      ? PhysicalResourceId
      : failedAnswerId(
          { ...this.state, memory: this.memory },
          this.tools.now(),
          leaves ?? gone ?? this.memory.create === undefined,
        );
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
    this.memory = recover(this.memory, operation);
    return result;
  }
}

/** The id in an answer that says FAILED: a Create has one of its own, which tells what may be left of it. */
export function failedAnswerId(
  { request, physicalId, memory }: State,
  at: number,
  gone = memory.create === undefined,
): string {
  if (request.RequestType !== 'Create') {
    return physicalId;
  }
  const arn = memory.create?.arn;
  const attempt = { until: at, ...(arn === undefined ? {} : { arn }) };
  return failedId({ requestId: request.RequestId, name: physicalId, ...(gone ? {} : { attempt }) });
}

/** An error as the user reads it: which resource, what was attempted, why not, and where to read on. */
export function explain(
  { request, run }: Pick<State, 'request' | 'run'>,
  what: string,
  why: string,
  logGroup: string,
): string {
  const noun = request.ResourceType === MODEL_RESOURCE_TYPE ? 'custom model' : 'custom model deployment';
  return (
    `${request.RequestType} of ${noun} ${request.LogicalResourceId} (${what}) failed: ${why.replace(/\.$/, '')}. ` +
    `Log: ${logGroup}, execution ${run.name}`
  );
}

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
