import type { Tags } from '../reconcile/goal';
import type { Absent, Deployment, Model } from '../reconcile/observed';

/** Every call to Amazon Bedrock that the lifecycle needs. Each throws a `TroubleError` and nothing else. */
export interface Bedrock {
  deployment(name: string): Promise<Deployment | Absent>;
  model(arn: string): Promise<Model | Absent>;
  tags(arn: string): Promise<Tags>;
  /** @returns the new deployment's ARN */
  create(deployment: NewDeployment): Promise<string>;
  update(arn: string, modelArn: string): Promise<void>;
  /** Succeeds for what does not exist. */
  delete(arn: string): Promise<void>;
  tag(arn: string, tags: Tags): Promise<void>;
  untag(arn: string, keys: readonly string[]): Promise<void>;
}

export interface NewDeployment {
  readonly name: string;
  readonly modelArn: string;
  readonly description?: string;
  readonly tags: Tags;
  /** The same token, the same deployment: 1 to 256 letters, digits and inner hyphens. */
  readonly clientRequestToken: string;
}
