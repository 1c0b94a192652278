import type { StackEvent } from '../../local/aws-simulator/stack';

/** CloudFormation waits an hour for an answer; the handler gives up shortly before. */
const TIMEOUT = 57 * 60_000;

/**
 * Whether a resource failed because its hour was over, or because Lambda was unavailable for longer than the state
 * machine retries.
 */
export function timedOut(events: readonly StackEvent[]): boolean {
  return events.some(({ logicalId, status, at, reason = '' }, index) => {
    if (reason.includes('the handler could not be run')) {
      return true;
    }
    const begun = events
      .slice(0, index)
      .filter((event) => event.logicalId === logicalId && event.status.endsWith('_IN_PROGRESS'))
      .at(-1);
    return logicalId !== undefined && status.endsWith('_FAILED') && begun !== undefined && at - begun.at >= TIMEOUT;
  });
}
