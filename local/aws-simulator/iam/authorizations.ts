import type { InputOf as BedrockInput } from '../../fake-bedrock/operations';
import type { Request } from './evaluator';

type Context = Request['context'];

/** The account as IAM sees it. */
export interface TaggedResources {
  readonly accountId: string;
  readonly region: string;
  /** What bears that name or ARN, with its tags as they are stored. */
  readonly find: (
    nameOrArn: string,
  ) => { readonly arn: string; readonly tags: Readonly<Record<string, string>> } | undefined;
}

interface RequestTag {
  readonly key?: string;
  readonly value?: string;
}

/** The members of a call that IAM is asked about. */
interface CallInput {
  readonly customModelDeploymentIdentifier?: string;
  readonly modelIdentifier?: string;
  readonly modelArn?: string;
  readonly resourceARN?: string;
  readonly tags?: readonly RequestTag[];
  readonly modelTags?: readonly RequestTag[];
  readonly tagKeys?: readonly string[];
  readonly roleArn?: string;
  readonly modelKmsKeyArn?: string;
  readonly customModelDataSource?: { readonly modelPackageArnDataSource?: { readonly modelPackageArn?: string } };
  readonly stateMachineArn?: string;
  readonly executionArn?: string;
  readonly functionArn?: string;
  readonly logGroupName?: string;
  readonly StackName?: string;
  readonly modelId?: string;
}

/** What Bedrock is told of an import that IAM is asked about. */
export type Import = Pick<BedrockInput<'CreateCustomModel'>, 'roleArn' | 'modelKmsKeyArn' | 'modelSourceConfig'>;

/** The id of what is to be made: no other can be known before. */
export const NEW_ID = 'newnewnewnew';

/**
 * What AWS asks IAM when it gets a call: the action on each resource, and what the action takes besides.
 *
 * @param caller the ARN of the function that calls, if it is one
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonbedrock.html
 */
export function authorizationsOf(operation: string, input: object, inventory: TaggedResources, caller = ''): Request[] {
  const asks = ASKED[operation];
  if (asks === undefined) {
    throw new Error(`not known here: ${operation}`);
  }
  return asks(new AuthorizedAccount(inventory), input).map((request) => calledBy(caller, request));
}

/**
 * A function is named in what it calls itself. Of what a service passes on, or does for it, nobody has seen that it is.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html
 */
function calledBy(caller: string, request: Request): Request {
  const isNamed = caller.startsWith('arn:aws:lambda:') && /^(bedrock|states):/.test(request.action);
  return isNamed ? { ...request, context: { ...request.context, 'lambda:SourceFunctionArn': caller } } : request;
}

/** The use of a key by a caller of Bedrock, for which Bedrock asks on the caller's behalf. */
export function useOfKey(arn: string, via: string): Request[] {
  return ['CreateGrant', 'Decrypt', 'DescribeKey', 'GenerateDataKey'].map((action) => ({
    action: `kms:${action}`,
    resource: arn,
    context: { 'kms:ViaService': via },
  }));
}

/**
 * What Bedrock asks IAM as the role that it reads the files of a model with.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-import-iam-role.html
 */
export function authorizationsOfImport(
  { modelKmsKeyArn, modelSourceConfig }: Import,
  inventory: TaggedResources,
  bucketAccount: string,
): Request[] {
  const s3Uri = modelSourceConfig?.s3DataSource?.s3Uri;
  return [
    ...(s3Uri === undefined ? [] : readingOf(s3Uri, { 'aws:ResourceAccount': bucketAccount })),
    ...(modelKmsKeyArn === undefined ? [] : useOfKey(modelKmsKeyArn, new AuthorizedAccount(inventory).bedrock)),
  ];
}

function readingOf(s3Uri: string, context: Context): Request[] {
  const path = s3Uri.replace('s3://', 'arn:aws:s3:::').replace(/\/$/, '');
  const [bucket = '', ...prefix] = path.split('/');
  const below = prefix.length === 0 ? {} : { 's3:prefix': `${prefix.join('/')}/` };
  return [
    { action: 's3:GetBucketLocation', resource: bucket, context },
    { action: 's3:ListBucket', resource: bucket, context: { ...context, ...below } },
    { action: 's3:GetObject', resource: `${path}/file`, context },
  ];
}

class AuthorizedAccount {
  constructor(private readonly inventory: TaggedResources) {}

  /** An action on what is there, or is not. */
  on(action: string, resource: string, context: Context = {}): Request {
    const tags = Object.entries(this.inventory.find(resource)?.tags ?? {}).map(([key, value]): [string, string] => [
      `aws:ResourceTag/${key}`,
      value,
    ]);
    return { action, resource, context: { ...Object.fromEntries(tags), ...context } };
  }

  deployment(identifier = ''): string {
    return this.known(identifier) ?? this.arn('custom-model-deployment', identifier);
  }

  model(identifier = ''): string {
    return this.known(identifier) ?? this.arn('custom-model', `imported/${identifier}`);
  }

  newDeployment(): string {
    return this.arn('custom-model-deployment', NEW_ID);
  }

  newModel(): string {
    return this.arn('custom-model', `imported/${NEW_ID}`);
  }

  logStream(logGroupName: string): string {
    return `arn:aws:logs:${this.inventory.region}:${this.inventory.accountId}:log-group:${logGroupName}:log-stream:stream`;
  }

  get bedrock(): string {
    return `bedrock.${this.inventory.region}.amazonaws.com`;
  }

  private known(identifier: string): string | undefined {
    return identifier.startsWith('arn:') ? identifier : this.inventory.find(identifier)?.arn;
  }

  private arn(kind: string, id: string): string {
    const { region, accountId } = this.inventory;
    return `arn:aws:bedrock:${region}:${accountId}:${kind}/${id}`;
  }
}

const ASKED: Readonly<Record<string, (account: AuthorizedAccount, input: CallInput) => Request[]>> = {
  GetCustomModelDeployment: (account, { customModelDeploymentIdentifier }) => [
    account.on('bedrock:GetCustomModelDeployment', account.deployment(customModelDeploymentIdentifier)),
  ],
  GetCustomModel: (account, { modelIdentifier }) => [
    account.on('bedrock:GetCustomModel', account.model(modelIdentifier)),
  ],
  ListTagsForResource: (account, { resourceARN = '' }) => [account.on('bedrock:ListTagsForResource', resourceARN)],
  ListCustomModelDeployments: (account) => [account.on('bedrock:ListCustomModelDeployments', '*')],
  ListCustomModels: (account) => [account.on('bedrock:ListCustomModels', '*')],
  CreateCustomModelDeployment: (account, { modelArn = '', tags = [] }) => [
    account.on('bedrock:CreateCustomModelDeployment', modelArn, requestTags(tags)),
    ...(tags.length === 0 ? [] : [account.on('bedrock:TagResource', account.newDeployment(), requestTags(tags))]),
  ],
  CreateCustomModel: (account, { modelTags: tags = [], roleArn, modelKmsKeyArn, customModelDataSource: source }) => [
    account.on('bedrock:CreateCustomModel', '*', requestTags(tags)),
    ...(tags.length === 0 ? [] : [account.on('bedrock:TagResource', account.newModel(), requestTags(tags))]),
    ...(roleArn === undefined
      ? []
      : [account.on('iam:PassRole', roleArn, { 'iam:PassedToService': 'bedrock.amazonaws.com' })]),
    ...(source === undefined
      ? []
      : ['AccessModelPackage', 'AccessModelPackageData', 'DescribeModelPackage'].map((action) =>
          account.on(`sagemaker:${action}`, source.modelPackageArnDataSource?.modelPackageArn ?? ''),
        )),
    ...(modelKmsKeyArn === undefined ? [] : useOfKey(modelKmsKeyArn, account.bedrock)),
  ],
  UpdateCustomModelDeployment: (account, { customModelDeploymentIdentifier, modelArn = '' }) =>
    [account.deployment(customModelDeploymentIdentifier), modelArn].map((resource) =>
      account.on('bedrock:UpdateCustomModelDeployment', resource),
    ),
  DeleteCustomModelDeployment: (account, { customModelDeploymentIdentifier }) => [
    account.on('bedrock:DeleteCustomModelDeployment', account.deployment(customModelDeploymentIdentifier)),
  ],
  DeleteCustomModel: (account, { modelIdentifier }) => [
    account.on('bedrock:DeleteCustomModel', account.model(modelIdentifier)),
  ],
  TagResource: (account, { resourceARN = '', tags = [] }) => [
    account.on('bedrock:TagResource', resourceARN, requestTags(tags)),
  ],
  UntagResource: (account, { resourceARN = '', tagKeys = [] }) => [
    account.on('bedrock:UntagResource', resourceARN, tagKeys.length === 0 ? {} : { 'aws:TagKeys': tagKeys }),
  ],
  StartExecution: (account, { stateMachineArn = '' }) => [account.on('states:StartExecution', stateMachineArn)],
  ListExecutions: (account, { stateMachineArn = '' }) => [account.on('states:ListExecutions', stateMachineArn)],
  StopExecution: (account, { executionArn = '' }) => [account.on('states:StopExecution', executionArn)],
  InvokeFunction: (account, { functionArn = '' }) => [account.on('lambda:InvokeFunction', functionArn)],
  PutLogEvents: (account, { logGroupName = '' }) =>
    ['CreateLogStream', 'PutLogEvents'].map((action) => account.on(`logs:${action}`, account.logStream(logGroupName))),
  DescribeStacks: (account, { StackName = '' }) => [account.on('cloudformation:DescribeStacks', StackName)],
  // Converse asks for the same: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
  InvokeModel: (account, { modelId = '' }) => [account.on('bedrock:InvokeModel', modelId)],
  DescribeAlarms: (account) => [account.on('cloudwatch:DescribeAlarms', '*')],
};

function requestTags(tags: readonly RequestTag[]): Context {
  if (tags.length === 0) {
    return {};
  }
  const each = tags.map(({ key = '', value = '' }): [string, string] => [`aws:RequestTag/${key}`, value]);
  return { ...Object.fromEntries(each), 'aws:TagKeys': tags.map(({ key = '' }) => key) };
}
