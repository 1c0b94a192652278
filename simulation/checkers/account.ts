import { LOGICAL_ID_TAG, MODEL_RESOURCE_TYPE } from '../../lib/private/contract';
import type { ControlPlane, DeploymentSnapshot, ModelSnapshot } from '../../local/fake-bedrock/control-plane';

export type Kind = 'deployment' | 'model';
type Snapshot = DeploymentSnapshot | ModelSnapshot;

/**
 * Whose everything in Bedrock is: what is not somebody else's, and was not let go of, is the stack's, whatever its tags
 * say.
 */
export class Account {
  private readonly others = new Map<string, string>();
  private readonly logicalIds = new Map<string, string>();
  /** What the stack let go of, and how it looked then. */
  private readonly letGo = new Map<string, string>();

  constructor(private readonly controlPlane: ControlPlane) {}

  /** Whatever somebody makes here is theirs, also before they are refused the rest. */
  theirs<T>(make: () => T): T {
    const before = this.look();
    try {
      return make();
    } finally {
      for (const [arn, looks] of this.look()) {
        if (!before.has(arn)) {
          this.others.set(arn, looks);
        }
      }
    }
  }

  /** What of theirs is not as they left it. */
  disturbed(): string[] {
    const now = this.look();
    return [...this.others]
      .filter(([arn, then]) => now.get(arn) !== then)
      .map(([arn, then]) => `${then} became ${now.get(arn) ?? 'nothing'}`);
  }

  /** They are gone, by the hand of those whose they were. */
  forget(gone: readonly Snapshot[]): void {
    for (const { arn } of gone) {
      this.others.delete(arn);
      this.letGo.delete(arn);
    }
  }

  namesOfOthers(kind: Kind): string[] {
    return this.of(kind)
      .filter(({ arn }) => this.others.has(arn))
      .map(({ name }) => name);
  }

  /** How many places for deployments the stack cannot have. */
  placesTaken(): number {
    return this.of('deployment').filter(({ arn }) => this.others.has(arn) || this.letGo.has(arn)).length;
  }

  get isFull(): boolean {
    return this.of('deployment').length >= this.places;
  }

  get places(): number {
    return this.controlPlane.behaviour.maxDeployments;
  }

  /** Somebody said that this is the name of the resource. */
  learn(resourceType: string, name: string, logicalId: string): void {
    this.logicalIds.set(`${kindOf(resourceType)} ${name}`, logicalId);
  }

  deploymentsOf(logicalId: string): DeploymentSnapshot[] {
    return this.ours('deployment').filter((one) => this.logicalIdOf('deployment', one) === logicalId);
  }

  ours(kind: 'deployment'): DeploymentSnapshot[];
  ours(kind: Kind): Snapshot[];
  ours(kind: Kind): Snapshot[] {
    return this.of(kind).filter(({ arn }) => !this.others.has(arn) && !this.letGo.has(arn));
  }

  /** What the stack let go of, and from now on has no more than others' things. */
  left(
    kind: Kind,
  ): (Snapshot & { readonly logicalId: string | undefined; readonly description?: string | undefined })[] {
    return this.of(kind)
      .filter(({ arn }) => this.letGo.has(arn))
      .map((one) => ({ ...one, logicalId: this.logicalIdOf(kind, one) }));
  }

  leave(arn: string): void {
    this.letGo.set(arn, this.look().get(arn) ?? '');
  }

  takeUp(arn: string): boolean {
    return this.letGo.delete(arn);
  }

  /** What of that is no longer as it was left, each told once. */
  changedSinceLeft(): { readonly arn: string; readonly then: string; readonly now: string | undefined }[] {
    const looks = this.look();
    const changes = [...this.letGo]
      .map(([arn, then]) => ({ arn, then, now: looks.get(arn) }))
      .filter(({ then, now }) => then !== now);
    changes.forEach(({ arn, now }) => (now === undefined ? this.letGo.delete(arn) : this.letGo.set(arn, now)));
    return changes;
  }

  /**
   * Somebody's deployments of this model, and those that were let go: also those that are merely shown to serve it,
   * since nobody could tell.
   */
  usersOf(modelArn: string): DeploymentSnapshot[] {
    return this.of('deployment').filter(
      (one) =>
        (this.others.has(one.arn) || this.letGo.has(one.arn)) &&
        [one.servedModelArn, one.modelArn, targetOf(one)].includes(modelArn),
    );
  }

  usesOurModels(): boolean {
    return this.ours('model').some(({ arn }) => this.usersOf(arn).length > 0);
  }

  /** Which resource of the stack has made it, as far as that can be told. */
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
   * What nobody but its owner may change. Of what is shown to have another model than it serves nobody could know which
   * must stay.
   */
  private look(): Map<string, string> {
    const models = new Set(this.controlPlane.models().map(({ arn }) => arn));
    return new Map(
      this.all().map((one) => {
        const { name, tags, status } = one;
        const isBereft =
          'servedModelArn' in one && one.modelArn === one.servedModelArn && !models.has(one.servedModelArn);
        const served = 'servedModelArn' in one ? { serves: targetOf(one), isBereft } : {};
        return [one.arn, JSON.stringify({ name, tags, ...served, ...(status === 'Deleting' ? { status } : {}) })];
      }),
    );
  }
}

export function kindOf(resourceType: string): Kind {
  return resourceType === MODEL_RESOURCE_TYPE ? 'model' : 'deployment';
}

/** The model that it serves, or will serve in a moment. */
function targetOf({ servedModelArn, updateDetails }: DeploymentSnapshot): string {
  const isOver = updateDetails === undefined || /^Update(Completed|Failed)$/.test(updateDetails.updateStatus);
  return isOver ? servedModelArn : updateDetails.modelArn;
}
