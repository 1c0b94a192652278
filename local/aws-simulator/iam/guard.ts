import type { ControlPlane } from '../../fake-bedrock/control-plane';
import { BedrockError } from '../../fake-bedrock/errors';

/** The message with which IAM denies a call; undefined if it is allowed. */
export type DenyCall = (operation: string, input: object) => string | undefined;

/** Bedrock, as somebody reaches it whose calls IAM is asked about. */
export function guarded(controlPlane: ControlPlane, denial: DenyCall): Pick<ControlPlane, 'perform'> {
  return {
    perform: (operation, input) => {
      const message = denial(operation, input);
      if (message !== undefined) {
        throw new BedrockError('AccessDeniedException', message);
      }
      return controlPlane.perform(operation, input);
    },
  };
}
