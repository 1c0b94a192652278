import type { GetCustomModelResponse, ListCustomModelsResponse } from '@aws-sdk/client-bedrock';
import { stageOf, type Change } from './change';
import { modelsHeldBy } from './deployment';
import { validation } from './errors';
import { page } from './pages';
import { refused, refuseUnlessAllowed, type About } from './refusal';
import type * as shapes from './shapes';
import type { Value } from './shapes';
import { requireReadable, type Resource } from './resources';
import type { State } from './state';
import { beforeDeletion, statusWord } from './status';
import { tagged } from './tags';

const KIND = 'custom model';

export interface Model extends Resource {
  readonly creation: Change;
  readonly kmsKeyArn?: string | undefined;
  /** What a deployment of this model, or an update to it, fails with. */
  deploymentFailure?: string | undefined;
  byHand: ModelPatch;
}

/** What can be changed by hand; a status stays until it is changed again. */
export interface ModelPatch {
  readonly status?: string;
  readonly failureMessage?: string;
  /** `undefined`: the model can be deployed from now on. */
  readonly deploymentFailure?: string | undefined;
}

/** What is wrong with a source: Bedrock tells only once it has made a model of it, or when that is deployed. */
export interface SourceFailure {
  /** The model ends `Failed` with this message. */
  readonly failureMessage?: string;
  /** The model becomes Active, but a deployment of it, or an update to it, fails with this. */
  readonly deploymentFailure?: string;
}

type WithAnyStatus<T, K extends keyof T> = Omit<T, K> & Readonly<Record<K, string>>;
type Summary = WithAnyStatus<NonNullable<ListCustomModelsResponse['modelSummaries']>[number], 'modelStatus'>;

export function createCustomModel(state: State, input: Value<typeof shapes.createCustomModel>): { modelArn: string } {
  if ((input.modelSourceConfig === undefined) === (input.customModelDataSource === undefined)) {
    throw validation('Exactly one of customModelDataSource and modelSourceConfig must be specified');
  }
  if (input.modelSourceConfig && input.roleArn === undefined) throw validation('roleArn is required with modelSourceConfig');
  const tags = tagged(new Map(), input.modelTags ?? [], input.modelName);
  const isFailed = (made: Model): boolean => lookAtModel(state, made).status === 'Failed';
  const replayed = state.replayed('CreateCustomModel', input, state.models, isFailed);
  if (replayed !== undefined) return { modelArn: replayed };
  const { duplicateModelName, importWithoutAccess } = state.behaviour;
  if (state.models.isTaken(input.modelName)) throw refused(duplicateModelName, { kind: KIND, name: input.modelName });
  requirePlaces(state);
  const hasAccess = state.hasAccess(input);
  if (!hasAccess) refuseUnlessAllowed(importWithoutAccess, { kind: KIND, name: input.modelName });

  const source = input.modelSourceConfig?.s3DataSource?.s3Uri ?? input.customModelDataSource?.modelPackageArnDataSource?.modelPackageArn ?? '';
  const { failureMessage, deploymentFailure } = hasAccess ? state.options.sourceFailures.get(source) ?? {} : accessFailure(state);
  const model: Model = {
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

export function getCustomModel(
  state: State, input: Value<typeof shapes.modelReference>,
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
  state: State, input: Value<typeof shapes.listCustomModels>,
): { nextToken?: string | undefined; modelSummaries: Summary[] } {
  const { creationTimeBefore: before, creationTimeAfter: after, nameContains, modelStatus, baseModelArnEquals, foundationModelArnEquals } = input;
  const { items, nextToken } = page(state.models.visible().filter((model) =>
    (!before || model.createdAt < before.getTime())
    && (!after || model.createdAt > after.getTime())
    && (nameContains === undefined || model.name.includes(nameContains))
    && (modelStatus === undefined || readModel(state, model).status === modelStatus)
    && [undefined, base(model).arn].includes(baseModelArnEquals)
    && [undefined, base(model).arn].includes(foundationModelArnEquals)
    && input.isOwned !== false), input);
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

export function deleteCustomModel(state: State, input: Value<typeof shapes.modelReference>): void {
  const model = state.models.find(input.modelIdentifier);
  const { behaviour, now, durations } = state;
  if (!model) throw refused(behaviour.changeOfAbsent, { kind: KIND, name: input.modelIdentifier });
  if (model.deletion) {
    refuseUnlessAllowed(behaviour.deleteWhileDeleting, about(state, model));
    return;
  }
  requireDeletable(state, model);
  state.models.changing(model.arn);
  model.deletion = { acceptedAt: now, goneAt: now + durations.modelDelete };
}

function accessFailure({ behaviour }: State): SourceFailure {
  return { failureMessage: behaviour.accessFailure };
}

function requirePlaces(state: State): void {
  const { maxCustomModels, tooManyModels, maxCreatingModels, tooManyCreatingModels } = state.behaviour;
  const models = state.models.all();
  const creating = models.filter((each) => lookAtModel(state, each).status === 'Creating');
  if (models.length >= maxCustomModels) throw refused(tooManyModels, { kind: KIND, max: maxCustomModels });
  if (creating.length >= maxCreatingModels) throw refused(tooManyCreatingModels, { kind: KIND, max: maxCreatingModels });
}

function requireDeletable(state: State, model: Model): void {
  const { deleteModelWhileCreating, deleteOfFailed, failedHeld, deleteModelWithDeployment, modelHeldAfterDelete } = state.behaviour;
  const { status } = lookAtModel(state, model);
  if (status === 'Creating') refuseUnlessAllowed(deleteModelWhileCreating, about(state, model));
  if (status === 'Failed' && state.now < model.creation.endsAt + failedHeld) throw refused(deleteOfFailed, about(state, model));
  const holder = state.deployments.all(modelHeldAfterDelete).find((deployment) => modelsHeldBy(state, deployment).includes(model.arn));
  if (holder) refuseUnlessAllowed(deleteModelWithDeployment, { ...about(state, model), holder: holder.name });
}

function about(state: State, model: Model): About {
  return { kind: KIND, name: model.name, status: lookAtModel(state, model).status };
}

interface ModelLook { readonly status: string; readonly failureMessage: string | undefined }

/** The truth of the moment, which reads may not show. */
export function lookAtModel(state: State, { creation, deletion, byHand }: Model): ModelLook {
  const { endsAt, failureMessage } = creation;
  const ended = failureMessage === undefined ? 'Active' : 'Failed';
  const status = deletion ? 'Deleting' : byHand.status ?? (state.now < endsAt ? 'Creating' : ended);
  return { status, failureMessage: status === 'Failed' ? byHand.failureMessage ?? failureMessage : undefined };
}

/** What reads show, in their words. */
function readModel(state: State, model: Model): ModelLook {
  const { now, behaviour } = state;
  const look = lookAtModel(state, beforeDeletion(model, behaviour));
  return { ...look, status: statusWord(look.status, stageOf(model.creation, now), behaviour) };
}

/** The Active model of that ARN. */
export function requireActiveModel(state: State, arn: string): Model {
  const model = state.models.find(arn);
  if (!model) throw refused(state.behaviour.deployAbsentModel, { kind: KIND, name: arn });
  const { status } = lookAtModel(state, model);
  if (status !== 'Active') throw refused(state.behaviour.deployModelNotActive, { kind: KIND, name: arn, status });
  return model;
}

const customizationType = (model: Model) => model.arn.includes(':custom-model/imported/') ? 'IMPORTED' : 'FINE_TUNING';

function base(model: Model): { arn: string; name: string } {
  const [, region = '', segment = ''] = /^arn:[^:]+:bedrock:([^:]+):\d+:custom-model\/([^/]+)\//.exec(model.arn) ?? [];
  const id = segment === 'imported' ? 'amazon.nova-lite-v1:0' : segment;
  return { arn: `arn:aws:bedrock:${region}::foundation-model/${id}`, name: id.replace(/:.*/, '') };
}
