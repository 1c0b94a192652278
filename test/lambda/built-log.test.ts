import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { State } from '../../lambda/state';
import { insights, type LogEvent } from './support/insights';
import { LambdaRuntime } from './support/lambda-runtime';
import { request } from './support/requests';

/** What the built function writes in Lambda's JSON format, and what the queries in README find in it. */

const inputs: string[] = [];

/** Starts every execution, refuses everything else, and takes every answer. */
const everything = createServer((message, response) => {
  void message.toArray().then((chunks) => {
    const body = Buffer.concat(chunks as Buffer[]).toString();
    const isStart = message.headers['x-amz-target'] === 'AWSStepFunctions.StartExecution';
    const isRefused = message.method !== 'PUT' && !isStart;
    inputs.push(...(isStart ? [(JSON.parse(body) as { input: string }).input] : []));
    response
      .writeHead(isRefused ? 403 : 200, {
        'content-type': 'application/x-amz-json-1.0',
        'x-amzn-requestid': 'the-id-at-aws',
        ...(isRefused ? { 'x-amzn-errortype': 'AccessDeniedException' } : {}),
      })
      .end(JSON.stringify({ executionArn: 'arn', startDate: 1, message: 'no' }));
  });
});
let runtime: LambdaRuntime;
let events: LogEvent[];

const [FAILURES = '', ONE_RESOURCE = ''] = [
  ...readFileSync('README.md', 'utf8').matchAll(/```\n(fields [^`]+)```/g),
].map(([, query]) => query);

beforeAll(async () => {
  await new Promise<void>((resolve) => everything.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(everything.address() as AddressInfo).port}`;
  runtime = new LambdaRuntime({
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: origin,
    AWS_ACCESS_KEY_ID: 'id',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_LAMBDA_LOG_FORMAT: 'JSON',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    LOCAL_CLOUDFORMATION_ORIGIN: origin,
    PATH: process.env['PATH'] ?? '',
  });
  const responseUrl = `${origin}/answer`;
  const logicalId = 'SupportDeployment0E3D5A';
  await runtime.invoke(request('Create', { responseUrl, properties: { ModelArn: 'nonsense' } }));
  await runtime.invoke(request('Create', { responseUrl, logicalId }));
  const state = JSON.parse(inputs[0] ?? '') as State;
  await runtime.invoke({ action: 'reconcile', definition: 2, state });
  await runtime.invoke({ action: 'giveUp', definition: 2, state: { ...state, error: { Error: 'E', Cause: 'C' } } });
  events = runtime.written
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((text, timestamp) => ({ timestamp, text }));
});

afterAll(async () => {
  await runtime.stop();
  await new Promise((resolve) => everything.close(resolve));
});

test('lines have levels', () => {
  expect(events.map(({ text }) => (JSON.parse(text) as { level: string }).level)).toEqual([
    'INFO',
    'ERROR',
    'INFO',
    'WARN',
    'INFO',
    'ERROR',
  ]);
});

test('the first query finds what failed, and why, the newest first', () => {
  expect(insights(FAILURES, events)).toMatchObject([
    { 'message.logicalId': 'SupportDeployment0E3D5A', 'message.reason': expect.stringContaining('could not be run') },
    { 'message.logicalId': 'Deployment', 'message.reason': expect.stringContaining('nonsense') },
  ]);
});

test('the second query tells the story of one resource', () => {
  expect(insights(ONE_RESOURCE, events)).toMatchObject([
    { level: 'INFO' },
    { 'level': 'WARN', 'message.callError': expect.any(String), 'message.awsRequestId': 'the-id-at-aws' },
    { 'level': 'INFO', 'message.awaiting': expect.any(String) },
    { 'level': 'ERROR', 'message.answer': 'FAILED' },
  ]);
});
