import type { Answer } from '../../lambda/cloudformation/answer';
import type { State } from '../../lambda/state';
import { MODEL_1 } from './support/builders';
import { HandlerHarness } from './support/handler-harness';
import { leaks } from './support/leaks';
import { request } from './support/requests';

/**
 * What the handler tells when others quote to it what they should not: the world itself looks for secrets when it is
 * closed.
 */

let world: HandlerHarness;
beforeEach(() => {
  world = new HandlerHarness();
  world.bedrock.controlPlane.addModel({ name: 'model', arn: MODEL_1 });
});
afterEach(() => {
  world.close();
});

/** As CloudFormation signs it. */
const RESPONSE_URL =
  'https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com/arn%3Aaws%3Acloudformation%3Aus-east-1%3A000000000000%3Astack/fraud/' +
  '1%7CDeployment%7C2?X-Amz-Security-Token=IQoJb3%2FpZ2lu&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20261121T120000Z&X-Amz-Expires=7199' +
  '&X-Amz-Credential=ASIACLOUDFORMATION%2F20261121%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Signature=0123456789abcdef0123456789abcdef';

describe('the function could not be run, and the Cause quotes its input', () => {
  const quoted = (state: State): string =>
    `An error occurred while executing the state 'Reconcile' (entered at the event id #7). The JSONPath '$.wait' could not be found in the input '${JSON.stringify(state)}'`;

  async function givenUp(cause: (state: State) => string): Promise<Answer> {
    world.causeOf = cause;
    world.die('before', 'GetCustomModelDeployment', Infinity);
    return world.finish(request('Create', { responseUrl: RESPONSE_URL }));
  }

  test.each<[string, (state: State) => string]>([
    ['as it is', quoted],
    [
      'in the message of an error',
      (state) => JSON.stringify({ errorType: 'Error', errorMessage: quoted(state), trace: [quoted(state)] }),
    ],
    ['with its ampersands escaped', (state) => quoted(state).replaceAll('&', '\\u0026')],
    ['with its slashes escaped', (state) => quoted(state).replaceAll('/', '\\/')],
    ['as a part of another URL', ({ request: { ResponseURL } }) => `PUT ${encodeURIComponent(ResponseURL)}`],
    ['the URL alone, cut', ({ request: { ResponseURL } }) => `PUT ${ResponseURL.slice(0, -5)}`],
  ])('%s', async (_, cause) => {
    const answer = await givenUp(cause);
    expect(answer).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining('the handler could not be run: Killed: '),
    });
    expect(answer.Reason).not.toMatch(/0123456789abcdef|IQoJb3|ASIACLOUD|"goals"/);
  });

  test('what else there is to know is told', async () => {
    const { Reason } = await givenUp(() =>
      JSON.stringify({
        errorType: 'Runtime.OutOfMemory',
        errorMessage: 'RequestId: 1 Error: Runtime exited.',
        trace: ['at index.js:1'],
      }),
    );
    expect(Reason).toMatch(/failed: the handler could not be run: Killed: RequestId: 1 Error: Runtime exited\. Log: /);
  });
});

test('the state machine cannot be started, and the error quotes the input', async () => {
  world.stepFunctions.send = ({ input: { input } }: { input: { input: string } }) =>
    Promise.reject(
      Object.assign(
        new Error(`1 validation error detected: Value '${input}' at 'input' failed to satisfy constraint`),
        { name: 'ValidationException', $metadata: { httpStatusCode: 400 } },
      ),
    );
  const create = request('Create', { responseUrl: RESPONSE_URL });
  expect(await world.finish(create)).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringContaining('StartExecution: ValidationException: 1 validation error detected'),
  });
  expect(world.log.join('\n')).toContain('1 validation error detected');
});

describe('the search', () => {
  const create = request('Create', { responseUrl: RESPONSE_URL });

  test.each([
    ['the URL', `PUT ${RESPONSE_URL}`],
    ['its host', 'PUT cloudformation-custom-resource-response-useast1.s3.amazonaws.com'],
    ['its signature', 'signed 0123456789abcdef0123456789abcdef'],
    ['its token', 'token IQoJb3/pZ2lu'],
    ['its token, encoded', 'token IQoJb3%2FpZ2lu'],
    ['a credential', 'signed with the-secret'],
    ['the request', JSON.stringify(create)],
    ['what only a whole request has', String(create.ResourceProperties['ServiceToken'])],
  ])('finds %s', (_, line) => {
    expect(leaks([create], ['the-secret'], ['nothing here', line])).toEqual([line]);
  });

  test('finds nothing where nothing is', () => {
    expect(
      leaks([create], ['the-secret'], [`Create of ${create.LogicalResourceId} in ${create.StackId} failed: no`]),
    ).toEqual([]);
  });
});
