import type { GetCustomModelResponse, ListCustomModelsResponse } from '@aws-sdk/client-bedrock';
import { modelsHeldBy } from './deployment';
import { validation } from './errors';
import { base, customizationType, type ModelRecord, readModel, type SourceFailure, viewOfModel } from './model';
import { page } from './pages';
import { type About, refused, refuseUnlessAllowed } from './refusal';
import { requireReadable } from './resources';
import type * as shapes from './shapes';
import type { Value } from './shapes';
import type { ServiceState } from './state';
import { tagged } from './tags';

const KIND = 'custom model';

type WithAnyStatus<T, K extends keyof T> = Omit<T, K> & Readonly<Record<K, string>>;
type ModelSummary = WithAnyStatus<NonNullable<ListCustomModelsResponse['modelSummaries']>[number], 'modelStatus'>;

export function createCustomModel(
  state: ServiceState,
  input: Value<typeof shapes.createCustomModel>,
): { modelArn: string } {
  if ((input.modelSourceConfig === undefined) === (input.customModelDataSource === undefined)) {
    throw validation('Exactly one of customModelDataSource and modelSourceConfig must be specified');
  }
  if (input.modelSourceConfig && input.roleArn === undefined) {
    throw validation('roleArn is required with modelSourceConfig');
  }
  requirePackageHere(state, input.customModelDataSource?.modelPackageArnDataSource?.modelPackageArn);
  const tags = tagged(new Map(), input.modelTags ?? [], input.modelName);
  const isFailed = (made: ModelRecord): boolean => viewOfModel(state, made).status === 'Failed';
  const replayed = state.replayed('CreateCustomModel', input, state.models, isFailed);
  if (replayed !== undefined) {
    return { modelArn: replayed };
  }
  const { duplicateModelName, importWithoutAccess } = state.behaviour;
  if (state.models.isTaken(input.modelName)) {
    throw refused(duplicateModelName, { kind: KIND, name: input.modelName });
  }
  requirePlaces(state);
  const hasAccess = state.hasAccess(input) && !isInForeignBucket(state, input.modelSourceConfig?.s3DataSource?.s3Uri);
  if (!hasAccess) {
    refuseUnlessAllowed(importWithoutAccess, { kind: KIND, name: input.modelName });
  }

  const source =
    input.modelSourceConfig?.s3DataSource?.s3Uri ??
    input.customModelDataSource?.modelPackageArnDataSource?.modelPackageArn ??
    '';
  const { failureMessage, deploymentFailure } = hasAccess
    ? (state.options.sourceFailures.get(source) ?? {})
    : accessFailure(state);
  const model: ModelRecord = {
    ...state.born('custom-model', 'imported/', input.modelName, tags),
    creation: { beganAt: state.now, endsAt: state.now + state.durations.modelCreate, failureMessage },
    deploymentFailure,
    kmsKeyArn: input.modelKmsKeyArn,
    byHand: {},
  };
  state.models.add(model);
  state.remember('CreateCustomModel', input, model.arn);
  return { modelArn: model.arn };
}

/**
 * A model package is one version of its group, in the same Region. Nobody has seen in which words AWS refuses others.
 */
function requirePackageHere({ options: { region } }: ServiceState, modelPackageArn: string | undefined): void {
  if (modelPackageArn === undefined) {
    return;
  }
  const [, , , packageRegion, , resource = ''] = modelPackageArn.split(':');
  if (packageRegion !== region) {
    throw validation(`The model package ${modelPackageArn} is not in the Region ${region}`);
  }
  const version = resource.split('/')[2];
  if (version !== undefined && !/^\d+$/.test(version)) {
    throw validation(`The model package ${modelPackageArn} does not exist: a version is a number`);
  }
}

/**
 * SageMaker AI puts what it trained into a bucket that Amazon manages and that is named for the account,
 * customer-escrow-<account>-smtj-<id>; no role of another account may read there. Whose any other bucket is, its name
 * does not tell.
 */
function isInForeignBucket({ options: { accountId } }: ServiceState, s3Uri = ''): boolean {
  const owner = /^s3:\/\/customer-escrow-(\d{12})(?!\d)/.exec(s3Uri)?.[1];
  return owner !== undefined && owner !== accountId;
}

export function getCustomModel(
  state: ServiceState,
  input: Value<typeof shapes.modelReference>,
): WithAnyStatus<GetCustomModelResponse, 'modelStatus'> {
  const model = requireReadable(state.models, KIND, input.modelIdentifier, state.behaviour);
  const { status, failureMessage } = readModel(state, model);
  return {
    modelArn: model.arn,
    modelName: model.name,
    creationTime: new Date(model.createdAt),
    modelStatus: status,
    failureMessage,
    customizationType: customizationType(model),
    ...(customizationType(model) === 'IMPORTED' ? {} : { baseModelArn: base(model).arn }),
    modelKmsKeyArn: model.kmsKeyArn,
  };
}

export function listCustomModels(
  state: ServiceState,
  input: Value<typeof shapes.listCustomModels>,
): { nextToken?: string | undefined; modelSummaries: ModelSummary[] } {
  const {
    creationTimeBefore: before,
    creationTimeAfter: after,
    nameContains,
    modelStatus,
    baseModelArnEquals,
    foundationModelArnEquals,
  } = input;
  const { items, nextToken } = page(
    state.models
      .visible()
      .filter(
        (model) =>
          (!before || model.createdAt < before.getTime()) &&
          (!after || model.createdAt > after.getTime()) &&
          (nameContains === undefined || model.name.includes(nameContains)) &&
          (modelStatus === undefined || readModel(state, model).status === modelStatus) &&
          [undefined, base(model).arn].includes(baseModelArnEquals) &&
          [undefined, base(model).arn].includes(foundationModelArnEquals) &&
          input.isOwned !== false,
      ),
    input,
  );
  return {
    nextToken,
    modelSummaries: items.map((model) => ({
      modelArn: model.arn,
      modelName: model.name,
      creationTime: new Date(model.createdAt),
      baseModelArn: base(model).arn,
      baseModelName: base(model).name,
      customizationType: customizationType(model),
      ownerAccountId: state.options.accountId,
      modelStatus: readModel(state, model).status,
    })),
  };
}

export function deleteCustomModel(state: ServiceState, input: Value<typeof shapes.modelReference>): void {
  const model = state.models.find(input.modelIdentifier);
  const { behaviour, now, durations } = state;
  if (!model) {
    throw refused(behaviour.changeOfAbsent, { kind: KIND, name: input.modelIdentifier });
  }
  if (model.deletion) {
    refuseUnlessAllowed(behaviour.deleteWhileDeleting, about(state, model));
    return;
  }
  requireDeletable(state, model);
  state.models.changing(model.arn);
  model.deletion = { acceptedAt: now, goneAt: now + durations.modelDelete };
}

function accessFailure({ behaviour }: ServiceState): SourceFailure {
  return { failureMessage: behaviour.accessFailure };
}

function requirePlaces(state: ServiceState): void {
  const { maxCustomModels, tooManyModels, maxCreatingModels, tooManyCreatingModels } = state.behaviour;
  const models = state.models.all();
  const creating = models.filter((each) => viewOfModel(state, each).status === 'Creating');
  if (models.length >= maxCustomModels) {
    throw refused(tooManyModels, { kind: KIND, max: maxCustomModels });
  }
  if (creating.length >= maxCreatingModels) {
    throw refused(tooManyCreatingModels, { kind: KIND, max: maxCreatingModels });
  }
}

function requireDeletable(state: ServiceState, model: ModelRecord): void {
  const { deleteModelWhileCreating, deleteOfFailed, failedHeld, deleteModelWithDeployment, modelHeldAfterDelete } =
    state.behaviour;
  const { status } = viewOfModel(state, model);
  if (status === 'Creating') {
    refuseUnlessAllowed(deleteModelWhileCreating, about(state, model));
  }
  if (status === 'Failed' && state.now < model.creation.endsAt + failedHeld) {
    throw refused(deleteOfFailed, about(state, model));
  }
  const holder = state.deployments
    .all(modelHeldAfterDelete)
    .find((deployment) => modelsHeldBy(state, deployment).includes(model.arn));
  if (holder) {
    refuseUnlessAllowed(deleteModelWithDeployment, { ...about(state, model), holder: holder.name });
  }
}

function about(state: ServiceState, model: ModelRecord): About {
  return { kind: KIND, name: model.name, status: viewOfModel(state, model).status };
}

/** The Active model of that ARN. */
export function requireActiveModel(state: ServiceState, arn: string): ModelRecord {
  const model = state.models.find(arn);
  if (!model) {
    throw refused(state.behaviour.deployAbsentModel, { kind: KIND, name: arn });
  }
  const { status } = viewOfModel(state, model);
  if (status !== 'Active') {
    throw refused(state.behaviour.deployModelNotActive, { kind: KIND, name: arn, status });
  }
  return model;
}
