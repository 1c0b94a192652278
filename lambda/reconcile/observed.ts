import type { Tags } from './goal';

/** What one look at Bedrock showed. */
export interface Observed {
  /** When, in ms. */
  readonly at: number;
  readonly resource: Resource | Absent;
  /** Looked at only when the decision asks. */
  readonly tags?: Tags;
  /** The model to be deployed. Looked at only when the decision asks. */
  readonly model?: Resource | Absent;
  /** The deployments of the model to be deleted. Looked at only when the decision asks. */
  readonly users?: readonly User[];
}

export interface Absent {
  readonly status: 'absent';
}

/** A deployment or a model, as Get shows it. */
export interface Resource {
  /** `unknown` is whatever AWS may yet invent; `reported` has its word for it. */
  readonly status: 'Creating' | 'Active' | 'Failed' | 'Deleting' | 'unknown';
  readonly reported: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly failureMessage?: string;
  /** A deployment's, and so are all that follow. */
  readonly modelArn?: string;
  readonly description?: string;
  readonly lastUpdatedAt?: number;
  readonly update?: UpdateDetails;
}

export interface UpdateDetails {
  readonly modelArn: string;
  readonly status: 'Updating' | 'UpdateCompleted' | 'UpdateFailed' | 'unknown';
  readonly reported: string;
}

/** A deployment that serves a model. */
export interface User {
  readonly arn: string;
  readonly tags: Tags;
}
