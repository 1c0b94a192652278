/**
 * The careful alternative, to be compared with: what an engineer writes who knows Amazon Bedrock's API and has read the
 * pages of CDK's `Provider` framework, one file for both of its functions, onEvent and isComplete. It takes the same
 * properties as our own handler.
 *
 * It does what these pages recommend. The physical id is the name, which a generated hash makes another one when
 * something changes that only a new resource can have. A create is repeated with the token of its request. What is
 * refused for want of a place or of a permission that has not spread yet is tried again, what must end first is waited
 * for, and no throttled poll fails a deploy, though the framework takes any error of isComplete for the end. What was
 * deleted or has failed since is made again with the next update. Everything is tagged with whose it is.
 *
 * What it lacks is what cannot be had without going around the framework, or what hardly anybody thinks of: a Delete by
 * an id that CloudFormation made up is not ours to know ("you have no choice but to leak this resource", says the
 * framework's README), an older request is not stopped by a newer one, late duplicates are not told from news, tags are
 * not checked before something is changed or deleted, and a refusal is believed at once.
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

/** Either the properties of a deployment or those of a model, as the resource's type says. */
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
  /** Another update is under way, which a rollback must wait out before it can go back. */
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
 * How long what may pass is waited for in onEvent, within the function's 14 minutes: IAM, which takes its time on a
 * fresh stack, and a place among the two deployments that may be in progress in a Region.
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

/** Does no harm when it is done again. */
async function begin(event: OnEventRequest): Promise<OnEventResponse> {
  const name = nameOf(event);
  switch (event.RequestType) {
    case 'Create':
      await create(event, name);
      return { PhysicalResourceId: name };
    case 'Update':
      return isModel(event) ? updateModel(event, name) : updateDeployment(event, name);
    case 'Delete':
      return { PhysicalResourceId: event.PhysicalResourceId ?? '' }; // isComplete deletes: it may be asked again
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
  // a model that is older than the statuses has none
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
 * @returns whether it is gone. Deleting takes its time, and must wait for what is under way: asked again, Bedrock finds
 * nothing in the end.
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

/** What failed serves nobody, and cannot be updated: it makes place for a new one of its name. */
async function untilGone(event: IsCompleteRequest): Promise<void> {
  while (!(await remove(event))) {
    await sleep(PAUSE_MS);
  }
}

async function move(name: string, modelArn: string): Promise<void> {
  await bedrock.send(new UpdateCustomModelDeploymentCommand({ customModelDeploymentIdentifier: name, modelArn }));
}

/** Leaves alone what tags others have set. */
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
 * What the last update says counts for more than the model that is shown, which may be the one before it, or one that
 * it failed to go to.
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

/**
 * Whether it is only not now: the service's fault, no answer, too much at once, something under way, or not allowed
 * yet.
 */
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
 * What bears a generated name is this resource's own, perhaps from before an update that is rolled back; a given name
 * may be taken by others.
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

/** CloudFormation's way to say that a string is not there may be an empty one. */
function orNone(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

function listOf(tags: Readonly<Record<string, string>>): { key: string; value: string }[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}
