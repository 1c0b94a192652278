import type { GetCustomModelDeploymentResponse, ListCustomModelDeploymentsResponse } from '@aws-sdk/client-bedrock';
import {
  isInProgress, isUpdating, lookAt, read, replaceUpdate, servingModel, type Deployment, type Reading, type UpdateDetails,
} from './deployment';
import { BedrockError, conflict, notFound, validation } from './errors';
import { requireActiveModel } from './model';
import { page } from './pages';
import type * as shapes from './shapes';
import type { Value } from './shapes';
import type { State } from './state';
import { tagged } from './tags';

type Description = Omit<GetCustomModelDeploymentResponse, 'status' | 'updateDetails'> & {
  readonly status: string;
  readonly updateDetails: UpdateDetails | undefined;
};
type Summary = Omit<NonNullable<ListCustomModelDeploymentsResponse['modelDeploymentSummaries']>[number], 'status'> & { readonly status: string };

export function createCustomModelDeployment(
  state: State, input: Value<typeof shapes.createCustomModelDeployment>,
): { customModelDeploymentArn: string } {
  const { modelDeploymentName: name, modelArn } = input;
  const tags = tagged(new Map(), input.tags ?? [], name);
  const isFailed = (made: Deployment): boolean => lookAt(state, made).status === 'Failed';
  const replayed = state.replayed('CreateCustomModelDeployment', input, state.deployments, isFailed);
  if (replayed !== undefined) return { customModelDeploymentArn: replayed };
  const model = requireActiveModel(state, modelArn);
  if (state.deployments.isTaken(name)) {
    throw new BedrockError(state.behaviour.duplicateName, `A custom model deployment with the name ${name} already exists`);
  }
  requirePlaceInProgress(state);

  const deployment: Deployment = {
    ...state.born('custom-model-deployment', '', name, tags),
    description: input.description,
    modelArn,
    creation: { beganAt: state.now, endsAt: state.now + state.durations.deploymentCreate, failureMessage: model.deploymentFailure },
    byHand: {},
  };
  state.deployments.add(deployment);
  state.remember('CreateCustomModelDeployment', input, deployment.arn);
  return { customModelDeploymentArn: deployment.arn };
}

export function getCustomModelDeployment(state: State, input: Value<typeof shapes.deploymentReference>): Description {
  const deployment = state.deployments.findVisible(input.customModelDeploymentIdentifier);
  if (!deployment) throw notFound('custom model deployment', input.customModelDeploymentIdentifier);
  return {
    customModelDeploymentArn: deployment.arn,
    modelDeploymentName: deployment.name,
    createdAt: new Date(deployment.createdAt),
    ...read(state, deployment),
  };
}

export function listCustomModelDeployments(
  state: State, input: Value<typeof shapes.listCustomModelDeployments>,
): { nextToken?: string | undefined; modelDeploymentSummaries: Summary[] } {
  const { createdBefore, createdAfter, nameContains, statusEquals, modelArnEquals } = input;
  const { items, nextToken } = page(state.deployments.visible().filter((deployment) => {
    const { status, modelArn } = read(state, deployment);
    return (!createdBefore || deployment.createdAt < createdBefore.getTime())
      && (!createdAfter || deployment.createdAt > createdAfter.getTime())
      && (nameContains === undefined || deployment.name.includes(nameContains))
      && [undefined, status].includes(statusEquals)
      && [undefined, modelArn].includes(modelArnEquals);
  }), input);
  return { nextToken, modelDeploymentSummaries: items.map((deployment) => summary(deployment, read(state, deployment))) };
}

export function updateCustomModelDeployment(
  state: State, input: Value<typeof shapes.updateCustomModelDeployment>,
): { customModelDeploymentArn: string } {
  const deployment = requireDeployment(state, input.customModelDeploymentIdentifier);
  const model = requireActiveModel(state, input.modelArn);
  const { now, durations, behaviour } = state;
  requireUpdatable(state, deployment);
  if (hasAlready(state, deployment, model.arn)) {
    if (behaviour.updateToSameModel === 'ignored') return { customModelDeploymentArn: deployment.arn };
    if (behaviour.updateToSameModel !== 'accepted') throw validation(`The custom model deployment ${deployment.name} has that model already`);
  }
  if (behaviour.updateCountsAgainstQuota && !isUpdating(lookAt(state, deployment))) requirePlaceInProgress(state);

  state.deployments.changing(deployment.arn, behaviour.staleUpdateReads);
  replaceUpdate(state, deployment, {
    modelArn: model.arn, beganAt: now, endsAt: now + durations.deploymentUpdate, failureMessage: model.deploymentFailure,
  });
  return { customModelDeploymentArn: deployment.arn };
}

export function deleteCustomModelDeployment(state: State, input: Value<typeof shapes.deploymentReference>): void {
  const deployment = requireDeployment(state, input.customModelDeploymentIdentifier);
  const { now, durations, behaviour } = state;
  if (deployment.deletion) {
    if (behaviour.deleteWhileDeleting === 'ConflictException') throw conflict(`The custom model deployment ${deployment.name} is being deleted`);
    return;
  }
  requireDeletable(state, deployment);
  state.deployments.changing(deployment.arn);
  deployment.deletion = { acceptedAt: now, goneAt: now + durations.deploymentDelete };
}

function requireUpdatable(state: State, deployment: Deployment): void {
  const { updateWhileNotActive, concurrentUpdate } = state.behaviour;
  const look = lookAt(state, deployment);
  if (look.status !== 'Active') {
    const message = `The custom model deployment ${deployment.name} is in status ${look.status}; it must be Active to be updated`;
    throw new BedrockError(updateWhileNotActive, message);
  }
  if (isUpdating(look) && concurrentUpdate !== 'supersede') {
    throw new BedrockError(concurrentUpdate, `An update of the custom model deployment ${deployment.name} is already in progress`);
  }
}

function hasAlready(state: State, deployment: Deployment, modelArn: string): boolean {
  const look = lookAt(state, deployment);
  return !isUpdating(look) && look.modelArn === modelArn && servingModel(state, deployment) === modelArn;
}

function requireDeletable(state: State, deployment: Deployment): void {
  const { deleteWhileCreating, deleteWhileUpdating, failedHeld } = state.behaviour;
  const look = lookAt(state, deployment);
  const refused = look.status === 'Creating' ? deleteWhileCreating === 'ConflictException'
    : look.status === 'Failed' ? state.now < look.lastUpdatedAt.getTime() + failedHeld
      : isUpdating(look) && deleteWhileUpdating === 'ConflictException';
  if (refused) throw conflict(`The custom model deployment ${deployment.name} is ${isUpdating(look) ? 'being updated' : look.status}`);
}

function requireDeployment(state: State, identifier: string): Deployment {
  const deployment = state.deployments.find(identifier);
  if (!deployment) throw notFound('custom model deployment', identifier);
  return deployment;
}

function requirePlaceInProgress(state: State): void {
  const { maxInProgressDeployments: max, quotaError } = state.behaviour;
  const inProgress = state.deployments.all().filter((each) => isInProgress(lookAt(state, each), state.behaviour));
  if (inProgress.length >= max) throw new BedrockError(quotaError, `You have reached the quota of ${max} in-progress custom model deployments`);
}

function summary(deployment: Deployment, { modelArn, status, lastUpdatedAt, failureMessage }: Reading): Summary {
  return {
    customModelDeploymentArn: deployment.arn,
    customModelDeploymentName: deployment.name,
    modelArn,
    createdAt: new Date(deployment.createdAt),
    status,
    lastUpdatedAt,
    failureMessage,
  };
}
