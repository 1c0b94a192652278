import type { FailedAttempt } from '../reconcile/goal';

/**
 * The physical id in the answer of a failed Create. It is not the name: without a rollback CloudFormation first creates
 * the resource again, under the same name, and only then asks for the deletion of the failed one. So the id tells what
 * the attempt may have left, if anything.
 */
export interface FailedCreate {
  readonly requestId: string;
  readonly name: string;
  /** Absent: nothing is left. */
  readonly attempt?: FailedAttempt;
}

const PREFIX = 'failed-create';
const GONE = 'gone';

export function failedId({ requestId, name, attempt }: FailedCreate): string {
  const left = attempt === undefined ? [GONE] : [attempt.until, ...(attempt.arn === undefined ? [] : [attempt.arn])];
  return [PREFIX, requestId, name, ...left].join(':');
}

export function readFailedId(physicalId: string): FailedCreate | undefined {
  const [prefix, requestId = '', name = '', until = '', ...arn] = physicalId.split(':');
  if (prefix !== PREFIX) {
    return undefined;
  }
  const attempt: FailedAttempt = { until: Number(until), ...(arn.length === 0 ? {} : { arn: arn.join(':') }) };
  return { requestId, name, ...(until === GONE ? {} : { attempt }) };
}
