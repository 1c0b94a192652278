import type { AbsenceGoal, DeploymentSpec, Owner, PresenceGoal, Tags } from '../../../lambda/reconcile/goal';
import type { Memory } from '../../../lambda/reconcile/memory';
import type { Absent, ModelUser, Observed, Resource } from '../../../lambda/reconcile/observed';
import { LOGICAL_ID_TAG, STACK_ID_TAG } from '../../../lib/private/contract';

export const STACK_ID =
  'arn:aws:cloudformation:us-east-1:000000000000:stack/fraud/11111111-2222-3333-4444-555555555555';
export const OTHER_STACK_ID =
  'arn:aws:cloudformation:us-east-1:000000000000:stack/other/99999999-2222-3333-4444-555555555555';
export const OWNER: Owner = { stackId: STACK_ID, logicalId: 'Deployment' };
export const OUR_TAGS = { [STACK_ID_TAG]: STACK_ID, [LOGICAL_ID_TAG]: 'Deployment' };
export const FOREIGN_TAGS = { [STACK_ID_TAG]: OTHER_STACK_ID, [LOGICAL_ID_TAG]: 'Deployment' };

export const MODEL_1 = 'arn:aws:bedrock:us-east-1:000000000000:custom-model/amazon.nova-lite-v1:0:300k/aaaaaaaaaaa1';
export const MODEL_2 = 'arn:aws:bedrock:us-east-1:000000000000:custom-model/amazon.nova-lite-v1:0:300k/aaaaaaaaaaa2';
export const PACKAGE_1 = 'arn:aws:sagemaker:us-east-1:000000000000:model-package/fraud/1';
export const PACKAGE_2 = 'arn:aws:sagemaker:us-east-1:000000000000:model-package/fraud/2';
export const KEY = 'arn:aws:kms:us-east-1:000000000000:key/12345678-1234-1234-1234-123456789012';
export const ARN = 'arn:aws:bedrock:us-east-1:000000000000:custom-model-deployment/ddddddddddd1';

/** Noon of some day, in ms. */
export const NOON = Date.UTC(2026, 10, 21, 12);
export const HOUR = 3_600_000;

/** A deployment that is wanted; the parts of its specification are given among the others. */
export function present(changes: Partial<Omit<PresenceGoal, 'spec'>> & Partial<DeploymentSpec> = {}): PresenceGoal {
  const { modelArn = MODEL_1, updatesInPlace = true, description, ...goal } = changes;
  const spec: DeploymentSpec = {
    kind: 'deployment',
    modelArn,
    updatesInPlace,
    ...(description === undefined ? {} : { description }),
  };
  return {
    want: 'present',
    owner: OWNER,
    name: 'fraud-Deployment-abc',
    nameIsFixed: false,
    nameIsNew: goal.previous === undefined,
    tags: {},
    ...goal,
    spec,
  };
}

export function absent(changes: Partial<AbsenceGoal> = {}): AbsenceGoal {
  return { want: 'absent', owner: OWNER, name: 'fraud-Deployment-abc', spec: { kind: 'deployment' }, ...changes };
}

export function memory(changes: Partial<Memory> = {}): Memory {
  return { startedAt: NOON, deadline: NOON + 3480_000, ...changes };
}

/** The stack has been looked at since whatever was refused. */
export const STACK_SEEN: Partial<Memory> = { stack: 'CREATE_IN_PROGRESS', stackAt: NOON + 3600_000 };

export function deployment(changes: Partial<Resource> = {}): Resource {
  return { ...model({ arn: ARN, modelArn: MODEL_1 }), ...reported(changes) };
}

/** A deployment that is listed for a model. */
export function user(arn: string, tags: Tags, isUpdating = false): ModelUser {
  const update = { modelArn: MODEL_1, status: 'Updating', reported: 'Updating' } as const;
  return { deployment: deployment({ arn, ...(isUpdating ? { update } : {}) }), tags };
}

export function model(changes: Partial<Resource> = {}): Resource {
  return { ...reported({ status: 'Active' }), arn: MODEL_1, createdAt: NOON - HOUR, ...reported(changes) };
}

function reported<T extends Partial<Resource>>(changes: T): T & Pick<Resource, 'status' | 'reported'> {
  const status = changes.status ?? 'Active';
  return { ...changes, status, reported: changes.reported ?? status };
}

/** A look after `seconds` of the request. */
export function seen(
  {
    deployment: resource = { status: 'absent' },
    ...what
  }: Partial<Omit<Observed, 'resource'>> & { deployment?: Resource | Absent },
  seconds = 0,
): Observed {
  return { at: NOON + seconds * 1000, resource, ...what };
}
