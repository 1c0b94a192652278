/** Every kind of violation, by name: what must never happen, whatever faults are injected. */
export const VIOLATION_NAMES = [
  /** A resource that the stack made exists, though the stack does not have it (any more). */
  'orphan',
  /** A retained resource is gone, though nobody asked for its deletion. */
  'retained resource lost',
  /** Two resources exist for one logical id. */
  'duplicate',
  /** The stack has the resource, Bedrock does not. */
  'missing',
  /** The stack can be neither updated nor rolled back nor deleted, or virtual time ended before the operation did. */
  'stuck stack',
  /** A resource of somebody else was changed or deleted. */
  'foreign resource changed',
  /** A deployment does not serve what the last successful operation asked for. */
  'wrong final state',
  /** The physical id that CloudFormation has is not the resource's name. */
  'unknown to CloudFormation',
  'wrong tags',
  /** The attributes in an answer are not those of the resource. */
  'wrong attributes',
  /** An operation failed without an allowed failure: faults are transient, so it should have succeeded. */
  'unexpected failure',
  /** A SUCCESS was answered before the resource was as requested. */
  'false success',
  /** A SUCCESS was answered for a model that has not passed each gate. */
  'gate not passed',
  /** CloudFormation timed out waiting for an answer. */
  'no answer',
  'invalid answer',
  /** A log line or a failure reason quotes the pre-signed ResponseURL. */
  'secret leaked',
  /** The simulation itself threw an error. */
  'simulation error',
] as const;

export type ViolationName = (typeof VIOLATION_NAMES)[number];

export interface Violation {
  readonly name: ViolationName;
  readonly detail: string;
}
