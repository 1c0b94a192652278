/** What AWS does not document, or does differently from time to time. */
export interface CloudFormationBehaviour {
  /** Whether the id of a FAILED Update is taken for the resource's new one. */
  readonly keepsIdOfFailedUpdate: boolean;
  /**
   * Whether those under way beside one that fails are cancelled
   * (aws-cloudformation/cloudformation-coverage-roadmap#1730), or waited for.
   */
  readonly cancelsOthers: boolean;
  /** Whether an update is rolled back from the last resource to the first, or in the order of an update. */
  readonly rollsBackInReverse: boolean;
  /** Whether a clean-up deletes what depends on another before that, or everything at once. */
  readonly cleansUpInOrder: boolean;
  /** Whether UpdateReplacePolicy Retain keeps the new copy, too, of a replacement that is rolled back. */
  readonly retainsRolledBackReplacement: boolean;
  /**
   * Whether a failed update without rollback asks the resource that failed for what it was, as AWS documents; or leaves
   * it to the next update.
   */
  readonly restoresFailedUpdate: boolean;
}

export const DEFAULT_CLOUDFORMATION: CloudFormationBehaviour = {
  keepsIdOfFailedUpdate: true,
  cancelsOthers: true,
  rollsBackInReverse: true,
  cleansUpInOrder: true,
  retainsRolledBackReplacement: true,
  restoresFailedUpdate: true,
};
