import type { Behaviour } from './behaviour';
import type { TransitionStage } from './change';

/** The word by which reads call a status of a deployment or model: AWS may have others than those that it documents. */
export function statusWord(
  status: string,
  creation: TransitionStage,
  { statusAtFirst, statusDuringDelete }: Behaviour,
): string {
  if (status === 'Creating' && creation === 'at first') {
    return statusAtFirst;
  }
  return status === 'Deleting' && statusDuringDelete !== 'unchanged' ? statusDuringDelete : status;
}

/** As a read knows it that may not tell of a deletion. */
export function beforeDeletion<T extends { readonly deletion?: object | undefined }>(
  resource: T,
  { statusDuringDelete }: Behaviour,
): T {
  return statusDuringDelete === 'unchanged' ? { ...resource, deletion: undefined } : resource;
}
