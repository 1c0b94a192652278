import { LOGICAL_ID_TAG, STACK_ID_TAG } from '../../../lib/private/contract';
import type { AbsenceGoal, Owner, PresenceGoal } from '../../../lambda/reconcile/goal';
import type { Memory } from '../../../lambda/reconcile/memory';
import type { Deployment, Model, Observed } from '../../../lambda/reconcile/observed';

export const STACK_ID = 'arn:aws:cloudformation:us-east-1:000000000000:stack/fraud/11111111-2222-3333-4444-555555555555';
export const OTHER_STACK_ID = 'arn:aws:cloudformation:us-east-1:000000000000:stack/other/99999999-2222-3333-4444-555555555555';
export const OWNER: Owner = { stackId: STACK_ID, logicalId: 'Deployment' };
export const OUR_TAGS = { [STACK_ID_TAG]: STACK_ID, [LOGICAL_ID_TAG]: 'Deployment' };
export const FOREIGN_TAGS = { [STACK_ID_TAG]: OTHER_STACK_ID, [LOGICAL_ID_TAG]: 'Deployment' };

export const MODEL_1 = 'arn:aws:bedrock:us-east-1:000000000000:custom-model/amazon.nova-lite-v1:0:300k/aaaaaaaaaaa1';
export const MODEL_2 = 'arn:aws:bedrock:us-east-1:000000000000:custom-model/amazon.nova-lite-v1:0:300k/aaaaaaaaaaa2';
export const ARN = 'arn:aws:bedrock:us-east-1:000000000000:custom-model-deployment/ddddddddddd1';

/** Noon of some day, in ms. */
export const NOON = Date.UTC(2026, 10, 21, 12);
export const HOUR = 3_600_000;

export function present(changes: Partial<PresenceGoal> = {}): PresenceGoal {
  return { kind: 'present', owner: OWNER, name: 'fraud-Deployment-abc', nameIsFixed: false, modelArn: MODEL_1, updatesInPlace: true, tags: {}, ...changes };
}

export function absent(changes: Partial<AbsenceGoal> = {}): AbsenceGoal {
  return { kind: 'absent', owner: OWNER, name: 'fraud-Deployment-abc', ...changes };
}

export function memory(changes: Partial<Memory> = {}): Memory {
  return { startedAt: NOON, deadline: NOON + 3480_000, ...changes };
}

export function deployment(changes: Partial<Deployment> = {}): Deployment {
  const status = changes.status ?? 'Active';
  return { status, reported: status, arn: ARN, modelArn: MODEL_1, createdAt: NOON - HOUR, ...changes };
}

export function model(changes: Partial<Model> = {}): Model {
  const status = changes.status ?? 'Active';
  return { status, reported: status, ...changes };
}

/** A look after `seconds` of the request. */
export function seen(what: Partial<Observed>, seconds = 0): Observed {
  return { at: NOON + seconds * 1000, deployment: { status: 'absent' }, ...what };
}
