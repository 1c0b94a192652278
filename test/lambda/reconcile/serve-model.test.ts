import type { DeploymentSpec } from '../../../lambda/reconcile/goal';
import type { UpdateSeen } from '../../../lambda/reconcile/memory';
import type { Observed, Resource, UpdateDetails } from '../../../lambda/reconcile/observed';
import { hasLeft, servedBy } from '../../../lambda/reconcile/observed';
import { ensureModelServed, requireModel } from '../../../lambda/reconcile/serve-model';
import { ARN, deployment, memory, model, MODEL_1, MODEL_2, NOON, present, seen } from '../support/builders';

const at = (seconds: number): number => NOON + seconds * 1000;
const details = (status: UpdateDetails['status'], modelArn = MODEL_2): UpdateDetails => ({
  modelArn,
  status,
  reported: status,
});
const STATUSES = ['Updating', 'UpdateCompleted', 'UpdateFailed', 'unknown'] as const;
const spec: DeploymentSpec = { kind: 'deployment', modelArn: MODEL_2, updatesInPlace: true };
const goal = present(spec);

describe('which model a deployment serves', () => {
  test.each<[UpdateDetails['status'] | undefined, string, string, string | undefined]>([
    [undefined, MODEL_1, MODEL_2, MODEL_1],
    ['Updating', MODEL_1, MODEL_2, MODEL_1],
    ['unknown', MODEL_1, MODEL_2, MODEL_1],
    ['UpdateCompleted', MODEL_1, MODEL_2, MODEL_2],
    ['UpdateFailed', MODEL_1, MODEL_2, MODEL_1],
    ['UpdateFailed', MODEL_2, MODEL_2, undefined],
  ])(
    'H8: with its last update %s, Get showing %s at the top and %s in the update: %s',
    (status, top, updated, served) => {
      expect(
        servedBy(deployment({ modelArn: top, ...(status === undefined ? {} : { update: details(status, updated) }) })),
      ).toBe(served);
    },
  );

  test.each(STATUSES.flatMap((status) => [MODEL_1, MODEL_2].map((updated) => [status, updated] as const)))(
    'it has left another one only by an update that is completed (%s to %s)',
    (status, updated) => {
      expect(hasLeft(deployment({ update: details(status, updated) }), MODEL_1)).toBe(
        status === 'UpdateCompleted' && updated === MODEL_2,
      );
    },
  );

  test('it has left none that was never updated', () => {
    expect(hasLeft(deployment(), MODEL_2)).toBe(false);
  });
});

describe('H8: an UpdateFailed of the model that was asked for', () => {
  const failed = deployment({ update: details('UpdateFailed'), lastUpdatedAt: 7 });
  const after = (resource: Resource, before: UpdateSeen, seconds: number) =>
    ensureModelServed(
      goal,
      spec,
      seen({ deployment: resource }, seconds),
      resource,
      memory({ update: { before, acceptedAt: at(0) } }),
    );
  const same = { details: details('UpdateFailed'), lastUpdatedAt: 7 };

  test.each<[string, UpdateSeen]>([
    ['nothing was to be seen before', {}],
    ['another time was to be seen before', { ...same, lastUpdatedAt: 6 }],
    ['no update was to be seen before', { lastUpdatedAt: 7 }],
    ['that of another model was to be seen before', { ...same, details: details('UpdateFailed', MODEL_1) }],
    ['another status was to be seen before', { ...same, details: details('UpdateCompleted') }],
  ])('is the verdict at once if %s', (_, before) => {
    expect(after(failed, before, 5)).toEqual({
      kind: 'fail',
      reason: `the update to ${MODEL_2} failed; the service gives no reason. The deployment is Active`,
    });
  });

  test('says the service’s reason and what has become of the deployment', () => {
    expect(
      after(deployment({ ...failed, failureMessage: 'no capacity', status: 'unknown', reported: 'Impaired' }), {}, 5),
    ).toEqual({ kind: 'fail', reason: `the update to ${MODEL_2} failed: no capacity. The deployment is Impaired` });
  });

  test('that was to be seen before is the verdict only a minute after the update was accepted', () => {
    expect(after(failed, same, 59)).toMatchObject({ kind: 'wait' });
    expect(after(failed, same, 60)).toMatchObject({ kind: 'fail' });
  });

  test('that was to be seen before is none while the update has not been accepted: it is asked for again', () => {
    const resource = failed;
    const action = ensureModelServed(
      goal,
      spec,
      seen({ deployment: resource, model: model({ arn: MODEL_2 }) }, 600),
      resource,
      memory({ update: { before: same } }),
    );
    expect(action).toEqual({ kind: 'update', arn: ARN, modelArn: MODEL_2, note: { update: { before: same } } });
  });

  test('is the verdict a minute after the request began, if the update may not have been asked for yet', () => {
    const unheard = (seconds: number) =>
      ensureModelServed(
        goal,
        spec,
        seen({ deployment: failed }, seconds),
        failed,
        memory({ update: { before: { ...same, details: details('UpdateCompleted') } } }),
      );
    expect(unheard(12)).toEqual({
      kind: 'wait',
      seconds: 2,
      awaiting: `certainty that the update of ${ARN} to ${MODEL_2} failed`,
    });
    expect(unheard(59)).toMatchObject({ kind: 'wait' });
    expect(unheard(60)).toMatchObject({ kind: 'fail' });
  });

  test('is none if this request has asked for no update, nor if it is of another model', () => {
    const ready = { model: model({ arn: MODEL_2 }) };
    expect(ensureModelServed(goal, spec, seen({ deployment: failed, ...ready }), failed, memory())).toMatchObject({
      kind: 'update',
    });
    const others = deployment({ update: details('UpdateFailed', 'another'), lastUpdatedAt: 8 });
    expect(
      ensureModelServed(
        goal,
        spec,
        seen({ deployment: others, ...ready }, 90),
        others,
        memory({ update: { before: {}, acceptedAt: at(0) } }),
      ),
    ).toMatchObject({ kind: 'update' });
  });
});

describe('an update', () => {
  const ready = { model: model({ arn: MODEL_2 }) };
  const asked = (resource: Resource, update?: { before: UpdateSeen; acceptedAt?: number }, seconds = 0) =>
    ensureModelServed(
      goal,
      spec,
      seen({ deployment: resource, ...ready }, seconds),
      resource,
      memory(update === undefined ? {} : { update }),
    );

  test.each<[string, Resource, UpdateSeen]>([
    ['nothing, if there was nothing', deployment(), {}],
    ['the time alone', deployment({ lastUpdatedAt: 7 }), { lastUpdatedAt: 7 }],
    ['the update alone', deployment({ update: details('UpdateFailed') }), { details: details('UpdateFailed') }],
  ])('notes what was to be seen before it: %s', (_, resource, before) => {
    expect(asked(resource)).toEqual({ kind: 'update', arn: ARN, modelArn: MODEL_2, note: { update: { before } } });
  });

  test('that came to nothing within a minute is asked for again, with what was to be seen at first', () => {
    const attempt = { before: { lastUpdatedAt: 3 }, acceptedAt: at(0) };
    expect(asked(deployment({ lastUpdatedAt: 7 }), attempt, 59)).toMatchObject({ kind: 'wait' });
    expect(asked(deployment({ lastUpdatedAt: 7 }), attempt, 60)).toEqual({
      kind: 'update',
      arn: ARN,
      modelArn: MODEL_2,
      note: { update: attempt },
    });
  });

  test('is not asked for where the model is served', () => {
    expect(asked(deployment({ modelArn: MODEL_2 }))).toBeUndefined();
  });
});

describe('H12: the model', () => {
  const need = (what: Observed['model'], since?: number, seconds = 0) =>
    requireModel(
      spec,
      seen(what === undefined ? {} : { model: what }, seconds),
      memory(since === undefined ? {} : { modelAbsentSince: since }),
    );

  test('is looked at', () => {
    expect(need(undefined)).toEqual({ kind: 'look', at: 'model', arn: MODEL_2 });
  });

  test('that is Active can be used', () => {
    expect(need(model())).toBeUndefined();
  });

  test('that is nowhere for 20 s does not exist', () => {
    expect(need({ status: 'absent' }, at(0), 19)).toMatchObject({ kind: 'wait' });
    expect(need({ status: 'absent' }, at(0), 20)).toEqual({
      kind: 'fail',
      reason: `the custom model ${MODEL_2} does not exist`,
    });
  });

  test.each([
    ['unreadable', 'unreadable'],
    [undefined, 'the service gives no reason'],
  ])('that is Failed (%s) says why', (failureMessage, words) => {
    expect(need(model({ status: 'Failed', ...(failureMessage === undefined ? {} : { failureMessage }) }))).toEqual({
      kind: 'fail',
      reason: `the custom model ${MODEL_2} is Failed: ${words}`,
    });
  });
});
