import { Annotations, type Duration, Tokenization } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { MAX_SERVICE_TIMEOUT_SECONDS, MAX_TIMEOUT_SECONDS } from './contract';
import { quoted, validationError } from './errors';

/** What is less is warned of. */
const SHORT_SECONDS = 600;

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

/** Not for models, of which nobody has seen how long they take. */
export function warnOfShortTimeout(deployment: IConstruct, timeout: Duration | undefined): void {
  if (timeout !== undefined && knownSeconds(timeout) < SHORT_SECONDS) {
    Annotations.of(deployment).addWarningV2(
      'cdk-bedrock-custom-models:shortTimeout',
      `timeout is ${timeout.toHumanString()}, but Amazon Bedrock was seen to take 7 to 9 minutes to create a deployment: the ` +
        'deploy may fail. Leave timeout out for the hour that CloudFormation gives, or acknowledge this warning',
    );
  }
}

/** The longest that the handler may work on a create or an update, as far as it is known. */
export function knownSeconds(timeout: Duration | undefined): number {
  return timeout === undefined || timeout.isUnresolved()
    ? MAX_TIMEOUT_SECONDS
    : Math.min(timeout.toSeconds({ integral: false }), MAX_TIMEOUT_SECONDS);
}
