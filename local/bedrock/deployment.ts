import type { Change, Resource, State } from './state';

export interface Deployment extends Resource {
  readonly description: string | undefined;
  /** The model that serves unless `update` has put another in its place. */
  modelArn: string;
  readonly creation: Change;
  update?: Change & { readonly modelArn: string; readonly acceptedAt: number };
  /** What reads still show after an update was accepted. */
  stale?: { readonly until: number; readonly look: DeploymentLook } | undefined;
  byHand: { -readonly [K in keyof DeploymentPatch]: DeploymentPatch[K] };
  patchedAt?: number;
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

/** The truth of the moment, which reads may not show yet. */
export function lookAt(state: State, deployment: Deployment): DeploymentLook {
  const { creation, update, deletion, byHand, patchedAt } = deployment;
  const created = state.now >= creation.endsAt;
  const status = deletion ? 'Deleting'
    : byHand.status ?? (!created ? 'Creating' : creation.failureMessage === undefined ? 'Active' : 'Failed');
  const moments = [deployment.createdAt, creation.endsAt, update?.acceptedAt, update?.endsAt, deletion?.acceptedAt, patchedAt]
    .filter((moment) => moment !== undefined && moment <= state.now) as number[];

  return {
    modelArn: shownModel(state, deployment),
    updateDetails: updateDetails(state, deployment),
    description: deployment.description,
    lastUpdatedAt: new Date(Math.max(...moments)),
    ...byHand,
    status,
    failureMessage: status === 'Failed' ? byHand.failureMessage ?? creation.failureMessage : failureOfUpdate(state, deployment),
  };
}

export function read(state: State, deployment: Deployment): DeploymentLook {
  const { stale, deletion } = deployment;
  return stale && state.now < stale.until && !deletion ? stale.look : lookAt(state, deployment);
}

export function isInProgress({ status, updateDetails }: DeploymentLook, countUpdates: boolean): boolean {
  return status === 'Creating' || (countUpdates && status !== 'Deleting' && updateDetails?.updateStatus === 'Updating');
}

/** The model that serves, and the one that is about to. */
export function modelsHeldBy(state: State, deployment: Deployment): string[] {
  const { update } = deployment;
  return [servingModel(state, deployment), ...(update && state.now < update.endsAt ? [update.modelArn] : [])];
}

export function servingModel(state: State, { byHand, modelArn, update }: Deployment): string {
  return byHand.modelArn ?? (update && state.now >= update.endsAt && update.failureMessage === undefined ? update.modelArn : modelArn);
}

function shownModel(state: State, { modelArn, update }: Deployment): string {
  if (!update) return modelArn;
  const { modelArnDuringUpdate, modelArnAfterFailedUpdate } = state.behaviour;
  const shown = state.now < update.endsAt ? modelArnDuringUpdate : update.failureMessage === undefined ? 'new' : modelArnAfterFailedUpdate;
  return shown === 'new' ? update.modelArn : modelArn;
}

function updateDetails(state: State, { update }: Deployment): UpdateDetails | undefined {
  if (!update) return undefined;
  const { endsAt, failureMessage, modelArn } = update;
  if (state.now < endsAt) return { modelArn, updateStatus: 'Updating' };
  if (failureMessage !== undefined) return { modelArn, updateStatus: 'UpdateFailed' };
  return state.behaviour.staleUpdateDetails ? { modelArn, updateStatus: 'UpdateCompleted' } : undefined;
}

function failureOfUpdate(state: State, { update }: Deployment): string | undefined {
  return update && state.now >= update.endsAt && state.behaviour.failureMessageOfFailedUpdate === 'shown' ? update.failureMessage : undefined;
}
