/** How long things take, in milliseconds of the clock. May be changed at any time; what has begun keeps what it began with. */
export interface Durations {
  deploymentCreate: number;
  deploymentUpdate: number;
  /** `Get` and `List` show `Deleting` meanwhile, and the name stays taken. */
  deploymentDelete: number;
  modelCreate: number;
  modelDelete: number;
  /** For this long after a create, `Get…`, `List…` and `ListTagsForResource` do not know the resource yet; everything else does. */
  visibility: number;
}

export const DEFAULT_DURATIONS: Durations = {
  deploymentCreate: 3000,
  deploymentUpdate: 3000,
  deploymentDelete: 1000,
  modelCreate: 3000,
  modelDelete: 0,
  visibility: 0,
};

/**
 * What AWS does not document. Every default here is an assumption, and so is each of these, which no switch changes:
 *
 * - a clientRequestToken is remembered for ever, per operation, whatever else the later request asks for; a refused request leaves none;
 * - only an `Active` deployment can be updated (else ValidationException), also to the model that it has already;
 * - a deployment that is being deleted holds its name and its model, but not a place in the quota;
 * - tags can be read and changed in every status; a key given twice in one request is a ValidationException, and one in `aws:` as well;
 * - `createdAfter` and its like exclude the moment itself, `nameContains` heeds case, a page is of 100 when none is asked for,
 *   and a nextToken is good only for the query that it came from;
 * - `lastUpdatedAt` moves with every change of status, update details or model;
 * - a bare twelve-character id is no identifier: it is looked up as a name;
 * - an imported model's base is Nova Lite (`ListCustomModels` must name one, `CreateCustomModel` is not told it);
 * - the resourceName of a TooManyTagsException is the ARN, or the name of what is not made yet;
 * - a description must fit the published pattern `.*` whole, so a line break is refused;
 * - what is not of the member's type is a SerializationException.
 */
export interface Behaviour {
  /** What a deployment name that is taken gets: `CreateCustomModelDeployment` models no ConflictException. */
  duplicateName: 'ValidationException' | 'ConflictException';
  /** The same for a model: `CreateCustomModel` does model ConflictException. */
  duplicateModelName: 'ValidationException' | 'ConflictException';
  /** Deleting a deployment that is `Creating` or updating, or a model that is `Creating`. */
  deleteWhileInProgress: 'ConflictException' | 'allowed';
  /** Deleting what is being deleted. */
  deleteWhileDeleting: 'ConflictException' | 'allowed';
  /** Deleting a model that a deployment serves, or is being updated to. */
  deleteModelWithDeployment: 'ConflictException' | 'allowed';
  /** Updating a deployment that is being updated; superseded, the earlier update leaves no trace. */
  concurrentUpdate: 'ValidationException' | 'supersede';
  /** Whether `updateDetails` stay after `UpdateCompleted`. (`UpdateFailed` always stays: nothing else would tell of it.) */
  staleUpdateDetails: boolean;
  /** For this many milliseconds after an accepted update, reads still show what they showed before it. */
  staleUpdateReads: number;
  /** Which model the deployment itself shows while it is updated. */
  modelArnDuringUpdate: 'old' | 'new';
  /** The same after `UpdateFailed`; the old model is the one that serves, whatever is shown. */
  modelArnAfterFailedUpdate: 'old' | 'new';
  /** Whether `failureMessage` tells why an update failed. AWS documents it for the status `Failed` only. */
  failureMessageOfFailedUpdate: 'absent' | 'shown';
  /** Whether an update needs a place among the deployments in progress, and holds it. */
  updateCountsAgainstQuota: boolean;
  /** Whether a clientRequestToken still answers with the ARN of what has been deleted since, or makes a new one. */
  tokenOfDeleted: 'remembered' | 'forgotten';
  /** Documented: 2 deployments in progress in a Region. */
  maxInProgressDeployments: number;
  /** Documented: 100 custom models in an account. */
  maxCustomModels: number;
}

export const DEFAULT_BEHAVIOUR: Behaviour = {
  duplicateName: 'ValidationException',
  duplicateModelName: 'ConflictException',
  deleteWhileInProgress: 'ConflictException',
  deleteWhileDeleting: 'allowed',
  deleteModelWithDeployment: 'ConflictException',
  concurrentUpdate: 'ValidationException',
  staleUpdateDetails: true,
  staleUpdateReads: 0,
  modelArnDuringUpdate: 'old',
  modelArnAfterFailedUpdate: 'old',
  failureMessageOfFailedUpdate: 'absent',
  updateCountsAgainstQuota: true,
  tokenOfDeleted: 'remembered',
  maxInProgressDeployments: 2,
  maxCustomModels: 100,
};
