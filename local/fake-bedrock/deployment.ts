import type { Behaviour } from './behaviour';
import { stageOf, type Transition, type TransitionStage } from './change';
import type { ResourceRecord, ServiceContext } from './resources';
import { beforeDeletion, statusWord } from './status';

export interface DeploymentRecord extends ResourceRecord {
  readonly description: string | undefined;
  /** The model that serves unless `update` has put another in its place. */
  modelArn: string;
  readonly creation: Transition;
  update?: DeploymentUpdate;
  /** The last that failed, if there have been others since. */
  failedUpdate?: DeploymentUpdate | undefined;
  byHand: { -readonly [K in keyof DeploymentPatch]: DeploymentPatch[K] };
  patchedAt?: number;
}

interface DeploymentUpdate extends Transition {
  readonly modelArn: string;
}

export interface ReportedUpdate {
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
  readonly updateDetails?: ReportedUpdate | undefined;
  readonly lastUpdatedAt?: Date;
}

/** A deployment as it looks at one moment. */
export interface DeploymentView {
  readonly status: string;
  readonly modelArn: string;
  readonly description: string | undefined;
  readonly updateDetails: ReportedUpdate | undefined;
  readonly failureMessage: string | undefined;
  readonly lastUpdatedAt: Date;
}

/** A deployment as reads show it. */
export type ReportedDeployment = Omit<DeploymentView, 'lastUpdatedAt'> & { readonly lastUpdatedAt: Date | undefined };

/** The truth of the moment, which reads may not show. */
export function viewOf(surroundings: ServiceContext, deployment: DeploymentRecord): DeploymentView {
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
export function read(surroundings: ServiceContext, deployment: DeploymentRecord): ReportedDeployment {
  const { now, behaviour } = surroundings;
  const look = viewOf(surroundings, beforeDeletion(deployment, behaviour));
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

export function isUpdating({ updateDetails }: DeploymentView): boolean {
  return updateDetails?.updateStatus === 'Updating';
}

export function isInProgress(
  look: DeploymentView,
  { updateCountsAgainstQuota, deletingCountsAgainstQuota }: Behaviour,
): boolean {
  if (look.status === 'Deleting') {
    return deletingCountsAgainstQuota;
  }
  return look.status === 'Creating' || (updateCountsAgainstQuota && isUpdating(look));
}

/** An update under way that another takes the place of never ends, not even in reads that are late. */
export function supersedeUpdate({ now }: ServiceContext, deployment: DeploymentRecord): void {
  const { update } = deployment;
  if (update && now < update.endsAt) {
    deployment.update = { ...update, endsAt: Infinity };
  }
}

/** Another update than the one of which the deployment told last; what was changed by hand of what it tells is over. */
export function replaceUpdate(
  surroundings: ServiceContext,
  deployment: DeploymentRecord,
  update: DeploymentUpdate,
): void {
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
export function modelsHeldBy(surroundings: ServiceContext, deployment: DeploymentRecord): string[] {
  const { update, deletion } = deployment;
  if (deletion && !surroundings.behaviour.deletingHoldsModel) {
    return [];
  }
  return [
    servingModel(surroundings, deployment),
    ...(update && surroundings.now < update.endsAt ? [update.modelArn] : []),
  ];
}

export function servingModel(surroundings: ServiceContext, deployment: DeploymentRecord): string {
  const { byHand, modelArn, update } = deployment;
  return (
    byHand.modelArn ?? (update && stageOfUpdate(surroundings, deployment) === 'completed' ? update.modelArn : modelArn)
  );
}

/** Since when a deployment serves its model, and what has brought that about. */
export interface ServedSince {
  readonly at: number;
  readonly by: 'creation' | 'update';
}

export function servedSince(surroundings: ServiceContext, deployment: DeploymentRecord): ServedSince {
  const { creation, update, byHand, patchedAt } = deployment;
  if (byHand.modelArn !== undefined) {
    return { at: patchedAt ?? creation.endsAt, by: 'update' };
  }
  return update && stageOfUpdate(surroundings, deployment) === 'completed'
    ? { at: update.endsAt, by: 'update' }
    : { at: creation.endsAt, by: 'creation' };
}

function stageOfUpdate({ now }: ServiceContext, { update }: DeploymentRecord): TransitionStage | undefined {
  return update && stageOf(update, now);
}

function statusOf(surroundings: ServiceContext, deployment: DeploymentRecord): string {
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

function shownModel(surroundings: ServiceContext, deployment: DeploymentRecord): string {
  const { modelArn, update } = deployment;
  return update && shownOf(surroundings, deployment) === 'new' ? update.modelArn : modelArn;
}

function shownOf(surroundings: ServiceContext, deployment: DeploymentRecord): 'old' | 'new' {
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

function updateDetails(surroundings: ServiceContext, deployment: DeploymentRecord): ReportedUpdate | undefined {
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

function failureOfUpdate(surroundings: ServiceContext, deployment: DeploymentRecord): string | undefined {
  const isShown =
    surroundings.behaviour.failureMessageOfFailedUpdate === 'shown' &&
    stageOfUpdate(surroundings, deployment) === 'failed';
  return isShown ? deployment.update?.failureMessage : undefined;
}
