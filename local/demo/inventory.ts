import {
  BedrockClient,
  DeleteCustomModelCommand,
  GetCustomModelDeploymentCommand,
  ListCustomModelDeploymentsCommand,
  ListCustomModelsCommand,
  ListTagsForResourceCommand,
  type Tag,
} from '@aws-sdk/client-bedrock';
import type { CdkRun } from './cdk';
import type { Cloud } from './cloud';
import { CREDENTIALS, REGION } from './environment';

/** A deployment as Bedrock describes it. */
export interface DescribedDeployment {
  readonly arn: string;
  readonly name: string;
  readonly status: string;
  readonly modelArn: string;
  readonly tags: readonly Tag[];
}

/** A model as Bedrock lists it. */
export interface ListedModel {
  readonly arn: string;
  readonly name: string;
  readonly status: string;
}

/** What was run, and what there is after it. */
export interface CdkRunResult extends CdkRun {
  readonly deployments: readonly DescribedDeployment[];
  /** The oldest first. */
  readonly models: readonly ListedModel[];
  readonly stacks: readonly string[];
}

/** What is there, asked with the AWS SDK as anyone would ask. */
export class BedrockInventory {
  private readonly bedrock: BedrockClient;

  constructor(private readonly cloud: Cloud) {
    this.bedrock = new BedrockClient({ endpoint: cloud.bedrock.endpoint, region: REGION, credentials: CREDENTIALS });
  }

  /** Waits for the run, and then looks. */
  async after(running: Promise<CdkRun>): Promise<CdkRunResult> {
    const run = await running;
    const [deployments, models, stacks] = await Promise.all([this.deployments(), this.models(), this.cloud.stacks()]);
    return { ...run, deployments, models, stacks };
  }

  async deployments(): Promise<DescribedDeployment[]> {
    const { modelDeploymentSummaries = [] } = await this.bedrock.send(new ListCustomModelDeploymentsCommand({}));
    return Promise.all(
      modelDeploymentSummaries.map((summary) => this.deployment(summary.customModelDeploymentArn ?? '')),
    );
  }

  async models(): Promise<ListedModel[]> {
    const { modelSummaries = [] } = await this.bedrock.send(
      new ListCustomModelsCommand({ sortBy: 'CreationTime', sortOrder: 'Ascending' }),
    );
    return modelSummaries.map(({ modelArn = '', modelName = '', modelStatus = '' }) => ({
      arn: modelArn,
      name: modelName,
      status: modelStatus,
    }));
  }

  /** As anyone would who no longer wants a model that no stack has. */
  async removeModel(arn: string): Promise<void> {
    await this.bedrock.send(new DeleteCustomModelCommand({ modelIdentifier: arn }));
  }

  private async deployment(identifier: string): Promise<DescribedDeployment> {
    const found = await this.bedrock.send(
      new GetCustomModelDeploymentCommand({ customModelDeploymentIdentifier: identifier }),
    );
    const { tags = [] } = await this.bedrock.send(new ListTagsForResourceCommand({ resourceARN: identifier }));
    return {
      arn: found.customModelDeploymentArn ?? '',
      name: found.modelDeploymentName ?? '',
      status: found.status ?? '',
      modelArn: found.modelArn ?? '',
      tags,
    };
  }
}
