import type { ControlPlane } from '../../local/fake-bedrock/control-plane';
import type { Account } from '../checkers/account';
import type { GivenModel, Wish } from './plan';
import { deploymentsOf, modelBehind, packageOf, s3UriOf } from './templates';

/** Of these versions of the model package no deployment, and not even a model can be made, unless that was mended. */
export const UNDEPLOYABLE_VERSION = 5;
export const UNMAKEABLE_VERSION = 6;

const FULL_RANK = 'Full-rank models cannot be served on demand.';
/** As long as failure messages get. */
const NOT_NOVA = `The artefacts are not a Nova model${'…'.repeat(2000)}`;

/** What models there are, and of what they can be made. */
export class Models {
  readonly given: Readonly<Record<GivenModel, string>>;
  private isBroken = true;
  /** In this operation there was something that could not be made or deployed. */
  wereBroken = true;

  constructor(
    private readonly controlPlane: ControlPlane,
    private readonly account: Account,
  ) {
    this.given = account.theirs(() => ({
      one: controlPlane.addModel({ name: 'one' }),
      two: controlPlane.addModel({ name: 'two' }),
      three: controlPlane.addModel({ name: 'three' }),
      'full-rank': controlPlane.addModel({ name: 'full-rank' }),
    }));
    this.break();
  }

  begin(): void {
    this.wereBroken = this.isBroken;
  }

  mend(): void {
    this.isBroken = false;
    this.controlPlane.sourceFailures.clear();
    for (const { arn } of [
      { arn: this.given['full-rank'] },
      ...this.account.ours('model'),
      ...this.account.left('model'),
    ]) {
      this.controlPlane.setModel(arn, { deploymentFailure: undefined });
    }
  }

  break(): void {
    this.isBroken = true;
    this.wereBroken = true;
    for (const source of [packageOf, s3UriOf]) {
      this.controlPlane.sourceFailures.set(source(UNDEPLOYABLE_VERSION), { deploymentFailure: FULL_RANK });
      this.controlPlane.sourceFailures.set(source(UNMAKEABLE_VERSION), { failureMessage: NOT_NOVA });
    }
    this.controlPlane.setModel(this.given['full-rank'], { deploymentFailure: FULL_RANK });
  }
}

/** Whether it takes what cannot be had unless it was mended. */
export function needsMending(wish: Wish): boolean {
  const version = wish.model?.version;
  return (
    version === UNMAKEABLE_VERSION ||
    deploymentsOf(wish).some(([, deployment]) => {
      const behind = modelBehind(wish, deployment);
      return behind === 'full-rank' || (behind === 'own' && version === UNDEPLOYABLE_VERSION);
    })
  );
}
