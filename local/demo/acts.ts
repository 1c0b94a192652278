import type { CdkRun, Stack } from './cdk';
import type { Cloud } from './cloud';
import { Inventory, type Outcome } from './inventory';

/** What Bedrock says of a model that it cannot serve on demand. */
export const FAILURE =
  'Full-rank fine-tuned models cannot be served on demand. Purchase Provisioned Throughput to use this model.';
export const STACK_NAME = 'CustomModelDeployment';
export const FAILING_STACK_NAME = 'CustomModelDeploymentThatFails';

/** The life of a deployment, act by act: shown by the tour, asserted by the end-to-end test. */
export class Acts {
  readonly firstModel: string;
  readonly secondModel: string;
  readonly failingModel: string;
  private readonly inventory: Inventory;

  constructor(private readonly cloud: Cloud) {
    const { controlPlane } = cloud.bedrock;
    this.firstModel = controlPlane.addModel({ name: 'support-assistant-1' });
    this.secondModel = controlPlane.addModel({ name: 'support-assistant-2' });
    this.failingModel = controlPlane.addModel({ name: 'support-assistant-full-rank', deploymentFailure: FAILURE });
    this.inventory = new Inventory(cloud);
  }

  bootstrap(): Promise<CdkRun> {
    return this.cloud.cdk.bootstrap(this.stackWith(this.firstModel));
  }

  deployFirst(): Promise<Outcome> {
    return this.inventory.after(this.cloud.cdk.deploy(this.stackWith(this.firstModel)));
  }

  deploySecond(): Promise<Outcome> {
    return this.inventory.after(this.cloud.cdk.deploy(this.stackWith(this.secondModel)));
  }

  deployFailing(): Promise<Outcome> {
    return this.inventory.after(this.cloud.cdk.deploy(this.failingStack()));
  }

  destroyFailing(): Promise<Outcome> {
    return this.inventory.after(this.cloud.cdk.destroy(this.failingStack()));
  }

  destroy(): Promise<Outcome> {
    return this.inventory.after(this.cloud.cdk.destroy(this.stackWith(this.secondModel)));
  }

  private stackWith(modelArn: string): Stack {
    return { stackName: STACK_NAME, modelArn };
  }

  private failingStack(): Stack {
    return { stackName: FAILING_STACK_NAME, modelArn: this.failingModel };
  }
}
