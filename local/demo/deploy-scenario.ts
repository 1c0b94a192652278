import type { CdkRun, StackArguments } from './cdk';
import type { Cloud } from './cloud';
import { BedrockInventory, type CdkRunResult } from './inventory';

/** What Bedrock says of a model that it cannot serve on demand. */
export const FAILURE =
  'Full-rank fine-tuned models cannot be served on demand. Purchase Provisioned Throughput to use this model.';
export const STACK_NAME = 'CustomModelDeployment';
export const FAILING_STACK_NAME = 'CustomModelDeploymentThatFails';

/** The life of a deployment, operation by operation: shown by the tour, asserted by the end-to-end test. */
export class DeployScenario {
  readonly firstModel: string;
  readonly secondModel: string;
  readonly failingModel: string;
  private readonly inventory: BedrockInventory;

  constructor(private readonly cloud: Cloud) {
    const { controlPlane } = cloud.bedrock;
    this.firstModel = controlPlane.addModel({ name: 'support-assistant-1' });
    this.secondModel = controlPlane.addModel({ name: 'support-assistant-2' });
    this.failingModel = controlPlane.addModel({ name: 'support-assistant-full-rank', deploymentFailure: FAILURE });
    this.inventory = new BedrockInventory(cloud);
  }

  bootstrap(): Promise<CdkRun> {
    return this.cloud.cdk.bootstrap(this.stackWith(this.firstModel));
  }

  deployFirst(): Promise<CdkRunResult> {
    return this.inventory.after(this.cloud.cdk.deploy(this.stackWith(this.firstModel)));
  }

  deploySecond(): Promise<CdkRunResult> {
    return this.inventory.after(this.cloud.cdk.deploy(this.stackWith(this.secondModel)));
  }

  deployFailing(): Promise<CdkRunResult> {
    return this.inventory.after(this.cloud.cdk.deploy(this.failingStack()));
  }

  destroyFailing(): Promise<CdkRunResult> {
    return this.inventory.after(this.cloud.cdk.destroy(this.failingStack()));
  }

  destroy(): Promise<CdkRunResult> {
    return this.inventory.after(this.cloud.cdk.destroy(this.stackWith(this.secondModel)));
  }

  private stackWith(modelArn: string): StackArguments {
    return { stackName: STACK_NAME, modelArn };
  }

  private failingStack(): StackArguments {
    return { stackName: FAILING_STACK_NAME, modelArn: this.failingModel };
  }
}
