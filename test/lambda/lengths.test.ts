import { callErrorOf, kindOfFailure } from '../../lambda/call-error';
import { body } from '../../lambda/cloudformation/answer';
import { readFailedId } from '../../lambda/cloudformation/failed-id';
import { intentOf } from '../../lambda/cloudformation/intent';
import { PropertyError } from '../../lambda/cloudformation/property';
import { type CloudFormationRequest, issuedAt } from '../../lambda/cloudformation/request';
import { rejectionOf } from '../../lambda/cloudformation/request-guard';
import { messageIn } from '../../lambda/executions/cause';
import { executionName } from '../../lambda/executions/precedence';
import { redact } from '../../lambda/executions/redact';
import { STACK_ID } from './support/builders';
import { modelRequest, request, S3 } from './support/requests';

/** What makes a pattern that backtracks slow: much of what it may match, and an end that it does not. */
const HOSTILE = ['a', ' ', '/', '-', '.', '{', '"', '\\', ':', '%3A', 'http', 'https:', '\n', '\u0000', 'a/', '1'];
const LENGTH = 250_000;
/** Linear, each takes a few ms; quadratic, minutes. Of the process, whatever else the machine does. */
const CPU_SECONDS = 3;

function intentWith(asked: CloudFormationRequest): unknown {
  try {
    return intentOf(asked);
  } catch (error) {
    if (error instanceof PropertyError) {
      return error.message;
    }
    throw error;
  }
}

const property =
  (name: string, ask = request) =>
  (text: string): unknown =>
    intentWith(ask('Create', { properties: { ...(ask === modelRequest ? S3 : {}), [name]: text } }));

/** Whatever reads a text of somebody else's. */
const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  'the name of a deployment': property('DeploymentName'),
  'the ARN of a model': property('ModelArn'),
  'a description': property('Description'),
  'a timeout': property('Timeout'),
  'the URI of files': (text) => property('S3Uri', modelRequest)(`s3://bucket/${text}`),
  'the ARN of a role': property('RoleArn', modelRequest),
  'the ARN of a key': property('KmsKeyArn', modelRequest),
  'a tag': (text) => intentWith(request('Create', { properties: { Tags: { team: text, [text]: 'x' } } })),
  'the URL for the answer': (text) => [
    rejectionOf(request('Create', { responseUrl: `https://${text}` }), {}),
    issuedAt(`https://x/?X-Amz-Date=${text}`),
  ],
  'a physical id': (text) => [readFailedId(`failed-create:${text}`), body(answer({ PhysicalResourceId: text }))],
  'the names of a request': (text) => executionName(text, text, text, 0, { [text]: text }),
  'the error of a service': (text) => [
    redact(`${text}!`),
    callErrorOf('GetCustomModel', Object.assign(new Error(text), { name: text })),
    body(answer({ Reason: text })),
  ],
  'the cause of an error in Step Functions': (text) => [messageIn(text), kindOfFailure(text, text)],
};

function answer(changes: object): Parameters<typeof body>[0] {
  return {
    Status: 'FAILED',
    PhysicalResourceId: 'mine',
    StackId: STACK_ID,
    RequestId: 'r',
    LogicalResourceId: 'Deployment',
    ...changes,
  };
}

test.each(Object.entries(READERS))('%s is read in a time that grows with its length alone', (_, read) => {
  const before = process.cpuUsage();
  for (const part of HOSTILE) {
    read(`${part.repeat(LENGTH / part.length)}!`);
  }
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1e6).toBeLessThan(CPU_SECONDS);
});
