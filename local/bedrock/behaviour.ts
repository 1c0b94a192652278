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
 * - a clientRequestToken counts per operation; a refused request leaves none;
 * - a deployment that is being deleted holds its name;
 * - a failed update leaves the old model in force;
 * - tags can be read and changed in every status; a key given twice in one request is a ValidationException, and one in `aws:` as well;
 * - `createdAfter` and its like exclude the moment itself, `nameContains` heeds case, a page is of 100 when none is asked for,
 *   and a nextToken is good only for the query that it came from;
 * - a bare twelve-character id is no identifier: it is looked up as a name;
 * - an imported model's base is Nova Lite (`ListCustomModels` must name one, `CreateCustomModel` is not told it);
 * - the resourceName of a TooManyTagsException is the ARN, or the name of what is not made yet;
 * - a description must fit the published pattern `.*` whole, so a line break is refused;
 * - what is not of the member's type is a SerializationException.
 */
export interface Behaviour extends Names, Tokens, Statuses, Updates, Deletes, Quotas {
  /**
   * For this many milliseconds after a change was accepted, or a deletion was over, reads of what it changed (`Get…`, `List…`,
   * `ListTagsForResource`) show by turns what was before and what is.
   */
  flickeringReads: number;
}

interface Names {
  /** What a deployment name that is taken gets: `CreateCustomModelDeployment` models no ConflictException. */
  duplicateName: 'ValidationException' | 'ConflictException';
  /** The same for a model: `CreateCustomModel` does model ConflictException. */
  duplicateModelName: 'ValidationException' | 'ConflictException';
  /** For this many milliseconds after a create, the check for uniqueness does not know its name: another one can be given it too. */
  nameIndexLag: number;
  /** Which of two a name stands for that both have been given. */
  nameOfTwo: 'older' | 'newer';
  /** For this many milliseconds after a deletion is over, the name is still taken, though nothing is found by it. */
  nameHeldAfterDelete: number;
}

interface Tokens {
  /** For this many milliseconds a clientRequestToken is remembered. */
  tokenLifetime: number;
  /** Whether a clientRequestToken still answers with the ARN of what has been deleted since, or makes a new one. */
  tokenOfDeleted: 'remembered' | 'forgotten';
  /** The same for what is `Failed`: forgotten, the request is taken for a new one, whose name may be taken. */
  tokenOfFailed: 'remembered' | 'forgotten';
  /** What a token gets with which something else was asked before. */
  tokenOfAnotherRequest: 'replayed' | 'ValidationException';
}

interface Statuses {
  /** The status in the first half of a creation, of deployments and models. */
  statusAtFirst: 'Creating' | 'Pending';
  statusDuringUpdate: 'Active' | 'Updating';
  /** Of deployments and models; `unchanged`: as it was before. */
  statusDuringDelete: 'Deleting' | 'DeletePending' | 'unchanged';
  /** What has failed to be updated may have become unavailable, which AWS calls `Failed`. */
  statusAfterFailedUpdate: 'Active' | 'Failed';
  /** The updateStatus in the first half of an update. */
  updateStatusAtFirst: 'Updating' | 'Pending';
  /** Whether `lastUpdatedAt`, which is optional, tells of every change of status, update details or model, or is never there. */
  lastUpdatedAt: 'moves' | 'absent';
}

interface Updates {
  /** Updating a deployment that is being updated; superseded, the earlier update leaves no trace. */
  concurrentUpdate: 'ValidationException' | 'ConflictException' | 'supersede';
  /** Updating a deployment that is not `Active`: `UpdateCustomModelDeployment` models no ConflictException. */
  updateWhileNotActive: 'ValidationException' | 'ConflictException';
  /** Updating to the model that is shown and serves already; `ignored`: accepted, but nothing comes of it. */
  updateToSameModel: 'accepted' | 'ignored' | 'ValidationException';
  /** Whether `updateDetails` stay after `UpdateCompleted`. (`UpdateFailed` stays until the next update: nothing else would tell of it.) */
  staleUpdateDetails: boolean;
  /** Whether, where the details of a completed update do not stay, those of the last one that failed show again. */
  failedUpdateDetails: 'forgotten' | 'come back';
  /** For this many milliseconds after an accepted update, reads still show what they showed before it. */
  staleUpdateReads: number;
  /** Which model the deployment itself shows while it is updated. */
  modelArnDuringUpdate: 'old' | 'new';
  /** The same after `UpdateCompleted`, for as long as the update details say it right. */
  modelArnAfterUpdate: 'old' | 'new';
  /** The same after `UpdateFailed`; the old model is the one that serves, whatever is shown. */
  modelArnAfterFailedUpdate: 'old' | 'new';
  /** Whether `failureMessage` tells why an update failed. AWS documents it for the status `Failed` only. */
  failureMessageOfFailedUpdate: 'absent' | 'shown';
}

interface Deletes {
  /** Deleting a deployment or a model that is `Creating`. */
  deleteWhileCreating: 'ConflictException' | 'allowed';
  /** Deleting a deployment that is being updated. */
  deleteWhileUpdating: 'ConflictException' | 'allowed';
  /** Deleting what is being deleted. */
  deleteWhileDeleting: 'ConflictException' | 'allowed';
  /** For this many milliseconds after something has become `Failed`, deleting it is a ConflictException. */
  failedHeld: number;
  /** Deleting a model that a deployment serves, or is being updated to. */
  deleteModelWithDeployment: 'ConflictException' | 'allowed';
  /** Whether a deployment that is being deleted holds its model until it is gone. */
  deletingHoldsModel: boolean;
}

interface Quotas {
  /** What a deployment in progress too many gets: `UpdateCustomModelDeployment` models no ServiceQuotaExceededException. */
  quotaError: 'ServiceQuotaExceededException' | 'ThrottlingException' | 'ValidationException';
  /** What a model too many gets. */
  modelQuotaError: 'ServiceQuotaExceededException' | 'ThrottlingException' | 'ValidationException';
  /** Whether an update needs a place among the deployments in progress, and holds it. */
  updateCountsAgainstQuota: boolean;
  /** Whether a deployment that is being deleted holds a place among those in progress. */
  deletingCountsAgainstQuota: boolean;
  /** Documented: 2 deployments in progress in a Region. */
  maxInProgressDeployments: number;
  /** Documented: 100 custom models in an account. */
  maxCustomModels: number;
}

export const DEFAULT_BEHAVIOUR: Behaviour = {
  duplicateName: 'ValidationException',
  duplicateModelName: 'ConflictException',
  nameIndexLag: 0,
  nameOfTwo: 'older',
  nameHeldAfterDelete: 0,

  tokenLifetime: Infinity,
  tokenOfDeleted: 'remembered',
  tokenOfFailed: 'remembered',
  tokenOfAnotherRequest: 'replayed',

  statusAtFirst: 'Creating',
  statusDuringUpdate: 'Active',
  statusDuringDelete: 'Deleting',
  statusAfterFailedUpdate: 'Active',
  updateStatusAtFirst: 'Updating',
  lastUpdatedAt: 'moves',

  concurrentUpdate: 'ValidationException',
  updateWhileNotActive: 'ValidationException',
  updateToSameModel: 'accepted',
  staleUpdateDetails: true,
  failedUpdateDetails: 'forgotten',
  staleUpdateReads: 0,
  modelArnDuringUpdate: 'old',
  modelArnAfterUpdate: 'new',
  modelArnAfterFailedUpdate: 'old',
  failureMessageOfFailedUpdate: 'absent',

  deleteWhileCreating: 'ConflictException',
  deleteWhileUpdating: 'ConflictException',
  deleteWhileDeleting: 'allowed',
  failedHeld: 0,
  deleteModelWithDeployment: 'ConflictException',
  deletingHoldsModel: true,

  quotaError: 'ServiceQuotaExceededException',
  modelQuotaError: 'ServiceQuotaExceededException',
  updateCountsAgainstQuota: true,
  deletingCountsAgainstQuota: false,
  maxInProgressDeployments: 2,
  maxCustomModels: 100,

  flickeringReads: 0,
};
