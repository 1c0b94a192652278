import { Duration, Tokenization } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { ANSWER_MARGIN_SECONDS, MAX_SERVICE_TIMEOUT_SECONDS, MAX_TIMEOUT_SECONDS } from './contract';
import { misuse, quoted } from './errors';

export interface Timeouts {
  /** Seconds within which the handler answers, as the property that tells it so. */
  readonly handler: string;
  /** When CloudFormation gives up; absent: after its default, an hour. */
  readonly service?: Duration;
}

/** The two clocks of one operation: the handler's own runs out first, so that the user reads its reason and not CloudFormation's. */
export function timeouts(scope: IConstruct, timeout: Duration): Timeouts {
  if (timeout.isUnresolved()) return { handler: Tokenization.stringifyNumber(timeout.toSeconds()) };

  const seconds = timeout.toSeconds({ integral: false });
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > MAX_SERVICE_TIMEOUT_SECONDS) {
    throw misuse(scope, 'timeout must be a whole number of seconds, more than 0 and at most 1 hour (CloudFormation waits no longer), ' +
      `got ${quoted(timeout.toString())}`);
  }
  return {
    handler: String(Math.min(seconds, MAX_TIMEOUT_SECONDS)),
    service: Duration.seconds(Math.min(seconds + ANSWER_MARGIN_SECONDS, MAX_SERVICE_TIMEOUT_SECONDS)),
  };
}
