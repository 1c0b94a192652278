import type { Kind, ModelSource, Tags } from '../reconcile/goal';
import type { Absent, ModelUser, QuotaUse, Resource } from '../reconcile/observed';

/** The operations of Amazon Bedrock that the lifecycle needs. Each throws a `CallFailed` and nothing else. */
export interface BedrockApi extends BedrockChanges {
  /** By name or ARN. */
  readonly get: (kind: Kind, identifier: string) => Promise<Resource | Absent>;
  /** All of the account and Region, or those whose names contain these characters. */
  readonly list: (kind: Kind, nameContains?: string) => Promise<readonly Listed[]>;
  /** The ARNs of the deployments that are listed for a model. */
  readonly listDeploymentsOf: (modelArn: string) => Promise<readonly string[]>;
  readonly tags: (arn: string) => Promise<Tags>;
  readonly tagsIfThere: (arn: string) => Promise<Tags | undefined>;
}

/** What the lifecycle asks of Amazon Bedrock. Each throws a `CallFailed` and nothing else. */
export interface Bedrock extends BedrockChanges {
  /** By name or ARN. What is not found by its name is absent only if no list has it either. */
  readonly get: (kind: Kind, identifier: string) => Promise<Resource | Absent>;
  readonly tags: (arn: string) => Promise<Tags>;
  /** The deployments that are listed for a model. */
  readonly users: (modelArn: string) => Promise<readonly ModelUser[]>;
  readonly quotaUse: (kind: Kind, stackId: string) => Promise<QuotaUse>;
  /** How many are listed as neither Active nor Failed; none, if nothing may be listed. */
  readonly inProgress: (kind: Kind) => Promise<number>;
}

interface BedrockChanges {
  /** @returns the new deployment's ARN */
  readonly createDeployment: (deployment: NewDeployment) => Promise<string>;
  /** @returns the new model's ARN */
  readonly createModel: (model: NewModel) => Promise<string>;
  readonly update: (arn: string, modelArn: string) => Promise<void>;
  /** Succeeds for what does not exist. */
  readonly delete: (kind: Kind, arn: string) => Promise<void>;
  readonly tag: (arn: string, tags: Tags) => Promise<void>;
  readonly untag: (arn: string, keys: readonly string[]) => Promise<void>;
}

/** What a list tells of a resource. */
export interface Listed {
  readonly arn: string;
  readonly name: string;
  readonly isSettled: boolean;
}

interface New {
  readonly name: string;
  readonly tags: Tags;
  /** The same token, the same resource: 1 to 256 letters, digits and inner hyphens. */
  readonly clientRequestToken: string;
}

export interface NewDeployment extends New {
  readonly modelArn: string;
  readonly description?: string;
}

export interface NewModel extends New {
  readonly source: ModelSource;
  readonly kmsKeyArn?: string;
}
