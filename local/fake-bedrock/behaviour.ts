import { CONFLICT, MUTATING, NOT_FOUND } from './refusal';
import { amount, flag, oneOf, refusal, type Settings, text, usual } from './switches';

const MINUTE = 60_000;

/** How long things take, in milliseconds of the clock. The usual is short, for people who try something out. */
export const DURATIONS = {
  deploymentCreate: amount(3000),
  deploymentUpdate: amount(3000),
  /** `Get` and `List` show `Deleting` meanwhile, and the name stays taken. */
  deploymentDelete: amount(1000),
  modelCreate: amount(3000),
  modelDelete: amount(0),
  /**
   * For this long after a create, `Get…`, `List…` and `ListTagsForResource` do not know the resource yet; everything
   * else does.
   */
  visibility: amount(0),
};

/** May be changed at any time; what has begun keeps what it began with. */
export type Durations = Settings<typeof DURATIONS>;

export const DEFAULT_DURATIONS: Durations = usual(DURATIONS);

/**
 * A deployment was seen to be `Creating` for 7 to 9 minutes. How long the others take nobody has told: these are
 * guesses.
 */
export const LIVE_DURATIONS: Durations = {
  deploymentCreate: 8 * MINUTE,
  deploymentUpdate: 8 * MINUTE,
  deploymentDelete: MINUTE,
  modelCreate: 8 * MINUTE,
  modelDelete: 0,
  visibility: 0,
};

const NAMES = {
  /**
   * What a deployment name that is taken gets. Seen live; `CreateCustomModelDeployment` models no ConflictException.
   */
  duplicateName: refusal('ValidationException: A {kind} with the name {name} already exists'),
  /** The same for a model: `CreateCustomModel` does model ConflictException. */
  duplicateModelName: refusal('ConflictException: A {kind} with the name {name} already exists'),
  /**
   * For this many milliseconds after a create, the check for uniqueness does not know its name: another one can be
   * given it too.
   */
  nameIndexLag: amount(0),
  /** Which of two a name stands for that both have been given. */
  nameOfTwo: oneOf('older', 'newer'),
  /** For this many milliseconds after a deletion is over, the name is still taken, though nothing is found by it. */
  nameHeldAfterDelete: amount(0),
};

const IDENTIFIERS = {
  /** `Get…` by name, even of what exists: refused, only the lists tell which ARN has a name. */
  getByName: refusal('allowed', 'allowed'),
  /**
   * `Get…` by a name that nothing has. (By an ARN that nothing has it was seen live to answer
   * ResourceNotFoundException.)
   */
  getByAbsentName: refusal(NOT_FOUND),
  /** Updating or deleting what does not exist. */
  changeOfAbsent: refusal(NOT_FOUND),
  /** Reading or changing the tags of what does not exist, or is not visible yet. */
  tagsOfAbsent: refusal('ResourceNotFoundException: The specified resource was not found: {name}'),
  /** Deploying a model that does not exist, or updating a deployment to it. */
  deployAbsentModel: refusal(NOT_FOUND),
};

const TOKENS = {
  /** For this many milliseconds a clientRequestToken is remembered. */
  tokenLifetime: amount(Infinity),
  /** Whether a clientRequestToken still answers with the ARN of what has been deleted since, or makes a new one. */
  tokenOfDeleted: oneOf('remembered', 'forgotten'),
  /** The same for what is `Failed`: forgotten, the request is taken for a new one, whose name may be taken. */
  tokenOfFailed: oneOf('remembered', 'forgotten'),
  /** What a token gets with which something else was asked before; allowed: what it made then. */
  tokenOfAnotherRequest: refusal('allowed', 'allowed'),
};

const STATUSES = {
  /** The status in the first half of a creation, of deployments and models. */
  statusAtFirst: oneOf('Creating', 'Pending'),
  statusDuringUpdate: oneOf('Active', 'Updating'),
  /** Of deployments and models; `unchanged`: as it was before. */
  statusDuringDelete: oneOf('Deleting', 'DeletePending', 'unchanged'),
  /** What has failed to be updated may have become unavailable, which AWS calls `Failed`. */
  statusAfterFailedUpdate: oneOf('Active', 'Failed'),
  /** The updateStatus in the first half of an update. */
  updateStatusAtFirst: oneOf('Updating', 'Pending'),
  /**
   * Whether `lastUpdatedAt`, which is optional, tells of every change of status, update details or model, or is never
   * there.
   */
  lastUpdatedAt: oneOf('moves', 'absent'),
};

const CREATIONS = {
  /** Deploying a model that is not `Active`, or updating a deployment to it. */
  deployModelNotActive: refusal(
    'ValidationException: The {kind} {name} is in status {status}; it must be Active to be deployed',
  ),
  /** For this many milliseconds after `accessChangedAt`, Bedrock does not know yet who may read a model's source. */
  accessLag: amount(0),
  /**
   * Importing a model meanwhile, or without access at all; allowed: it is accepted, and the model ends `Failed` after
   * as long as any other takes.
   */
  importWithoutAccess: refusal('allowed', 'allowed'),
  /** What such a model ends `Failed` with. */
  accessFailure: text('Access denied to the model artifacts: check the permissions of the role'),
};

const UPDATES = {
  /** Updating a deployment that is `Creating`. */
  updateWhileCreating: refusal(MUTATING),
  /** Updating a deployment that is being updated; allowed: superseded, the earlier update leaves no trace. */
  updateWhileUpdating: refusal(MUTATING, 'allowed'),
  /** Updating a deployment that is `Failed`, `Deleting`, or in a status that nobody knows. */
  updateWhileNotActive: refusal(
    'ValidationException: The {kind} {name} is in status {status}; it must be Active to be updated',
  ),
  /** Updating to the model that is shown and serves already; `ignored`: accepted, but nothing comes of it. */
  updateToSameModel: refusal('allowed', 'allowed', 'ignored'),
  /**
   * Whether `updateDetails` stay after `UpdateCompleted`. (`UpdateFailed` stays until the next update: nothing else
   * would tell of it.)
   */
  staleUpdateDetails: flag(true),
  /** Whether, where the details of a completed update do not stay, those of the last one that failed show again. */
  failedUpdateDetails: oneOf('forgotten', 'come back'),
  /** For this many milliseconds after an accepted update, reads still show what they showed before it. */
  staleUpdateReads: amount(0),
  /** Which model the deployment itself shows while it is updated. */
  modelArnDuringUpdate: oneOf('old', 'new'),
  /** The same after `UpdateCompleted`, for as long as the update details say it right. */
  modelArnAfterUpdate: oneOf('new', 'old'),
  /** The same after `UpdateFailed`; the old model is the one that serves, whatever is shown. */
  modelArnAfterFailedUpdate: oneOf('old', 'new'),
  /** Whether `failureMessage` tells why an update failed. AWS documents it for the status `Failed` only. */
  failureMessageOfFailedUpdate: oneOf('absent', 'shown'),
};

const DELETIONS = {
  /** Deleting a deployment that is `Creating`: seen live. */
  deleteWhileCreating: refusal(MUTATING, 'allowed'),
  /** Deleting a deployment that is being updated. */
  deleteWhileUpdating: refusal(MUTATING, 'allowed'),
  /**
   * Deleting a model that is `Creating`: `DeleteCustomModel` models ConflictException, but so does
   * `DeleteCustomModelDeployment`.
   */
  deleteModelWhileCreating: refusal(CONFLICT, 'allowed'),
  /** Deleting a deployment or a model that is being deleted. */
  deleteWhileDeleting: refusal('allowed', 'allowed'),
  /** For this many milliseconds after a deployment or a model has become `Failed`, deleting it is refused. */
  failedHeld: amount(0),
  /** With what. */
  deleteOfFailed: refusal(CONFLICT),
  /** Deleting a model that a deployment serves, or is being updated to. */
  deleteModelWithDeployment: refusal(
    'ConflictException: The {kind} {name} is in use by the custom model deployment {holder}',
    'allowed',
  ),
  /** Whether a deployment that is being deleted holds its model until it is gone. */
  deletingHoldsModel: flag(true),
  /** For this many milliseconds after a deployment's deletion is over, it still holds its model. */
  modelHeldAfterDelete: amount(0),
};

const QUOTAS = {
  /** Seen live: 10 deployments in an account and Region, whatever their status. */
  maxDeployments: amount(10),
  tooManyDeployments: refusal(
    'ServiceQuotaExceededException: You have reached the quota of {max} custom model deployments',
  ),
  /** Documented, and seen live: 2 deployments in progress in a Region. */
  maxInProgressDeployments: amount(2),
  /** `UpdateCustomModelDeployment` models no ServiceQuotaExceededException. */
  tooManyInProgress: refusal(
    'ServiceQuotaExceededException: You have reached the quota of {max} in-progress custom model deployments',
  ),
  /** Whether an update needs a place among the deployments in progress, and holds it. */
  updateCountsAgainstQuota: flag(true),
  /** Whether a deployment that is being deleted holds a place among those in progress. */
  deletingCountsAgainstQuota: flag(false),
  /** Documented: 100 custom models in an account. */
  maxCustomModels: amount(100),
  tooManyModels: refusal(
    'ServiceQuotaExceededException: You have reached the quota of {max} custom models per account',
  ),
  /** Custom models that are `Creating`: perhaps 2. */
  maxCreatingModels: amount(Infinity),
  tooManyCreatingModels: refusal(
    'ServiceQuotaExceededException: You have reached the quota of {max} custom models in creation',
  ),
};

/**
 * What AWS does not document. The usual is what was seen on live accounts; where nobody has seen anything it is an
 * assumption, and so is each of these, which no switch changes:
 *
 * - a clientRequestToken counts per operation; a refused request leaves none;
 * - a deployment that is being deleted holds its name;
 * - a failed update leaves the old model in force;
 * - tags can be read and changed in every status; a key given twice in one request is a ValidationException, and one in
 *   `aws:` as well;
 * - `createdAfter` and its like exclude the moment itself, `nameContains` heeds case, a page is of 100 when none is
 *   asked for,
 *   and a nextToken is good only for the query that it came from;
 * - a bare twelve-character id is no identifier: it is looked up as a name;
 * - an imported model's base is Nova Lite (`ListCustomModels` must name one, `CreateCustomModel` is not told it);
 * - the resourceName of a TooManyTagsException is the ARN, or the name of what is not made yet;
 * - a description must fit the published pattern `.*` whole, so a line break is refused;
 * - what is not of the member's type is a SerializationException.
 */
export const BEHAVIOUR = {
  ...NAMES,
  ...IDENTIFIERS,
  ...TOKENS,
  ...STATUSES,
  ...CREATIONS,
  ...UPDATES,
  ...DELETIONS,
  ...QUOTAS,
  /**
   * For this many milliseconds after a change was accepted, or a deletion was over, reads of what it changed (`Get…`,
   * `List…`, `ListTagsForResource`) show by turns what was before and what is.
   */
  flickeringReads: amount(0),
};

export type Behaviour = Settings<typeof BEHAVIOUR>;

export const DEFAULT_BEHAVIOUR: Behaviour = usual(BEHAVIOUR);
