import { callErrorOf } from '../../lambda/call-error';

function thrown(name: string, httpStatusCode?: number, message = 'why'): Error {
  return Object.assign(new Error(message), {
    name,
    $metadata: { ...(httpStatusCode === undefined ? {} : { httpStatusCode }) },
  });
}

describe('H13: what the SDK throws is understood', () => {
  test.each<[string, number | undefined, string]>([
    ['ThrottlingException', 429, 'passing'],
    ['ThrottlingException', 400, 'passing'],
    ['TooManyRequestsException', 429, 'passing'],
    ['InternalServerException', 500, 'passing'],
    ['ServiceUnavailableException', 503, 'passing'],
    ['SomethingNew', 500, 'passing'],
    ['SomethingNew', 429, 'passing'],
    ['TimeoutError', undefined, 'passing'],
    ['AbortError', undefined, 'passing'],
    ['Error', undefined, 'passing'],
    ['CredentialsProviderError', undefined, 'passing'],
    ['AccessDeniedException', 403, 'denied'],
    ['KmsAccessDeniedException', 400, 'denied'], // of Step Functions, as the next
    ['KmsThrottlingException', 400, 'passing'],
    ['UnrecognizedClientException', 403, 'denied'],
    ['ExpiredTokenException', 403, 'denied'],
    ['InvalidClientTokenId', 403, 'denied'],
    ['NotAuthorized', 403, 'denied'],
    ['ConflictException', 400, 'refused'],
    ['ServiceQuotaExceededException', 400, 'busy'],
    ['ValidationException', 400, 'refused'],
    ['ResourceNotFoundException', 404, 'refused'],
    ['TooManyTagsException', 400, 'refused'],
    ['SomethingNew', 400, 'refused'],
  ])('%s with status %s is %s', (name, status, kind) => {
    expect(callErrorOf('CreateCustomModelDeployment', thrown(name, status)).callError).toMatchObject({
      kind,
      operation: 'CreateCustomModelDeployment',
      message: `${name}: why`,
    });
  });

  test('H16: a conflict passes, but for that with what has the name of a creation', () => {
    const conflict = thrown('ConflictException', 400);
    expect(callErrorOf('DeleteCustomModelDeployment', conflict).callError.kind).toBe('busy');
    expect(callErrorOf('DeleteCustomModel', conflict).callError.kind).toBe('busy');
    expect(callErrorOf('CreateCustomModel', conflict).callError.kind).toBe('refused');
    expect(callErrorOf('DeleteCustomModel', thrown('ValidationException', 400)).callError.kind).toBe('refused');
  });

  test('H17: what was just seen and has no tags to be found comes or goes', () => {
    const notFound = thrown('ResourceNotFoundException', 404);
    expect(callErrorOf('ListTagsForResource', notFound).callError.kind).toBe('passing');
    expect(callErrorOf('TagResource', notFound).callError.kind).toBe('refused');
    expect(callErrorOf('ListTagsForResource', thrown('ValidationException', 400)).callError.kind).toBe('refused');
  });

  test('H15: a place that is not free is waited for, whatever the error is called', () => {
    expect(
      callErrorOf(
        'UpdateCustomModelDeployment',
        thrown('ValidationException', 400, 'You have reached the quota of 2 deployments'),
      ).callError.kind,
    ).toBe('busy');
  });

  test('H14: a role that cannot be assumed yet is a denial, whatever it is called', () => {
    expect(
      callErrorOf(
        'CreateCustomModelDeployment',
        thrown('ValidationException', 400, 'Could not assume provided IAM role'),
      ).callError.kind,
    ).toBe('denied');
  });

  test('what is no Error at all is a passing call error with its words', () => {
    expect(callErrorOf('GetCustomModel', 'nonsense').callError).toMatchObject({
      kind: 'passing',
      message: 'Error: nonsense',
    });
  });
});

test('what the SDK threw is known to AWS by the id of the request, if there was an answer', () => {
  const answered = Object.assign(new Error('why'), { $metadata: { httpStatusCode: 400, requestId: 'its-id' } });
  expect(callErrorOf('GetCustomModel', answered).callError).toHaveProperty('awsRequestId', 'its-id');
  expect(callErrorOf('GetCustomModel', new Error('why')).callError).not.toHaveProperty('awsRequestId');
});
