/** One thing that a request wants of Bedrock: a deployment as described, or none of that name. */
export type Goal = PresenceGoal | AbsenceGoal;

/** Who makes it: what the ownership tags say. */
export interface Owner {
  readonly stackId: string;
  readonly logicalId: string;
}

export interface PresenceGoal {
  readonly kind: 'present';
  readonly owner: Owner;
  readonly name: string;
  /** The user chose the name, so it cannot give way to another when something must be replaced. */
  readonly nameIsFixed: boolean;
  readonly modelArn: string;
  readonly description?: string;
  /** A change of model may be made in place. */
  readonly updatesInPlace: boolean;
  readonly tags: Tags;
  /** What was asked before this, when CloudFormation says. It tells who wanted what, never what is. */
  readonly previous?: Asked;
}

export interface AbsenceGoal {
  readonly kind: 'absent';
  readonly owner: Owner;
  readonly name: string;
}

export interface Asked {
  readonly modelArn?: string;
  readonly description?: string;
  readonly tags: Tags;
}

export type Tags = Readonly<Record<string, string>>;
