import type { Answer } from '../../lambda/cloudformation/answer';
import type { CloudFormationRequest } from '../../lambda/cloudformation/request';
import type { Observer } from '../environment';
import type { ExternalActors } from '../faults/external-actors';
import { difference } from './difference';
import { kindOf, type OwnershipLedger } from './ownership-ledger';
import type { ProvenGates } from './proven-gates';
import type { RetentionChecker } from './retention-checker';
import type { Violation, ViolationName } from './violation';

const MAX_ANSWER_BYTES = 4096;
const MAX_ID_BYTES = 1024;
/** Whoever knows the pre-signed ResponseURL can answer CloudFormation. */
const SECRET = /X-Amz-|https:\/\/cloudformation\./;

/** Checks what can be judged at one moment: each request, answer and log line. */
export class EventChecker implements Observer {
  readonly violations: Violation[] = [];
  private readonly requestedAt = new Map<string, number>();
  private readonly sentAnswers = new Map<string, string>();
  /** In this operation a request has failed over a gate that could not pass in its time, or at all. */
  gateHasFailed = false;

  constructor(
    private readonly now: () => number,
    private readonly ledger: OwnershipLedger,
    private readonly externalActors: ExternalActors,
    private readonly retention: RetentionChecker,
    private readonly gates: ProvenGates,
    /** Whether the stack rolls back, in which no gate is checked. */
    private readonly isRollingBack: () => boolean,
  ) {}

  readonly onRequest = (request: CloudFormationRequest): void => {
    this.requestedAt.set(request.RequestId, this.now());
    this.externalActors.onRequest(request);
    this.retention.onRequest(request);
  };

  readonly onPut = (url: string, body: string): void => {
    const { Status = '', Reason = '', PhysicalResourceId = '' } = JSON.parse(body) as Partial<Answer>;
    const sent = `${Status} ${PhysicalResourceId}`;
    const first = this.sentAnswers.get(url) ?? sent;
    this.sentAnswers.set(url, first);
    const wrong = [
      Buffer.byteLength(body) > MAX_ANSWER_BYTES ? `of ${Buffer.byteLength(body)} bytes` : '',
      Buffer.byteLength(PhysicalResourceId) > MAX_ID_BYTES ? 'with an id of more than 1 KB' : '',
      PhysicalResourceId === '' ? 'without an id' : '',
      Status === 'FAILED' && Reason === '' ? 'that fails without a reason' : '',
      first === sent ? '' : `that differs from the first, ${first}`,
    ].filter((each) => each !== '');
    if (wrong.length > 0) {
      this.report('invalid answer', `${wrong.join(', ')}: ${body.slice(0, 200)}`);
    }
    this.lookForSecrets(Reason);
  };

  readonly onAnswer = (request: CloudFormationRequest, answer: Answer): void => {
    this.ledger.learnName(request.ResourceType, answer.PhysicalResourceId, request.LogicalResourceId);
    this.retention.onAnswer(request);
    const requestedAt = this.requestedAt.get(request.RequestId) ?? 0;
    if (answer.Status === 'FAILED') {
      // also what the stack has retained: the request may have taken it over again
      const deployments = [
        ...this.ledger.deploymentsOf(request.LogicalResourceId),
        ...this.ledger.retained('deployment').filter(({ logicalId }) => logicalId === request.LogicalResourceId),
      ].map(({ arn }) => arn);
      this.gateHasFailed ||= !this.isRollingBack() && this.gates.mayFail(request, deployments, requestedAt);
      return;
    }
    if (request.RequestType === 'Delete') {
      this.reportFor('false success', request, this.stillExists(request));
      return;
    }
    this.retention.onSuccess(request, answer.PhysicalResourceId);
    if (!this.externalActors.exempts(request.LogicalResourceId, requestedAt)) {
      this.reportFor('false success', request, this.differsFromRequest(request, answer.PhysicalResourceId));
      this.reportFor('wrong attributes', request, this.differsFromAnswer(request, answer));
      if (!this.isRollingBack() && changesModel(request, answer)) {
        this.reportFor('gate not passed', request, this.gates.unproven(request, answer.Data?.['Arn'], requestedAt));
      }
      this.externalActors.onSuccess(request);
    }
  };

  readonly onCheck = (resource: string, input: unknown, result: unknown): void => {
    this.gates.see(resource, input, result);
  };

  readonly onLog = (line: string): void => {
    this.lookForSecrets(line);
  };

  beginOperation(): void {
    this.gateHasFailed = false;
  }

  report(name: ViolationName, detail: string): void {
    this.violations.push({ name, detail });
  }

  private lookForSecrets(text: string): void {
    if (SECRET.test(text)) {
      this.report('secret leaked', text.slice(0, 300));
    }
  }

  private reportFor(
    name: ViolationName,
    { RequestType, LogicalResourceId }: CloudFormationRequest,
    detail: string | undefined,
  ): void {
    if (detail !== undefined) {
      this.report(name, `${RequestType} ${LogicalResourceId}: ${detail}`);
    }
  }

  private stillExists({
    ResourceType,
    PhysicalResourceId,
    LogicalResourceId,
  }: CloudFormationRequest): string | undefined {
    const kind = kindOf(ResourceType);
    const there = this.ledger
      .owned(kind)
      .find((one) => one.name === PhysicalResourceId && this.ledger.logicalIdOf(kind, one) === LogicalResourceId);
    return there === undefined || this.retention.wasReclaimed(there.arn)
      ? undefined
      : `${there.name} is ${there.status}`;
  }

  private differsFromAnswer(
    { ResourceType }: CloudFormationRequest,
    { PhysicalResourceId, Data = {} }: Answer,
  ): string | undefined {
    const there = this.ledger.owned(kindOf(ResourceType)).find(({ arn }) => arn === Data['Arn']);
    const { arn = 'none', name = '', status = '' } = there ?? {};
    const served = there !== undefined && 'servedModelArn' in there ? { ModelArn: there.servedModelArn } : {};
    const actual = { Arn: arn, Name: name, Status: status, ...served };
    const wrong = Object.entries(actual).filter(([attribute, value]) => Data[attribute] !== value);
    return wrong.length === 0 && name === PhysicalResourceId
      ? undefined
      : `${PhysicalResourceId} was answered with ${JSON.stringify(Data)}, and has ${JSON.stringify(actual)}`;
  }

  private differsFromRequest(
    { ResourceType, ResourceProperties }: CloudFormationRequest,
    name: string,
  ): string | undefined {
    if (kindOf(ResourceType) === 'model') {
      const model = this.ledger.owned('model').find((each) => each.name === name);
      return model?.status === 'Active' ? undefined : `${name} is ${model?.status ?? 'absent'}`;
    }
    const deployment = this.ledger.owned('deployment').find((each) => each.name === name);
    const { ModelArn, Description } = ResourceProperties;
    const expected = { modelArn: ModelArn as string, description: Description as string | undefined };
    const found = deployment === undefined ? 'is absent' : difference(deployment, expected);
    return found === undefined ? undefined : `${name} ${found}`;
  }
}

/** Whether another model is to be served than before, or by another deployment. */
function changesModel(
  { RequestType, PhysicalResourceId: before, ResourceProperties, OldResourceProperties }: CloudFormationRequest,
  { PhysicalResourceId }: Answer,
): boolean {
  return (
    RequestType === 'Create' ||
    before !== PhysicalResourceId ||
    ResourceProperties['ModelArn'] !== OldResourceProperties?.['ModelArn']
  );
}
