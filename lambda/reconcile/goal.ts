/** One thing that a request wants of Bedrock: a resource as described, or none of that name. */
export type Goal = PresenceGoal | AbsenceGoal;

/** What kinds of resources there are. They share one life; what differs is said where it does. */
export type Kind = 'deployment' | 'model';

/** Who makes it: what the ownership tags say. */
export interface Owner {
  readonly stackId: string;
  readonly logicalId: string;
}

export interface PresenceGoal {
  readonly want: 'present';
  readonly owner: Owner;
  readonly name: string;
  /** The user chose the name, so it cannot give way to another when something must be replaced. */
  readonly nameIsFixed: boolean;
  /** To CloudFormation the resource has not had this name so far: what has it already was left there before. */
  readonly nameIsNew: boolean;
  readonly spec: DeploymentSpec | ModelSpec;
  readonly tags: Tags;
  /** What was asked before this, when CloudFormation says. It tells who wanted what, never what is. */
  readonly previous?: Asked;
}

export interface AbsenceGoal {
  readonly want: 'absent';
  readonly owner: Owner;
  readonly name: string;
  readonly spec: { readonly kind: Kind };
  /**
   * What it was made as, if only these properties say that it should have the name: what was made otherwise was left
   * there before.
   */
  readonly madeAs?: DeploymentSpec | ModelSpec;
  /** What is to go is what this failed attempt made, and not what has its name since. */
  readonly attempt?: Attempt;
}

/** A Create that has failed: what it may have left was made by then, and has this ARN, if that is known. */
export interface Attempt {
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
  /** Stands for source, role and key, none of which can be changed, and most of which Bedrock does not tell. */
  readonly madeOf: string;
}

export type ModelSource = { readonly modelPackageArn: string } | { readonly s3Uri: string; readonly roleArn: string };

export interface Asked {
  readonly modelArn?: string;
  readonly updatesInPlace?: boolean;
  readonly description?: string;
  readonly madeOf?: string;
  readonly tags: Tags;
}

export type Tags = Readonly<Record<string, string>>;
