import { createHash } from 'node:crypto';
import type { Answer } from '../../lambda/cloudformation/answer';
import type { CloudFormationRequest } from '../../lambda/cloudformation/request';
import { type CloudFormationBehaviour, DEFAULT_CLOUDFORMATION } from './cloudformation-behaviour';
import { StackExports } from './exports';
import { ParameterStore } from './parameter-store';
import type { Provisioner } from './provisioner';
import { type OperationOutcome, SimulatedStack, type StackDescription } from './stack';
import type { VirtualTime } from './virtual-time';

export { type CloudFormationBehaviour, DEFAULT_CLOUDFORMATION } from './cloudformation-behaviour';
export type { Provisioned, Provisioner } from './provisioner';
export type { StackStatus } from './stack';
export { SimulatedStack } from './stack';
export type { TemplateResources } from './template';

/** Brings a request to the custom resource's function, as Lambda does: asynchronously, perhaps late, perhaps twice. */
export type Deliver = (request: CloudFormationRequest) => void;

export interface CloudFormationOptions {
  readonly behaviour?: Partial<CloudFormationBehaviour>;
  readonly uuid: () => string;
  /** An answer that CloudFormation takes. */
  readonly onAnswer?: (request: CloudFormationRequest, answer: Answer) => void;
  /** Default: a template has custom resources only. */
  readonly provisioner?: Provisioner;
  readonly accountId?: string;
  readonly region?: string;
}

/**
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-customresource.html
 * (ServiceTimeout)
 */
const DEFAULT_SERVICE_TIMEOUT = 3600;
/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html */
const MAX_ANSWER_BYTES = 4096;
const MAX_ID_BYTES = 1024;

/**
 * CloudFormation, as a custom resource knows it, on virtual time:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html
 */
export class CloudFormation {
  /** What was wrong with answers: too long, without an id, to nobody. */
  readonly complaints: string[] = [];
  readonly exports = new StackExports();
  readonly parameters = new ParameterStore();
  readonly behaviour: CloudFormationBehaviour;
  readonly accountId: string;
  readonly region: string;
  private readonly stacks: SimulatedStack[] = [];
  private readonly awaited = new Map<
    string,
    { readonly request: CloudFormationRequest; readonly settle: (outcome: OperationOutcome) => void }
  >();
  private requests = 0;

  constructor(
    readonly time: VirtualTime,
    private readonly deliver: Deliver,
    private readonly options: CloudFormationOptions,
  ) {
    this.behaviour = { ...DEFAULT_CLOUDFORMATION, ...options.behaviour };
    this.accountId = options.accountId ?? '000000000000';
    this.region = options.region ?? 'us-east-1';
  }

  stack(name: string): SimulatedStack {
    const stack = new SimulatedStack(
      `arn:aws:cloudformation:${this.region}:${this.accountId}:stack/${name}/${this.options.uuid()}`,
      this,
    );
    this.stacks.push(stack);
    return stack;
  }

  /**
   * By its id, or, unless it is deleted, by its name:
   * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
   */
  describeStack(idOrName: string): { readonly Stacks: readonly StackDescription[] } {
    const found = this.stacks
      .flatMap((stack) => {
        const description = stack.describe();
        return description === undefined ? [] : [description];
      })
      .find(
        ({ StackId, StackName, StackStatus }) =>
          StackId === idOrName || (StackName === idOrName && StackStatus !== 'DELETE_COMPLETE'),
      );
    if (found === undefined) {
      throw Object.assign(new Error(`Stack with id ${idOrName} does not exist`), { name: 'ValidationError' });
    }
    return { Stacks: [found] };
  }

  /** Who makes a resource of this type. */
  provisionerOf(type: string): Provisioner {
    if (type === 'AWS::SSM::Parameter') {
      return this.parameters;
    }
    if (this.options.provisioner === undefined) {
      throw new Error('there is nobody here who makes anything but custom resources');
    }
    return this.options.provisioner;
  }

  /** Where the pre-signed URL leads. The first answer counts; an answer to what nobody waits for is kept by nobody. */
  readonly respond = (url: string, body: string): Promise<void> => {
    const awaited = this.awaited.get(url);
    if (awaited === undefined) {
      return Promise.resolve();
    }
    const answer = JSON.parse(body) as Answer;
    const complaint = complaintOf(body, answer, awaited.request);
    if (complaint === undefined) {
      this.options.onAnswer?.(awaited.request, answer);
      awaited.settle({ kind: 'answered', answer });
    } else {
      this.complaints.push(`${complaint}: ${body.slice(0, 200)}`);
      awaited.settle({ kind: 'failed', reason: complaint });
    }
    return Promise.resolve();
  };

  /** Sends a request and waits for its answer, for its ServiceTimeout, or for the operation to be cancelled. */
  send(
    given: Omit<CloudFormationRequest, 'RequestId' | 'ResponseURL'>,
    cancelled: Promise<void>,
  ): Promise<OperationOutcome> {
    this.requests += 1;
    const RequestId = this.options.uuid();
    const issued = new Date(this.time.now()).toISOString().replace(/[-:]|\.\d+/g, '');
    const path = encodeURIComponent(`${given.StackId}|${given.LogicalResourceId}|${RequestId}`);
    const signature = createHash('sha256').update(`${path} ${this.requests}`).digest('hex');
    const region = given.StackId.split(':')[3] ?? '';
    const bucket = `cloudformation-custom-resource-response-${region.replace(/-/g, '')}`;
    const url = `https://${bucket}.s3.${region}.amazonaws.com/${path}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=${issued}&X-Amz-Signature=${signature}`;
    const request: CloudFormationRequest = { ...given, RequestId, ResponseURL: url };
    const seconds = Number(given.ResourceProperties['ServiceTimeout'] ?? DEFAULT_SERVICE_TIMEOUT);
    return new Promise((resolve) => {
      const settle = (outcome: OperationOutcome): void => {
        this.awaited.delete(url);
        callOff();
        resolve(outcome);
      };
      this.awaited.set(url, { request, settle });
      const callOff = this.time.at(this.time.now() + seconds * 1000, () => {
        settle({ kind: 'failed', reason: 'CloudFormation did not receive a response from your Custom Resource' });
      });
      void cancelled.then(() => {
        settle({ kind: 'cancelled' });
      });
      this.deliver(request);
    });
  }

  /** The id that CloudFormation makes up for what never told its own. */
  madeUp(stackId: string, logicalId: string): string {
    return `${stackId.split('/')[1] ?? ''}-${logicalId}-${this.options.uuid().replace(/-/g, '').slice(0, 13).toUpperCase()}`;
  }
}

function complaintOf(body: string, answer: Answer, request: CloudFormationRequest): string | undefined {
  if (Buffer.byteLength(body) > MAX_ANSWER_BYTES) {
    return `Response object is too long: ${Buffer.byteLength(body)} bytes`;
  }
  const members: Readonly<Partial<Answer>> = answer;
  const strange = (['RequestId', 'StackId', 'LogicalResourceId'] as const).some(
    (member) => members[member] !== request[member],
  );
  const id = members.PhysicalResourceId ?? '';
  if (strange || id === '' || Buffer.byteLength(id) > MAX_ID_BYTES) {
    return 'Invalid PhysicalResourceId, StackId, RequestId or LogicalResourceId';
  }
  return members.Status === 'FAILED' && (members.Reason ?? '') === '' ? 'a failure without a Reason' : undefined;
}
