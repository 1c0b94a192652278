import type { Bedrock } from '../../../lambda/bedrock/bedrock';
import type { Execution, Executions } from '../../../lambda/executions/executions';
import type { LogLevel } from '../../../lambda/log';
import { CallFailed } from '../../../lambda/reconcile/call-errors';
import type { Tags } from '../../../lambda/reconcile/goal';
import { KINDS } from '../../../lambda/reconcile/kinds';
import type { CallErrorKind } from '../../../lambda/reconcile/memory';
import type { Absent, ModelUser, QuotaUse, Resource } from '../../../lambda/reconcile/observed';
import type { StepTools } from '../../../lambda/step';
import { ARN, model, MODEL_1, NOON, OUR_TAGS } from './builders';

/**
 * All that one invocation sees and does: what is there is set, what is called is written down, and any call can be made
 * to fail.
 */
export class FakeStepTools implements StepTools {
  time = NOON;
  resource: Resource | Absent = { status: 'absent' };
  /** What Get finds by a deployment's ARN. */
  other: Resource | Absent = { status: 'absent' };
  model: Resource | Absent = model();
  tagged: Tags = OUR_TAGS;
  /** The tags of `other`. */
  otherTagged: Tags = OUR_TAGS;
  users: readonly ModelUser[] = [];
  quotaUse: QuotaUse = { total: 1, isIdle: true, digest: 'same', ofStack: 1 };
  inProgress = 2;
  definition = 2;
  listed: readonly Execution[] = [];

  /** Each call, with what it was given. */
  readonly calls: (readonly [string, ...unknown[]])[] = [];
  readonly lines: Readonly<Record<string, unknown>>[] = [];
  /** Of each line. */
  readonly levels: LogLevel[] = [];
  readonly logGroup = '/aws/lambda/handler';
  private readonly failing = new Map<string, Error>();

  /** From now on the call of Bedrock or Step Functions fails. */
  fails(operation: string, kind: CallErrorKind, message: string): void {
    this.failing.set(operation, new CallFailed({ kind, operation, message }));
  }

  /** From now on the call throws what no call should. */
  bug(operation: string, error: Error): void {
    this.failing.set(operation, error);
  }

  readonly now = (): number => this.time;
  readonly log = (line: Readonly<Record<string, unknown>>, level: LogLevel = 'info'): void => {
    this.lines.push(line);
    this.levels.push(level);
  };

  readonly bedrock: Bedrock = {
    get: (kind, identifier) =>
      this.called(
        KINDS[kind].get,
        [identifier],
        identifier.includes(':custom-model/') ? this.model : identifier.startsWith('arn:') ? this.other : this.resource,
      ),
    tags: (arn) =>
      this.called(
        'ListTagsForResource',
        [arn],
        'arn' in this.other && this.other.arn === arn ? this.otherTagged : this.tagged,
      ),
    inProgress: (kind) => this.called(KINDS[kind].list, ['in progress'], this.inProgress),
    quotaUse: (kind, stackId) => this.called(KINDS[kind].list, [stackId], this.quotaUse),
    users: (arn) => this.called('ListCustomModelDeployments', [arn], this.users),
    createDeployment: (given) => this.called('CreateCustomModelDeployment', [given], ARN),
    createModel: (given) => this.called('CreateCustomModel', [given], MODEL_1),
    update: (arn, modelArn) => this.called('UpdateCustomModelDeployment', [arn, modelArn], undefined),
    delete: (kind, arn) => this.called(KINDS[kind].delete, [arn], undefined),
    tag: (arn, tags) => this.called('TagResource', [arn, tags], undefined),
    untag: (arn, keys) => this.called('UntagResource', [arn, keys], undefined),
  };

  readonly executions: Executions = {
    start: (name, input) => this.called('StartExecution', [name, input], undefined),
    list: (prefix, reach) => this.called('ListExecutions', [prefix, reach], [...this.listed]),
    stop: (name, cause) => this.called('StopExecution', [name, cause], undefined),
  };

  private called<T>(operation: string, given: readonly unknown[], answer: T): Promise<T> {
    this.calls.push([operation, ...given]);
    const error = this.failing.get(operation);
    return error === undefined ? Promise.resolve(answer) : Promise.reject(error);
  }
}
