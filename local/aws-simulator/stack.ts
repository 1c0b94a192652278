import type { Answer } from '../../lambda/cloudformation/answer';
import type { CloudFormationRequest } from '../../lambda/cloudformation/request';
import type { CloudFormationBehaviour } from './cloudformation-behaviour';
import { inDependencyOrder } from './dependency-order';
import type { StackExports } from './exports';
import type { ParameterStore } from './parameter-store';
import { NotProvisioned, type Provisioner } from './provisioner';
import {
  isCustom,
  isRetained,
  isRetainedOnRollback,
  type ResolvedProperties,
  same,
  type StackResource,
  templateResource,
  type Wanted,
  wantedOf,
} from './stack-resource';
import {
  dependencies,
  importsOf,
  resolve,
  type Scope,
  type TemplateResources,
  type TemplateSections,
} from './template';
import type { VirtualTime } from './virtual-time';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html */
export type StackStatus =
  | 'CREATE_IN_PROGRESS'
  | 'CREATE_COMPLETE'
  | 'CREATE_FAILED'
  | 'ROLLBACK_IN_PROGRESS'
  | 'ROLLBACK_COMPLETE'
  | 'ROLLBACK_FAILED'
  | 'UPDATE_IN_PROGRESS'
  | 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'
  | 'UPDATE_COMPLETE'
  | 'UPDATE_FAILED'
  | 'UPDATE_ROLLBACK_IN_PROGRESS'
  | 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS'
  | 'UPDATE_ROLLBACK_COMPLETE'
  | 'UPDATE_ROLLBACK_FAILED'
  | 'DELETE_IN_PROGRESS'
  | 'DELETE_COMPLETE'
  | 'DELETE_FAILED';

/** As much of it as is of use: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Stack.html */
export interface StackDescription {
  readonly StackId: string;
  readonly StackName: string;
  readonly StackStatus: StackStatus;
  readonly CreationTime: Date;
}

export interface OperationOptions {
  /** What the template has beside its resources. */
  readonly sections?: TemplateSections;
  /**
   * What has failed stays, and so does all else:
   * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html
   */
  readonly disableRollback?: boolean;
}

/** What CloudFormation shows of a stack as it goes. */
export interface StackEvent {
  readonly at: number;
  readonly status: string;
  /** Absent: the stack's own. */
  readonly logicalId?: string;
  readonly type?: string;
  readonly physicalId?: string;
  readonly reason?: string;
}

/** What comes of a request. */
export type OperationOutcome =
  | { readonly kind: 'answered'; readonly answer: Answer }
  /** ServiceTimeout passed, or the answer was none. */
  | { readonly kind: 'failed'; readonly reason: string }
  /** The operation was cancelled: CloudFormation waits for this no longer. */
  | { readonly kind: 'cancelled' };

/** The CloudFormation in which a stack is. */
interface StackContext {
  readonly time: VirtualTime;
  readonly exports: StackExports;
  readonly parameters: ParameterStore;
  readonly behaviour: CloudFormationBehaviour;
  readonly accountId: string;
  readonly region: string;
  provisionerOf(type: string): Provisioner;
  send(
    given: Omit<CloudFormationRequest, 'RequestId' | 'ResponseURL'>,
    cancelled: Promise<void>,
  ): Promise<OperationOutcome>;
  madeUp(stackId: string, logicalId: string): string;
}

/** What a stack is to be. */
interface Declared {
  readonly template: TemplateResources;
  readonly sections: TemplateSections;
}

/** What a stack goes back to. */
interface Stable {
  readonly resources: ReadonlyMap<string, StackResource>;
  readonly declared: Declared;
}

/** What is under way, and may be cancelled. */
class StackOperation {
  readonly cancelled: Promise<void>;
  cancel!: () => void;
  isCancelled = false;

  constructor() {
    this.cancelled = new Promise((done) => {
      this.cancel = () => {
        this.isCancelled = true;
        done();
      };
    });
  }
}

/**
 * CloudFormation takes more than a second from a failure to the first request of a rollback, as the events of stacks
 * show. It matters, since a request tells only the second in which it was made.
 */
const BEFORE_ROLLBACK_MS = 1500;

/** CloudFormation says so nowhere; three attempts are seen in the events of stacks. */
const CLEAN_UP_TRIES = 3;

const NOTHING: Declared = { template: {}, sections: {} };

/**
 * One stack, operated on one operation at a time. Resources that do not refer to each other are worked on side by side:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html
 */
export class SimulatedStack {
  status: StackStatus | undefined;
  /** Why the last operation failed, in order. */
  reasons: string[] = [];
  readonly events: StackEvent[] = [];
  /** What clean-ups could not delete: it is there, and no stack has it any more. */
  readonly givenUp: { readonly logicalId: string; readonly type: string; readonly physicalId: string }[] = [];
  private resources = new Map<string, StackResource>();
  private declared: Declared = NOTHING;
  /** Replaced or given up, and not deleted yet. */
  private superfluous: StackResource[] = [];
  private stable: Stable = { resources: new Map(), declared: NOTHING };
  private operation = new StackOperation();
  private createdAt = 0;

  constructor(
    readonly stackId: string,
    private readonly cloudFormation: StackContext,
  ) {}

  get physicalIds(): string[] {
    return [...this.resources.values()].map(({ physicalId }) => physicalId);
  }

  attributes(logicalId: string): Readonly<Record<string, string>> {
    return this.resources.get(logicalId)?.attributes ?? {};
  }

  /** The value of an output. */
  resolve(value: unknown): unknown {
    return resolve(value, this.scope);
  }

  describe(): StackDescription | undefined {
    const { stackId: StackId, name: StackName, status: StackStatus } = this;
    return StackStatus === undefined
      ? undefined
      : { StackId, StackName, StackStatus, CreationTime: new Date(this.createdAt) };
  }

  /**
   * A create that fails is rolled back:
   * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html
   */
  async create(
    template: TemplateResources,
    { sections = {}, disableRollback = false }: OperationOptions = {},
  ): Promise<StackStatus> {
    this.createdAt = this.cloudFormation.time.now();
    this.begin('CREATE_IN_PROGRESS');
    this.declare({ template, sections });
    const done = await this.each(template, disableRollback, (logicalId) => this.createResource(template, logicalId));
    if (done && this.publish()) {
      return this.settle('CREATE_COMPLETE', this.declared);
    }
    return disableRollback && !this.operation.isCancelled ? this.end('CREATE_FAILED') : this.rollBackCreate();
  }

  /**
   * What is replaced or removed goes last:
   * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
   */
  async update(
    template: TemplateResources,
    { sections = {}, disableRollback = false }: OperationOptions = {},
  ): Promise<StackStatus> {
    const before = new Map(this.resources);
    if (this.status !== 'CREATE_FAILED' && this.status !== 'UPDATE_FAILED') {
      this.stable = { resources: before, declared: this.declared };
    }
    this.begin('UPDATE_IN_PROGRESS');
    this.declare({ template, sections });
    const done = await this.each(template, disableRollback, (logicalId) => {
      const there = this.resources.get(logicalId);
      return there === undefined || there.failed === 'CREATE'
        ? this.createResource(template, logicalId)
        : this.updateResource(template, logicalId, there);
    });
    if (!done || !this.publish()) {
      return disableRollback && !this.operation.isCancelled ? this.pause(before) : this.rollBack(this.reasons);
    }
    this.begin('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
    const removed = [...this.resources.values()].filter(({ logicalId }) => !(logicalId in template));
    removed.forEach(({ logicalId }) => {
      this.resources.delete(logicalId);
    });
    this.superfluous.push(...removed.filter((resource) => !isRetained(resource)));
    await this.cleanUp();
    return this.settle('UPDATE_COMPLETE', this.declared);
  }

  /**
   * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-continueupdaterollback.html
   */
  async continueUpdateRollback(): Promise<StackStatus> {
    return this.rollBack([]);
  }

  /**
   * Of what has failed without rollback:
   * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_RollbackStack.html
   */
  async rollback(): Promise<StackStatus> {
    return this.status === 'CREATE_FAILED' ? this.rollBackCreate() : this.rollBack([]);
  }

  /** Refused, while another stack imports what this one exports, without any other trace than an event. */
  async delete(): Promise<StackStatus> {
    const refusal = this.cloudFormation.exports.refusal(this.stackId, new Map());
    if (refusal !== undefined && this.status !== undefined) {
      this.reasons = [refusal];
      return this.end(this.status, refusal);
    }
    this.begin('DELETE_IN_PROGRESS');
    if (!(await this.deleteAll(isRetained))) {
      return this.end('DELETE_FAILED');
    }
    this.cloudFormation.exports.replace(this.stackId, new Map());
    return this.settle('DELETE_COMPLETE', NOTHING);
  }

  /** What is under way is waited for no longer, and rolled back at once. */
  cancelOperation(): void {
    this.operation.cancel();
  }

  private get name(): string {
    return this.stackId.split('/')[1] ?? '';
  }

  private begin(status: StackStatus, reasons: string[] = []): void {
    this.reasons = reasons;
    this.operation = new StackOperation();
    this.status = status;
    this.tell({ status });
  }

  private end(status: StackStatus, reason?: string): StackStatus {
    this.status = status;
    this.operation = new StackOperation();
    this.tell({ status, ...(reason === undefined ? {} : { reason }) });
    return status;
  }

  /** From now on the stack is this, and imports nothing else. */
  private settle(status: StackStatus, declared: Declared): StackStatus {
    this.declared = declared;
    this.cloudFormation.exports.imported(this.stackId, importsOf(declared, this.scope));
    return this.end(status);
  }

  /** The stack is to be this; it still imports what it was before. */
  private declare(declared: Declared): void {
    const imports = [...importsOf(this.declared, this.scope), ...importsOf(declared, this.scope)];
    this.declared = declared;
    this.cloudFormation.exports.imported(this.stackId, imports);
  }

  /** Exports are changed when everything else is, and cannot be while another stack imports them. */
  private publish(): boolean {
    const { exports } = this.cloudFormation;
    const own = Object.values(this.declared.sections.Outputs ?? {}).flatMap(({ Value, Export }): [string, string][] =>
      Export === undefined ? [] : [[String(this.resolve(Export.Name)), String(this.resolve(Value))]],
    );
    const refusal = exports.refusal(this.stackId, new Map(own));
    if (refusal === undefined) {
      exports.replace(this.stackId, new Map(own));
    } else {
      this.reasons.push(refusal);
    }
    return refusal === undefined;
  }

  private tell(event: Omit<StackEvent, 'at'>): void {
    this.events.push({ at: this.cloudFormation.time.now(), ...event });
  }

  /**
   * Each resource after those that it waits for. One that fails stops the whole, unless there is no rollback: then only
   * what waits for it.
   */
  private async each(
    template: TemplateResources,
    disableRollback: boolean,
    visit: (logicalId: string) => Promise<boolean>,
  ): Promise<boolean> {
    const waitsFor = (logicalId: string): string[] => dependencies(templateResource(template, logicalId));
    const { operation } = this;
    let failed = false;
    await inDependencyOrder(Object.keys(template), waitsFor, async (logicalId) => {
      const stopped = operation.isCancelled || (failed && !disableRollback);
      const done = !stopped && (await visit(logicalId));
      if (!done && !failed) {
        failed = true;
        if (this.cloudFormation.behaviour.cancelsOthers && !disableRollback) {
          operation.cancel();
        }
      }
      return done;
    });
    return !failed;
  }

  private async createResource(template: TemplateResources, logicalId: string): Promise<boolean> {
    const made = this.wanted('CREATE', template, logicalId);
    if (made === undefined) {
      return false;
    }
    if (!isCustom(made.type)) {
      return this.provision('CREATE', made);
    }
    const failedBefore = this.resources.get(logicalId);
    if (failedBefore !== undefined) {
      this.superfluous.push(failedBefore);
    }
    this.tell({ logicalId, type: made.type, status: 'CREATE_IN_PROGRESS' });
    const outcome = await this.cloudFormation.send(
      {
        RequestType: 'Create',
        StackId: this.stackId,
        LogicalResourceId: logicalId,
        ResourceType: made.type,
        ResourceProperties: made.properties,
      },
      this.operation.cancelled,
    );
    // Whatever became of it, its deletion will be asked for by some id: that of the answer, be it a failure, or one
    // made up.
    const physicalId =
      outcome.kind === 'answered'
        ? outcome.answer.PhysicalResourceId
        : this.cloudFormation.madeUp(this.stackId, logicalId);
    const failed = isSuccess(outcome) ? {} : ({ failed: 'CREATE' } as const);
    const resource = { ...made, physicalId, attributes: dataOf(outcome), ...failed };
    this.resources.set(logicalId, resource);
    return this.succeeded('CREATE', resource, outcome);
  }

  private async updateResource(template: TemplateResources, logicalId: string, there: StackResource): Promise<boolean> {
    const made = this.wanted('UPDATE', template, logicalId);
    if (made === undefined) {
      return false;
    }
    if (made.type !== there.type) {
      return this.fail(
        'UPDATE',
        there,
        'Update of resource type is not permitted.' +
          ` The new template modifies resource type of the following resources: [${logicalId}]`,
      );
    }
    if (!isCustom(made.type)) {
      return this.provision('UPDATE', made);
    }
    if (made.properties['ServiceToken'] !== there.properties['ServiceToken']) {
      return this.fail('UPDATE', there, 'Modifying service token is not allowed.');
    }
    // A request is sent only if a property has changed:
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requesttypes-update.html
    if (same(made.properties, there.properties) && there.failed === undefined) {
      this.resources.set(logicalId, { ...made, physicalId: there.physicalId, attributes: there.attributes });
      return true;
    }
    const outcome = await this.ask(there, made.properties, this.operation.cancelled);
    const success = isSuccess(outcome);
    const idCounts = outcome.kind === 'answered' && (success || this.cloudFormation.behaviour.keepsIdOfFailedUpdate);
    const physicalId = idCounts ? outcome.answer.PhysicalResourceId : there.physicalId;
    const rest = success
      ? { attributes: dataOf(outcome) }
      : ({ attributes: there.attributes, failed: 'UPDATE' } as const);
    const resource = { ...made, physicalId, ...rest };
    this.resources.set(logicalId, resource);
    // Another id is another resource:
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requesttypes-update.html
    if (success && physicalId !== there.physicalId && !made.retainedWhenReplaced) {
      this.superfluous.push(there);
    }
    return this.succeeded('UPDATE', resource, outcome);
  }

  private ask(
    there: StackResource,
    properties: ResolvedProperties,
    cancelled: Promise<void>,
  ): Promise<OperationOutcome> {
    this.tell({
      logicalId: there.logicalId,
      type: there.type,
      physicalId: there.physicalId,
      status: 'UPDATE_IN_PROGRESS',
    });
    return this.cloudFormation.send(
      {
        RequestType: 'Update',
        StackId: this.stackId,
        LogicalResourceId: there.logicalId,
        ResourceType: there.type,
        PhysicalResourceId: there.physicalId,
        ResourceProperties: properties,
        OldResourceProperties: there.properties,
      },
      cancelled,
    );
  }

  private async rollBackCreate(): Promise<StackStatus> {
    this.begin('ROLLBACK_IN_PROGRESS', this.reasons);
    await this.cloudFormation.time.sleep(BEFORE_ROLLBACK_MS);
    return (await this.deleteAll(isRetainedOnRollback))
      ? this.settle('ROLLBACK_COMPLETE', NOTHING)
      : this.end('ROLLBACK_FAILED');
  }

  /** What has failed is asked for what it was before; all else stays as it is now. */
  private async pause(before: ReadonlyMap<string, StackResource>): Promise<StackStatus> {
    const failed = [...before.values()].filter(({ logicalId }) => this.resources.get(logicalId)?.failed === 'UPDATE');
    if (this.cloudFormation.behaviour.restoresFailedUpdate) {
      await Promise.all(failed.map((was) => this.bringBack(was)));
    }
    return this.end('UPDATE_FAILED');
  }

  /**
   * Every resource that was touched is asked for what it was, whether its update had worked or not; then what is
   * superfluous is deleted.
   */
  private async rollBack(reasons: string[]): Promise<StackStatus> {
    const { resources: before, declared } = this.stable;
    this.begin('UPDATE_ROLLBACK_IN_PROGRESS', reasons);
    this.declared = declared;
    await this.cloudFormation.time.sleep(BEFORE_ROLLBACK_MS);
    // What the update was to delete stays: it is what the stack goes back to.
    this.superfluous = this.superfluous.filter(
      ({ physicalId }) => ![...before.values()].some((was) => was.physicalId === physicalId),
    );
    const all = [...before.values()];
    const { rollsBackInReverse } = this.cloudFormation.behaviour;
    const isFirst = (other: StackResource, one: StackResource): boolean =>
      rollsBackInReverse ? other.waitsFor.includes(one.logicalId) : one.waitsFor.includes(other.logicalId);
    if (
      !(await inDependencyOrder(
        all,
        (one) => all.filter((other) => isFirst(other, one)),
        (was) => this.bringBack(was),
      ))
    ) {
      // Both the old and the new are there, and both go if the stack is deleted now.
      const replaced = all.filter(
        ({ logicalId, physicalId }) => this.resources.get(logicalId)?.physicalId !== physicalId,
      );
      this.superfluous.push(...replaced);
      return this.end('UPDATE_ROLLBACK_FAILED');
    }
    this.begin('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', this.reasons);
    const added = [...this.resources.values()].filter(({ logicalId }) => !before.has(logicalId));
    added.forEach(({ logicalId }) => {
      this.resources.delete(logicalId);
    });
    this.superfluous.push(...added.filter((resource) => !isRetainedOnRollback(resource)));
    await this.cleanUp();
    return this.settle('UPDATE_ROLLBACK_COMPLETE', declared);
  }

  private async bringBack(was: StackResource): Promise<boolean> {
    const there = this.resources.get(was.logicalId);
    if (there === undefined) {
      return true;
    }
    if (same(was.properties, there.properties) && there.failed === undefined) {
      // its policies may have changed
      this.resources.set(was.logicalId, { ...was, physicalId: there.physicalId, attributes: there.attributes });
      return true;
    }
    if (!isCustom(was.type)) {
      return this.provision('UPDATE', was);
    }
    const outcome = await this.ask(there, was.properties, never());
    if (!this.succeeded('UPDATE', there, outcome)) {
      return false;
    }
    const physicalId = outcome.kind === 'answered' ? outcome.answer.PhysicalResourceId : there.physicalId;
    this.resources.set(was.logicalId, { ...was, physicalId, attributes: dataOf(outcome) });
    const isKept = there.retainedWhenReplaced && this.cloudFormation.behaviour.retainsRolledBackReplacement;
    if (physicalId !== there.physicalId && !isKept) {
      this.superfluous.push(there);
    }
    return true;
  }

  /** A clean-up that fails is tried again, and then left: the stack's status does not show it. */
  private async cleanUp(): Promise<void> {
    const resources = this.superfluous;
    this.superfluous = [];
    const { cleansUpInOrder } = this.cloudFormation.behaviour;
    const dependents = (one: StackResource): StackResource[] =>
      cleansUpInOrder ? resources.filter(({ waitsFor }) => waitsFor.includes(one.logicalId)) : [];
    await inDependencyOrder(resources, dependents, async (one) => {
      for (let tries = 0; tries < CLEAN_UP_TRIES; tries++) {
        if (await this.deleteResource(one)) {
          return true;
        }
      }
      const { logicalId, type, physicalId } = one;
      this.givenUp.push({ logicalId, type, physicalId });
      return true;
    });
  }

  /**
   * The last first, and after each what a clean-up has not come to. What waits for one that could not be deleted stays.
   */
  private async deleteAll(stays: (resource: StackResource) => boolean): Promise<boolean> {
    const { resources, superfluous } = this;
    const all = [...resources.values(), ...superfluous];
    const isBefore = (other: StackResource, one: StackResource): boolean =>
      other.waitsFor.includes(one.logicalId) ||
      (other.logicalId === one.logicalId && all.indexOf(other) < all.indexOf(one));
    return inDependencyOrder(
      all,
      (one) => all.filter((other) => isBefore(other, one)),
      async (one) => {
        const isCurrent = resources.get(one.logicalId) === one;
        if (!(isCurrent && stays(one) ? this.skip(one) : await this.deleteResource(one))) {
          return false;
        }
        if (isCurrent) {
          resources.delete(one.logicalId);
        } else {
          this.superfluous = this.superfluous.filter((other) => other !== one);
        }
        return true;
      },
    );
  }

  private skip({ logicalId, type, physicalId }: StackResource): boolean {
    this.tell({ logicalId, type, physicalId, status: 'DELETE_SKIPPED' });
    return true;
  }

  private async deleteResource(there: StackResource): Promise<boolean> {
    const { logicalId, type, physicalId, properties } = there;
    if (!isCustom(type)) {
      this.cloudFormation.provisionerOf(type).remove(type, physicalId);
      return true;
    }
    this.tell({ logicalId, type, physicalId, status: 'DELETE_IN_PROGRESS' });
    const outcome = await this.cloudFormation.send(
      {
        RequestType: 'Delete',
        StackId: this.stackId,
        LogicalResourceId: logicalId,
        ResourceType: type,
        PhysicalResourceId: physicalId,
        ResourceProperties: properties,
      },
      never(),
    );
    return this.succeeded('DELETE', there, outcome);
  }

  private provision(verb: Verb, made: Wanted): boolean {
    const { logicalId, type, properties } = made;
    const known = this.resources.get(logicalId);
    try {
      const { physicalId, attributes } =
        known !== undefined && same(known.properties, properties)
          ? known
          : this.cloudFormation.provisionerOf(type).put(logicalId, type, properties, this.stackId);
      this.resources.set(logicalId, { ...made, physicalId, attributes });
      return true;
    } catch (error) {
      return this.fail(verb, { physicalId: known?.physicalId ?? '', ...made }, reasonOf(error));
    }
  }

  /** What the template says of a resource, with all references followed; undefined if one of them leads nowhere. */
  private wanted(verb: Verb, template: TemplateResources, logicalId: string): Wanted | undefined {
    try {
      return wantedOf(template, logicalId, this.scope);
    } catch (error) {
      const { Type } = templateResource(template, logicalId);
      this.fail(
        verb,
        { logicalId, type: Type, physicalId: this.resources.get(logicalId)?.physicalId ?? '' },
        reasonOf(error),
      );
      return undefined;
    }
  }

  private fail(
    verb: Verb,
    { logicalId, type, physicalId }: Pick<StackResource, 'logicalId' | 'type' | 'physicalId'>,
    reason: string,
  ): false {
    this.reasons.push(`${logicalId}: ${reason}`);
    this.tell({ logicalId, type, physicalId, status: `${verb}_FAILED`, reason });
    return false;
  }

  private succeeded(verb: Verb, there: StackResource, outcome: OperationOutcome): boolean {
    const { logicalId, type, physicalId } = there;
    if (isSuccess(outcome)) {
      this.tell({ logicalId, type, physicalId, status: `${verb}_COMPLETE` });
      return true;
    }
    const reason =
      outcome.kind === 'answered'
        ? (outcome.answer.Reason ?? 'no reason')
        : outcome.kind === 'failed'
          ? outcome.reason
          : 'cancelled';
    return this.fail(verb, there, reason);
  }

  private get scope(): Scope {
    const { region, accountId, exports, parameters } = this.cloudFormation;
    const pseudo: Readonly<Record<string, string>> = {
      'AWS::Region': region,
      'AWS::AccountId': accountId,
      'AWS::Partition': 'aws',
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::StackId': this.stackId,
      'AWS::StackName': this.name,
      'AWS::NoValue': '',
    };
    return {
      ref: (id) => pseudo[id] ?? this.parameter(id) ?? this.resources.get(id)?.physicalId ?? '',
      attribute: (id, name) => this.resources.get(id)?.attributes[name] ?? '',
      imported: (name) => exports.value(name),
      parameter: (name) => parameters.value(name),
    };
  }

  /** The value of one of the template's parameters. */
  private parameter(id: string): string | undefined {
    const declared = this.declared.sections.Parameters?.[id];
    return declared?.Type.startsWith('AWS::SSM::Parameter::Value<') === true
      ? this.cloudFormation.parameters.value(declared.Default ?? '')
      : declared?.Default;
  }
}

type Verb = 'CREATE' | 'UPDATE' | 'DELETE';

function isSuccess(outcome: OperationOutcome): boolean {
  return outcome.kind === 'answered' && outcome.answer.Status === 'SUCCESS';
}

/** Anything else than a refusal is a mistake in here. */
function reasonOf(error: unknown): string {
  if (error instanceof NotProvisioned) {
    return error.message;
  }
  throw error;
}

function dataOf(outcome: OperationOutcome): Readonly<Record<string, string>> {
  return outcome.kind === 'answered' ? (outcome.answer.Data ?? {}) : {};
}

function never(): Promise<void> {
  return new Promise(() => undefined);
}
