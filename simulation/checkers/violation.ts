/** What must never be, whatever comes. */
export const FINDINGS = [
  /** Something of the stack's that it no longer has, or not any more. */
  'orphan',
  /** What the stack let go of, and nobody asked to be deleted, is gone. */
  'lost',
  'double',
  'missing',
  /** A stack that nobody can get on with, or time that runs out over it. */
  'stuck',
  'foreign touched',
  /** What is there is not what succeeded last. */
  'wrong end',
  'unknown to CloudFormation',
  'wrong tags',
  /** What an answer says of the resource is not so. */
  'wrong attributes',
  /** What can be had must be had: mishaps pass. */
  'needless failure',
  /** CloudFormation took a success for what was none. */
  'false success',
  /** CloudFormation gave up waiting for an answer. */
  'no answer',
  'bad answer',
  /** A log line or a reason has what opens CloudFormation's door. */
  'secret told',
  /** The storm itself failed. */
  'crash',
] as const;

export type FindingName = (typeof FINDINGS)[number];

export interface Finding {
  readonly name: FindingName;
  readonly detail: string;
}
