import type { Kind, ModelSource, Tags } from '../reconcile/goal';
import type { Absent, Fleet, Resource, User } from '../reconcile/observed';

/** Every call to Amazon Bedrock that the lifecycle needs. Each throws a `TroubleError` and nothing else. */
export interface Bedrock {
  /** By name or ARN. What is not found by its name is absent only if no list has it either. */
  readonly get: (kind: Kind, identifier: string) => Promise<Resource | Absent>;
  readonly tags: (arn: string) => Promise<Tags>;
  /** The deployments of a model. */
  readonly users: (modelArn: string) => Promise<readonly User[]>;
  /** All resources of the kind in the account and Region. */
  readonly fleet: (kind: Kind, stackId: string) => Promise<Fleet>;
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
