import type { Answer } from '../../lambda/cloudformation/answer';
import type { CloudFormationRequest } from '../../lambda/cloudformation/request';
import type { VirtualTime } from './virtual-time';

type Json = Readonly<Record<string, unknown>>;

/** A template's custom resources. A property `{ 'Fn::GetAtt': [id, name] }` refers to another's attribute. */
export type Template = Readonly<Record<string, TemplateResource>>;

interface TemplateResource {
  readonly Type: string;
  readonly Properties: Json;
}

/** What AWS does not document, or does differently from time to time. */
export interface CloudFormationBehaviour {
  /** Whether the id of a FAILED Update is taken for the resource's new one. */
  readonly keepsIdOfFailedUpdate: boolean;
}

/** Brings a request to the custom resource's function, as Lambda does: asynchronously, perhaps late, perhaps twice. */
export type Deliver = (request: CloudFormationRequest) => void;

export type StackStatus =
  | 'CREATE_COMPLETE' | 'ROLLBACK_COMPLETE' | 'ROLLBACK_FAILED'
  | 'UPDATE_COMPLETE' | 'UPDATE_ROLLBACK_COMPLETE' | 'UPDATE_ROLLBACK_FAILED'
  | 'DELETE_COMPLETE' | 'DELETE_FAILED';

interface Resource {
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
  readonly properties: Json;
  readonly data: Readonly<Record<string, string>>;
}

type Outcome =
  | { readonly kind: 'answered'; readonly response: Answer }
  /** ServiceTimeout passed. */
  | { readonly kind: 'unanswered' }
  /** The operation was cancelled: CloudFormation waits for this no longer. */
  | { readonly kind: 'cancelled' };

const DEFAULT_SERVICE_TIMEOUT = 3600;
const MAX_ANSWER_BYTES = 4096;

/**
 * CloudFormation, as a custom resource knows it, on virtual time.
 *
 * Requests and answers: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html
 * Replacement, clean-up, rollback: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html
 */
export class CloudFormation {
  /** What was wrong with answers: too long, without an id, to nobody. */
  readonly complaints: string[] = [];
  private readonly awaited = new Map<string, { readonly request: CloudFormationRequest; readonly settle: (outcome: Outcome) => void }>();
  private requests = 0;

  constructor(
    private readonly time: VirtualTime,
    private readonly deliver: Deliver,
    readonly behaviour: CloudFormationBehaviour,
    private readonly uuid: () => string,
  ) {}

  stack(name: string): Stack {
    return new Stack(`arn:aws:cloudformation:us-east-1:000000000000:stack/${name}/${this.uuid()}`, this);
  }

  /** Where the pre-signed URL leads. The first answer counts; an answer to what nobody waits for is kept by nobody. */
  readonly respond = (url: string, body: string): Promise<void> => {
    const awaited = this.awaited.get(url);
    const response = JSON.parse(body) as Answer;
    if (Buffer.byteLength(body) > MAX_ANSWER_BYTES) {
      this.complaints.push(`an answer of ${Buffer.byteLength(body)} bytes: ${body.slice(0, 200)}`);
      return Promise.resolve();
    }
    if (awaited === undefined) {
      return Promise.resolve();
    }
    const { request } = awaited;
    const missing = (['PhysicalResourceId', 'StackId', 'RequestId', 'LogicalResourceId'] as const).filter((member) => response[member] === '');
    const strange = (['RequestId', 'StackId', 'LogicalResourceId'] as const).some((member) => response[member] !== request[member]);
    if (missing.length > 0 || strange || (response.Status === 'FAILED' && (response.Reason ?? '') === '')) {
      this.complaints.push(`an answer that is none: ${body}`);
      return Promise.resolve();
    }
    awaited.settle({ kind: 'answered', response });
    return Promise.resolve();
  };

  /** Sends a request and waits for its answer, for its ServiceTimeout, or for the operation to be cancelled. */
  send(given: Omit<CloudFormationRequest, 'RequestId' | 'ResponseURL'>, cancelled: Promise<void>): Promise<Outcome> {
    this.requests += 1;
    const RequestId = this.uuid();
    const issued = new Date(this.time.now()).toISOString().replace(/[-:]|\.\d+/g, '');
    const url = `https://cloudformation.example/${RequestId}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=${issued}&X-Amz-Signature=${this.requests}`;
    const request: CloudFormationRequest = { ...given, RequestId, ResponseURL: url };
    const seconds = Number(given.ResourceProperties['ServiceTimeout'] ?? DEFAULT_SERVICE_TIMEOUT);
    return new Promise((resolve) => {
      const settle = (outcome: Outcome): void => {
        this.awaited.delete(url);
        resolve(outcome);
      };
      this.awaited.set(url, { request, settle });
      this.time.at(this.time.now() + seconds * 1000, () => { settle({ kind: 'unanswered' }); });
      void cancelled.then(() => { settle({ kind: 'cancelled' }); });
      this.deliver(request);
    });
  }

  /** The id that CloudFormation makes up for what never told its own. */
  madeUp(logicalId: string): string {
    return `${logicalId}-${this.uuid().replace(/-/g, '').slice(0, 13).toUpperCase()}`;
  }
}

/** One stack, operated on one operation at a time. */
export class Stack {
  status: StackStatus | undefined;
  /** Why the last operation failed, in order. */
  reasons: string[] = [];
  private resources = new Map<string, Resource>();
  private cancel: () => void = () => undefined;
  private cancelled = new Promise<void>(() => undefined);

  constructor(readonly stackId: string, private readonly cloudFormation: CloudFormation) {}

  get physicalIds(): string[] {
    return [...this.resources.values()].map(({ physicalId }) => physicalId);
  }

  attributes(logicalId: string): Readonly<Record<string, string>> {
    return this.resources.get(logicalId)?.data ?? {};
  }

  async create(template: Template): Promise<StackStatus> {
    this.begin();
    for (const logicalId of inOrder(template)) {
      if (!await this.createResource(template, logicalId)) {
        return this.end(await this.deleteAll() ? 'ROLLBACK_COMPLETE' : 'ROLLBACK_FAILED');
      }
    }
    return this.end('CREATE_COMPLETE');
  }

  async update(template: Template): Promise<StackStatus> {
    this.begin();
    const before = new Map(this.resources);
    const replaced: Resource[] = [];
    for (const logicalId of inOrder(template)) {
      const there = this.resources.get(logicalId);
      const done = there === undefined
        ? await this.createResource(template, logicalId)
        : await this.updateResource(template, logicalId, there, replaced);
      if (!done) {
        return this.end(await this.rollBack(before) ? 'UPDATE_ROLLBACK_COMPLETE' : 'UPDATE_ROLLBACK_FAILED');
      }
    }
    // The clean-up: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
    const removed = [...this.resources.values()].filter(({ logicalId }) => !(logicalId in template));
    await this.cleanUp([...replaced, ...removed].reverse());
    for (const { logicalId } of removed) {
      this.resources.delete(logicalId);
    }
    return this.end('UPDATE_COMPLETE');
  }

  async delete(): Promise<StackStatus> {
    this.begin();
    return this.end(await this.deleteAll() ? 'DELETE_COMPLETE' : 'DELETE_FAILED');
  }

  /** What is under way is waited for no longer, and rolled back at once. */
  cancelOperation(): void {
    this.cancel();
  }

  private begin(): void {
    this.reasons = [];
    this.cancelled = new Promise((resolve) => { this.cancel = resolve; });
  }

  private end(status: StackStatus): StackStatus {
    this.status = status;
    this.cancel = () => undefined;
    return status;
  }

  private async createResource(template: Template, logicalId: string): Promise<boolean> {
    const { Type, Properties } = resource(template, logicalId);
    const properties = this.resolve(Properties);
    const outcome = await this.cloudFormation.send({
      RequestType: 'Create', StackId: this.stackId, LogicalResourceId: logicalId, ResourceType: Type, ResourceProperties: properties,
    }, this.cancelled);
    const physicalId = outcome.kind === 'answered' ? outcome.response.PhysicalResourceId : this.cloudFormation.madeUp(logicalId);
    this.resources.set(logicalId, { logicalId, type: Type, physicalId, properties, data: dataOf(outcome) });
    return this.succeeded(logicalId, outcome);
  }

  private async updateResource(template: Template, logicalId: string, there: Resource, replaced: Resource[]): Promise<boolean> {
    const properties = this.resolve(resource(template, logicalId).Properties);
    // CloudFormation sends a request only if a property has changed.
    if (JSON.stringify(properties) === JSON.stringify(there.properties)) {
      return true;
    }
    const outcome = await this.cloudFormation.send({
      RequestType: 'Update', StackId: this.stackId, LogicalResourceId: logicalId, ResourceType: there.type,
      PhysicalResourceId: there.physicalId, ResourceProperties: properties, OldResourceProperties: there.properties,
    }, this.cancelled);
    const success = this.succeeded(logicalId, outcome);
    const answered = outcome.kind === 'answered' && (success || this.cloudFormation.behaviour.keepsIdOfFailedUpdate);
    const physicalId = answered ? outcome.response.PhysicalResourceId : there.physicalId;
    this.resources.set(logicalId, { ...there, physicalId, properties, data: success ? dataOf(outcome) : there.data });
    if (success && physicalId !== there.physicalId) {
      replaced.push(there);
    }
    return success;
  }

  /** Every resource that was touched is asked for what it was, whether its update had worked or not; then what is superfluous is deleted. */
  private async rollBack(before: ReadonlyMap<string, Resource>): Promise<boolean> {
    let good = true;
    const superfluous: Resource[] = [];
    for (const there of [...this.resources.values()].reverse()) {
      const was = before.get(there.logicalId);
      if (was === undefined) {
        superfluous.push(there);
        continue;
      }
      if (JSON.stringify(was.properties) === JSON.stringify(there.properties)) {
        continue;
      }
      const outcome = await this.cloudFormation.send({
        RequestType: 'Update', StackId: this.stackId, LogicalResourceId: there.logicalId, ResourceType: there.type,
        PhysicalResourceId: there.physicalId, ResourceProperties: was.properties, OldResourceProperties: there.properties,
      }, never());
      if (!this.succeeded(there.logicalId, outcome)) {
        good = false;
        continue;
      }
      const physicalId = outcome.kind === 'answered' ? outcome.response.PhysicalResourceId : there.physicalId;
      this.resources.set(there.logicalId, { ...was, physicalId, data: dataOf(outcome) });
      if (physicalId !== there.physicalId) {
        superfluous.push(there);
      }
    }
    await this.cleanUp(superfluous);
    for (const { logicalId } of superfluous.filter((made) => !before.has(made.logicalId))) {
      this.resources.delete(logicalId);
    }
    return good;
  }

  /** A clean-up that fails is tried thrice, and then left. */
  private async cleanUp(resources: readonly Resource[]): Promise<void> {
    for (const superfluous of resources) {
      for (let tries = 0; tries < 3 && !await this.deleteResource(superfluous); tries++);
    }
  }

  /** Stops at the first that cannot be deleted. */
  private async deleteAll(): Promise<boolean> {
    for (const there of [...this.resources.values()].reverse()) {
      if (!await this.deleteResource(there)) {
        return false;
      }
      this.resources.delete(there.logicalId);
    }
    return true;
  }

  private async deleteResource({ logicalId, type, physicalId, properties }: Resource): Promise<boolean> {
    const outcome = await this.cloudFormation.send({
      RequestType: 'Delete', StackId: this.stackId, LogicalResourceId: logicalId, ResourceType: type,
      PhysicalResourceId: physicalId, ResourceProperties: properties,
    }, never());
    return this.succeeded(logicalId, outcome);
  }

  private succeeded(logicalId: string, outcome: Outcome): boolean {
    if (outcome.kind === 'answered' && outcome.response.Status === 'SUCCESS') {
      return true;
    }
    this.reasons.push(`${logicalId}: ${outcome.kind === 'answered' ? outcome.response.Reason ?? 'no reason' : outcome.kind}`);
    return false;
  }

  /** CloudFormation hands over every scalar as a string. */
  private resolve(value: Json): Json {
    return this.resolved(value) as Json;
  }

  private resolved(value: unknown): unknown {
    if (Array.isArray(value)) {
      return value.map((element) => this.resolved(element));
    }
    if (typeof value !== 'object' || value === null) {
      return String(value);
    }
    const reference = (value as Json)['Fn::GetAtt'] as readonly [string, string] | undefined;
    return reference === undefined
      ? Object.fromEntries(Object.entries(value).map(([key, part]) => [key, this.resolved(part)]))
      : this.resources.get(reference[0])?.data[reference[1]] ?? '';
  }
}

function resource(template: Template, logicalId: string): TemplateResource {
  const found = template[logicalId];
  if (found === undefined) {
    throw new Error(`the template has no ${logicalId}`);
  }
  return found;
}

function dataOf(outcome: Outcome): Readonly<Record<string, string>> {
  return outcome.kind === 'answered' ? outcome.response.Data ?? {} : {};
}

function never(): Promise<void> {
  return new Promise(() => undefined);
}

/** The resources, each after those that it refers to. */
function inOrder(template: Template): string[] {
  const order: string[] = [];
  const visit = (logicalId: string): void => {
    if (!order.includes(logicalId)) {
      references(resource(template, logicalId).Properties).forEach(visit);
      order.push(logicalId);
    }
  };
  Object.keys(template).forEach(visit);
  return order;
}

function references(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  const reference = (value as Json)['Fn::GetAtt'] as readonly [string, string] | undefined;
  return reference === undefined ? Object.values(value).flatMap(references) : [reference[0]];
}
