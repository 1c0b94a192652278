import type { CloudFormationBehaviour } from '../../local/aws-simulator/cloudformation';
import type { Death } from '../../local/aws-simulator/killed-invocation';
import type { Behaviour, Durations } from '../../local/fake-bedrock/behaviour';
import type { Fault } from '../../local/fake-bedrock/faults';

/** A stack's life as data: what is drawn, and made smaller until only that is left which matters. */
export interface Plan {
  /** Of the ids that are given. */
  readonly seed: number;
  readonly world: World;
  readonly create: Attempt & { readonly wish: Wish };
  readonly updates: readonly Update[];
  readonly remove: Attempt;
}

/** What AWS does not document, and how long things take. */
export interface World {
  readonly behaviour: Behaviour;
  readonly durations: Durations;
  readonly cloudFormation: CloudFormationBehaviour;
}

/**
 * One operation of the stack. Everything in it is counted from its beginning, so that others can be taken away without
 * touching it.
 */
export interface Attempt {
  /** Of all that does not matter: latencies, how late an execution is listed. */
  readonly seed: number;
  /** The operation is cancelled after so many ms. */
  readonly cancelAfter?: number;
  readonly byHand: readonly ByHand[];
  readonly mishaps: readonly Mishap[];
}

export interface Update extends Attempt {
  /** Made to what is in force; or else that many of the wishes that came true are gone back. */
  readonly to: readonly Change[] | { readonly back: number };
  /** If it fails: what it failed over is mended, and the same is asked again. */
  readonly again?: Attempt;
}

export type LogicalId = 'Deployment' | 'Second' | 'Third';

/** What a template asks for. */
export interface Wish {
  readonly model?: ModelWish;
  readonly deployments: Readonly<Partial<Record<LogicalId, DeploymentWish>>>;
}

/** A model that the stack makes. */
export interface ModelWish extends Common {
  /** Of the artefacts. */
  readonly version: number;
  /** Where the artefacts are. */
  readonly source: 'package' | 's3';
}

export interface DeploymentWish extends Common {
  /** The stack's own model, if there is one, or else one of somebody's. */
  readonly serves: 'own' | GivenModel;
  /** Empty: none. */
  readonly description: string;
  readonly modelUpdate: 'IN_PLACE' | 'REPLACE';
}

interface Common {
  readonly name: Name;
  readonly tags: Readonly<Record<string, string>>;
  /** What becomes of it when the stack no longer has it. */
  readonly policy: 'Delete' | 'Retain' | 'RetainExceptOnCreate';
}

/**
 * Made by the handler; fixed, for this resource alone; the same for all that are fixed so; fixed, and taken by
 * somebody.
 */
export type Name = 'generated' | 'mine' | 'ours' | 'theirs';

export type GivenModel = 'one' | 'two' | 'three' | 'full-rank';

export type Change =
  | { readonly of: LogicalId; readonly to: Partial<DeploymentWish> | 'removed' }
  | { readonly of: 'Model'; readonly to: Partial<ModelWish> | 'removed' };

/** What others in the account do: before the operation, or so many ms after it began. */
export interface ByHand {
  readonly after?: number;
  readonly act: Act;
}

export type Act =
  | { readonly act: 'delete' | 'fail'; readonly of: LogicalId }
  | { readonly act: 'move'; readonly of: LogicalId; readonly to: GivenModel }
  | { readonly act: 'tag'; readonly of: LogicalId; readonly key: string }
  /** A deployment of somebody's takes the name that the stack may want for this one. */
  | { readonly act: 'take the name'; readonly of: LogicalId; readonly marked: boolean }
  /** Somebody's deployments serve the stack's own model. */
  | { readonly act: 'use the model'; readonly users: readonly ModelUse[] }
  /** Deployments of somebody's are in progress for so long. */
  | { readonly act: 'hold the quota'; readonly places: number; readonly ms: number }
  /** They have all the places for deployments that are left in the account, for so long, or for good. */
  | { readonly act: 'fill the account'; readonly ms?: number }
  /** The role that reads what models are made of is made anew, which Bedrock does not know at once. */
  | { readonly act: 'change access' }
  /** Whether a full-rank model, and what else cannot be deployed, can be from now on. */
  | { readonly act: 'mend' | 'break' }
  /** What is made from now on in this operation takes longer than CloudFormation waits. */
  | { readonly act: 'slow down' };

/**
 * Made with it; moved to it; made with it and about to move away; made with it, and could not be moved away; made with
 * it, and moved away.
 */
export type ModelUse = 'made' | 'moved to' | 'moving away' | 'stuck' | 'moved away';

/** What goes wrong with the at-th of its kind in the operation, the first being 1. */
export type Mishap = {
  readonly [K in keyof Mishaps]: { readonly at: number; readonly to: K; readonly what: Mishaps[K] };
}[keyof Mishaps];

export interface Mishaps {
  readonly call: CallMishap;
  readonly invocation: InvocationMishap;
  /** So many ms late, or again so many ms later. */
  readonly delivery: { readonly late: number } | { readonly againAfter: number };
  /** Lost before or after it reached CloudFormation. */
  readonly answer: Death;
}

/** The function dies before or after all that it does; or Lambda cannot run it for so many ms. */
export type InvocationMishap = Death | { readonly unavailableFor: number };

export type CallMishap =
  | { readonly death: Death }
  /** Met by that many tries of the call; the SDK itself makes three. */
  | { readonly fault: Fault; readonly tries: number }
  /** A policy denies what is called, and so it does for so many ms. */
  | { readonly deniedFor: number };
