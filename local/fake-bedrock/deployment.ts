import type { Behaviour } from './behaviour';
import { type Change, type Stage, stageOf } from './change';
import type { Resource, Surroundings } from './resources';
import { beforeDeletion, statusWord } from './status';

export interface Deployment extends Resource {
  readonly description: string | undefined;
  /** The model that serves unless `update` has put another in its place. */
  modelArn: string;
  readonly creation: Change;
  update?: Update;
  /** The last that failed, if there have been others since. */
  failedUpdate?: Update | undefined;
  byHand: { -readonly [K in keyof DeploymentPatch]: DeploymentPatch[K] };
  patchedAt?: number;
}

interface Update extends Change {
  readonly modelArn: string;
}

export interface UpdateDetails {
  readonly modelArn: string;
  readonly updateStatus: string;
}

/**
 * What can be changed by hand. It stays until it is changed again, or until an update is accepted (the model and what
 * tells of updates).
 */
export interface DeploymentPatch {
  readonly status?: string;
  readonly failureMessage?: string;
  readonly modelArn?: string;
  readonly description?: string;
  readonly updateDetails?: UpdateDetails | undefined;
  readonly lastUpdatedAt?: Date;
}

/** A deployment as it looks at one moment. */
export interface DeploymentLook {
  readonly status: string;
  readonly modelArn: string;
  readonly description: string | undefined;
  readonly updateDetails: UpdateDetails | undefined;
  readonly failureMessage: string | undefined;
  readonly lastUpdatedAt: Date;
}

/** A deployment as reads show it. */
export type Reading = Omit<DeploymentLook, 'lastUpdatedAt'> & { readonly lastUpdatedAt: Date | undefined };

/** The truth of the moment, which reads may not show. */
export function lookAt(surroundings: Surroundings, deployment: Deployment): DeploymentLook {
  const { creation, update, deletion, byHand, patchedAt } = deployment;
  const status = deletion ? 'Deleting' : (byHand.status ?? statusOf(surroundings, deployment));
  const moments = [
    deployment.createdAt,
    creation.endsAt,
    update?.beganAt,
    update?.endsAt,
    deletion?.acceptedAt,
    patchedAt,
  ].filter((moment) => moment !== undefined && moment <= surroundings.now) as number[];

  return {
    modelArn: shownModel(surroundings, deployment),
    updateDetails: updateDetails(surroundings, deployment),
    description: deployment.description,
    lastUpdatedAt: new Date(Math.max(...moments)),
    ...byHand,
    status,
    failureMessage:
      status === 'Failed'
        ? (byHand.failureMessage ?? creation.failureMessage ?? update?.failureMessage)
        : failureOfUpdate(surroundings, deployment),
  };
}

/** What reads show, in their words. */
export function read(surroundings: Surroundings, deployment: Deployment): Reading {
  const { now, behaviour } = surroundings;
  const look = lookAt(surroundings, beforeDeletion(deployment, behaviour));
  const { status, updateDetails, lastUpdatedAt } = look;
  const updateStatus =
    stageOfUpdate(surroundings, deployment) === 'at first' ? behaviour.updateStatusAtFirst : 'Updating';
  return {
    ...look,
    status:
      status === 'Active' && isUpdating(look)
        ? behaviour.statusDuringUpdate
        : statusWord(status, stageOf(deployment.creation, now), behaviour),
    updateDetails: updateDetails && isUpdating(look) ? { ...updateDetails, updateStatus } : updateDetails,
    lastUpdatedAt: behaviour.lastUpdatedAt === 'moves' ? lastUpdatedAt : undefined,
  };
}

export function isUpdating({ updateDetails }: DeploymentLook): boolean {
  return updateDetails?.updateStatus === 'Updating';
}

export function isInProgress(
  look: DeploymentLook,
  { updateCountsAgainstQuota, deletingCountsAgainstQuota }: Behaviour,
): boolean {
  if (look.status === 'Deleting') {
    return deletingCountsAgainstQuota;
  }
  return look.status === 'Creating' || (updateCountsAgainstQuota && isUpdating(look));
}

/** Another update than the one of which the deployment told last; what was changed by hand of what it tells is over. */
export function replaceUpdate(surroundings: Surroundings, deployment: Deployment, update: Update): void {
  deployment.modelArn = servingModel(surroundings, deployment);
  if (stageOfUpdate(surroundings, deployment) === 'failed') {
    deployment.failedUpdate = deployment.update;
  }
  deployment.update = update;
  const byHand = { ...deployment.byHand };
  delete byHand.modelArn;
  delete byHand.updateDetails;
  delete byHand.lastUpdatedAt;
  deployment.byHand = byHand;
}

/** The model that serves, and the one that is about to. */
export function modelsHeldBy(surroundings: Surroundings, deployment: Deployment): string[] {
  const { update, deletion } = deployment;
  if (deletion && !surroundings.behaviour.deletingHoldsModel) {
    return [];
  }
  return [
    servingModel(surroundings, deployment),
    ...(update && surroundings.now < update.endsAt ? [update.modelArn] : []),
  ];
}

export function servingModel(surroundings: Surroundings, deployment: Deployment): string {
  const { byHand, modelArn, update } = deployment;
  return (
    byHand.modelArn ?? (update && stageOfUpdate(surroundings, deployment) === 'completed' ? update.modelArn : modelArn)
  );
}

function stageOfUpdate({ now }: Surroundings, { update }: Deployment): Stage | undefined {
  return update && stageOf(update, now);
}

function statusOf(surroundings: Surroundings, deployment: Deployment): string {
  switch (stageOf(deployment.creation, surroundings.now)) {
    case 'completed':
      return stageOfUpdate(surroundings, deployment) === 'failed'
        ? surroundings.behaviour.statusAfterFailedUpdate
        : 'Active';
    case 'failed':
      return 'Failed';
    default:
      return 'Creating';
  }
}

function shownModel(surroundings: Surroundings, deployment: Deployment): string {
  const { modelArn, update } = deployment;
  return update && shownOf(surroundings, deployment) === 'new' ? update.modelArn : modelArn;
}

function shownOf(surroundings: Surroundings, deployment: Deployment): 'old' | 'new' {
  const { modelArnDuringUpdate, modelArnAfterUpdate, modelArnAfterFailedUpdate, staleUpdateDetails } =
    surroundings.behaviour;
  switch (stageOfUpdate(surroundings, deployment)) {
    case 'completed':
      return staleUpdateDetails ? modelArnAfterUpdate : 'new';
    case 'failed':
      return modelArnAfterFailedUpdate;
    default:
      return modelArnDuringUpdate;
  }
}

function updateDetails(surroundings: Surroundings, deployment: Deployment): UpdateDetails | undefined {
  const { update, failedUpdate } = deployment;
  if (!update) {
    return undefined;
  }
  const { staleUpdateDetails, failedUpdateDetails } = surroundings.behaviour;
  switch (stageOfUpdate(surroundings, deployment)) {
    case 'completed':
      if (staleUpdateDetails) {
        return { modelArn: update.modelArn, updateStatus: 'UpdateCompleted' };
      }
      return failedUpdate && failedUpdateDetails === 'come back'
        ? { modelArn: failedUpdate.modelArn, updateStatus: 'UpdateFailed' }
        : undefined;
    case 'failed':
      return { modelArn: update.modelArn, updateStatus: 'UpdateFailed' };
    default:
      return { modelArn: update.modelArn, updateStatus: 'Updating' };
  }
}

function failureOfUpdate(surroundings: Surroundings, deployment: Deployment): string | undefined {
  const isShown =
    surroundings.behaviour.failureMessageOfFailedUpdate === 'shown' &&
    stageOfUpdate(surroundings, deployment) === 'failed';
  return isShown ? deployment.update?.failureMessage : undefined;
}
