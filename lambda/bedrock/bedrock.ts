import type { Tags } from '../reconcile/goal';
import type { Absent, Deployment, Model } from '../reconcile/observed';

/** Every call to Amazon Bedrock that the lifecycle needs. Each throws a `TroubleError` and nothing else. */
export interface Bedrock {
  readonly deployment: (name: string) => Promise<Deployment | Absent>;
  readonly model: (arn: string) => Promise<Model | Absent>;
  readonly tags: (arn: string) => Promise<Tags>;
  /** @returns the new deployment's ARN */
  readonly create: (deployment: NewDeployment) => Promise<string>;
  readonly update: (arn: string, modelArn: string) => Promise<void>;
  /** Succeeds for what does not exist. */
  readonly delete: (arn: string) => Promise<void>;
  readonly tag: (arn: string, tags: Tags) => Promise<void>;
  readonly untag: (arn: string, keys: readonly string[]) => Promise<void>;
}

export interface NewDeployment {
  readonly name: string;
  readonly modelArn: string;
  readonly description?: string;
  readonly tags: Tags;
  /** The same token, the same deployment: 1 to 256 letters, digits and inner hyphens. */
  readonly clientRequestToken: string;
}
