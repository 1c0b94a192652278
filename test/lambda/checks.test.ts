import { nextFor, outcomeOf, requestOf } from '../../lambda/checks';
import type { Check } from '../../lambda/reconcile/action';
import type { Gate } from '../../lambda/reconcile/goal';
import type { GateProgress } from '../../lambda/reconcile/memory';
import { ARN, deployment, MODEL_1, MODEL_2 } from './support/builders';

const NAME = 'fraud-Deployment-abc';

function sentFor(gate: Gate, changes: Partial<Check> = {}, progress?: GateProgress): object {
  const action: Check = {
    kind: 'check',
    gate,
    deployment: deployment(),
    modelArn: MODEL_1,
    seconds: 960,
    awaiting: 'it',
    ...changes,
  };
  return { request: requestOf(action, NAME, progress), next: nextFor(action) };
}

describe('what the state machine is to send', () => {
  const attempted = { maxAttempts: 3, seconds: 900 };

  test('to Converse is the request of the gate, for this deployment', () => {
    const request = { Messages: [{ Role: 'user', Content: [{ Text: 'hi' }] }] };
    expect(sentFor({ kind: 'converse', request, ...attempted })).toEqual({
      request: { ...request, ModelId: ARN },
      next: 'converse',
    });
  });

  test('to InvokeModel is the body of the gate as JSON', () => {
    expect(sentFor({ kind: 'invokeModel', request: { inputText: 'hi' }, ...attempted })).toMatchObject({
      request: { ModelId: ARN, Body: { inputText: 'hi' }, ContentType: 'application/json' },
    });
  });

  test('to CloudWatch are the names of the alarms, of both types', () => {
    expect(sentFor({ kind: 'alarms', names: ['errors'], ...attempted })).toMatchObject({
      request: { AlarmNames: ['errors'], AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] },
    });
  });

  test('to a function says what is deployed, what was, and which call it is', () => {
    const gate: Gate = { kind: 'lambda', functionArn: 'arn:function', ...attempted };
    expect(sentFor(gate)).toStrictEqual({
      request: {
        FunctionName: 'arn:function',
        Payload: { deploymentArn: ARN, deploymentName: NAME, modelArn: MODEL_1, requestType: 'Create', attempt: 1 },
      },
      next: 'lambda960',
    });
    const again = { index: 0, since: 0, checks: 2, failures: 0, state: { job: 7 } };
    expect(sentFor(gate, { previous: { modelArn: MODEL_2, tags: {} } }, again)).toMatchObject({
      request: { Payload: { previousModelArn: MODEL_2, requestType: 'Update', attempt: 3, state: { job: 7 } } },
    });
  });

  test.each([
    [3480, 'lambda960'],
    [960, 'lambda960'],
    [959, 'lambda720'],
    [240, 'lambda240'],
    [119, 'lambda60'],
    [1, 'lambda60'],
  ])('to a function, with %i s left, is sent as %s', (seconds, next) => {
    expect(sentFor({ kind: 'lambda', functionArn: 'arn:function', ...attempted }, { seconds })).toMatchObject({ next });
  });
});

describe('what has come of a check', () => {
  test.each(['converse', 'invokeModel'] as const)('by %s is that there was an answer', (kind) => {
    expect(outcomeOf(kind, { request: {} })).toEqual({ kind: 'answered' });
  });

  const returned = (Payload: unknown): ReturnType<typeof outcomeOf> =>
    outcomeOf('lambda960', { request: {}, result: { StatusCode: 200, Payload } });

  test.each([
    { status: 'READY' },
    { status: 'FAILED', reason: 'no' },
    { status: 'WAIT', seconds: 5, reason: '40 %', state: { job: 7 } },
    { status: 'WAIT', seconds: 300, state: 'x'.repeat(16 * 1024 - 2) },
  ])('by a function is what it says: $status', (payload) => {
    expect(returned({ ...payload, more: 'is left out' })).toStrictEqual({ kind: 'verdict', ...payload });
    const result = { Payload: payload };
    expect(outcomeOf('lambda60', { request: {}, result })).toStrictEqual({ kind: 'verdict', ...payload });
  });

  test.each<[unknown]>([
    [undefined],
    [null],
    ['READY'],
    [[]],
    [{}],
    [{ status: 'ready' }],
    [{ status: 'WAIT', seconds: 4 }],
    [{ status: 'WAIT', seconds: 301 }],
    [{ status: 'WAIT', seconds: 5.5 }],
    [{ status: 'WAIT', seconds: '30' }],
    [{ status: 'FAILED', reason: 7 }],
    [{ status: 'WAIT', state: 'x'.repeat(16 * 1024 - 1) }],
  ])('by a function that returns what is no verdict is an error: %j', (payload) => {
    const outcome = returned(payload);
    expect(outcome).toMatchObject({
      kind: 'error',
      error: 'refused',
      message: expect.stringMatching(/^the function returned .* instead of \{ status: READY, WAIT or FAILED/) as string,
    });
    expect(JSON.stringify(outcome).length).toBeLessThan(1000);
  });

  test('by alarms is the state of each', () => {
    const result = {
      MetricAlarms: [{ AlarmName: 'errors', StateValue: 'ALARM', StateReason: 'too many', Period: 60 }],
      CompositeAlarms: [{ AlarmName: 'all', StateValue: 'OK' }],
    };
    expect(outcomeOf('alarms', { request: {}, result })).toEqual({
      kind: 'alarms',
      alarms: [
        { name: 'errors', state: 'ALARM', reason: 'too many' },
        { name: 'all', state: 'OK' },
      ],
    });
    expect(outcomeOf('alarms', { request: {}, result: {} })).toEqual({ kind: 'alarms', alarms: [] });
  });

  const failedWith = (name: string, cause: string): unknown =>
    outcomeOf('converse', { request: {}, error: { Error: name, Cause: cause } });
  const caused = (status: number): string => `no (Service: BedrockRuntime, Status Code: ${status}, Request ID: 1)`;

  test.each([
    ['BedrockRuntime.ModelNotReadyException', caused(429)],
    ['BedrockRuntime.ThrottlingException', caused(429)],
    ['BedrockRuntime.ModelTimeoutException', caused(408)],
    ['BedrockRuntime.InternalServerException', caused(500)],
    ['BedrockRuntime.ServiceUnavailableException', caused(503)],
    ['BedrockRuntime.BedrockRuntimeException', caused(500)],
    ['BedrockRuntime.ModelNotReadyException', ''],
    ['BedrockRuntime.SdkClientException', 'connection reset'],
    ['States.Timeout', ''],
    ['CloudWatch.CloudWatchException', 'Rate exceeded (Service: CloudWatch, Status Code: 400, Request ID: 1)'],
    ['CloudWatch.CloudWatchException', 'no (Service: CloudWatch, Error Code: Throttling, Status Code: 400)'],
    ['Lambda.TooManyRequestsException', 'Rate Exceeded. (Service: Lambda, Status Code: 429)'],
    ['Lambda.ServiceException', ''],
    ['ThrottlingException', '{"errorMessage":"of what the function called"}'],
  ])('by %s (%s) is an error that passes by itself', (name, cause) => {
    expect(failedWith(name, cause)).toMatchObject({ error: 'passing' });
  });

  test.each([
    ['BedrockRuntime.AccessDeniedException', caused(403)],
    ['CloudWatch.CloudWatchException', caused(403)],
    ['States.Permissions', 'The role lacks it'],
    ['Lambda.AWSLambdaException', 'User: arn is not authorized to perform: lambda:InvokeFunction'],
  ])('by %s (%s) is a permission that may not work yet', (name, cause) => {
    expect(failedWith(name, cause)).toMatchObject({ error: 'denied' });
  });

  test.each([
    ['BedrockRuntime.ValidationException', caused(400)],
    ['BedrockRuntime.ModelErrorException', caused(424)],
    ['BedrockRuntime.ResourceNotFoundException', caused(404)],
    ['Lambda.ResourceNotFoundException', 'Function not found (Service: Lambda, Status Code: 404)'],
    ['Lambda.Unknown', 'The cause could not be determined'],
    ['States.DataLimitExceeded', 'The state returned a result with a size exceeding the maximum'],
    ['TypeError', '{"errorMessage":"x is not a function"}'],
    ['NeverSeenBefore', ''],
    ['My.States.Timeout', ''],
    ['States.TimeoutOfMine', ''],
  ])('by %s (%s) is an error that stays', (name, cause) => {
    expect(failedWith(name, cause)).toMatchObject({ error: 'refused' });
  });

  test('by an error is told in its own words, without what it may quote of the state', () => {
    expect(failedWith('TypeError', '{"errorMessage":"x is not a function","trace":[]}')).toMatchObject({
      message: 'TypeError: x is not a function',
    });
    expect(failedWith('Error', 'see https://cloudformation.example/?X-Amz-Signature=secret')).toMatchObject({
      message: 'Error: see (URL)',
    });
    const said = (cause: string): string => (failedWith('E', cause) as { message: string }).message;
    expect(said('x'.repeat(697))).toBe(`E: ${'x'.repeat(697)}`);
    expect(said('x'.repeat(698))).toBe(`E: ${'x'.repeat(697)}…`);
    expect(outcomeOf('converse', { request: {}, error: {} })).toMatchObject({ message: 'unknown error: ' });
    const error = { Error: 'States.Timeout', Cause: '' };
    expect(outcomeOf('lambda240', { request: {}, error })).toMatchObject({
      message: 'States.Timeout: no answer within 240 s',
    });
    expect(outcomeOf('alarms', { request: {}, error })).toMatchObject({
      message: 'States.Timeout: no answer within 60 s',
    });
  });

  test('without a result is an error of a function, and tells of no alarm', () => {
    expect(outcomeOf('lambda960', { request: {} })).toMatchObject({ error: 'refused' });
    expect(outcomeOf('alarms', { request: {} })).toEqual({ kind: 'alarms', alarms: [] });
  });
});
