import { TroubleError, type Operation, type TroubleKind } from './reconcile/trouble';

const CHANGES: readonly Operation[] = [
  'CreateCustomModelDeployment', 'UpdateCustomModelDeployment', 'DeleteCustomModelDeployment', 'CreateCustomModel', 'DeleteCustomModel',
  'TagResource', 'UntagResource',
];

const DENIED = /^(AccessDenied|UnrecognizedClient|InvalidClientTokenId|ExpiredToken|NotAuthorized)(Exception)?$/;
const NOT_YET = /could not assume|unable to assume|not authorized to perform: sts:AssumeRole/i;
const PASSING = /throttl|TooManyRequests|RequestLimitExceeded|InternalServer|InternalFailure|ServiceUnavailable/i;

/** What the SDK threw, as the lifecycle understands it. */
export function troubleOf(operation: Operation, thrown: unknown): TroubleError {
  const error = thrown instanceof Error ? (thrown as SdkError) : new Error(String(thrown));
  const metadata: Metadata = (error as SdkError).$metadata ?? {};
  const kind = kindOf(operation, error, metadata.httpStatusCode);
  const retried = (metadata.attempts ?? 1) > 1;
  const clear = kind !== 'passing' || metadata.httpStatusCode === 429;
  return new TroubleError({
    kind,
    operation,
    message: `${error.name}: ${error.message}`,
    uncertain: CHANGES.includes(operation) && (retried || !clear),
  }, { cause: thrown });
}

function kindOf(operation: Operation, error: Error, status: number | undefined): TroubleKind {
  if (DENIED.test(error.name) || NOT_YET.test(error.message)) {
    return 'denied';
  }
  if (status === undefined || status >= 500 || status === 429 || PASSING.test(error.name)) {
    return 'passing';
  }
  // A conflict with something under way passes. A creation conflicts with what has its name, which stays.
  const conflict = error.name === 'ConflictException' && !operation.startsWith('Create');
  return conflict || error.name === 'ServiceQuotaExceededException' ? 'busy' : 'refused';
}

interface Metadata {
  readonly httpStatusCode?: number;
  readonly attempts?: number;
}

interface SdkError extends Error {
  readonly $metadata?: Metadata;
}
