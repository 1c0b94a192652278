import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { State, WaiterTask } from '../../lambda/state';
import { LambdaRuntime } from './support/lambda-runtime';
import { leaks } from './support/leaks';
import { request } from './support/requests';

/**
 * What the built function writes, with real credentials in its environment, when everyone refuses it and quotes to it
 * what it sent.
 */

const CREDENTIALS = {
  AWS_ACCESS_KEY_ID: 'the-access-key-id',
  AWS_SECRET_ACCESS_KEY: 'the-secret-access-key',
  AWS_SESSION_TOKEN: 'the-session-token',
};

type ServerReply = (quoted: string, response: ServerResponse) => void;

const refusal =
  (status: number, name: string): ServerReply =>
  (quoted, response) => {
    response
      .writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': name })
      .end(JSON.stringify({ __type: name, message: `${name}: refused was '${quoted}'` }));
  };
const nonsense: ServerReply = (quoted, response) => {
  response.writeHead(502, { 'content-type': 'text/html' }).end(`<html>${quoted}</html>`);
};
const cut: ServerReply = (_, response) => {
  response.socket?.destroy();
};
const started: ServerReply = (_, response) => {
  response
    .writeHead(200, { 'content-type': 'application/x-amz-json-1.0' })
    .end(JSON.stringify({ executionArn: 'arn', startDate: 1 }));
};

/** Answers everything in one way, and quotes. */
class Refuser {
  reply: ServerReply = cut;
  readonly received: string[] = [];
  private server!: Server;

  async open(): Promise<string> {
    this.server = createServer((message, response) => void this.answer(message, response));
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat((await message.toArray()) as Buffer[]).toString();
    this.received.push(body);
    this.reply(`${message.url ?? ''} ${body}`, response);
  }
}

const aws = new Refuser();
const cloudFormation = new Refuser();
let runtime: LambdaRuntime;
let create: ReturnType<typeof request>;
/** What is read by others: the log, and the reasons. The state itself has the URL, which it needs. */
const reasons: string[] = [];

async function task(action: WaiterTask['action'], state: State): Promise<State | undefined> {
  const { result } = await runtime.invoke({ action, state });
  const after = result as State | null | undefined;
  reasons.push(after?.answer?.Reason ?? '');
  return after ?? undefined;
}

const told = (): string[] => [...runtime.written.split('\n'), ...reasons];

let state: State;

beforeAll(async () => {
  const endpoint = await aws.open();
  const origin = await cloudFormation.open();
  create = request('Create', {
    responseUrl: `${origin}/arn%3Aaws%7CDeployment?X-Amz-Security-Token=its%2Ftoken&X-Amz-Credential=ASIAITS&X-Amz-Signature=itssignature`,
  });
  const settings = {
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: endpoint,
    LOCAL_CLOUDFORMATION_ORIGIN: origin,
    STACK_ID: create.StackId,
  };
  runtime = new LambdaRuntime({ ...CREDENTIALS, ...settings, PATH: process.env['PATH'] ?? '' });
  // It tries again after two seconds, and is let through then.
  aws.reply = (quoted, response) => {
    aws.reply = started;
    refusal(400, 'ValidationException')(quoted, response);
  };
  expect(await runtime.invoke(create)).toEqual({});
  state = JSON.parse((JSON.parse(aws.received.at(-1) ?? '') as { input: string }).input) as State;
});

afterAll(async () => {
  await runtime.stop();
  await aws.close();
  await cloudFormation.close();
});

afterEach(() => {
  expect(leaks([create], Object.values(CREDENTIALS), told())).toEqual([]);
});

test('the request is taken on the second try, and the refusal is told', () => {
  expect(state.request.ResponseURL).toBe(create.ResponseURL);
  expect(runtime.written).toContain('StartExecution: ValidationException: ValidationException: refused was');
});

test.each<[string, ServerReply, string]>([
  ['denied', refusal(403, 'AccessDeniedException'), 'AccessDeniedException'],
  ['refused', refusal(400, 'ValidationException'), 'ValidationException'],
  ["a server's fault", refusal(500, 'InternalServerException'), 'InternalServerException'],
  ['nonsense', nonsense, '"callError"'],
  ['a cut connection', cut, '"callError"'],
])('calls to AWS meet %s: it goes on, and says why', async (_, reply, told) => {
  aws.reply = reply;
  const before = runtime.written.length;
  expect(await task('reconcile', state)).toMatchObject({ next: 'wait' });
  expect(runtime.written.slice(before)).toContain(told);
});

test('it is told of its own failure, and the cause quotes its state', async () => {
  const error = {
    Error: 'States.Runtime',
    Cause: `The JSONPath '$.wait' could not be found in the input '${JSON.stringify(state)}'`,
  };
  const after = await task('giveUp', { ...state, error });
  expect(after?.answer?.Reason).toContain('the handler could not be run: States.Runtime: The JSONPath');
});

describe('the answer', () => {
  const failed = (): State => ({
    ...state,
    answer: {
      Status: 'FAILED',
      Reason: 'no',
      PhysicalResourceId: 'x',
      StackId: create.StackId,
      RequestId: create.RequestId,
      LogicalResourceId: 'Deployment',
    },
  });
  const at = (ResponseURL: string): State => ({ ...failed(), request: { ...state.request, ResponseURL } });

  test.each<[string, ServerReply]>([
    ['refused', refusal(403, 'SignatureDoesNotMatch')],
    ['cut', cut],
  ])('is %s', async (_, reply) => {
    cloudFormation.reply = reply;
    const { error } = await runtime.invoke({ action: 'answer', state: failed() });
    expect(error).toMatch(
      /^AnswerNotDelivered: the answer (was not taken: HTTP status 403|did not reach CloudFormation: TypeError)$/,
    );
  });

  test.each([
    ['another server', (url: string) => url.replace(/:\d+\//, ':1/')],
    ['what is no URL', (url: string) => url.replace('http://', '')],
    ['what nobody can PUT to', (url: string) => url.replace('http://', 'gopher://')],
  ])('does not go to %s', async (_, change) => {
    const { error } = await runtime.invoke({ action: 'answer', state: at(change(create.ResponseURL)) });
    expect(error).toBe(
      'CustomModelHandlerError: Error: the request is refused: its answer would not go to CloudFormation',
    );
  });
});

test('whatever else it is called with is not told on', async () => {
  expect((await runtime.invoke({ ...create, RequestType: 1 })).error).toBe(
    'Error: this function takes requests of CloudFormation and of its state machine',
  );
});
