import type { CloudFormationRequest } from '../../lambda/cloudformation/request';
import type { SimulatedStack } from '../../local/aws-simulator/cloudformation';
import type { DeploymentSnapshot, ModelSnapshot } from '../../local/fake-bedrock/control-plane';
import type { Others } from '../faults/others';
import type { Wish } from '../workload/plan';
import { retainedIn } from '../workload/templates';
import { type Account, type Kind, kindOf } from './account';
import type { Finding } from './violation';

interface Known {
  readonly kind: Kind;
  readonly name: string;
  readonly logicalId: string;
}

const KINDS: readonly Kind[] = ['deployment', 'model'];

/**
 * What the stack has, as CloudFormation was told, and what it lets go of: whatever it no longer has and nobody was
 * asked to delete (RETAIN, or a clean-up given up because the model is in use) must stay, until it is asked for again.
 */
export class Retention {
  /** By ARN. */
  private readonly has = new Map<string, Known>();
  /** What must stay, of what was left. */
  private readonly left = new Map<string, Known>();
  /** Resources of which an operation that failed may have left something, which its run may still take down. */
  private readonly careless = new Set<string>();

  private asked = new Set<string>();
  /** In the operation before, some of whose requests may be delivered only now. */
  private askedBefore = new Set<string>();
  private toGo = new Set<string>();
  /** What had been left before this operation, and was the stack's again in it. */
  private takenUp = new Set<string>();
  /** What is left, and is good for nothing but its name. */
  private unfit = new Set<string>();
  /** The models of the stack that others use. */
  private used = new Set<string>();

  constructor(
    private readonly account: Account,
    private readonly others: Others,
  ) {}

  /** Before an operation. */
  begin(): void {
    this.askedBefore = this.asked;
    this.asked = new Set();
    this.toGo = new Set();
    this.takenUp = new Set();
    this.unfit = new Set(
      KINDS.flatMap((kind) => this.account.left(kind))
        .filter((one) => !isFit(one))
        .map(({ arn }) => arn),
    );
    this.used = new Set(this.usedModels());
  }

  onRequest({ RequestType, ResourceType, LogicalResourceId, PhysicalResourceId }: CloudFormationRequest): void {
    this.asked.add(LogicalResourceId);
    if (RequestType === 'Delete') {
      this.toGo.add(LogicalResourceId);
      this.forget(kindOf(ResourceType), PhysicalResourceId);
    }
  }

  /** A Create or an Update has succeeded. */
  onSuccess({ ResourceType, LogicalResourceId: logicalId }: CloudFormationRequest, name: string): void {
    const kind = kindOf(ResourceType);
    this.forget(kind, name);
    for (const { arn } of [...this.account.ours(kind), ...this.account.left(kind)].filter((one) => one.name === name)) {
      this.has.set(arn, { kind, name, logicalId });
      if (this.account.takeUp(arn)) {
        this.takenUp.add(arn);
      }
    }
  }

  /** What was left there before may survive the Delete that takes back the operation in which it was taken up. */
  wasTakenUp(arn: string): boolean {
    return this.takenUp.has(arn);
  }

  /** After an operation that asked for one of these wishes. */
  end(stack: SimulatedStack, wishes: readonly Wish[], failed: boolean): Finding[] {
    const isCurrent = (name: string, logicalId: string): boolean => String(stack.resolve({ Ref: logicalId })) === name;
    for (const [arn, known] of [...this.has].filter(([, { name, logicalId }]) => !isCurrent(name, logicalId))) {
      this.has.delete(arn);
      this.left.set(arn, known);
      this.account.leave(arn);
    }
    if (failed) {
      this.neglect(wishes);
    }
    // Deployments first: what is left of them may use a model, which is left then as well.
    for (const kind of KINDS) {
      const used = new Set([...this.used, ...this.usedModels()]);
      const there = this.account
        .ours(kind)
        .map((one) => ({ ...one, logicalId: this.account.logicalIdOf(kind, one) ?? '' }));
      for (const { arn, logicalId } of there.filter((one) => !isCurrent(one.name, one.logicalId))) {
        if (this.careless.has(logicalId) || used.has(arn) || this.takenUp.has(arn)) {
          this.left.delete(arn);
          this.account.leave(arn);
        }
      }
    }
    return this.account.changedSinceLeft().flatMap(({ arn, then, now }) => this.judge(arn, then, now) ?? []);
  }

  /**
   * An operation that asked for one of these wishes has failed: of what is retained, nothing asks for the deletion of
   * what it made.
   */
  neglect(wishes: readonly Wish[]): void {
    wishes
      .flatMap(retainedIn)
      .filter((logicalId) => !this.toGo.has(logicalId))
      .forEach((logicalId) => this.careless.add(logicalId));
  }

  private judge(arn: string, then: string, now: string | undefined): Finding | undefined {
    const known = this.left.get(arn);
    if (known === undefined) {
      return undefined;
    }
    const { kind, name, logicalId } = known;
    const asked = this.asked.has(logicalId);
    if (now === undefined) {
      const mayGo = (asked && this.unfit.has(arn)) || this.others.deleted.has(arn);
      return mayGo ? undefined : { name: 'lost', detail: `the ${kind} ${name}, which ${logicalId} had left` };
    }
    return asked || this.askedBefore.has(logicalId) || this.others.spares(logicalId)
      ? undefined
      : { name: 'foreign touched', detail: `${then}, which was left, became ${now}` };
  }

  private forget(kind: Kind, name: string | undefined): void {
    [...this.has]
      .filter(([, known]) => known.kind === kind && known.name === name)
      .forEach(([arn]) => {
        this.has.delete(arn);
      });
  }

  private usedModels(): string[] {
    return this.account
      .ours('model')
      .map(({ arn }) => arn)
      .filter((arn) => this.account.usersOf(arn).length > 0);
  }
}

/** What is not Active, or may not be for much longer. */
function isFit({ status, ...one }: DeploymentSnapshot | ModelSnapshot): boolean {
  const updateDetails = 'updateDetails' in one ? one.updateDetails : undefined;
  return status === 'Active' && (updateDetails === undefined || updateDetails.updateStatus === 'UpdateCompleted');
}
