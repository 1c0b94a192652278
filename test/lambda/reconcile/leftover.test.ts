import { decide } from '../../../lambda/reconcile/decide';
import type { ModelSpec, PresenceGoal } from '../../../lambda/reconcile/goal';
import type { Memory } from '../../../lambda/reconcile/memory';
import { MADE_OF_TAG } from '../../../lib/private/contract';
import { absent, ARN, deployment, memory, model, NOON, OUR_TAGS, PACKAGE_1, present, seen } from '../support/builders';

/** What was left under a fixed name before, by this very resource. */

const modelSpec: ModelSpec = { kind: 'model', source: { modelPackageArn: PACKAGE_1 }, madeOf: 'new' };
const oldDeployment = { deployment: deployment({ description: 'old' }), tags: OUR_TAGS };
const MARKED = { ...OUR_TAGS, [MADE_OF_TAG]: 'taken-up' };
const oldModel = (madeOf?: string): Parameters<typeof seen>[0] => ({
  deployment: model(),
  tags: { ...OUR_TAGS, ...(madeOf === undefined ? {} : { [MADE_OF_TAG]: madeOf }) },
});

describe('a resource that is wanted', () => {
  const wanted = present({ nameIsFixed: true, nameIsNew: true, description: 'new' });
  const wantedModel = { ...wanted, spec: modelSpec };

  test('is not what was made otherwise, which is left', () => {
    expect(decide(wanted, seen(oldDeployment), memory())).toMatchObject({
      kind: 'fail',
      leaves: true,
      reason: expect.stringMatching(/another description, which cannot be changed: change deploymentName/),
    });
    expect(decide(wantedModel, seen(oldModel('old')), memory())).toMatchObject({
      kind: 'fail',
      leaves: true,
      reason: expect.stringMatching(/another source, role or key, which cannot be changed: change modelName/),
    });
  });

  test('is what was made alike', () => {
    expect(decide({ ...wantedModel }, seen(oldModel('new taken-up')), memory())).toMatchObject({ kind: 'succeed' });
    expect(
      decide(
        { ...wanted, spec: { ...wanted.spec, kind: 'deployment', description: 'old' } as typeof wanted.spec },
        seen({ ...oldDeployment, tags: MARKED }),
        memory(),
      ),
    ).toMatchObject({ kind: 'succeed' });
  });

  test('may be what does not tell of what it was made', () => {
    expect(decide(wantedModel, seen(oldModel()), memory())).toMatchObject({ kind: 'succeed' });
  });

  test('is not what reads may still show though it was only deleted just now', () => {
    const after = memory({ earlier: [{ type: 'Delete', at: NOON - 5000 }] });
    expect(decide(present(), seen({ deployment: deployment(), tags: OUR_TAGS }, 30), after)).toMatchObject({
      kind: 'wait',
      seconds: 30,
    });
  });

  test.each<[string, Partial<PresenceGoal>, Partial<Memory>, number]>([
    ['a minute later', {}, {}, 60],
    ['if this request has made it', {}, { create: { arn: deployment().arn } }, 5],
    ['if CloudFormation knows it by this name', { nameIsNew: false }, {}, 5],
    [
      'if the last request deleted nothing',
      {},
      {
        earlier: [
          { type: 'Update', at: NOON - 5000 },
          { type: 'Delete', at: NOON - 9000 },
        ],
      },
      5,
    ],
  ])('is believed to be there though something was deleted before: %s', (_, goal, more, second) => {
    const after = memory({ earlier: [{ type: 'Delete', at: NOON - 5000 }], ...more });
    expect(
      decide(
        { ...present({ nameIsNew: true }), ...goal },
        seen({ deployment: deployment(), tags: MARKED }, second),
        after,
      ),
    ).toMatchObject({ kind: 'succeed' });
  });

  test('is what this request has begun to make, whatever is shown of it', () => {
    expect(
      decide(
        wanted,
        seen({ ...oldDeployment, deployment: deployment({ description: 'old', createdAt: NOON }) }),
        memory({ create: {} }),
      ),
    ).toMatchObject({ kind: 'succeed' });
  });

  test('is not what this request was only about to make, when reads hid what was left', () => {
    expect(decide(wanted, seen(oldDeployment), memory({ create: {} }))).toMatchObject({ kind: 'fail', leaves: true });
  });

  test.each(['nameIsFixed', 'nameIsNew'])('cannot be a leftover without %s', (property) => {
    expect(decide({ ...wanted, [property]: false }, seen({ ...oldDeployment, tags: MARKED }), memory())).toMatchObject({
      kind: 'succeed',
    });
  });
});

describe('a resource that may not be', () => {
  const spec = { kind: 'model' } as const;

  test('is not what was made otherwise, if only the properties give its name', () => {
    expect(decide(absent({ spec, madeAs: modelSpec }), seen(oldModel('old')), memory())).toEqual({ kind: 'succeed' });
    expect(
      decide(absent({ spec, madeAs: modelSpec }), seen({ ...oldModel('new'), users: [] }), memory()),
    ).toMatchObject({ kind: 'delete' });
  });

  test('is what CloudFormation knows by its id, however it was made', () => {
    expect(decide(absent({ spec }), seen({ ...oldModel('old'), users: [] }), memory())).toMatchObject({
      kind: 'delete',
    });
  });
});

describe('H32: what was there before, and is taken up again', () => {
  const wanted = present({ nameIsNew: true });
  const again = { ...wanted, spec: modelSpec };
  const spec = { kind: 'model' } as const;
  const takenUp = { ...oldModel('new taken-up'), users: [] };

  test('is marked first, under a generated name as well', () => {
    const mark = { kind: 'tag', arn: model().arn, set: { [MADE_OF_TAG]: 'new taken-up' }, unset: [] };
    expect(decide(again, seen(oldModel('new')), memory())).toMatchObject(mark);
    expect(decide({ ...again, nameIsFixed: true }, seen(oldModel('new')), memory())).toMatchObject(mark);
  });

  test('is marked, when it is a deployment, by a tag of its own', () => {
    expect(decide(wanted, seen({ deployment: deployment(), tags: OUR_TAGS }), memory())).toMatchObject({
      kind: 'tag',
      arn: ARN,
      set: { [MADE_OF_TAG]: 'taken-up' },
      unset: [],
    });
    expect(decide(wanted, seen({ deployment: deployment(), tags: MARKED }), memory())).toMatchObject({
      kind: 'succeed',
    });
  });

  test('is left as it was, when it is a deployment, by an Update that returns to it', () => {
    expect(
      decide({ ...wanted, previous: { tags: {} } }, seen({ deployment: deployment(), tags: OUR_TAGS }), memory()),
    ).toMatchObject({ kind: 'succeed' });
    expect(decide({ ...again, previous: { tags: {} } }, seen(oldModel('new')), memory())).toMatchObject({
      kind: 'tag',
    });
  });

  test('is marked only when all else is done', () => {
    expect(
      decide(wanted, seen({ deployment: deployment({ status: 'Creating' }), tags: OUR_TAGS }), memory()),
    ).toMatchObject({ kind: 'wait' });
    expect(
      decide(wanted, seen({ deployment: deployment(), tags: OUR_TAGS }), memory({ settleUntil: NOON + 5000 })),
    ).toMatchObject({ kind: 'wait' });
  });

  test('is not one that this request has made, nor one that CloudFormation knows by this name', () => {
    expect(decide(again, seen(oldModel('new')), memory({ create: { arn: model().arn } }))).toMatchObject({
      kind: 'succeed',
    });
    expect(decide({ ...again, nameIsNew: false }, seen(oldModel('new')), memory())).toMatchObject({ kind: 'succeed' });
  });

  test('is had all the same if it cannot be marked', () => {
    const refused = { kind: 'refused', message: 'TooManyTagsException', first: NOON, last: NOON, count: 5 } as const;
    expect(
      decide(again, seen(oldModel('new')), memory({ troubles: { TagResource: { ...refused, count: 4 } } })),
    ).toMatchObject({ kind: 'tag' });
    expect(decide(again, seen(oldModel('new')), memory({ troubles: { TagResource: refused } }))).toMatchObject({
      kind: 'succeed',
    });
    expect(decide(again, seen(oldModel('new'), 3480), memory())).toMatchObject({ kind: 'succeed' });
  });

  test('survives the Delete of the rollback, which the stack’s status tells from any other', () => {
    expect(decide(absent({ spec }), seen(takenUp), memory())).toMatchObject({ kind: 'look', at: 'stack' });
    for (const stack of ['ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', 'unreadable']) {
      expect(decide(absent({ spec }), seen(takenUp), memory({ stack }))).toEqual({ kind: 'succeed' });
    }
    for (const stack of ['DELETE_IN_PROGRESS', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'not asked']) {
      expect(decide(absent({ spec }), seen(takenUp), memory({ stack }))).toMatchObject({ kind: 'delete' });
    }
  });

  test('is told from one that the operation has made, which goes', () => {
    expect(
      decide(absent({ spec }), seen({ ...oldModel('new'), users: [] }), memory({ stack: 'ROLLBACK_IN_PROGRESS' })),
    ).toMatchObject({ kind: 'delete' });
  });

  test('counts as made of the same', () => {
    const fixed = { ...again, nameIsFixed: true };
    expect(decide({ ...fixed, spec: { ...modelSpec, madeOf: 'other' } }, seen(takenUp), memory())).toMatchObject({
      kind: 'fail',
      leaves: true,
    });
    expect(
      decide(
        { ...fixed, nameIsNew: false, previous: { madeOf: 'new', tags: {} }, spec: { ...modelSpec, madeOf: 'other' } },
        seen(takenUp),
        memory(),
      ),
    ).toMatchObject({ kind: 'fail', reason: expect.stringContaining('modelName is fixed') });
  });
});
