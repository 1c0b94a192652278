import {
  type BedrockClient,
  GetCustomModelCommand,
  GetCustomModelDeploymentCommand,
  ListTagsForResourceCommand,
  paginateListCustomModelDeployments,
  paginateListCustomModels,
} from '@aws-sdk/client-bedrock';
import { CUSTOM_MODEL_ARN_PATTERN, DEPLOYMENT_ARN_PATTERN, RESERVED_TAG_PREFIX } from '../../../lib/private/contract';
import { KEY, MODEL_1, MODEL_2, PACKAGE_2 } from '../support/builders';
import { modelRequest, request, type RequestProperties, S3 } from '../support/requests';

/** A change that takes another resource: from, to. */
type Replacing = readonly [what: string, old: RequestProperties, properties: RequestProperties];

/** A type of resource, as the contract sees it. */
export interface Subject {
  readonly kind: 'deployment' | 'model';
  readonly make: typeof request;
  readonly nameProperty: 'DeploymentName' | 'ModelName';
  /** Every property that can be set and read. */
  readonly whole: RequestProperties;
  /** A change that is made in place. */
  readonly changed: RequestProperties;
  readonly replacing: readonly Replacing[];
  readonly invalid: readonly (readonly [what: string, properties: RequestProperties, named: string])[];
  /** The attributes, and the form of each. */
  readonly attributes: Readonly<Record<string, RegExp>>;
  /** What Bedrock itself says of one, in our properties and attributes. */
  readonly read: (bedrock: BedrockClient, identifier: string) => Promise<RequestProperties>;
  /** The names of all. */
  readonly list: (bedrock: BedrockClient) => Promise<string[]>;
}

const NAME = /^[0-9a-zA-Z_-]{1,63}$/;
const ACTIVE = /^Active$/;

const deployment: Subject = {
  kind: 'deployment',
  make: request,
  nameProperty: 'DeploymentName',
  whole: { ModelArn: MODEL_1, Description: 'Fraud model', Tags: { team: 'fraud', tier: 'gold' } },
  changed: { ModelArn: MODEL_2, Description: 'Fraud model', Tags: { team: 'risk' } },
  replacing: [
    ['the description', { Description: 'old' }, { Description: 'new' }],
    ['the model under REPLACE', { ModelUpdate: 'REPLACE' }, { ModelUpdate: 'REPLACE', ModelArn: MODEL_2 }],
  ],
  invalid: [
    ['no model', { ModelArn: undefined }, 'ModelArn'],
    ['what is no model', { ModelArn: 'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0' }, 'ModelArn'],
    ['a name that none can have', { DeploymentName: 'two  words' }, 'DeploymentName'],
    ['a description of two lines', { Description: 'one\ntwo' }, 'Description'],
    ['an update that is none', { ModelUpdate: 'SOMETIMES' }, 'ModelUpdate'],
    ["a tag of AWS's", { Tags: { 'aws:cloudformation:stack-name': 'mine' } }, 'Tags'],
    ['a time-out of none', { Timeout: '0' }, 'Timeout'],
  ],
  attributes: { Arn: DEPLOYMENT_ARN_PATTERN, Name: NAME, ModelArn: CUSTOM_MODEL_ARN_PATTERN, Status: ACTIVE },
  read: async (bedrock, identifier) => {
    const {
      customModelDeploymentArn: Arn,
      modelDeploymentName,
      modelArn,
      description,
      status,
    } = await bedrock.send(new GetCustomModelDeploymentCommand({ customModelDeploymentIdentifier: identifier }));
    return {
      Arn,
      Name: modelDeploymentName,
      ModelArn: modelArn,
      Description: description,
      Status: status,
      Tags: await tagsOf(bedrock, Arn),
    };
  },
  list: async (bedrock) => {
    const names: string[] = [];
    for await (const { modelDeploymentSummaries = [] } of paginateListCustomModelDeployments({ client: bedrock }, {})) {
      names.push(...modelDeploymentSummaries.map(({ customModelDeploymentName = '' }) => customModelDeploymentName));
    }
    return names;
  },
};

const model: Subject = {
  kind: 'model',
  make: modelRequest,
  nameProperty: 'ModelName',
  whole: { KmsKeyArn: KEY, Tags: { team: 'fraud', tier: 'gold' } },
  changed: { KmsKeyArn: KEY, Tags: { team: 'risk' } },
  replacing: [
    ['the source', {}, { ModelPackageArn: PACKAGE_2 }],
    ['the kind of source', {}, S3],
    ['the role', S3, { ...S3, RoleArn: `${S3.RoleArn}2` }],
    ['the key', {}, { KmsKeyArn: KEY }],
  ],
  invalid: [
    ['no source', { ModelPackageArn: undefined }, 'S3Uri'],
    ['two sources', { S3Uri: S3.S3Uri, RoleArn: S3.RoleArn }, 'S3Uri'],
    ['a source in S3 and no role', { ...S3, RoleArn: undefined }, 'RoleArn'],
    ["a key's alias", { KmsKeyArn: 'arn:aws:kms:us-east-1:000000000000:alias/mine' }, 'KmsKeyArn'],
    ['a name that none can have', { ModelName: 'two  words' }, 'ModelName'],
    ['a tag of ours', { Tags: { [`${RESERVED_TAG_PREFIX}stack-id`]: 'mine' } }, 'Tags'],
    ['a time-out of none', { Timeout: '' }, 'Timeout'],
  ],
  attributes: { Arn: CUSTOM_MODEL_ARN_PATTERN, Name: NAME, Status: ACTIVE },
  read: async (bedrock, identifier) => {
    const {
      modelArn: Arn,
      modelName,
      modelKmsKeyArn,
      modelStatus,
    } = await bedrock.send(new GetCustomModelCommand({ modelIdentifier: identifier }));
    return { Arn, Name: modelName, KmsKeyArn: modelKmsKeyArn, Status: modelStatus, Tags: await tagsOf(bedrock, Arn) };
  },
  list: async (bedrock) => {
    const names: string[] = [];
    for await (const { modelSummaries = [] } of paginateListCustomModels({ client: bedrock }, {})) {
      names.push(...modelSummaries.map(({ modelName = '' }) => modelName));
    }
    return names;
  },
};

export const SUBJECTS: readonly Subject[] = [deployment, model];

/** The user's: without those that say whose it is. */
async function tagsOf(bedrock: BedrockClient, arn: string | undefined): Promise<RequestProperties> {
  const { tags = [] } = await bedrock.send(new ListTagsForResourceCommand({ resourceARN: arn }));
  return Object.fromEntries(
    tags.flatMap(({ key = '', value }) => (key.startsWith(RESERVED_TAG_PREFIX) ? [] : [[key, value]])),
  );
}
