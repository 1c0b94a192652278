import { LOGICAL_ID_TAG, MODEL_RESOURCE_TYPE } from '../../lib/private/contract';
import type { ControlPlane, DeploymentSnapshot, ModelSnapshot } from '../bedrock/control-plane';

export type Kind = 'deployment' | 'model';
type Snapshot = DeploymentSnapshot | ModelSnapshot;

/** Whose everything in Bedrock is: what is not somebody else's is the stack's, whatever its tags say. */
export class Account {
  private readonly others = new Map<string, string>();
  private readonly logicalIds = new Map<string, string>();

  constructor(private readonly controlPlane: ControlPlane) {}

  /** Whatever somebody makes here is theirs. */
  theirs<T>(make: () => T): T {
    const before = new Set(this.all().map(({ arn }) => arn));
    const made = make();
    for (const one of this.all()) {
      if (!before.has(one.arn)) {
        this.others.set(one.arn, looks(one));
      }
    }
    return made;
  }

  /** What of theirs is not as they left it. */
  disturbed(): string[] {
    const now = new Map(this.all().map((one) => [one.arn, looks(one)]));
    return [...this.others].filter(([arn, then]) => now.get(arn) !== then).map(([arn, then]) => `${then} became ${now.get(arn) ?? 'nothing'}`);
  }

  namesOfOthers(kind: Kind): string[] {
    return this.of(kind).filter(({ arn }) => this.others.has(arn)).map(({ name }) => name);
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
    return this.of(kind).filter(({ arn }) => !this.others.has(arn));
  }

  /** Which resource of the stack has made it, as far as that can be told. */
  logicalIdOf(kind: Kind, { name, tags }: Snapshot): string | undefined {
    return tags[LOGICAL_ID_TAG] ?? this.logicalIds.get(`${kind} ${name}`);
  }

  private of(kind: Kind): Snapshot[] {
    return kind === 'deployment' ? this.controlPlane.deployments() : this.controlPlane.models();
  }

  private all(): Snapshot[] {
    return [...this.controlPlane.deployments(), ...this.controlPlane.models()];
  }
}

export function kindOf(resourceType: string): Kind {
  return resourceType === MODEL_RESOURCE_TYPE ? 'model' : 'deployment';
}

/** What nobody but its owner may change. */
function looks(one: Snapshot): string {
  const { name, tags, status } = one;
  const ends = status === 'Deleting' ? { status } : {};
  return JSON.stringify('servedModelArn' in one ? { name, tags, serves: one.servedModelArn, ...ends } : { name, tags, ...ends });
}
