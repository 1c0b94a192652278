import {
  BedrockClient, GetCustomModelDeploymentCommand, ListCustomModelDeploymentsCommand, ListTagsForResourceCommand, type Tag,
} from '@aws-sdk/client-bedrock';
import { CloudFormationClient, ListStacksCommand } from '@aws-sdk/client-cloudformation';
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

/** What is there, asked with the AWS SDK as anyone would ask. */
export class Inventory {
  private readonly bedrock: BedrockClient;
  private readonly cloudFormation: CloudFormationClient;

  public constructor(cloud: LocalCloud) {
    this.bedrock = new BedrockClient({ endpoint: cloud.bedrock.endpoint, region: REGION, credentials: CREDENTIALS });
    this.cloudFormation = new CloudFormationClient({ endpoint: cloud.miniStack.endpoint, region: REGION, credentials: CREDENTIALS });
  }

  public async deployments(): Promise<Deployment[]> {
    const { modelDeploymentSummaries = [] } = await this.bedrock.send(new ListCustomModelDeploymentsCommand({}));
    return Promise.all(modelDeploymentSummaries.map((summary) => this.deployment(summary.customModelDeploymentArn ?? '')));
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
