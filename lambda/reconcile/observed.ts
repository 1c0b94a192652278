import type { Tags } from './goal';

/** What one look at Bedrock showed. */
export interface Observed {
  /** When, in ms. */
  readonly at: number;
  readonly resource: Resource | Absent;
  /** The handler looked for the resource by this ARN instead of its name. */
  readonly by?: string;
  /** Looked at only when the decision asks. */
  readonly tags?: Tags;
  /** The model to be deployed. Looked at only when the decision asks. */
  readonly model?: Resource | Absent;
  /** The deployments listed for the model to be deleted. Looked at only when the decision asks. */
  readonly users?: readonly ModelUser[];
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
  /** This and what follows: of a deployment only. */
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

/** A deployment that Bedrock lists for a model, and its tags. */
export interface ModelUser {
  readonly deployment: Resource;
  readonly tags: Tags;
}

/** All resources of a kind in the account and Region, as far as quotas are concerned. */
export interface QuotaUse {
  readonly total: number;
  /** None is in progress, as far as the look showed. */
  readonly isIdle: boolean;
  /** Of all that the look showed. */
  readonly digest: string;
  /** Those of the stack: counted only if none is in progress. */
  readonly ofStack: number;
}

/** Whether something is under way with it, or may be: Bedrock then refuses a change only for the time being. */
export function isInTransition({ status, update }: Resource | (Absent & { readonly update?: undefined })): boolean {
  return (
    status === 'Creating' ||
    status === 'Deleting' ||
    status === 'unknown' ||
    update?.status === 'Updating' ||
    update?.status === 'unknown'
  );
}

/** The model that the deployment serves, as far as can be told. */
export function servedBy({ modelArn, update }: Resource): string | undefined {
  switch (update?.status) {
    case 'UpdateCompleted':
      return update.modelArn;
    case 'UpdateFailed':
      return modelArn === update.modelArn ? undefined : modelArn;
    default:
      return modelArn;
  }
}

/** Whether an update has taken the deployment from that model, for which Bedrock may still list it. */
export function hasLeft({ update }: Resource, modelArn: string): boolean {
  return update?.status === 'UpdateCompleted' && update.modelArn !== modelArn;
}
