import type { Answer } from '../../lambda/cloudformation/answer';
import type { CloudFormationRequest } from '../../lambda/cloudformation/request';
import type { Onlooker } from '../environment';
import type { Others } from '../faults/others';
import { type Account, kindOf } from './account';
import { shortcoming } from './difference';
import type { Retention } from './retention';
import type { Finding, FindingName } from './violation';

const MAX_ANSWER_BYTES = 4096;
const MAX_ID_BYTES = 1024;
/** What opens the door at which CloudFormation takes an answer. */
const SECRET = /X-Amz-|https:\/\/cloudformation\./;

/** Looks on, and finds what must not be at any moment. */
export class Witness implements Onlooker {
  readonly findings: Finding[] = [];
  private readonly sentAt = new Map<string, number>();
  private readonly verdicts = new Map<string, string>();

  constructor(
    private readonly now: () => number,
    private readonly account: Account,
    private readonly others: Others,
    private readonly retention: Retention,
  ) {}

  readonly onRequest = (request: CloudFormationRequest): void => {
    this.sentAt.set(request.RequestId, this.now());
    this.others.onRequest(request);
    this.retention.onRequest(request);
  };

  readonly onPut = (url: string, body: string): void => {
    const { Status = '', Reason = '', PhysicalResourceId = '' } = JSON.parse(body) as Partial<Answer>;
    const verdict = `${Status} ${PhysicalResourceId}`;
    const first = this.verdicts.get(url) ?? verdict;
    this.verdicts.set(url, first);
    const wrong = [
      Buffer.byteLength(body) > MAX_ANSWER_BYTES ? `of ${Buffer.byteLength(body)} bytes` : '',
      Buffer.byteLength(PhysicalResourceId) > MAX_ID_BYTES ? 'with an id of more than 1 KB' : '',
      PhysicalResourceId === '' ? 'without an id' : '',
      Status === 'FAILED' && Reason === '' ? 'that fails without a reason' : '',
      first === verdict ? '' : `that is the second, after ${first}`,
    ].filter((each) => each !== '');
    if (wrong.length > 0) {
      this.find('bad answer', `${wrong.join(', ')}: ${body.slice(0, 200)}`);
    }
    this.lookForSecrets(Reason);
  };

  readonly onAnswer = (request: CloudFormationRequest, answer: Answer): void => {
    this.account.learn(request.ResourceType, answer.PhysicalResourceId, request.LogicalResourceId);
    if (answer.Status === 'FAILED') {
      return;
    }
    const sentAt = this.sentAt.get(request.RequestId) ?? 0;
    if (request.RequestType === 'Delete') {
      this.lie('false success', request, this.stillThere(request));
      return;
    }
    this.retention.onSuccess(request, answer.PhysicalResourceId);
    if (!this.others.spares(request.LogicalResourceId, sentAt)) {
      this.lie('false success', request, this.notAsAsked(request, answer.PhysicalResourceId));
      this.lie('wrong attributes', request, this.notAsSaid(request, answer));
      this.others.onSuccess(request);
    }
  };

  readonly onLog = (line: string): void => {
    this.lookForSecrets(line);
  };

  find(name: FindingName, detail: string): void {
    this.findings.push({ name, detail });
  }

  private lookForSecrets(text: string): void {
    if (SECRET.test(text)) {
      this.find('secret told', text.slice(0, 300));
    }
  }

  private lie(
    name: FindingName,
    { RequestType, LogicalResourceId }: CloudFormationRequest,
    detail: string | undefined,
  ): void {
    if (detail !== undefined) {
      this.find(name, `${RequestType} ${LogicalResourceId}: ${detail}`);
    }
  }

  private stillThere({
    ResourceType,
    PhysicalResourceId,
    LogicalResourceId,
  }: CloudFormationRequest): string | undefined {
    const kind = kindOf(ResourceType);
    const there = this.account
      .ours(kind)
      .find((one) => one.name === PhysicalResourceId && this.account.logicalIdOf(kind, one) === LogicalResourceId);
    return there === undefined || this.retention.wasTakenUp(there.arn) ? undefined : `${there.name} is ${there.status}`;
  }

  private notAsSaid(
    { ResourceType }: CloudFormationRequest,
    { PhysicalResourceId, Data = {} }: Answer,
  ): string | undefined {
    const there = this.account.ours(kindOf(ResourceType)).find(({ arn }) => arn === Data['Arn']);
    const { arn = 'of nothing', name = '', status = '' } = there ?? {};
    const served = there !== undefined && 'servedModelArn' in there ? { ModelArn: there.servedModelArn } : {};
    const is = { Arn: arn, Name: name, Status: status, ...served };
    const wrong = Object.entries(is).filter(([attribute, value]) => Data[attribute] !== value);
    return wrong.length === 0 && name === PhysicalResourceId
      ? undefined
      : `${PhysicalResourceId} has ${JSON.stringify(Data)}, and is ${JSON.stringify(is)}`;
  }

  private notAsAsked({ ResourceType, ResourceProperties }: CloudFormationRequest, name: string): string | undefined {
    if (kindOf(ResourceType) === 'model') {
      const model = this.account.ours('model').find((each) => each.name === name);
      return model?.status === 'Active' ? undefined : `${name} is ${model?.status ?? 'not there'}`;
    }
    const deployment = this.account.ours('deployment').find((each) => each.name === name);
    const { ModelArn, Description } = ResourceProperties;
    const asked = { modelArn: ModelArn as string, description: Description as string | undefined };
    const flaw = deployment === undefined ? 'is not there' : shortcoming(deployment, asked);
    return flaw === undefined ? undefined : `${name} ${flaw}`;
  }
}
