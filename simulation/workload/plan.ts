import type { CloudFormationBehaviour } from '../../local/aws-simulator/cloudformation';
import type { Death } from '../../local/aws-simulator/killed-invocation';
import type { Behaviour, Durations } from '../../local/fake-bedrock/behaviour';
import type { Fault } from '../../local/fake-bedrock/faults';
import type { RuntimeBehaviour } from '../../local/fake-bedrock/runtime-behaviour';

/** The life of one stack as plain data, which is drawn from a seed and can be shrunk. */
export interface LifePlan {
  /** Of the ids that CloudFormation assigns. */
  readonly seed: number;
  readonly world: WorldConfig;
  readonly create: PlannedOperation & { readonly desired: DesiredResources };
  readonly updates: readonly PlannedUpdate[];
  readonly remove: PlannedOperation;
}

/** A value for each switch: what AWS does not document, and how long things take. */
export interface WorldConfig {
  readonly behaviour: Behaviour;
  readonly durations: Durations;
  readonly cloudFormation: CloudFormationBehaviour;
  readonly runtime: RuntimeBehaviour;
}

/** One operation of the stack. Times and counts begin with it, so that shrinking one operation affects no other. */
export interface PlannedOperation {
  /** Of latencies, and of how late an execution is listed. */
  readonly seed: number;
  /** ms after which the operation is cancelled. */
  readonly cancelAfter?: number;
  readonly externalActions: readonly ScheduledAction[];
  readonly faults: readonly InjectedFault[];
}

export interface PlannedUpdate extends PlannedOperation {
  /** Changes to the deployed resources, or a return to what was deployed so many successful operations ago. */
  readonly to: readonly DesiredChange[] | { readonly back: number };
  /** If the update fails, the models are repaired and the same update is made again. */
  readonly retry?: PlannedOperation;
}

export type LogicalId = 'Deployment' | 'Second' | 'Third';

/** What a template asks for. */
export interface DesiredResources {
  readonly model?: DesiredModel;
  readonly deployments: Readonly<Partial<Record<LogicalId, DesiredDeployment>>>;
}

/** A model that the stack creates. */
export interface DesiredModel extends CommonProperties {
  /** Of the artefacts that it is made from. */
  readonly version: number;
  readonly source: 'package' | 's3';
}

export interface DesiredDeployment extends CommonProperties {
  /** `own`: the stack's model if the template has one, or else the existing model `one`. */
  readonly serves: 'own' | ExistingModel;
  /** Empty: none. */
  readonly description: string;
  readonly modelUpdate: 'IN_PLACE' | 'REPLACE';
  /** What must hold before a change of the model succeeds, in this order. */
  readonly gates: readonly GateChoice[];
  /** The time that each of them has, but for those of alarms. */
  readonly gateSeconds: number;
}

/** The last is of an alarm that does not exist. */
export type GateChoice = 'converse' | 'invokeModel' | 'function' | 'alarms' | 'absent alarm';

interface CommonProperties {
  readonly name: NameChoice;
  readonly tags: Readonly<Record<string, string>>;
  /** The DeletionPolicy. */
  readonly policy: 'Delete' | 'Retain' | 'RetainExceptOnCreate';
}

/**
 * - `generated`: by the handler
 * - `fixed`: a name of its own in the template
 * - `shared`: a name in the template, the same for all resources with this choice
 * - `foreign`: a name in the template that a foreign resource has
 */
export type NameChoice = 'generated' | 'fixed' | 'shared' | 'foreign';

/**
 * Models that exist before the stack. Until they are repaired, `full-rank` cannot be deployed, and `three` passes no
 * gate.
 */
export type ExistingModel = 'one' | 'two' | 'three' | 'full-rank';

export type DesiredChange =
  | { readonly of: LogicalId; readonly to: Partial<DesiredDeployment> | 'removed' }
  | { readonly of: 'Model'; readonly to: Partial<DesiredModel> | 'removed' };

export interface ScheduledAction {
  /** ms after the operation began. Default: before it begins. */
  readonly after?: number;
  readonly action: ExternalAction;
}

/** What other users of the account do. */
export type ExternalAction =
  | { readonly kind: 'delete' | 'fail'; readonly of: LogicalId }
  | { readonly kind: 'move'; readonly of: LogicalId; readonly to: ExistingModel }
  | { readonly kind: 'tag'; readonly of: LogicalId; readonly key: string }
  /** Create a foreign deployment with the fixed name of this resource. */
  | { readonly kind: 'take the name'; readonly of: LogicalId; readonly tagged: boolean }
  /** Create foreign deployments of the stack's model. */
  | { readonly kind: 'use the model'; readonly users: readonly ModelUse[] }
  /** Create so many foreign deployments, which are in progress for so many ms. */
  | { readonly kind: 'hold the quota'; readonly count: number; readonly ms: number }
  /** Create foreign deployments until the quota of the account is full. Without `ms` they stay. */
  | { readonly kind: 'fill the account'; readonly ms?: number }
  /** Recreate the role that reads artefacts. Bedrock notices after a while. */
  | { readonly kind: 'change access' }
  /** Make the models that cannot be created or deployed work, or fail again. */
  | { readonly kind: 'repair' | 'break' }
  /** Let creations that begin in this operation take longer than CloudFormation waits. */
  | { readonly kind: 'slow down' };

/**
 * How a foreign deployment comes to use the stack's model:
 * - `created`: with it
 * - `moved to`: by an update
 * - `moving away`: created with it, and an update to another model is in progress
 * - `stuck`: created with it, and an update to another model has failed
 * - `moved away`: created with it, and moved to another model
 */
export type ModelUse = 'created' | 'moved to' | 'moving away' | 'stuck' | 'moved away';

/** A fault in the at-th call, check, invocation, delivery or answer of the operation, counted from 1. */
export type InjectedFault = {
  readonly [K in keyof FaultsByTarget]: { readonly at: number; readonly to: K; readonly what: FaultsByTarget[K] };
}[keyof FaultsByTarget];

export interface FaultsByTarget {
  readonly call: CallFault;
  readonly check: CheckFault;
  readonly invocation: InvocationFault;
  /** ms: the request is delivered late, or a second time so much later. */
  readonly delivery: { readonly late: number } | { readonly againAfter: number };
  /** The connection is lost before or after the answer reached CloudFormation. */
  readonly answer: Death;
}

/** The function is killed before or after its work, or an outage of Lambda of so many ms begins. */
export type InvocationFault = Death | { readonly unavailableFor: number };

/** A check of a gate fails with this error of Step Functions, or all do for so many ms, since they are denied. */
export type CheckFault = { readonly error: string; readonly cause: string } | { readonly deniedFor: number };

export type CallFault =
  /** The function is killed before or after the call. */
  | { readonly death: Death }
  /** So many attempts fail; the SDK makes three by itself. */
  | { readonly fault: Fault; readonly tries: number }
  /** Calls of this operation are denied for so many ms. */
  | { readonly deniedFor: number };
