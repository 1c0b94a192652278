import { type Duration, Tokenization } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { MAX_SERVICE_TIMEOUT_SECONDS, MAX_TIMEOUT_SECONDS } from './contract';
import { quoted, validationError } from './errors';

/**
 * The property that tells the handler its timeout in seconds. The timeout of CloudFormation stays one hour: a delete
 * may have to wait for an operation that ran out of time, and a failed delete would leave the stack stuck.
 */
export function timeoutProperty(scope: IConstruct, timeout: Duration): string {
  if (timeout.isUnresolved()) {
    return Tokenization.stringifyNumber(timeout.toSeconds());
  }

  const seconds = timeout.toSeconds({ integral: false });
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > MAX_SERVICE_TIMEOUT_SECONDS) {
    throw validationError(
      scope,
      'timeout must be a whole number of seconds, at least 1 and at most 3600 (CloudFormation waits at most 1 hour), ' +
        `got ${quoted(timeout.toString())}`,
    );
  }
  return String(Math.min(seconds, MAX_TIMEOUT_SECONDS));
}
