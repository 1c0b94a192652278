/**
 * The alternative for comparison: a handler as written by a careful engineer who knows Amazon Bedrock's API and the
 * documentation of CDK's `Provider` framework. Both of its functions, onEvent and isComplete, are in one file. It takes
 * the same properties as the library's handler.
 *
 * It follows the framework's recommendations. The physical id is the name, which has a hash of the properties that only
 * a replacement can change. A create is retried with the same token. It retries calls that are refused because a quota
 * is full or a permission has not propagated yet, waits for operations in progress, and survives throttled polls, even
 * though the framework takes any error of isComplete for the end of the request. An update creates a deployment again
 * that was deleted or has failed. All resources have ownership tags.
 *
 * It lacks what the framework makes impossible, and what few engineers think of. It cannot delete by an id that
 * CloudFormation made up ("you have no choice but to leak this resource", says the framework's README), a newer request
 * does not stop an older one, late duplicates look like new requests, it does not check tags before it changes or
 * deletes a resource, and it believes a refusal at once.
 */

import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  BedrockClient,
  CreateCustomModelCommand,
  CreateCustomModelDeploymentCommand,
  DeleteCustomModelCommand,
  DeleteCustomModelDeploymentCommand,
  GetCustomModelCommand,
  type GetCustomModelCommandOutput,
  GetCustomModelDeploymentCommand,
  type GetCustomModelDeploymentCommandOutput,
  ResourceNotFoundException,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateCustomModelDeploymentCommand,
} from '@aws-sdk/client-bedrock';
import {
  type DeploymentProperties,
  LOGICAL_ID_TAG,
  MODEL_RESOURCE_TYPE,
  type ModelProperties,
  STACK_ID_TAG,
} from '../../../lib/private/contract';

/** The properties of a deployment or of a model, depending on the resource type. */
type RequestedProperties = Partial<DeploymentProperties & ModelProperties>;

export interface OnEventRequest {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly RequestId: string;
  readonly StackId: string;
  readonly LogicalResourceId: string;
  readonly ResourceType: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: RequestedProperties;
  readonly OldResourceProperties?: RequestedProperties;
}

export interface OnEventResponse {
  readonly PhysicalResourceId: string;
  /** Another update is in progress, which a rollback must wait for. */
  readonly MoveLater?: boolean;
}

export type IsCompleteRequest = OnEventRequest & OnEventResponse;

export interface IsCompleteResponse {
  readonly IsComplete: boolean;
  readonly Data?: Readonly<Record<string, string>>;
}

const bedrock = new BedrockClient({
  maxAttempts: 10,
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
});

/**
 * How long onEvent retries, within the function's 14 minutes: until IAM has propagated on a fresh stack, and one of the
 * two deployments that a Region allows in progress is free.
 */
const PATIENCE_MS: Readonly<Record<string, number>> = {
  AccessDeniedException: 60_000,
  ServiceQuotaExceededException: 700_000,
  ThrottlingException: 600_000,
};
const PAUSE_MS = 10_000;

export async function onEvent(event: OnEventRequest): Promise<OnEventResponse> {
  console.log(JSON.stringify({ request: event.RequestType, id: event.RequestId, resource: event.LogicalResourceId }));
  const began = Date.now();
  for (;;) {
    try {
      return await begin(event);
    } catch (error) {
      const patience = PATIENCE_MS[(error as Error).name];
      if (patience === undefined || Date.now() - began > patience) {
        throw error;
      }
      await sleep(PAUSE_MS);
    }
  }
}

/** Idempotent. */
async function begin(event: OnEventRequest): Promise<OnEventResponse> {
  const name = nameOf(event);
  switch (event.RequestType) {
    case 'Create':
      await create(event, name);
      return { PhysicalResourceId: name };
    case 'Update':
      return isModel(event) ? updateModel(event, name) : updateDeployment(event, name);
    case 'Delete':
      // isComplete deletes, since it is called again until it succeeds
      return { PhysicalResourceId: event.PhysicalResourceId ?? '' };
  }
}

export async function isComplete(event: IsCompleteRequest): Promise<IsCompleteResponse> {
  try {
    if (event.RequestType === 'Delete') {
      return { IsComplete: await remove(event) };
    }
    return isModel(event) ? await modelIsComplete(event) : await deploymentIsComplete(event);
  } catch (error) {
    if (!isPassing(error)) {
      throw error;
    }
    console.log(JSON.stringify({ resource: event.PhysicalResourceId, error: (error as Error).name }));
    return { IsComplete: false };
  }
}

async function create(event: OnEventRequest, name: string): Promise<void> {
  const { ModelArn, Description, ModelPackageArn, S3Uri, RoleArn, KmsKeyArn } = event.ResourceProperties;
  const tags = listOf({
    ...event.ResourceProperties.Tags,
    [STACK_ID_TAG]: event.StackId,
    [LOGICAL_ID_TAG]: event.LogicalResourceId,
  });
  const clientRequestToken = event.RequestId;
  await (isModel(event)
    ? bedrock.send(
        new CreateCustomModelCommand({
          modelName: name,
          ...(S3Uri === undefined
            ? { customModelDataSource: { modelPackageArnDataSource: { modelPackageArn: ModelPackageArn } } }
            : { modelSourceConfig: { s3DataSource: { s3Uri: S3Uri } }, roleArn: RoleArn }),
          modelKmsKeyArn: KmsKeyArn,
          modelTags: tags,
          clientRequestToken,
        }),
      )
    : bedrock.send(
        new CreateCustomModelDeploymentCommand({
          modelDeploymentName: name,
          modelArn: ModelArn,
          description: orNone(Description),
          tags,
          clientRequestToken,
        }),
      ));
}

async function updateModel(event: OnEventRequest, name: string): Promise<OnEventResponse> {
  const there = mayBeThere(event, name) ? await getModel(name) : undefined;
  if (there === undefined) {
    await create(event, name);
  } else {
    await changeTags(event, there.modelArn ?? '');
  }
  return { PhysicalResourceId: name };
}

async function updateDeployment(event: OnEventRequest, name: string): Promise<OnEventResponse> {
  const { Description, ModelArn = '' } = event.ResourceProperties;
  const there = mayBeThere(event, name) ? await getDeployment(name) : undefined;
  if (there?.status === 'Failed') {
    await untilGone({ ...event, PhysicalResourceId: name });
  }
  if (there === undefined || there.status === 'Failed') {
    await create(event, name);
    return { PhysicalResourceId: name };
  }
  if (there.description !== orNone(Description)) {
    throw new Error(
      `${name}: the description of a deployment cannot be changed: give it another deploymentName as well`,
    );
  }
  await changeTags(event, there.customModelDeploymentArn ?? '');
  if (isMoving(there)) {
    return { PhysicalResourceId: name, MoveLater: there.updateDetails?.modelArn !== ModelArn };
  }
  if (!serves(there, ModelArn)) {
    await move(name, ModelArn);
  }
  return { PhysicalResourceId: name };
}

async function modelIsComplete({ PhysicalResourceId: name }: IsCompleteRequest): Promise<IsCompleteResponse> {
  const there = await getModel(name);
  // models from before Bedrock had statuses have none
  const status = there === undefined ? 'not found' : (there.modelStatus ?? 'Active');
  if (status === 'Failed') {
    throw new Error(
      `The custom model ${name} could not be created: ${there?.failureMessage ?? 'Amazon Bedrock does not say why'}`,
    );
  }
  return status === 'Active'
    ? { IsComplete: true, Data: { Arn: there?.modelArn ?? '', Name: name, Status: status } }
    : { IsComplete: false };
}

async function deploymentIsComplete(event: IsCompleteRequest): Promise<IsCompleteResponse> {
  const {
    PhysicalResourceId: name,
    ResourceProperties: { ModelArn = '' },
  } = event;
  const there = await getDeployment(name);
  if (there?.status === 'Failed') {
    throw new Error(
      `The custom model deployment ${name} failed: ${there.failureMessage ?? 'Amazon Bedrock does not say why'}`,
    );
  }
  if (there?.status !== 'Active' || isMoving(there)) {
    return { IsComplete: false };
  }
  if (serves(there, ModelArn)) {
    return {
      IsComplete: true,
      Data: { Arn: there.customModelDeploymentArn ?? '', Name: name, ModelArn, Status: there.status },
    };
  }
  if (there.updateDetails?.modelArn === ModelArn && there.updateDetails.updateStatus === 'UpdateFailed') {
    const why = there.failureMessage ?? 'Amazon Bedrock does not say why';
    throw new Error(`The custom model deployment ${name} could not be updated to ${ModelArn}: ${why}`);
  }
  if (event.MoveLater === true) {
    await move(name, ModelArn);
  }
  return { IsComplete: false };
}

/**
 * @returns whether the resource is gone. Deletion takes time, and waits for operations in progress; the call is
 * repeated until Bedrock answers "not found".
 */
async function remove(event: IsCompleteRequest): Promise<boolean> {
  const { PhysicalResourceId: name } = event;
  try {
    await (isModel(event)
      ? bedrock.send(new DeleteCustomModelCommand({ modelIdentifier: name }))
      : bedrock.send(new DeleteCustomModelDeploymentCommand({ customModelDeploymentIdentifier: name })));
    return false;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) {
      return true;
    }
    if ((error as Error).name === 'ConflictException') {
      return false;
    }
    throw error;
  }
}

/** A failed deployment serves nobody and cannot be updated: it is deleted, and a new one gets its name. */
async function untilGone(event: IsCompleteRequest): Promise<void> {
  while (!(await remove(event))) {
    await sleep(PAUSE_MS);
  }
}

async function move(name: string, modelArn: string): Promise<void> {
  await bedrock.send(new UpdateCustomModelDeploymentCommand({ customModelDeploymentIdentifier: name, modelArn }));
}

/** Does not change tags that external actors have set. */
async function changeTags(
  { ResourceProperties, OldResourceProperties }: OnEventRequest,
  resourceARN: string,
): Promise<void> {
  const [wanted, before] = [ResourceProperties.Tags ?? {}, OldResourceProperties?.Tags ?? {}];
  const changed = Object.entries(wanted).filter(([key, value]) => before[key] !== value);
  const tagKeys = Object.keys(before).filter((key) => !(key in wanted));
  if (changed.length > 0) {
    await bedrock.send(new TagResourceCommand({ resourceARN, tags: listOf(Object.fromEntries(changed)) }));
  }
  if (tagKeys.length > 0) {
    await bedrock.send(new UntagResourceCommand({ resourceARN, tagKeys }));
  }
}

async function getDeployment(name: string): Promise<GetCustomModelDeploymentCommandOutput | undefined> {
  return unlessNotFound(bedrock.send(new GetCustomModelDeploymentCommand({ customModelDeploymentIdentifier: name })));
}

async function getModel(name: string): Promise<GetCustomModelCommandOutput | undefined> {
  return unlessNotFound(bedrock.send(new GetCustomModelCommand({ modelIdentifier: name })));
}

async function unlessNotFound<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) {
      return undefined;
    }
    throw error;
  }
}

function isMoving({ updateDetails }: GetCustomModelDeploymentCommandOutput): boolean {
  return updateDetails !== undefined && !['UpdateCompleted', 'UpdateFailed'].includes(updateDetails.updateStatus ?? '');
}

/**
 * The status of the last update takes precedence over the model that is shown, which may be the previous one, or the
 * one to which the update failed.
 */
function serves({ modelArn, updateDetails }: GetCustomModelDeploymentCommandOutput, wanted: string): boolean {
  switch (updateDetails?.updateStatus) {
    case 'UpdateCompleted':
      return updateDetails.modelArn === wanted;
    case 'UpdateFailed':
      return modelArn === wanted && updateDetails.modelArn !== wanted;
    default:
      return modelArn === wanted;
  }
}

/** Whether a retry may succeed: a server error, no reply, throttling, an operation in progress, a permission. */
function isPassing(error: unknown): boolean {
  const { name, $metadata } = error as Error & { readonly $metadata?: { readonly httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode ?? 0;
  return (
    name in PATIENCE_MS ||
    name === 'ConflictException' ||
    ($metadata !== undefined && (status === 0 || status === 429 || status >= 500))
  );
}

function isModel({ ResourceType }: OnEventRequest): boolean {
  return ResourceType === MODEL_RESOURCE_TYPE;
}

/**
 * A deployment with a generated name belongs to this resource, perhaps from before an update that is rolled back. A
 * fixed name may belong to somebody else.
 */
function mayBeThere(
  { PhysicalResourceId, ResourceProperties: { DeploymentName, ModelName } }: OnEventRequest,
  name: string,
): boolean {
  return name === PhysicalResourceId || orNone(DeploymentName ?? ModelName) === undefined;
}

function nameOf({ StackId, LogicalResourceId, ResourceProperties }: OnEventRequest): string {
  const { DeploymentName, ModelName, Description, ModelUpdate, ModelArn, ModelPackageArn, S3Uri, RoleArn, KmsKeyArn } =
    ResourceProperties;
  const given = orNone(DeploymentName ?? ModelName);
  if (given !== undefined) {
    return given;
  }
  const ofAnother = [
    Description,
    ModelUpdate === 'REPLACE' ? ModelArn : '',
    ModelPackageArn,
    S3Uri,
    RoleArn,
    KmsKeyArn,
  ].map((part) => part ?? '');
  const hash = createHash('sha256')
    .update([StackId, LogicalResourceId, ...ofAnother].join('\n'))
    .digest('hex')
    .slice(0, 12);
  const readable = [StackId.split('/')[1] ?? '', LogicalResourceId].map((part) =>
    part
      .replace(/[^a-zA-Z0-9]+/g, '-')
      .slice(0, 24)
      .replace(/-$/, ''),
  );
  return [...readable, hash].join('-');
}

/** CloudFormation may pass an absent string as an empty one. */
function orNone(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

function listOf(tags: Readonly<Record<string, string>>): { key: string; value: string }[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}
