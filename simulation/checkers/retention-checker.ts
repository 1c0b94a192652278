import type { CloudFormationRequest } from '../../lambda/cloudformation/request';
import type { Kind } from '../../lambda/reconcile/goal';
import type { SimulatedStack } from '../../local/aws-simulator/cloudformation';
import type { DeploymentSnapshot, ModelSnapshot } from '../../local/fake-bedrock/control-plane';
import type { ExternalActors } from '../faults/external-actors';
import type { DesiredResources } from '../workload/plan';
import { retainedIn } from '../workload/templates';
import { kindOf, type OwnershipLedger } from './ownership-ledger';
import type { Violation } from './violation';

interface KnownResource {
  readonly kind: Kind;
  readonly name: string;
  readonly logicalId: string;
}

/** A request runs for CloudFormation's hour, and a stack's operation with it may have lasted as long again. */
const LONGEST_OPERATION_MS = 2 * 3_600_000;

const KINDS: readonly Kind[] = ['deployment', 'model'];

/**
 * Checks that retained resources stay. A resource is retained when the stack no longer has it and CloudFormation has
 * not asked for its deletion (RETAIN, or a clean-up that failed because the model is in use), until a request reclaims
 * it.
 */
export class RetentionChecker {
  /** What the stack has according to the answers, by ARN. */
  private readonly current = new Map<string, KnownResource>();
  /** Retained resources that must stay. */
  private readonly retained = new Map<string, KnownResource>();
  /** Logical ids of which a failed operation may leave a resource behind, or may still delete it. */
  private readonly mayLeaveBehind = new Set<string>();

  private requested = new Set<string>();
  /** In the previous operation, whose requests may be delivered late. */
  private requestedBefore = new Set<string>();
  /** When CloudFormation sent the last request for a resource, if it accepted no answer: its run may go on. */
  private readonly unansweredSince = new Map<string, number>();
  private deleteRequested = new Set<string>();
  /** CloudFormation has not cleaned up after the update, and may yet do so. */
  private rollbackHasFailed = false;
  /** Retained resources that the stack has reclaimed in this operation. */
  private reclaimed = new Set<string>();
  /** Retained resources that are not Active and may therefore be replaced. */
  private unhealthy = new Set<string>();
  /** Models of the stack that foreign or retained deployments use. */
  private modelsInUse = new Set<string>();

  constructor(
    private readonly ledger: OwnershipLedger,
    private readonly externalActors: ExternalActors,
    private readonly now: () => number,
  ) {}

  /** Before an operation. */
  beginOperation(): void {
    this.requestedBefore = this.requested;
    this.requested = new Set();
    this.deleteRequested = new Set();
    this.reclaimed = new Set();
    this.unhealthy = new Set(
      KINDS.flatMap((kind) => this.ledger.retained(kind))
        .filter((one) => !isHealthy(one))
        .map(({ arn }) => arn),
    );
    this.modelsInUse = new Set(this.findModelsInUse());
  }

  onRequest({ RequestType, ResourceType, LogicalResourceId, PhysicalResourceId }: CloudFormationRequest): void {
    this.requested.add(LogicalResourceId);
    this.unansweredSince.set(LogicalResourceId, this.now());
    if (RequestType === 'Delete') {
      this.deleteRequested.add(LogicalResourceId);
      this.forget(this.current, kindOf(ResourceType), PhysicalResourceId);
      if (this.rollbackHasFailed) {
        this.forget(this.retained, kindOf(ResourceType), PhysicalResourceId);
      }
    }
  }

  onAnswer({ LogicalResourceId }: CloudFormationRequest): void {
    this.unansweredSince.delete(LogicalResourceId);
  }

  /** A Create or an Update has succeeded. */
  onSuccess({ ResourceType, LogicalResourceId: logicalId }: CloudFormationRequest, name: string): void {
    const kind = kindOf(ResourceType);
    this.forget(this.current, kind, name);
    for (const { arn } of [...this.ledger.owned(kind), ...this.ledger.retained(kind)].filter(
      (one) => one.name === name,
    )) {
      this.current.set(arn, { kind, name, logicalId });
      if (this.ledger.reclaim(arn)) {
        this.reclaimed.add(arn);
      }
    }
  }

  /** Whether this operation has reclaimed the resource: its rollback may leave it in place. */
  wasReclaimed(arn: string): boolean {
    return this.reclaimed.has(arn);
  }

  /** @param versions the desired resources of the operation, and of the stack before it */
  endOperation(stack: SimulatedStack, versions: readonly DesiredResources[], failed: boolean): Violation[] {
    const isCurrent = (name: string, logicalId: string): boolean => String(stack.resolve({ Ref: logicalId })) === name;
    for (const [arn, known] of [...this.current].filter(([, { name, logicalId }]) => !isCurrent(name, logicalId))) {
      this.current.delete(arn);
      this.retained.set(arn, known);
      this.ledger.retain(arn);
    }
    if (failed) {
      this.allowLeftovers(versions);
    }
    // Deployments first: a retained deployment may use a model, which is retained as well then.
    for (const kind of KINDS) {
      const inUse = new Set([...this.modelsInUse, ...this.findModelsInUse()]);
      const owned = this.ledger
        .owned(kind)
        .map((one) => ({ ...one, logicalId: this.ledger.logicalIdOf(kind, one) ?? '' }));
      for (const { arn, logicalId } of owned.filter((one) => !isCurrent(one.name, one.logicalId))) {
        if (this.mayLeaveBehind.has(logicalId) || inUse.has(arn) || this.reclaimed.has(arn)) {
          this.retained.delete(arn);
          this.ledger.retain(arn);
        }
      }
    }
    return this.ledger.changedSinceRetained().flatMap(({ arn, then, now }) => this.check(arn, then, now) ?? []);
  }

  /** After a failed operation CloudFormation does not delete, even if it is unfinished, what a template retains. */
  private allowLeftovers(versions: readonly DesiredResources[]): void {
    versions
      .flatMap(retainedIn)
      .filter((logicalId) => !this.deleteRequested.has(logicalId))
      .forEach((logicalId) => this.mayLeaveBehind.add(logicalId));
  }

  /** What the update has made is not retained: CloudFormation asks for its deletion when the stack goes. */
  failRollback(versions: readonly DesiredResources[]): void {
    this.rollbackHasFailed = true;
    this.allowLeftovers(versions);
  }

  private check(arn: string, then: string, now: string | undefined): Violation | undefined {
    const known = this.retained.get(arn);
    if (known === undefined) {
      return undefined;
    }
    const { kind, name, logicalId } = known;
    const requested = this.requested.has(logicalId);
    if (now === undefined) {
      const mayGo = (requested && this.unhealthy.has(arn)) || this.externalActors.deleted.has(arn);
      return mayGo ? undefined : { name: 'retained resource lost', detail: `the ${kind} ${name} of ${logicalId}` };
    }
    const mayRun = this.now() - (this.unansweredSince.get(logicalId) ?? -Infinity) <= LONGEST_OPERATION_MS;
    return requested || mayRun || this.requestedBefore.has(logicalId) || this.externalActors.exempts(logicalId)
      ? undefined
      : { name: 'foreign resource changed', detail: `${then}, which was retained, became ${now}` };
  }

  private forget(resources: Map<string, KnownResource>, kind: Kind, name: string | undefined): void {
    [...resources]
      .filter(([, known]) => known.kind === kind && known.name === name)
      .forEach(([arn]) => {
        resources.delete(arn);
      });
  }

  private findModelsInUse(): string[] {
    return this.ledger
      .owned('model')
      .map(({ arn }) => arn)
      .filter((arn) => this.ledger.usersOf(arn).length > 0);
  }
}

/** Active, and no update in progress or failed that may end otherwise. */
function isHealthy({ status, ...one }: DeploymentSnapshot | ModelSnapshot): boolean {
  const updateDetails = 'updateDetails' in one ? one.updateDetails : undefined;
  return status === 'Active' && (updateDetails === undefined || updateDetails.updateStatus === 'UpdateCompleted');
}
