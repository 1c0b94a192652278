import type { Kind } from '../../lambda/reconcile/goal';
import { LOGICAL_ID_TAG, MODEL_RESOURCE_TYPE } from '../../lib/private/contract';
import type { ControlPlane, DeploymentSnapshot, ModelSnapshot } from '../../local/fake-bedrock/control-plane';

type Snapshot = DeploymentSnapshot | ModelSnapshot;

/**
 * Who owns each resource in Bedrock, independently of its tags. A resource is foreign (made by an external actor),
 * retained (the stack has removed it without deleting it), or owned by the stack.
 */
export class OwnershipLedger {
  /** Fingerprints of foreign resources, by ARN. */
  private readonly foreign = new Map<string, string>();
  /** Fingerprints of retained resources, by ARN. */
  private readonly retainedArns = new Map<string, string>();
  /** Those that were retained while an update was in progress, which may yet fail. */
  private readonly retainedInTransition = new Set<string>();
  private readonly logicalIds = new Map<string, string>();

  constructor(private readonly controlPlane: ControlPlane) {}

  /** Records whatever `make` creates as foreign, even if it throws halfway. */
  recordForeign<T>(make: () => T): T {
    const before = this.fingerprints();
    try {
      return make();
    } finally {
      for (const [arn, fingerprint] of this.fingerprints()) {
        if (!before.has(arn)) {
          this.foreign.set(arn, fingerprint);
        }
      }
    }
  }

  /** Foreign resources that are not as their owners left them. */
  foreignChanges(): string[] {
    const now = this.fingerprints();
    return [...this.foreign]
      .filter(([arn, then]) => now.get(arn) !== then)
      .map(([arn, then]) => `${then} became ${now.get(arn) ?? 'nothing'}`);
  }

  /** Their owners have deleted these resources. */
  forgetDeleted(deleted: readonly Snapshot[]): void {
    for (const { arn } of deleted) {
      this.foreign.delete(arn);
      this.retainedArns.delete(arn);
    }
  }

  foreignNames(kind: Kind): string[] {
    return this.of(kind)
      .filter(({ arn }) => this.foreign.has(arn))
      .map(({ name }) => name);
  }

  /** How much of the quota of deployments is taken by foreign and retained ones. */
  quotaTaken(): number {
    return this.of('deployment').filter(({ arn }) => this.foreign.has(arn) || this.retainedArns.has(arn)).length;
  }

  get isFull(): boolean {
    return this.of('deployment').length >= this.quota;
  }

  /** How many deployments the account may have. */
  get quota(): number {
    return this.controlPlane.behaviour.maxDeployments;
  }

  /** An answer gave this name to the resource. */
  learnName(resourceType: string, name: string, logicalId: string): void {
    this.logicalIds.set(`${kindOf(resourceType)} ${name}`, logicalId);
  }

  deploymentsOf(logicalId: string): DeploymentSnapshot[] {
    return this.owned('deployment').filter((one) => this.logicalIdOf('deployment', one) === logicalId);
  }

  owned(kind: 'deployment'): DeploymentSnapshot[];
  owned(kind: Kind): Snapshot[];
  owned(kind: Kind): Snapshot[] {
    return this.of(kind).filter(({ arn }) => !this.foreign.has(arn) && !this.retainedArns.has(arn));
  }

  retained(
    kind: Kind,
  ): (Snapshot & { readonly logicalId: string | undefined; readonly description?: string | undefined })[] {
    return this.of(kind)
      .filter(({ arn }) => this.retainedArns.has(arn))
      .map((one) => ({ ...one, logicalId: this.logicalIdOf(kind, one) }));
  }

  retain(arn: string): void {
    this.retainedArns.set(arn, this.fingerprints().get(arn) ?? '');
    if (this.isUpdating(arn)) {
      this.retainedInTransition.add(arn);
    }
  }

  /** The stack owns the retained resource again. Returns false if it was not retained. */
  reclaim(arn: string): boolean {
    return this.retainedArns.delete(arn);
  }

  /** Retained resources that have changed since the last call. */
  changedSinceRetained(): { readonly arn: string; readonly then: string; readonly now: string | undefined }[] {
    const fingerprints = this.fingerprints();
    const changes = [...this.retainedArns]
      .map(([arn, then]) => ({ arn, then, now: fingerprints.get(arn) }))
      .filter(({ then, now }) => then !== now);
    changes.forEach(({ arn, now }) =>
      now === undefined ? this.retainedArns.delete(arn) : this.retainedArns.set(arn, now),
    );
    const reported = changes.filter(({ arn, now }) => now === undefined || !this.retainedInTransition.has(arn));
    [...this.retainedInTransition]
      .filter((arn) => !this.isUpdating(arn))
      .forEach((arn) => {
        this.retainedInTransition.delete(arn);
      });
    return reported;
  }

  private isUpdating(arn: string): boolean {
    const deployment = this.of('deployment').find((one) => one.arn === arn);
    return deployment !== undefined && targetOf(deployment) !== deployment.servedModelArn;
  }

  /**
   * Foreign and retained deployments of this model. Those that Bedrock merely shows with it count too, since a subject
   * cannot see the difference.
   */
  usersOf(modelArn: string): DeploymentSnapshot[] {
    return this.of('deployment').filter(
      (one) =>
        (this.foreign.has(one.arn) || this.retainedArns.has(one.arn)) &&
        [one.servedModelArn, one.modelArn, targetOf(one)].includes(modelArn),
    );
  }

  /**
   * Also of models that the stack has retained, since CloudFormation may yet ask for their deletion. Each once, though
   * Bedrock may show it with another model than it serves.
   */
  usersOfStackModels(): DeploymentSnapshot[] {
    const users = [...this.owned('model'), ...this.retained('model')].flatMap(({ arn }) => this.usersOf(arn));
    return users.filter(({ arn }, index) => users.findIndex((user) => user.arn === arn) === index);
  }

  /** The logical id by the resource's tag, or else by the answer that named it. */
  logicalIdOf(kind: Kind, { name, tags }: Snapshot): string | undefined {
    return tags[LOGICAL_ID_TAG] ?? this.logicalIds.get(`${kind} ${name}`);
  }

  private of(kind: 'deployment'): DeploymentSnapshot[];
  private of(kind: Kind): Snapshot[];
  private of(kind: Kind): Snapshot[] {
    return kind === 'deployment' ? this.controlPlane.deployments() : this.controlPlane.models();
  }

  private all(): Snapshot[] {
    return [...this.controlPlane.deployments(), ...this.controlPlane.models()];
  }

  /**
   * By ARN, what only the owner of a resource may change. Whether a deployment's model still exists counts only if
   * Bedrock shows the model that it serves: otherwise a subject cannot know which model must stay.
   */
  private fingerprints(): Map<string, string> {
    const models = new Set(this.controlPlane.models().map(({ arn }) => arn));
    return new Map(
      this.all().map((one) => {
        const { name, tags, status } = one;
        const lostItsModel =
          'servedModelArn' in one && one.modelArn === one.servedModelArn && !models.has(one.servedModelArn);
        const served = 'servedModelArn' in one ? { serves: targetOf(one), lostItsModel } : {};
        return [one.arn, JSON.stringify({ name, tags, ...served, ...(status === 'Deleting' ? { status } : {}) })];
      }),
    );
  }
}

export function kindOf(resourceType: string): Kind {
  return resourceType === MODEL_RESOURCE_TYPE ? 'model' : 'deployment';
}

/** The model that the deployment serves, or that the update in progress gives it. */
function targetOf({ servedModelArn, updateDetails }: DeploymentSnapshot): string {
  const isOver = updateDetails === undefined || /^Update(Completed|Failed)$/.test(updateDetails.updateStatus);
  return isOver ? servedModelArn : updateDetails.modelArn;
}
