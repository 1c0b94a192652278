import type { DeploymentSnapshot } from '../../local/fake-bedrock/control-plane';

export interface Asked {
  readonly modelArn: string | undefined;
  readonly description: string | undefined;
}

/** In what a deployment is not what was asked: nothing, if it serves that, and nothing else is under way. */
export function shortcoming(
  { status, servedModelArn, updateDetails, description }: DeploymentSnapshot,
  asked: Asked,
): string | undefined {
  const target = updateDetails?.updateStatus === 'Updating' ? updateDetails.modelArn : asked.modelArn;
  return status !== 'Active'
    ? `is ${status}`
    : target !== asked.modelArn
      ? `is being updated to ${target ?? ''}`
      : servedModelArn !== asked.modelArn
        ? `serves ${servedModelArn}, and not ${asked.modelArn ?? 'no model'}`
        : (description ?? '') !== (asked.description ?? '')
          ? `is described as '${description ?? ''}', and not as '${asked.description ?? ''}'`
          : undefined;
}
