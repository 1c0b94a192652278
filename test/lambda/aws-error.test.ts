import { troubleOf } from '../../lambda/aws-error';

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
    expect(troubleOf('CreateCustomModelDeployment', thrown(name, status)).trouble).toMatchObject({
      kind,
      operation: 'CreateCustomModelDeployment',
      message: `${name}: why`,
    });
  });

  test('H16: a conflict passes, but for that with what has the name of a creation', () => {
    const conflict = thrown('ConflictException', 400);
    expect(troubleOf('DeleteCustomModelDeployment', conflict).trouble.kind).toBe('busy');
    expect(troubleOf('DeleteCustomModel', conflict).trouble.kind).toBe('busy');
    expect(troubleOf('CreateCustomModel', conflict).trouble.kind).toBe('refused');
    expect(troubleOf('DeleteCustomModel', thrown('ValidationException', 400)).trouble.kind).toBe('refused');
  });

  test('H17: what was just seen and has no tags to be found comes or goes', () => {
    const notFound = thrown('ResourceNotFoundException', 404);
    expect(troubleOf('ListTagsForResource', notFound).trouble.kind).toBe('passing');
    expect(troubleOf('TagResource', notFound).trouble.kind).toBe('refused');
    expect(troubleOf('ListTagsForResource', thrown('ValidationException', 400)).trouble.kind).toBe('refused');
  });

  test('H15: a place that is not free is waited for, whatever the error is called', () => {
    expect(
      troubleOf(
        'UpdateCustomModelDeployment',
        thrown('ValidationException', 400, 'You have reached the quota of 2 deployments'),
      ).trouble.kind,
    ).toBe('busy');
  });

  test('H14: a role that cannot be assumed yet is a denial, whatever it is called', () => {
    expect(
      troubleOf('CreateCustomModelDeployment', thrown('ValidationException', 400, 'Could not assume provided IAM role'))
        .trouble.kind,
    ).toBe('denied');
  });

  test('what is no Error at all is a passing trouble with its words', () => {
    expect(troubleOf('GetCustomModel', 'nonsense').trouble).toMatchObject({
      kind: 'passing',
      message: 'Error: nonsense',
    });
  });
});
