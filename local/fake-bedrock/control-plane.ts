import { type Behaviour, DEFAULT_BEHAVIOUR, DEFAULT_DURATIONS, type Durations } from './behaviour';
import {
  type DeploymentPatch,
  type DeploymentRecord,
  type DeploymentView,
  type ServedSince,
  servedSince,
  servingModel,
  viewOf,
} from './deployment';
import { type ModelPatch, type ModelRecord, type SourceFailure, viewOfModel } from './model';
import { type InputOf, type OperationName, operations, type OutputOf } from './operations';
import { customModelArn, modelName, type Value } from './shapes';
import { ServiceState } from './state';
import { matches, validate } from './validation';

const SEEDED_BASE = 'amazon.nova-lite-v1:0:300k';

export interface ControlPlaneOptions {
  /** Default '000000000000'. */
  readonly accountId?: string;
  /** Default 'us-east-1'. */
  readonly region?: string;
  /** The clock, in milliseconds; every status is derived from it at the time of a look. Default `Date.now`. */
  readonly now?: () => number;
  readonly durations?: Partial<Durations>;
  readonly behaviour?: Partial<Behaviour>;
  /**
   * Whether Bedrock may read the source of such a model, and use its key, as the role that it is given. Default: it
   * may.
   */
  readonly mayRead?: (input: InputOf<'CreateCustomModel'>) => boolean;
}

export interface SeededModel {
  readonly name: string;
  /** Default: a fine-tuned Nova Lite of this account and Region. */
  readonly arn?: string;
  /**
   * Default `Active`. `Creating` ends after `durations.modelCreate`: in `Failed` if there is a failureMessage, else in
   * `Active`.
   */
  readonly status?: 'Creating' | 'Active' | 'Failed';
  readonly failureMessage?: string;
  /**
   * What a deployment of this model, or an update to it, fails with: for instance a full-rank model, which cannot be
   * served on demand.
   */
  readonly deploymentFailure?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

interface ResourceSnapshot {
  readonly arn: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly tags: Record<string, string>;
}
export interface DeploymentSnapshot extends ResourceSnapshot, DeploymentView {
  /** The model that serves, whatever is shown. */
  readonly servedModelArn: string;
}
export interface ModelSnapshot extends ResourceSnapshot {
  readonly status: string;
  readonly failureMessage: string | undefined;
}

/** Bedrock's custom models, their deployments and tags, without the wire. */
export class ControlPlane {
  readonly durations: Durations;
  readonly behaviour: Behaviour;
  /**
   * What becomes of the models that `CreateCustomModel` makes of a source from now on: by its model package ARN or S3
   * URI, as it is given there.
   */
  readonly sourceFailures = new Map<string, SourceFailure>();
  /**
   * When what allows Bedrock to read the sources of models was last changed: a role, or its policy. It counts for
   * `accessLag`.
   */
  accessChangedAt = -Infinity;
  private readonly state: ServiceState;

  constructor(options: ControlPlaneOptions = {}) {
    this.durations = { ...DEFAULT_DURATIONS, ...options.durations };
    this.behaviour = { ...DEFAULT_BEHAVIOUR, ...options.behaviour };
    this.state = new ServiceState({
      accountId: options.accountId ?? '000000000000',
      region: options.region ?? 'us-east-1',
      now: options.now ?? Date.now,
      durations: this.durations,
      behaviour: this.behaviour,
      sourceFailures: this.sourceFailures,
      accessChangedAt: () => this.accessChangedAt,
      mayRead: options.mayRead ?? (() => true),
    });
  }

  /** One operation of the service; throws a `BedrockError` when it is refused. */
  perform<N extends OperationName>(name: N, input: InputOf<N>): OutputOf<N> {
    const { input: shape, perform } = operations[name];
    validate(shape, input);
    return (perform as (state: ServiceState, input: Value<typeof shape>) => OutputOf<N>)(this.state, input);
  }

  /** Seeds a model, known to reads at once, and returns its ARN. */
  addModel({ name, arn, status = 'Active', failureMessage, deploymentFailure, tags = {} }: SeededModel): string {
    const born = this.state.born('custom-model', `${SEEDED_BASE}/`, name, new Map(Object.entries(tags)), -Infinity);
    const model: ModelRecord = {
      ...born,
      arn: arn ?? born.arn,
      creation: {
        beganAt: born.createdAt,
        endsAt: status === 'Creating' ? born.createdAt + this.durations.modelCreate : born.createdAt,
        failureMessage:
          status === 'Active'
            ? undefined
            : (failureMessage ?? (status === 'Failed' ? 'The model could not be created' : undefined)),
      },
      deploymentFailure,
      byHand: {},
    };
    if (!matches(modelName, name)) {
      throw new Error(`'${name}' is not a name for a custom model`);
    }
    if (!matches(customModelArn, model.arn)) {
      throw new Error(`${model.arn} is not the ARN of a custom model`);
    }
    if (this.state.models.find(model.arn) ?? this.state.models.find(name)) {
      throw new Error(`There is a model ${name} or ${model.arn} already`);
    }
    this.state.models.add(model);
    return model.arn;
  }

  /** The truth of this moment, whatever reads may still show. */
  deployments(): DeploymentSnapshot[] {
    return this.state.deployments.all().map((deployment) => ({
      ...named(deployment),
      ...viewOf(this.state, deployment),
      servedModelArn: servingModel(this.state, deployment),
    }));
  }

  /** Of a deployment that is there. */
  servedSince(nameOrArn: string): ServedSince {
    return servedSince(this.state, this.deployment(nameOrArn));
  }

  models(): ModelSnapshot[] {
    return this.state.models.all().map((model) => ({ ...named(model), ...viewOfModel(this.state, model) }));
  }

  setDeployment(nameOrArn: string, patch: DeploymentPatch): void {
    const deployment = this.deployment(nameOrArn);
    this.state.deployments.changing(deployment.arn);
    deployment.byHand = { ...deployment.byHand, ...patch };
    deployment.patchedAt = this.state.now;
  }

  setModel(nameOrArn: string, given: ModelPatch): void {
    const { deploymentFailure, ...patch } = given;
    const model = this.model(nameOrArn);
    this.state.models.changing(model.arn);
    model.byHand = { ...model.byHand, ...patch };
    if ('deploymentFailure' in given) {
      model.deploymentFailure = deploymentFailure;
    }
  }

  removeDeployment(nameOrArn: string): void {
    this.state.deployments.remove(this.deployment(nameOrArn));
  }

  removeModel(nameOrArn: string): void {
    this.state.models.remove(this.model(nameOrArn));
  }

  private deployment(nameOrArn: string): DeploymentRecord {
    const deployment = this.state.deployments.find(nameOrArn);
    if (!deployment) {
      throw new Error(`There is no deployment ${nameOrArn}`);
    }
    return deployment;
  }

  private model(nameOrArn: string): ModelRecord {
    const model = this.state.models.find(nameOrArn);
    if (!model) {
      throw new Error(`There is no model ${nameOrArn}`);
    }
    return model;
  }
}

function named({ arn, name, createdAt, tags }: DeploymentRecord | ModelRecord): ResourceSnapshot {
  return { arn, name, createdAt: new Date(createdAt), tags: Object.fromEntries(tags) };
}
