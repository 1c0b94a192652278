import type { Behaviour } from './behaviour';
import { stageOf, type Change, type Stage } from './change';
import type { Resource } from './resources';
import type { State } from './state';
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

export interface UpdateDetails { readonly modelArn: string; readonly updateStatus: string }

/** What can be changed by hand. It stays until it is changed again, or until an update is accepted (the model and what tells of updates). */
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
export function lookAt(state: State, deployment: Deployment): DeploymentLook {
  const { creation, update, deletion, byHand, patchedAt } = deployment;
  const status = deletion ? 'Deleting' : byHand.status ?? statusOf(state, deployment);
  const moments = [deployment.createdAt, creation.endsAt, update?.beganAt, update?.endsAt, deletion?.acceptedAt, patchedAt]
    .filter((moment) => moment !== undefined && moment <= state.now) as number[];

  return {
    modelArn: shownModel(state, deployment),
    updateDetails: updateDetails(state, deployment),
    description: deployment.description,
    lastUpdatedAt: new Date(Math.max(...moments)),
    ...byHand,
    status,
    failureMessage: status === 'Failed'
      ? byHand.failureMessage ?? creation.failureMessage ?? update?.failureMessage
      : failureOfUpdate(state, deployment),
  };
}

/** What reads show, in their words. */
export function read(state: State, deployment: Deployment): Reading {
  const { now, behaviour } = state;
  const look = lookAt(state, beforeDeletion(deployment, behaviour));
  const { status, updateDetails, lastUpdatedAt } = look;
  const updateStatus = stageOfUpdate(state, deployment) === 'at first' ? behaviour.updateStatusAtFirst : 'Updating';
  return {
    ...look,
    status: status === 'Active' && isUpdating(look) ? behaviour.statusDuringUpdate : statusWord(status, stageOf(deployment.creation, now), behaviour),
    updateDetails: updateDetails && isUpdating(look) ? { ...updateDetails, updateStatus } : updateDetails,
    lastUpdatedAt: behaviour.lastUpdatedAt === 'moves' ? lastUpdatedAt : undefined,
  };
}

export function isUpdating({ updateDetails }: DeploymentLook): boolean {
  return updateDetails?.updateStatus === 'Updating';
}

export function isInProgress(look: DeploymentLook, { updateCountsAgainstQuota, deletingCountsAgainstQuota }: Behaviour): boolean {
  if (look.status === 'Deleting') return deletingCountsAgainstQuota;
  return look.status === 'Creating' || (updateCountsAgainstQuota && isUpdating(look));
}

/** Another update than the one of which the deployment told last; what was changed by hand of what it tells is over. */
export function replaceUpdate(state: State, deployment: Deployment, update: Update): void {
  deployment.modelArn = servingModel(state, deployment);
  if (stageOfUpdate(state, deployment) === 'failed') deployment.failedUpdate = deployment.update;
  deployment.update = update;
  const byHand = { ...deployment.byHand };
  delete byHand.modelArn;
  delete byHand.updateDetails;
  delete byHand.lastUpdatedAt;
  deployment.byHand = byHand;
}

/** The model that serves, and the one that is about to. */
export function modelsHeldBy(state: State, deployment: Deployment): string[] {
  const { update, deletion } = deployment;
  if (deletion && !state.behaviour.deletingHoldsModel) return [];
  return [servingModel(state, deployment), ...(update && state.now < update.endsAt ? [update.modelArn] : [])];
}

export function servingModel(state: State, deployment: Deployment): string {
  const { byHand, modelArn, update } = deployment;
  return byHand.modelArn ?? (update && stageOfUpdate(state, deployment) === 'completed' ? update.modelArn : modelArn);
}

function stageOfUpdate({ now }: State, { update }: Deployment): Stage | undefined {
  return update && stageOf(update, now);
}

function statusOf(state: State, deployment: Deployment): string {
  switch (stageOf(deployment.creation, state.now)) {
    case 'completed':
      return stageOfUpdate(state, deployment) === 'failed' ? state.behaviour.statusAfterFailedUpdate : 'Active';
    case 'failed':
      return 'Failed';
    default:
      return 'Creating';
  }
}

function shownModel(state: State, deployment: Deployment): string {
  const { modelArn, update } = deployment;
  return update && shownOf(state, deployment) === 'new' ? update.modelArn : modelArn;
}

function shownOf(state: State, deployment: Deployment): 'old' | 'new' {
  const { modelArnDuringUpdate, modelArnAfterUpdate, modelArnAfterFailedUpdate, staleUpdateDetails } = state.behaviour;
  switch (stageOfUpdate(state, deployment)) {
    case 'completed':
      return staleUpdateDetails ? modelArnAfterUpdate : 'new';
    case 'failed':
      return modelArnAfterFailedUpdate;
    default:
      return modelArnDuringUpdate;
  }
}

function updateDetails(state: State, deployment: Deployment): UpdateDetails | undefined {
  const { update, failedUpdate } = deployment;
  if (!update) return undefined;
  const { staleUpdateDetails, failedUpdateDetails } = state.behaviour;
  switch (stageOfUpdate(state, deployment)) {
    case 'completed':
      if (staleUpdateDetails) return { modelArn: update.modelArn, updateStatus: 'UpdateCompleted' };
      return failedUpdate && failedUpdateDetails === 'come back' ? { modelArn: failedUpdate.modelArn, updateStatus: 'UpdateFailed' } : undefined;
    case 'failed':
      return { modelArn: update.modelArn, updateStatus: 'UpdateFailed' };
    default:
      return { modelArn: update.modelArn, updateStatus: 'Updating' };
  }
}

function failureOfUpdate(state: State, deployment: Deployment): string | undefined {
  const isShown = state.behaviour.failureMessageOfFailedUpdate === 'shown' && stageOfUpdate(state, deployment) === 'failed';
  return isShown ? deployment.update?.failureMessage : undefined;
}
