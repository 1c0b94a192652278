import type { CloudWatchAlarms } from '../../local/aws-simulator/cloudwatch-alarms';
import type { ControlPlane } from '../../local/fake-bedrock/control-plane';
import type { BedrockRuntime } from '../../local/fake-bedrock/runtime';
import type { OwnershipLedger } from '../checkers/ownership-ledger';
import { GATE_ALARM, gatesOf } from './gates';
import type { DesiredResources, ExistingModel } from './plan';
import { deploymentsOf, modelBehind, packageOf, s3UriOf } from './templates';

/** While the models are broken, a model of the first version cannot be deployed, and one of the second not created. */
export const UNDEPLOYABLE_VERSION = 5;
export const UNCREATABLE_VERSION = 6;

/** Passes no gate while the models are broken. */
const UNPROVEN: ExistingModel = 'three';

const FULL_RANK = 'Full-rank models cannot be served on demand.';
/** As long as failure messages can be. */
const NOT_NOVA = `The artefacts are not a Nova model${'…'.repeat(2000)}`;

/** The models that exist before the stack, and which models can be created and deployed. */
export class Models {
  readonly existing: Readonly<Record<ExistingModel, string>>;
  private isBroken = true;
  /** The models were broken at some time in this operation. */
  wereBroken = true;
  /** A deployment was to serve a model that must not, at some time in this operation. */
  private wasServed = false;

  constructor(
    private readonly controlPlane: ControlPlane,
    private readonly ledger: OwnershipLedger,
    private readonly runtime: BedrockRuntime,
    private readonly alarms: CloudWatchAlarms,
  ) {
    this.existing = ledger.recordForeign(() => ({
      one: controlPlane.addModel({ name: 'one' }),
      two: controlPlane.addModel({ name: 'two' }),
      three: controlPlane.addModel({ name: 'three' }),
      'full-rank': controlPlane.addModel({ name: 'full-rank' }),
    }));
    this.break();
  }

  beginOperation(): void {
    this.wereBroken = this.isBroken;
    this.wasServed = this.controlPlane.deployments().some(({ servedModelArn }) => this.isUnproven(servedModelArn));
  }

  /** An external actor moves a deployment to this model. */
  willServe(modelArn: string): void {
    this.wasServed ||= this.isUnproven(modelArn);
  }

  repair(): void {
    this.isBroken = false;
    this.runtime.answers.clear();
    this.alarms.follow(GATE_ALARM, { modelArn: 'none' });
    this.controlPlane.sourceFailures.clear();
    for (const { arn } of [
      { arn: this.existing['full-rank'] },
      ...this.ledger.owned('model'),
      ...this.ledger.retained('model'),
    ]) {
      this.controlPlane.setModel(arn, { deploymentFailure: undefined });
    }
  }

  break(): void {
    this.isBroken = true;
    this.wereBroken = true;
    for (const source of [packageOf, s3UriOf]) {
      this.controlPlane.sourceFailures.set(source(UNDEPLOYABLE_VERSION), { deploymentFailure: FULL_RANK });
      this.controlPlane.sourceFailures.set(source(UNCREATABLE_VERSION), { failureMessage: NOT_NOVA });
    }
    this.controlPlane.setModel(this.existing['full-rank'], { deploymentFailure: FULL_RANK });
    this.runtime.answers.set(this.existing[UNPROVEN], { error: { name: 'ModelErrorException' } });
    this.alarms.follow(GATE_ALARM, { modelArn: this.existing[UNPROVEN], afterMs: 60_000 });
  }

  /** Whether a gate of `desired` has an alarm that any deployment may set off which serves a model that must not. */
  setsOffAlarm(desired: DesiredResources, before: DesiredResources | undefined): boolean {
    const hasAlarm = deploymentsOf(desired).some(([, deployment]) => gatesOf(deployment).includes('alarms'));
    const isServed = [desired, before ?? desired].some((one) =>
      deploymentsOf(one).some(([, { serves }]) => serves === UNPROVEN),
    );
    return hasAlarm && (isServed || this.wasServed);
  }

  private isUnproven(modelArn: string): boolean {
    return modelArn === this.existing[UNPROVEN];
  }

  /** Whether a gate finds that the model must not serve. */
  failsGates(modelArn: string): boolean {
    return this.isBroken && this.isUnproven(modelArn);
  }
}

/** Whether it needs a model that cannot be created or deployed, or passes no gate, while the models are broken. */
export function needsRepair(desired: DesiredResources): boolean {
  const version = desired.model?.version;
  return (
    version === UNCREATABLE_VERSION ||
    deploymentsOf(desired).some(([, deployment]) => {
      const served = modelBehind(desired, deployment);
      return (
        served === 'full-rank' ||
        (served === 'own' && version === UNDEPLOYABLE_VERSION) ||
        (served === UNPROVEN && gatesOf(deployment).length > 0)
      );
    })
  );
}
