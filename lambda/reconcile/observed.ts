import type { Tags } from './goal';

/** What one look at Bedrock showed. */
export interface Observed {
  /** When, in ms. */
  readonly at: number;
  readonly deployment: Deployment | Absent;
  /** Looked at only when the decision asks. */
  readonly tags?: Tags;
  /** Looked at only when the decision asks. */
  readonly model?: Model | Absent;
}

export interface Absent {
  readonly status: 'absent';
}

export interface Deployment {
  /** `unknown` is whatever AWS may yet invent; `reported` has its word for it. */
  readonly status: 'Creating' | 'Active' | 'Failed' | 'Deleting' | 'unknown';
  readonly reported: string;
  readonly arn: string;
  readonly modelArn: string;
  readonly description?: string;
  readonly failureMessage?: string;
  readonly createdAt: number;
  readonly lastUpdatedAt?: number;
  readonly update?: UpdateDetails;
}

export interface UpdateDetails {
  readonly modelArn: string;
  readonly status: 'Updating' | 'UpdateCompleted' | 'UpdateFailed' | 'unknown';
  readonly reported: string;
}

export interface Model {
  readonly status: 'Creating' | 'Active' | 'Failed' | 'unknown';
  readonly reported: string;
  readonly failureMessage?: string;
}
