import type { StackEvent } from '../../local/aws-simulator/stack';

/** Nearly all the time that CloudFormation gives a request. */
const AN_HOUR = 57 * 60_000;

/**
 * Whether something failed because its hour was over, or because Lambda was away for longer than the state machine goes
 * on trying.
 */
export function ranOutOfTime(events: readonly StackEvent[]): boolean {
  return events.some(({ logicalId, status, at, reason = '' }, index) => {
    if (reason.includes('the handler could not be run')) {
      return true;
    }
    const begun = events
      .slice(0, index)
      .filter((event) => event.logicalId === logicalId && event.status.endsWith('_IN_PROGRESS'))
      .at(-1);
    return logicalId !== undefined && status.endsWith('_FAILED') && begun !== undefined && at - begun.at >= AN_HOUR;
  });
}
