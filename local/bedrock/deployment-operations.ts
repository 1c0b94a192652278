import type { GetCustomModelDeploymentResponse, ListCustomModelDeploymentsResponse } from '@aws-sdk/client-bedrock';
import { isInProgress, lookAt, read, servingModel, type Deployment, type DeploymentLook, type UpdateDetails } from './deployment';
import { BedrockError, conflict, notFound, quotaExceeded, validation } from './errors';
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
  const { modelDeploymentName: name, modelArn, clientRequestToken } = input;
  const tags = tagged(new Map(), input.tags ?? [], name);
  const replayed = state.replayed('CreateCustomModelDeployment', clientRequestToken, state.deployments);
  if (replayed !== undefined) return { customModelDeploymentArn: replayed };
  const model = requireActiveModel(state, modelArn);
  if (state.deployments.find(name)) {
    throw new BedrockError(state.behaviour.duplicateName, `A custom model deployment with the name ${name} already exists`);
  }
  requirePlaceInProgress(state);

  const deployment: Deployment = {
    ...state.born('custom-model-deployment', '', name, tags),
    description: input.description,
    modelArn,
    creation: { endsAt: state.now + state.durations.deploymentCreate, failureMessage: model.deploymentFailure },
    byHand: {},
  };
  state.deployments.add(deployment);
  state.remember('CreateCustomModelDeployment', clientRequestToken, deployment.arn);
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
  const look = lookAt(state, deployment);
  if (look.status !== 'Active') {
    throw validation(`The custom model deployment ${deployment.name} is in status ${look.status}; it must be Active to be updated`);
  }
  if (look.updateDetails?.updateStatus === 'Updating') {
    if (state.behaviour.concurrentUpdate === 'ValidationException') {
      throw validation(`An update of the custom model deployment ${deployment.name} is already in progress`);
    }
  } else if (state.behaviour.updateCountsAgainstQuota) {
    requirePlaceInProgress(state);
  }

  const { now, durations, behaviour } = state;
  deployment.stale = { until: now + behaviour.staleUpdateReads, look: read(state, deployment) };
  deployment.modelArn = servingModel(state, deployment);
  deployment.update = { modelArn: model.arn, acceptedAt: now, endsAt: now + durations.deploymentUpdate, failureMessage: model.deploymentFailure };
  delete deployment.byHand.modelArn;
  delete deployment.byHand.updateDetails;
  delete deployment.byHand.lastUpdatedAt;
  return { customModelDeploymentArn: deployment.arn };
}

export function deleteCustomModelDeployment(state: State, input: Value<typeof shapes.deploymentReference>): void {
  const deployment = requireDeployment(state, input.customModelDeploymentIdentifier);
  const { now, durations, behaviour } = state;
  if (deployment.deletion) {
    if (behaviour.deleteWhileDeleting === 'ConflictException') throw conflict(`The custom model deployment ${deployment.name} is being deleted`);
    return;
  }
  if (isInProgress(lookAt(state, deployment), true) && behaviour.deleteWhileInProgress === 'ConflictException') {
    throw conflict(`The custom model deployment ${deployment.name} is being created or updated`);
  }
  deployment.deletion = { acceptedAt: now, goneAt: now + durations.deploymentDelete };
}

function requireDeployment(state: State, identifier: string): Deployment {
  const deployment = state.deployments.find(identifier);
  if (!deployment) throw notFound('custom model deployment', identifier);
  return deployment;
}

function requirePlaceInProgress(state: State): void {
  const { maxInProgressDeployments: max, updateCountsAgainstQuota } = state.behaviour;
  const inProgress = state.deployments.all().filter((each) => isInProgress(lookAt(state, each), updateCountsAgainstQuota));
  if (inProgress.length >= max) throw quotaExceeded(`You have reached the quota of ${max} in-progress custom model deployments`);
}

function summary(deployment: Deployment, { modelArn, status, lastUpdatedAt, failureMessage }: DeploymentLook): Summary {
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
