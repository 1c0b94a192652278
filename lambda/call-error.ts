import { CallFailed } from './reconcile/call-errors';
import type { CallErrorKind } from './reconcile/memory';

const DENIED = /AccessDenied|UnrecognizedClient|InvalidClientTokenId|ExpiredToken|NotAuthorized/;
const NOT_YET = /could not assume|unable to assume|not authorized to perform: sts:AssumeRole/i;
/** Not every operation has an error of its own for a full quota. */
const QUOTA = /\bquota\b/i;
const PASSING = /throttl|TooManyRequests|RequestLimitExceeded|InternalServer|InternalFailure|ServiceUnavailable/i;
/** Of Lambda's service, and of Step Functions itself, where no status tells. */
const PASSING_WITHOUT_STATUS = /SdkClient|^Lambda\.(?!Unknown)|^States\.Timeout$/;

/** What a call of the SDK threw, as the lifecycle understands it. */
export function callErrorOf(operation: string, thrown: unknown): CallFailed {
  const error = thrown instanceof Error ? (thrown as SdkError) : new Error(String(thrown));
  const { httpStatusCode, requestId } = (error as SdkError).$metadata ?? {};
  const callError = {
    kind: kindOf(operation, error, httpStatusCode),
    operation,
    message: `${error.name}: ${error.message}`,
  };
  return new CallFailed(requestId === undefined ? callError : { ...callError, awsRequestId: requestId });
}

function kindOf(operation: string, error: Error, status: number | undefined): CallErrorKind {
  if (DENIED.test(error.name) || NOT_YET.test(error.message)) {
    return 'denied';
  }
  // The handler asks for the tags only of what a look has just shown.
  const comesOrGoes = error.name === 'ResourceNotFoundException' && operation === 'ListTagsForResource';
  if (status === undefined || status >= 500 || status === 429 || PASSING.test(error.name) || comesOrGoes) {
    return 'passing';
  }
  // A conflict with something under way passes. A creation conflicts with what has its name, which stays.
  const conflict = error.name === 'ConflictException' && !operation.startsWith('Create');
  return conflict || error.name === 'ServiceQuotaExceededException' || QUOTA.test(error.message) ? 'busy' : 'refused';
}

/** What kind of error Step Functions has caught of a call of its own, by its name and cause. */
export function kindOfFailure(name: string, cause: string): Exclude<CallErrorKind, 'busy'> {
  const status = Number(/Status Code: (\d+)/.exec(cause)?.[1]);
  if (
    DENIED.test(name) ||
    name === 'States.Permissions' ||
    status === 403 ||
    cause.includes('is not authorized to perform')
  ) {
    return 'denied';
  }
  const passes = Number.isNaN(status)
    ? PASSING_WITHOUT_STATUS.test(name) || /ModelNotReady|ModelTimeout/.test(name)
    : status >= 500 || status === 429 || status === 408;
  // CloudWatch throttles with the status 400, and Step Functions may have one name for all of its errors.
  return passes || PASSING.test(name) || /Rate exceeded|Throttling/.test(cause) ? 'passing' : 'refused';
}

interface SdkError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
}
