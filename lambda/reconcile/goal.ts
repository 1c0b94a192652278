/** One thing that a request wants of Bedrock: a resource as described, or none of that name. */
export type Goal = PresenceGoal | AbsenceGoal;

/** The kinds of resources. They have one lifecycle; where they differ, the code says so. */
export type Kind = 'deployment' | 'model';

/** The stack and the logical id that the ownership tags name. */
export interface Owner {
  readonly stackId: string;
  readonly logicalId: string;
}

export interface PresenceGoal {
  readonly want: 'present';
  readonly owner: Owner;
  readonly name: string;
  /** The user chose the name, so a replacement cannot have another. */
  readonly nameIsFixed: boolean;
  /** To CloudFormation the resource has not had this name so far: what has it already was retained. */
  readonly nameIsNew: boolean;
  readonly spec: DeploymentSpec | ModelSpec;
  readonly tags: Tags;
  /** The properties before this request, when CloudFormation tells. They say what was asked, never what is. */
  readonly previous?: PreviousProperties;
  /** What must hold before the request succeeds, in this order. Of deployments only. */
  readonly gates?: readonly Gate[];
}

export interface AbsenceGoal {
  readonly want: 'absent';
  readonly owner: Owner;
  readonly name: string;
  readonly spec: { readonly kind: Kind };
  /**
   * What the resource was made as, if only these properties say that it should have the name: what was made otherwise
   * was retained.
   */
  readonly madeAs?: DeploymentSpec | ModelSpec;
  /** Only what this failed attempt made is to be deleted, and not what has its name since. */
  readonly attempt?: FailedAttempt;
}

/** A Create that has failed: what it may have left was made by then, and has this ARN, if that is known. */
export interface FailedAttempt {
  readonly until: number;
  readonly arn?: string;
}

export interface DeploymentSpec {
  readonly kind: 'deployment';
  readonly modelArn: string;
  readonly description?: string;
  /** A change of model may be made in place. */
  readonly updatesInPlace: boolean;
}

export interface ModelSpec {
  readonly kind: 'model';
  readonly source: ModelSource;
  readonly kmsKeyArn?: string;
  /** A digest of source, role and key, none of which can be changed, and most of which Bedrock does not tell. */
  readonly madeOf: string;
}

export type ModelSource = { readonly modelPackageArn: string } | { readonly s3Uri: string; readonly roleArn: string };

export interface PreviousProperties {
  readonly modelArn?: string;
  readonly updatesInPlace?: boolean;
  readonly description?: string;
  readonly madeOf?: string;
  readonly tags: Tags;
}

/** What must hold once the deployment serves the model. */
export type Gate = ModelGate | FunctionGate | AlarmGate;

interface CheckedGate {
  /** How many errors in a row fail the gate, of those that do not pass by themselves. */
  readonly maxAttempts: number;
  /** Within which the gate must pass, or in which none of its alarms may be in ALARM. */
  readonly seconds: number;
}

/** The deployment answers this request. */
export interface ModelGate extends CheckedGate {
  readonly kind: 'converse' | 'invokeModel';
  readonly request: Readonly<Record<string, unknown>>;
}

/** A function says READY. */
export interface FunctionGate extends CheckedGate {
  readonly kind: 'lambda';
  readonly functionArn: string;
}

/** None of the alarms is in ALARM. */
export interface AlarmGate extends CheckedGate {
  readonly kind: 'alarms';
  readonly names: readonly string[];
}

export type Tags = Readonly<Record<string, string>>;
