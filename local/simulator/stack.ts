import type { CloudFormation, Outcome, Provisioned } from './cloudformation';
import { dependencies, resolve, type Scope, type Template, type TemplateResource } from './template';

type Json = Readonly<Record<string, unknown>>;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html */
export type StackStatus =
  | 'CREATE_COMPLETE' | 'ROLLBACK_COMPLETE' | 'ROLLBACK_FAILED'
  | 'UPDATE_COMPLETE' | 'UPDATE_ROLLBACK_COMPLETE' | 'UPDATE_ROLLBACK_FAILED'
  | 'DELETE_COMPLETE' | 'DELETE_FAILED';

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

interface Resource {
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
  readonly properties: Json;
  readonly attributes: Readonly<Record<string, string>>;
  readonly waitsFor: readonly string[];
  /** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html */
  readonly retained: boolean;
  /** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatereplacepolicy.html */
  readonly retainedWhenReplaced: boolean;
}

/** What is under way, and may be cancelled. */
class Operation {
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
 * CloudFormation takes more than a second from a failure to the first request of a rollback, as the events of stacks show. It matters, since a
 * request tells only the second in which it was made.
 */
const BEFORE_ROLLBACK_MS = 1500;

/** CloudFormation says so nowhere; three attempts are seen in the events of stacks. */
const CLEAN_UP_TRIES = 3;

/**
 * One stack, operated on one operation at a time. Resources that do not refer to each other are worked on side by side:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html
 */
export class Stack {
  status: StackStatus | undefined;
  /** Why the last operation failed, in order. */
  reasons: string[] = [];
  readonly events: StackEvent[] = [];
  private resources = new Map<string, Resource>();
  /** Replaced or given up, and not deleted yet. */
  private superfluous: Resource[] = [];
  private before: ReadonlyMap<string, Resource> = new Map();
  private operation = new Operation();

  constructor(readonly stackId: string, private readonly cloudFormation: CloudFormation) {}

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

  /** A create that fails is rolled back: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html */
  async create(template: Template): Promise<StackStatus> {
    this.begin('CREATE_IN_PROGRESS');
    if (await this.each(template, (logicalId) => this.createResource(template, logicalId))) {
      return this.end('CREATE_COMPLETE');
    }
    this.begin('ROLLBACK_IN_PROGRESS', this.reasons);
    await this.cloudFormation.time.sleep(BEFORE_ROLLBACK_MS);
    return this.end(await this.deleteAll() ? 'ROLLBACK_COMPLETE' : 'ROLLBACK_FAILED');
  }

  /** What is replaced or removed goes last: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html */
  async update(template: Template): Promise<StackStatus> {
    this.begin('UPDATE_IN_PROGRESS');
    this.before = new Map(this.resources);
    const done = await this.each(template, (logicalId) => {
      const there = this.resources.get(logicalId);
      return there === undefined ? this.createResource(template, logicalId) : this.updateResource(template, logicalId, there);
    });
    if (!done) {
      return this.rollBack(this.reasons);
    }
    this.begin('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
    const removed = [...this.resources.values()].filter(({ logicalId }) => !(logicalId in template));
    removed.forEach(({ logicalId }) => { this.resources.delete(logicalId); });
    this.superfluous.push(...removed.filter(({ retained }) => !retained));
    await this.cleanUp();
    return this.end('UPDATE_COMPLETE');
  }

  /** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-continueupdaterollback.html */
  async continueUpdateRollback(): Promise<StackStatus> {
    return this.rollBack([]);
  }

  async delete(): Promise<StackStatus> {
    this.begin('DELETE_IN_PROGRESS');
    return this.end(await this.deleteAll() ? 'DELETE_COMPLETE' : 'DELETE_FAILED');
  }

  /** What is under way is waited for no longer, and rolled back at once. */
  cancelOperation(): void {
    this.operation.cancel();
  }

  private begin(status: string, reasons: string[] = []): void {
    this.reasons = reasons;
    this.operation = new Operation();
    this.tell({ status });
  }

  private end(status: StackStatus): StackStatus {
    this.status = status;
    this.operation = new Operation();
    this.tell({ status });
    return status;
  }

  private tell(event: Omit<StackEvent, 'at'>): void {
    this.events.push({ at: this.cloudFormation.time.now(), ...event });
  }

  /** Each resource after those that it waits for. One that fails stops the whole. */
  private async each(template: Template, visit: (logicalId: string) => Promise<boolean>): Promise<boolean> {
    const waitsFor = (logicalId: string): string[] => dependencies(resource(template, logicalId));
    const { operation } = this;
    let failed = false;
    await sideBySide(Object.keys(template), waitsFor, async (logicalId) => {
      const done = !failed && !operation.isCancelled && await visit(logicalId);
      if (!done && !failed) {
        failed = true;
        if (this.cloudFormation.behaviour.cancelsOthers) {
          operation.cancel();
        }
      }
      return done;
    });
    return !failed;
  }

  private async createResource(template: Template, logicalId: string): Promise<boolean> {
    const { Type } = resource(template, logicalId);
    const made = this.madeOf(template, logicalId);
    if (!isCustom(Type)) {
      return this.provision(made);
    }
    this.tell({ logicalId, type: Type, status: 'CREATE_IN_PROGRESS' });
    const outcome = await this.cloudFormation.send({
      RequestType: 'Create', StackId: this.stackId, LogicalResourceId: logicalId, ResourceType: Type, ResourceProperties: made.properties,
    }, this.operation.cancelled);
    // Whatever became of it, its deletion will be asked for by some id: that of the answer, be it a failure, or one made up.
    const physicalId = outcome.kind === 'answered' ? outcome.answer.PhysicalResourceId : this.cloudFormation.madeUp(this.stackId, logicalId);
    this.resources.set(logicalId, { ...made, physicalId, attributes: dataOf(outcome) });
    return this.succeeded('CREATE', this.resources.get(logicalId), outcome);
  }

  private async updateResource(template: Template, logicalId: string, there: Resource): Promise<boolean> {
    const made = this.madeOf(template, logicalId);
    if (made.type !== there.type) {
      return this.refuse(there, `Update of resource type is not permitted. The new template modifies resource type of the following resources: [${logicalId}]`);
    }
    if (!isCustom(made.type)) {
      return this.provision(made);
    }
    if (made.properties['ServiceToken'] !== there.properties['ServiceToken']) {
      return this.refuse(there, 'Modifying service token is not allowed.');
    }
    // A request is sent only if a property has changed: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requesttypes-update.html
    if (same(made.properties, there.properties)) {
      this.resources.set(logicalId, { ...made, physicalId: there.physicalId, attributes: there.attributes });
      return true;
    }
    const outcome = await this.ask(there, made.properties, this.operation.cancelled);
    const success = outcome.kind === 'answered' && outcome.answer.Status === 'SUCCESS';
    const idCounts = outcome.kind === 'answered' && (success || this.cloudFormation.behaviour.keepsIdOfFailedUpdate);
    const physicalId = idCounts ? outcome.answer.PhysicalResourceId : there.physicalId;
    this.resources.set(logicalId, { ...made, physicalId, attributes: success ? dataOf(outcome) : there.attributes });
    // Another id is another resource: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requesttypes-update.html
    if (success && physicalId !== there.physicalId && !made.retainedWhenReplaced) {
      this.superfluous.push(there);
    }
    return this.succeeded('UPDATE', this.resources.get(logicalId), outcome);
  }

  private ask(there: Resource, properties: Json, cancelled: Promise<void>): Promise<Outcome> {
    this.tell({ logicalId: there.logicalId, type: there.type, physicalId: there.physicalId, status: 'UPDATE_IN_PROGRESS' });
    return this.cloudFormation.send({
      RequestType: 'Update', StackId: this.stackId, LogicalResourceId: there.logicalId, ResourceType: there.type,
      PhysicalResourceId: there.physicalId, ResourceProperties: properties, OldResourceProperties: there.properties,
    }, cancelled);
  }

  /** Every resource that was touched is asked for what it was, whether its update had worked or not; then what is superfluous is deleted. */
  private async rollBack(reasons: string[]): Promise<StackStatus> {
    this.begin('UPDATE_ROLLBACK_IN_PROGRESS', reasons);
    await this.cloudFormation.time.sleep(BEFORE_ROLLBACK_MS);
    // What the update was to delete stays: it is what the stack goes back to.
    this.superfluous = this.superfluous.filter(({ physicalId }) => ![...this.before.values()].some((was) => was.physicalId === physicalId));
    const waitsFor = this.waitingFor(this.before, this.cloudFormation.behaviour.rollsBackInReverse);
    const good = await sideBySide([...this.before.keys()], waitsFor, (logicalId) => this.bringBack(logicalId));
    if (!good) {
      // Both the old and the new are there, and both go if the stack is deleted now.
      const replaced = [...this.before.values()].filter(({ logicalId, physicalId }) => this.resources.get(logicalId)?.physicalId !== physicalId);
      this.superfluous.push(...replaced);
      return this.end('UPDATE_ROLLBACK_FAILED');
    }
    this.begin('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', this.reasons);
    const added = [...this.resources.values()].filter(({ logicalId }) => !this.before.has(logicalId));
    added.forEach(({ logicalId }) => { this.resources.delete(logicalId); });
    this.superfluous.push(...added.filter(({ retained }) => !retained));
    await this.cleanUp();
    return this.end('UPDATE_ROLLBACK_COMPLETE');
  }

  private async bringBack(logicalId: string): Promise<boolean> {
    const [was, there] = [this.before.get(logicalId), this.resources.get(logicalId)];
    if (was === undefined || there === undefined || same(was.properties, there.properties)) {
      return true;
    }
    if (!isCustom(was.type)) {
      return this.provision(was);
    }
    const outcome = await this.ask(there, was.properties, never());
    if (!this.succeeded('UPDATE', there, outcome)) {
      return false;
    }
    const physicalId = outcome.kind === 'answered' ? outcome.answer.PhysicalResourceId : there.physicalId;
    this.resources.set(logicalId, { ...was, physicalId, attributes: dataOf(outcome) });
    if (physicalId !== there.physicalId && !there.retainedWhenReplaced) {
      this.superfluous.push(there);
    }
    return true;
  }

  /** A clean-up that fails is tried again, and then left: the stack's status does not show it. */
  private async cleanUp(): Promise<void> {
    const resources = this.superfluous;
    this.superfluous = [];
    await sideBySide(resources, (one) => resources.filter(({ waitsFor }) => waitsFor.includes(one.logicalId)), async (one) => {
      for (let tries = 0; tries < CLEAN_UP_TRIES && !await this.deleteResource(one); tries++);
      return true;
    });
  }

  /** The last first, and after each what a clean-up has not come to. What waits for one that could not be deleted stays. */
  private async deleteAll(): Promise<boolean> {
    const { resources, superfluous } = this;
    const all = [...resources.values(), ...superfluous];
    const isBefore = (other: Resource, one: Resource): boolean =>
      other.waitsFor.includes(one.logicalId) || (other.logicalId === one.logicalId && all.indexOf(other) < all.indexOf(one));
    return sideBySide(all, (one) => all.filter((other) => isBefore(other, one)), async (one) => {
      const isCurrent = resources.get(one.logicalId) === one;
      if (!(isCurrent && one.retained ? this.skip(one) : await this.deleteResource(one))) {
        return false;
      }
      if (isCurrent) {
        resources.delete(one.logicalId);
      } else {
        this.superfluous = this.superfluous.filter((other) => other !== one);
      }
      return true;
    });
  }

  private skip({ logicalId, type, physicalId }: Resource): boolean {
    this.tell({ logicalId, type, physicalId, status: 'DELETE_SKIPPED' });
    return true;
  }

  private async deleteResource(there: Resource): Promise<boolean> {
    const { logicalId, type, physicalId, properties } = there;
    if (!isCustom(type)) {
      this.cloudFormation.provisioner.remove(type, physicalId);
      return true;
    }
    this.tell({ logicalId, type, physicalId, status: 'DELETE_IN_PROGRESS' });
    const outcome = await this.cloudFormation.send({
      RequestType: 'Delete', StackId: this.stackId, LogicalResourceId: logicalId, ResourceType: type,
      PhysicalResourceId: physicalId, ResourceProperties: properties,
    }, never());
    return this.succeeded('DELETE', there, outcome);
  }

  private provision(made: Omit<Resource, 'physicalId' | 'attributes'>): boolean {
    const { logicalId, type, properties } = made;
    const known = this.resources.get(logicalId);
    const provisioned: Provisioned = known !== undefined && same(known.properties, properties)
      ? known
      : this.cloudFormation.provisioner.put(logicalId, type, properties, this.stackId);
    this.resources.set(logicalId, { ...made, ...provisioned });
    return true;
  }

  private refuse({ logicalId, type, physicalId }: Resource, reason: string): boolean {
    this.reasons.push(`${logicalId}: ${reason}`);
    this.tell({ logicalId, type, physicalId, status: 'UPDATE_FAILED', reason });
    return false;
  }

  private succeeded(verb: 'CREATE' | 'UPDATE' | 'DELETE', there: Resource | undefined, outcome: Outcome): boolean {
    const { logicalId = '', type = '', physicalId = '' } = there ?? {};
    if (outcome.kind === 'answered' && outcome.answer.Status === 'SUCCESS') {
      this.tell({ logicalId, type, physicalId, status: `${verb}_COMPLETE` });
      return true;
    }
    const reason = outcome.kind === 'answered' ? outcome.answer.Reason ?? 'no reason' : outcome.kind === 'failed' ? outcome.reason : 'cancelled';
    this.reasons.push(`${logicalId}: ${reason}`);
    this.tell({ logicalId, type, physicalId, status: `${verb}_FAILED`, reason });
    return false;
  }

  private madeOf(template: Template, logicalId: string): Omit<Resource, 'physicalId' | 'attributes'> {
    const given = resource(template, logicalId);
    const properties = resolve(given.Properties ?? {}, this.scope) as Json;
    return {
      logicalId,
      type: given.Type,
      properties: isCustom(given.Type) ? asStrings(properties) as Json : properties,
      waitsFor: dependencies(given),
      retained: given.DeletionPolicy === 'Retain',
      retainedWhenReplaced: given.UpdateReplacePolicy === 'Retain',
    };
  }

  private waitingFor(resources: ReadonlyMap<string, Resource>, reversed: boolean): (logicalId: string) => string[] {
    return (logicalId) => reversed
      ? [...resources.values()].filter(({ waitsFor }) => waitsFor.includes(logicalId)).map((other) => other.logicalId)
      : [...resources.get(logicalId)?.waitsFor ?? []];
  }

  private get scope(): Scope {
    const { region, accountId } = this.cloudFormation;
    const pseudo: Readonly<Record<string, string>> = {
      'AWS::Region': region, 'AWS::AccountId': accountId, 'AWS::Partition': 'aws', 'AWS::URLSuffix': 'amazonaws.com',
      'AWS::StackId': this.stackId, 'AWS::StackName': this.stackId.split('/')[1] ?? '', 'AWS::NoValue': '',
    };
    return {
      ref: (id) => pseudo[id] ?? this.resources.get(id)?.physicalId ?? '',
      attribute: (id, name) => this.resources.get(id)?.attributes[name] ?? '',
    };
  }
}

/** Each visited when all that it waits for has been, with success; without, what waits for it is not. */
async function sideBySide<T>(all: readonly T[], waitsFor: (one: T) => readonly T[], visit: (one: T) => Promise<boolean>): Promise<boolean> {
  const visits = new Map<T, Promise<boolean>>();
  const visited = (one: T): Promise<boolean> => {
    const known = visits.get(one);
    if (known !== undefined) {
      return known;
    }
    const first = Promise.all(waitsFor(one).filter((other) => all.includes(other)).map(visited));
    const visiting = first.then((done) => done.every(Boolean) && visit(one));
    visits.set(one, visiting);
    return visiting;
  };
  return (await Promise.all(all.map(visited))).every(Boolean);
}

function resource(template: Template, logicalId: string): TemplateResource {
  const found = template[logicalId];
  if (found === undefined) {
    throw new Error(`the template has no ${logicalId}`);
  }
  return found;
}

function isCustom(type: string): boolean {
  return type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource';
}

function same(one: Json, other: Json): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** A custom resource gets every scalar as a string: aws-cloudformation/cloudformation-coverage-roadmap#1037. */
function asStrings(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(asStrings);
  }
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, part]) => [key, asStrings(part)]))
    : String(value);
}

function dataOf(outcome: Outcome): Readonly<Record<string, string>> {
  return outcome.kind === 'answered' ? outcome.answer.Data ?? {} : {};
}

function never(): Promise<void> {
  return new Promise(() => undefined);
}
