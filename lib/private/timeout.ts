import { type Duration, Tokenization } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { MAX_SERVICE_TIMEOUT_SECONDS, MAX_TIMEOUT_SECONDS } from './contract';
import { quoted,validationError } from './errors';

/**
 * Seconds within which the handler brings about what is asked, as the property that tells it so. CloudFormation itself
 * always waits its whole hour: a deletion may have to wait for what ran out of time, and giving it up would leave the
 * stack stuck.
 */
export function timeoutProperty(scope: IConstruct, timeout: Duration): string {
  if (timeout.isUnresolved()) {
    return Tokenization.stringifyNumber(timeout.toSeconds());
  }

  const seconds = timeout.toSeconds({ integral: false });
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > MAX_SERVICE_TIMEOUT_SECONDS) {
    throw validationError(
      scope,
      'timeout must be a whole number of seconds, more than 0 and at most 1 hour (CloudFormation waits no longer), ' +
        `got ${quoted(timeout.toString())}`,
    );
  }
  return String(Math.min(seconds, MAX_TIMEOUT_SECONDS));
}
