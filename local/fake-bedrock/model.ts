import { stageOf, type Transition } from './change';
import type { ResourceRecord, ServiceContext } from './resources';
import { beforeDeletion, statusWord } from './status';

export interface ModelRecord extends ResourceRecord {
  readonly creation: Transition;
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

interface ModelView {
  readonly status: string;
  readonly failureMessage: string | undefined;
}

/** The truth of the moment, which reads may not show. */
export function viewOfModel(surroundings: ServiceContext, { creation, deletion, byHand }: ModelRecord): ModelView {
  const { endsAt, failureMessage } = creation;
  const ended = failureMessage === undefined ? 'Active' : 'Failed';
  const status = deletion ? 'Deleting' : (byHand.status ?? (surroundings.now < endsAt ? 'Creating' : ended));
  return { status, failureMessage: status === 'Failed' ? (byHand.failureMessage ?? failureMessage) : undefined };
}

/** What reads show, in their words. */
export function readModel(surroundings: ServiceContext, model: ModelRecord): ModelView {
  const { now, behaviour } = surroundings;
  const look = viewOfModel(surroundings, beforeDeletion(model, behaviour));
  return { ...look, status: statusWord(look.status, stageOf(model.creation, now), behaviour) };
}

export const customizationType = (model: ModelRecord) =>
  model.arn.includes(':custom-model/imported/') ? 'IMPORTED' : 'FINE_TUNING';

export function base(model: ModelRecord): { arn: string; name: string } {
  const [, region = '', segment = ''] = /^arn:[^:]+:bedrock:([^:]+):\d+:custom-model\/([^/]+)\//.exec(model.arn) ?? [];
  const id = segment === 'imported' ? 'amazon.nova-lite-v1:0' : segment;
  return { arn: `arn:aws:bedrock:${region}::foundation-model/${id}`, name: id.replace(/:.*/, '') };
}
