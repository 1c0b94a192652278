import type { Tags } from './goal';

/** What one look at Bedrock showed. */
export interface Observed {
  /** When, in ms. */
  readonly at: number;
  readonly resource: Resource | Absent;
  /** The resource was looked at by this ARN instead of its name. */
  readonly by?: string;
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

/** Whether something is under way with it, or may be: a change that is refused meanwhile is refused for now. */
export function isInTransition({ status, update }: Resource | (Absent & { readonly update?: undefined })): boolean {
  return (
    status === 'Creating' ||
    status === 'Deleting' ||
    status === 'unknown' ||
    update?.status === 'Updating' ||
    update?.status === 'unknown'
  );
}

/** A deployment that serves a model. */
export interface User {
  readonly arn: string;
  readonly tags: Tags;
  readonly isInTransition: boolean;
}

/** All resources of a kind in the account and Region, as far as quotas are concerned. */
export interface Fleet {
  readonly total: number;
  readonly inProgress: number;
  /** Those of the stack: told only when none is in progress. */
  readonly ofStack: number;
}
