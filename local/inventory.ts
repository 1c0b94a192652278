import {
  BedrockClient, DeleteCustomModelCommand, GetCustomModelDeploymentCommand, ListCustomModelDeploymentsCommand, ListCustomModelsCommand,
  ListTagsForResourceCommand, type Tag,
} from '@aws-sdk/client-bedrock';
import { CloudFormationClient, ListStacksCommand } from '@aws-sdk/client-cloudformation';
import type { CdkRun } from './cdk';
import type { LocalCloud } from './cloud';
import { REGION } from './environment';

const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

/** A deployment as Bedrock describes it. */
export interface Deployment {
  readonly arn: string;
  readonly name: string;
  readonly status: string;
  readonly modelArn: string;
  readonly tags: readonly Tag[];
}

/** A model as Bedrock lists it. */
export interface Model {
  readonly arn: string;
  readonly name: string;
  readonly status: string;
}

/** A run of the CLI, and what there is after it. */
export interface Outcome extends CdkRun {
  readonly deployments: readonly Deployment[];
  /** The oldest first. */
  readonly models: readonly Model[];
  readonly stacks: readonly string[];
}

/** What is there, asked with the AWS SDK as anyone would ask. */
export class Inventory {
  private readonly bedrock: BedrockClient;
  private readonly cloudFormation: CloudFormationClient;

  public constructor(cloud: LocalCloud) {
    this.bedrock = new BedrockClient({ endpoint: cloud.bedrock.endpoint, region: REGION, credentials: CREDENTIALS });
    this.cloudFormation = new CloudFormationClient({ endpoint: cloud.miniStack.endpoint, region: REGION, credentials: CREDENTIALS });
  }

  /** Waits for the run, and then looks. */
  public async after(running: Promise<CdkRun>): Promise<Outcome> {
    const run = await running;
    const [deployments, models, stacks] = await Promise.all([this.deployments(), this.models(), this.stacks()]);
    return { ...run, deployments, models, stacks };
  }

  public async deployments(): Promise<Deployment[]> {
    const { modelDeploymentSummaries = [] } = await this.bedrock.send(new ListCustomModelDeploymentsCommand({}));
    return Promise.all(modelDeploymentSummaries.map((summary) => this.deployment(summary.customModelDeploymentArn ?? '')));
  }

  public async models(): Promise<Model[]> {
    const { modelSummaries = [] } = await this.bedrock.send(new ListCustomModelsCommand({ sortBy: 'CreationTime', sortOrder: 'Ascending' }));
    return modelSummaries.map(({ modelArn = '', modelName = '', modelStatus = '' }) => ({ arn: modelArn, name: modelName, status: modelStatus }));
  }

  /** As anyone would who no longer wants a model that no stack has. */
  public async removeModel(arn: string): Promise<void> {
    await this.bedrock.send(new DeleteCustomModelCommand({ modelIdentifier: arn }));
  }

  /** Stacks that were not deleted, the bootstrap stack of the CDK aside. */
  public async stacks(): Promise<string[]> {
    const { StackSummaries = [] } = await this.cloudFormation.send(new ListStacksCommand({}));
    return StackSummaries
      .filter(({ StackName, StackStatus }) => StackStatus !== 'DELETE_COMPLETE' && StackName !== 'CDKToolkit')
      .map(({ StackName, StackStatus }) => `${StackName ?? '?'} ${StackStatus ?? '?'}`);
  }

  private async deployment(identifier: string): Promise<Deployment> {
    const found = await this.bedrock.send(new GetCustomModelDeploymentCommand({ customModelDeploymentIdentifier: identifier }));
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
