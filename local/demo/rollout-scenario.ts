import type { CdkRun, StackArguments } from './cdk';
import type { Cloud } from './cloud';
import { FAILURE, STACK_NAME } from './deploy-scenario';
import { ACCOUNT, REGION } from './environment';
import { BedrockInventory, type CdkRunResult, type ListedModel } from './inventory';

/** What becomes of the old model: `removalPolicy`, as the reference app takes it. */
export type ModelRemoval = 'destroy' | 'retain';

export interface RolloutResult extends CdkRunResult {
  /** The operations that changed something in Bedrock, in their order. */
  readonly changes: readonly string[];
}

/**
 * A model that is part of the stack, rolled out version by version: shown by the tour, asserted by the end-to-end
 * test.
 */
export class RolloutScenario {
  private readonly inventory: BedrockInventory;

  constructor(private readonly cloud: Cloud) {
    cloud.bedrock.controlPlane.sourceFailures.set(modelPackage(4), { deploymentFailure: FAILURE });
    this.inventory = new BedrockInventory(cloud);
  }

  bootstrap(): Promise<CdkRun> {
    return this.cloud.cdk.bootstrap(stackWith(1, 'destroy'));
  }

  deploy(): Promise<RolloutResult> {
    return this.deployed(1, 'destroy');
  }

  rollOut(): Promise<RolloutResult> {
    return this.deployed(2, 'destroy');
  }

  rollOutRetaining(): Promise<RolloutResult> {
    return this.deployed(3, 'retain');
  }

  /** Bedrock makes a model of this one, but cannot serve it. */
  rollOutFailing(): Promise<RolloutResult> {
    return this.deployed(4, 'destroy');
  }

  /** By replacement; of version 4 Bedrock makes a model, but cannot serve it. */
  deployBlueGreen(version: number): Promise<RolloutResult> {
    return this.after(() => this.cloud.cdk.deploy({ ...stackWith(version, 'destroy'), modelUpdate: 'REPLACE' }));
  }

  destroy(): Promise<RolloutResult> {
    return this.after(() => this.cloud.cdk.destroy(stackWith(3, 'retain')));
  }

  /** Returns those that are left then. */
  async removeModels(models: readonly ListedModel[]): Promise<readonly ListedModel[]> {
    await Promise.all(models.map(({ arn }) => this.inventory.removeModel(arn)));
    return this.inventory.models();
  }

  /** Of which model package Bedrock was asked to make the model of that name. It does not tell that itself. */
  packageOf(modelName: string): string {
    const { input } =
      this.cloud.bedrock.calls.find(
        (call) => call.operation === 'CreateCustomModel' && call.input['modelName'] === modelName,
      ) ?? {};
    const source = input?.['customModelDataSource'] as
      { modelPackageArnDataSource?: { modelPackageArn?: string } } | undefined;
    return source?.modelPackageArnDataSource?.modelPackageArn?.replace(/^.*:model-package\//, '') ?? '?';
  }

  private deployed(version: number, removal: ModelRemoval): Promise<RolloutResult> {
    return this.after(() => this.cloud.cdk.deploy(stackWith(version, removal)));
  }

  private async after(run: () => Promise<CdkRun>): Promise<RolloutResult> {
    const { calls } = this.cloud.bedrock;
    const earlier = calls.length;
    const outcome = await this.inventory.after(run());
    const changes = calls
      .slice(earlier)
      .filter(({ operation, performed }) => performed && !/^(Get|List)/.test(operation));
    return { ...outcome, changes: changes.map(({ operation }) => operation) };
  }
}

/** What a training job in SageMaker AI registers, version by version. */
export function modelPackage(version: number): string {
  return `arn:aws:sagemaker:${REGION}:${ACCOUNT}:model-package/fraud/${version}`;
}

function stackWith(version: number, modelRemoval: ModelRemoval): StackArguments {
  return { stackName: STACK_NAME, modelPackageArn: modelPackage(version), modelRemoval };
}
