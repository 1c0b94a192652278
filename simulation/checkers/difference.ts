import type { DeploymentSnapshot } from '../../local/fake-bedrock/control-plane';

export interface ExpectedDeployment {
  readonly modelArn: string | undefined;
  readonly description: string | undefined;
}

/** How a deployment differs from what is expected; undefined if it does not, and no update is in progress. */
export function difference(
  { status, servedModelArn, updateDetails, description }: DeploymentSnapshot,
  expected: ExpectedDeployment,
): string | undefined {
  const target = updateDetails?.updateStatus === 'Updating' ? updateDetails.modelArn : expected.modelArn;
  return status !== 'Active'
    ? `is ${status}`
    : target !== expected.modelArn
      ? `is being updated to ${target ?? ''}`
      : servedModelArn !== expected.modelArn
        ? `serves ${servedModelArn}, expected ${expected.modelArn ?? 'no model'}`
        : (description ?? '') !== (expected.description ?? '')
          ? `has the description '${description ?? ''}', expected '${expected.description ?? ''}'`
          : undefined;
}
