import type { GetCustomModelDeploymentResponse, ListCustomModelDeploymentsResponse } from '@aws-sdk/client-bedrock';
import {
  type DeploymentRecord,
  isInProgress,
  isUpdating,
  read,
  replaceUpdate,
  type ReportedDeployment,
  type ReportedUpdate,
  servingModel,
  supersedeUpdate,
  viewOf,
} from './deployment';
import { requireActiveModel } from './model-operations';
import { page } from './pages';
import { type About, refused, refuseUnlessAllowed } from './refusal';
import { requireReadable } from './resources';
import type * as shapes from './shapes';
import type { Value } from './shapes';
import type { ServiceState } from './state';
import { tagged } from './tags';

const KIND = 'custom model deployment';

type Description = Omit<GetCustomModelDeploymentResponse, 'status' | 'updateDetails'> & {
  readonly status: string;
  readonly updateDetails: ReportedUpdate | undefined;
};
type DeploymentSummary = Omit<
  NonNullable<ListCustomModelDeploymentsResponse['modelDeploymentSummaries']>[number],
  'status'
> & {
  readonly status: string;
};

export function createCustomModelDeployment(
  state: ServiceState,
  input: Value<typeof shapes.createCustomModelDeployment>,
): { customModelDeploymentArn: string } {
  const { modelDeploymentName: name, modelArn } = input;
  const tags = tagged(new Map(), input.tags ?? [], name);
  const isFailed = (made: DeploymentRecord): boolean => viewOf(state, made).status === 'Failed';
  const replayed = state.replayed('CreateCustomModelDeployment', input, state.deployments, isFailed);
  if (replayed !== undefined) {
    return { customModelDeploymentArn: replayed };
  }
  const model = requireActiveModel(state, modelArn);
  if (state.deployments.isTaken(name)) {
    throw refused(state.behaviour.duplicateName, { kind: KIND, name });
  }
  requirePlace(state);
  requirePlaceInProgress(state);

  const deployment: DeploymentRecord = {
    ...state.born('custom-model-deployment', '', name, tags),
    description: input.description,
    modelArn,
    creation: {
      beganAt: state.now,
      endsAt: state.now + state.durations.deploymentCreate,
      failureMessage: model.deploymentFailure,
    },
    byHand: {},
  };
  state.deployments.add(deployment);
  state.remember('CreateCustomModelDeployment', input, deployment.arn);
  return { customModelDeploymentArn: deployment.arn };
}

export function getCustomModelDeployment(
  state: ServiceState,
  input: Value<typeof shapes.deploymentReference>,
): Description {
  const deployment = requireReadable(state.deployments, KIND, input.customModelDeploymentIdentifier, state.behaviour);
  return {
    customModelDeploymentArn: deployment.arn,
    modelDeploymentName: deployment.name,
    createdAt: new Date(deployment.createdAt),
    ...read(state, deployment),
  };
}

export function listCustomModelDeployments(
  state: ServiceState,
  input: Value<typeof shapes.listCustomModelDeployments>,
): { nextToken?: string | undefined; modelDeploymentSummaries: DeploymentSummary[] } {
  const { createdBefore, createdAfter, nameContains, statusEquals, modelArnEquals } = input;
  const { items, nextToken } = page(
    state.deployments.visible().filter((deployment) => {
      const { status, modelArn } = read(state, deployment);
      return (
        (!createdBefore || deployment.createdAt < createdBefore.getTime()) &&
        (!createdAfter || deployment.createdAt > createdAfter.getTime()) &&
        (nameContains === undefined || deployment.name.includes(nameContains)) &&
        [undefined, status].includes(statusEquals) &&
        [undefined, modelArn].includes(modelArnEquals)
      );
    }),
    input,
  );
  return {
    nextToken,
    modelDeploymentSummaries: items.map((deployment) => summary(deployment, read(state, deployment))),
  };
}

export function updateCustomModelDeployment(
  state: ServiceState,
  input: Value<typeof shapes.updateCustomModelDeployment>,
): { customModelDeploymentArn: string } {
  const deployment = requireDeployment(state, input.customModelDeploymentIdentifier);
  const model = requireActiveModel(state, input.modelArn);
  const { now, durations, behaviour } = state;
  requireUpdatable(state, deployment);
  if (hasAlready(state, deployment, model.arn)) {
    if (behaviour.updateToSameModel === 'ignored') {
      return { customModelDeploymentArn: deployment.arn };
    }
    refuseUnlessAllowed(behaviour.updateToSameModel, about(state, deployment));
  }
  if (behaviour.updateCountsAgainstQuota && !isUpdating(viewOf(state, deployment))) {
    requirePlaceInProgress(state);
  }

  supersedeUpdate(state, deployment);
  state.deployments.changing(deployment.arn, behaviour.staleUpdateReads);
  replaceUpdate(state, deployment, {
    modelArn: model.arn,
    beganAt: now,
    endsAt: now + durations.deploymentUpdate,
    failureMessage: model.deploymentFailure,
  });
  return { customModelDeploymentArn: deployment.arn };
}

export function deleteCustomModelDeployment(
  state: ServiceState,
  input: Value<typeof shapes.deploymentReference>,
): void {
  const deployment = requireDeployment(state, input.customModelDeploymentIdentifier);
  const { now, durations, behaviour } = state;
  if (deployment.deletion) {
    refuseUnlessAllowed(behaviour.deleteWhileDeleting, about(state, deployment));
    return;
  }
  requireDeletable(state, deployment);
  state.deployments.changing(deployment.arn);
  deployment.deletion = { acceptedAt: now, goneAt: now + durations.deploymentDelete };
}

function requireUpdatable(state: ServiceState, deployment: DeploymentRecord): void {
  const { updateWhileCreating, updateWhileNotActive, updateWhileUpdating } = state.behaviour;
  const look = viewOf(state, deployment);
  if (look.status === 'Creating') {
    throw refused(updateWhileCreating, about(state, deployment));
  }
  if (look.status !== 'Active') {
    throw refused(updateWhileNotActive, about(state, deployment));
  }
  if (isUpdating(look)) {
    refuseUnlessAllowed(updateWhileUpdating, about(state, deployment));
  }
}

function hasAlready(state: ServiceState, deployment: DeploymentRecord, modelArn: string): boolean {
  const look = viewOf(state, deployment);
  return !isUpdating(look) && look.modelArn === modelArn && servingModel(state, deployment) === modelArn;
}

function requireDeletable(state: ServiceState, deployment: DeploymentRecord): void {
  const { deleteWhileCreating, deleteWhileUpdating, deleteOfFailed, failedHeld } = state.behaviour;
  const look = viewOf(state, deployment);
  if (look.status === 'Creating') {
    refuseUnlessAllowed(deleteWhileCreating, about(state, deployment));
  } else if (look.status === 'Failed' && state.now < look.lastUpdatedAt.getTime() + failedHeld) {
    throw refused(deleteOfFailed, about(state, deployment));
  } else if (isUpdating(look)) {
    refuseUnlessAllowed(deleteWhileUpdating, about(state, deployment));
  }
}

function requireDeployment(state: ServiceState, identifier: string): DeploymentRecord {
  const deployment = state.deployments.find(identifier);
  if (!deployment) {
    throw refused(state.behaviour.changeOfAbsent, { kind: KIND, name: identifier });
  }
  return deployment;
}

function requirePlace(state: ServiceState): void {
  const { maxDeployments: max, tooManyDeployments } = state.behaviour;
  if (state.deployments.all().length >= max) {
    throw refused(tooManyDeployments, { kind: KIND, max });
  }
}

function requirePlaceInProgress(state: ServiceState): void {
  const { maxInProgressDeployments: max, tooManyInProgress } = state.behaviour;
  const inProgress = state.deployments.all().filter((each) => isInProgress(viewOf(state, each), state.behaviour));
  if (inProgress.length >= max) {
    throw refused(tooManyInProgress, { kind: KIND, max });
  }
}

function about(state: ServiceState, deployment: DeploymentRecord): About {
  const look = viewOf(state, deployment);
  return {
    kind: KIND,
    name: deployment.name,
    status: look.status === 'Active' && isUpdating(look) ? 'Updating' : look.status,
  };
}

function summary(
  deployment: DeploymentRecord,
  { modelArn, status, lastUpdatedAt, failureMessage }: ReportedDeployment,
): DeploymentSummary {
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
