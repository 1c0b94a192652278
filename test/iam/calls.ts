import { BedrockClient } from '@aws-sdk/client-bedrock';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { Bedrock } from '../../lambda/bedrock/bedrock';
import { bedrockBySdk } from '../../lambda/bedrock/lookups';
import type { Executions } from '../../lambda/executions/executions';
import { executionsOf } from '../../lambda/executions/step-functions';
import type { Tags } from '../../lambda/reconcile/goal';
import { withOwner } from '../../lambda/reconcile/ownership';
import {
  authorizationsOf,
  type TaggedResources,
  useOfKey as useOfKeyThrough,
} from '../../local/aws-simulator/iam/authorizations';
import type { Request } from '../../local/aws-simulator/iam/evaluator';
import { KEY_ARN, MODEL_PACKAGE_ARN, S3_URI } from '../lib/support/stacks';
import {
  FUNCTION_ARN,
  GATE_FUNCTION_ARN,
  LOG_GROUP_ARN,
  READER_ARN,
  type Role,
  STACK_ID,
  STATE_MACHINE_ARN,
} from './stack-policies';

const OTHER_STACK_ID = STACK_ID.replace('/Stack/', '/Other/');

/** Everything in the account, with its tags. */
const bedrock = (kind: string, id: string): string => `arn:aws:bedrock:us-east-1:111122223333:${kind}/${id}`;
const both = (id: string): { deployment: string; model: string } => ({
  deployment: bedrock('custom-model-deployment', id),
  model: bedrock('custom-model', `amazon.nova-lite-v1:0:300k/${id}`),
});
export const OURS = both('oursoursours');
export const THEIRS = both('theirstheirs');
/** What replaces that deployment, with the same tags. */
export const OUR_NEXT = bedrock('custom-model-deployment', 'nextnextnext');
/** Another deployment of the stack. */
export const OUR_OTHER = bedrock('custom-model-deployment', 'otherothernx');
export const NOBODYS = both('nobodysnobod');
export const OF_OTHER_ACCOUNT = { deployment: OURS.deployment.replace('111122223333', '999988887777') };

export const PROOF = withOwner({}, { stackId: STACK_ID, logicalId: 'Resource' });
export const THEIR_PROOF = withOwner({}, { stackId: OTHER_STACK_ID, logicalId: 'Resource' });

const TAGS: Readonly<Record<string, Tags>> = {
  [OURS.deployment]: { ...PROOF, team: 'a' },
  [OURS.model]: { ...PROOF, team: 'a' },
  [OUR_NEXT]: PROOF,
  [OUR_OTHER]: withOwner({}, { stackId: STACK_ID, logicalId: 'Other' }),
  [THEIRS.deployment]: THEIR_PROOF,
  [THEIRS.model]: THEIR_PROOF,
  [OF_OTHER_ACCOUNT.deployment]: PROOF,
};

export const OTHER_EXECUTION = `${STATE_MACHINE_ARN.replace(':stateMachine:', ':execution:')}d:request-1`;

export function request(action: string, resource: string, context: Request['context'] = {}): Request {
  const tags = Object.entries(TAGS[resource] ?? {}).map(([key, value]): [string, string] => [
    `aws:ResourceTag/${key}`,
    value,
  ]);
  return { action, resource, context: { ...Object.fromEntries(tags), ...context } };
}

/** The account of the tests, for what AWS asks IAM. */
const INVENTORY: TaggedResources = {
  accountId: '111122223333',
  region: 'us-east-1',
  find: (arn) => (TAGS[arn] === undefined ? undefined : { arn, tags: TAGS[arn] }),
};

export function useOfKey(arn: string, via = 'bedrock.us-east-1.amazonaws.com'): Request[] {
  return useOfKeyThrough(arn, via);
}

export function decryptions(arn: string, via?: string): Request[] {
  return useOfKey(arn, via).filter(({ action }) => action === 'kms:Decrypt');
}

export type HandlerApis = Bedrock & Executions;
export type HandlerCall = (tools: HandlerApis) => Promise<unknown>;

/**
 * The handler's own code, in front of an AWS that notes what IAM is asked. Each list has one deployment of another
 * stack.
 */
export function recorder(functionArn = FUNCTION_ARN): { tools: HandlerApis; asked: Request[] } {
  const asked: Request[] = [];
  const send = (command: { constructor: { name: string }; input: object }): Promise<object> => {
    asked.push(
      ...authorizationsOf(command.constructor.name.replace(/Command$/, ''), command.input, INVENTORY, functionArn),
    );
    return Promise.resolve({ modelDeploymentSummaries: [{ customModelDeploymentArn: THEIRS.deployment }] });
  };
  const { signal } = new AbortController();
  const toBedrock = Object.assign(new BedrockClient({ region: 'us-east-1' }), { send });
  const toStepFunctions = Object.assign(new SFNClient({ region: 'us-east-1' }), { send });
  return {
    tools: { ...bedrockBySdk(toBedrock, signal), ...executionsOf(toStepFunctions, STATE_MACHINE_ARN, signal) },
    asked,
  };
}

export async function askedBy(call: HandlerCall, functionArn?: string): Promise<Request[]> {
  const { tools, asked } = recorder(functionArn);
  await call(tools);
  return asked;
}

const TOKEN = { clientRequestToken: 'request-1' };
const FROM_PACKAGE = { modelPackageArn: MODEL_PACKAGE_ARN };
const FROM_FILES = { s3Uri: S3_URI, roleArn: READER_ARN };

export function createDeployment(modelArn: string, tags: Tags): HandlerCall {
  return ({ createDeployment: create }) => create({ name: 'name', modelArn, tags, ...TOKEN });
}

export function createModel(tags: Tags, source: typeof FROM_PACKAGE | typeof FROM_FILES = FROM_PACKAGE): HandlerCall {
  return ({ createModel: create }) => create({ name: 'name', source, tags, kmsKeyArn: KEY_ARN, ...TOKEN });
}

/** Everything that the handler does, by what it is. */
export const HANDLER_DOES: Readonly<Record<string, HandlerCall>> = {
  'looks at a deployment, whosever it is': ({ get }) => get('deployment', THEIRS.deployment),
  'looks at a model, whosever it is': ({ get }) => get('model', THEIRS.model),
  'looks whose a deployment is': ({ tags }) => tags(THEIRS.deployment),
  'looks whose a model is': ({ tags }) => tags(THEIRS.model),
  'looks for the deployments of a model, and whose they are': ({ users }) => users(OURS.model),
  'looks at all deployments for the quota': ({ quotaUse }) => quotaUse('deployment', STACK_ID),
  'looks at all models for the quota': ({ quotaUse }) => quotaUse('model', STACK_ID),
  'counts the deployments in progress': ({ inProgress }) => inProgress('deployment'),
  'counts the models in progress': ({ inProgress }) => inProgress('model'),
  'deploys a model of its stack': createDeployment(OURS.model, PROOF),
  'deploys a model of nobody': createDeployment(NOBODYS.model, { ...PROOF, team: 'a' }),
  'makes a model of a model package, with a key': createModel(PROOF),
  'makes a model of files, with a role and a key': createModel({ ...PROOF, team: 'a' }, FROM_FILES),
  'moves its deployment to another model of its stack': ({ update }) => update(OURS.deployment, OURS.model),
  'moves its deployment to a model of nobody': ({ update }) => update(OURS.deployment, NOBODYS.model),
  'tags its deployment': ({ tag }) => tag(OURS.deployment, { ...PROOF, team: 'b' }),
  'tags its model': ({ tag }) => tag(OURS.model, { ...PROOF, team: 'b' }),
  'untags its deployment': ({ untag }) => untag(OURS.deployment, ['team', 'other']),
  'untags its model': ({ untag }) => untag(OURS.model, ['team']),
  'deletes its deployment': ({ delete: remove }) => remove('deployment', OURS.deployment),
  'deletes its model': ({ delete: remove }) => remove('model', OURS.model),
  'has a request carried out': (tools) => tools.start('request-1', '{}'),
  'looks for older requests': (tools) => tools.list('request-', { since: 0, count: 1 }),
  'stops an older request': (tools) => tools.stop('request-1', 'A newer request has come'),
};

/** What the services do with the roles, beside what the handler asks of them. */
export const SERVICES_DO: Readonly<Record<Role, Readonly<Record<string, Request[]>>>> = {
  handler: {
    'the handler looks for a model by its name': [
      request('bedrock:ListCustomModels', '*', { 'lambda:SourceFunctionArn': FUNCTION_ARN }),
    ],
    'Lambda writes its log': ['CreateLogStream', 'PutLogEvents'].map((action) =>
      request(`logs:${action}`, `${LOG_GROUP_ARN}:log-stream:2026/01/01/[$LATEST]0a1b`),
    ),
  },
  waiter: {
    'Step Functions calls the handler': [request('lambda:InvokeFunction', FUNCTION_ARN)],
    'Step Functions looks at the stack': [request('cloudformation:DescribeStacks', STACK_ID)],
    // https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
    'Step Functions has its log delivered': [
      'CreateLogDelivery',
      'DeleteLogDelivery',
      'DescribeLogGroups',
      'DescribeResourcePolicies',
      'GetLogDelivery',
      'ListLogDeliveries',
      'PutResourcePolicy',
      'UpdateLogDelivery',
    ].map((action) => request(`logs:${action}`, '*')),
    // https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html
    'Step Functions writes traces': [
      'GetSamplingRules',
      'GetSamplingTargets',
      'PutTelemetryRecords',
      'PutTraceSegments',
    ].map((action) => request(`xray:${action}`, '*')),
  },
  gates: {
    'Step Functions asks the deployment': [request('bedrock:InvokeModel', OURS.deployment), ...decryptions(KEY_ARN)],
    'Step Functions calls the function of a gate': [request('lambda:InvokeFunction', GATE_FUNCTION_ARN)],
    'Step Functions looks at alarms': [request('cloudwatch:DescribeAlarms', '*')],
  },
  gateFunction: {
    'the function of a gate asks the deployment': [
      request('bedrock:InvokeModel', OURS.deployment),
      request('bedrock:InvokeModelWithResponseStream', OURS.deployment),
      ...decryptions(KEY_ARN),
    ],
  },
  reader: {
    'Bedrock reads files below the prefix': [
      request(
        's3:GetObject',
        'arn:aws:s3:::customer-escrow-111122223333-smtj/job/step_4/a/b',
        inBucketOf('999988887777'),
      ),
    ],
    'Bedrock reads the file of that name': [
      request('s3:GetObject', 'arn:aws:s3:::customer-escrow-111122223333-smtj/job/step_4', inBucketOf('999988887777')),
    ],
    'Bedrock lists them': ['job/step_4', 'job/step_4/', 'job/step_4/a'].map((prefix) =>
      request('s3:ListBucket', 'arn:aws:s3:::customer-escrow-111122223333-smtj', {
        's3:prefix': prefix,
        ...inBucketOf('999988887777'),
      }),
    ),
    'Bedrock looks where the bucket is': [
      request('s3:GetBucketLocation', 'arn:aws:s3:::customer-escrow-111122223333-smtj', inBucketOf('999988887777')),
    ],
    'Bedrock encrypts with the key': useOfKey(KEY_ARN),
  },
};

export function inBucketOf(account: string): Request['context'] {
  return { 'aws:ResourceAccount': account };
}
