import { decide } from '../../../lambda/reconcile/decide';
import { type ModelSpec, type PresenceGoal, type PreviousProperties } from '../../../lambda/reconcile/goal';
import { type Memory } from '../../../lambda/reconcile/memory';
import { type Resource } from '../../../lambda/reconcile/observed';
import { markReused, refuseReplacement, refuseRetained } from '../../../lambda/reconcile/retained';
import { ensureTags } from '../../../lambda/reconcile/tags';
import { MADE_OF_TAG } from '../../../lib/private/contract';
import {
  absent,
  ARN,
  deployment,
  memory,
  model,
  MODEL_1,
  MODEL_2,
  NOON,
  OUR_TAGS,
  PACKAGE_1,
  present,
  seen,
} from '../support/builders';

/** What was left under a fixed name before, by this very resource. */

const modelSpec: ModelSpec = { kind: 'model', source: { modelPackageArn: PACKAGE_1 }, madeOf: 'new' };
const oldDeployment = { deployment: deployment({ description: 'old' }), tags: OUR_TAGS };
const MARKED = { ...OUR_TAGS, [MADE_OF_TAG]: 'taken-up' };
const oldModel = (madeOf?: string): Parameters<typeof seen>[0] => ({
  deployment: model(),
  tags: { ...OUR_TAGS, ...(madeOf === undefined ? {} : { [MADE_OF_TAG]: madeOf }) },
});

describe('the tags of what is there', () => {
  const found = present({ nameIsFixed: true, nameIsNew: true, tags: { team: 'fraud' } });
  const look = { kind: 'look', at: 'tags', arn: ARN };

  test.each([
    ['it is refused', refuseRetained, found],
    ['it is marked', markReused, found],
    ['they are changed', ensureTags, { ...found, previous: { tags: {} } }],
  ])('are looked at before %s', (_, decision, goal) => {
    expect(decision(goal, seen({ deployment: deployment() }), deployment(), memory())).toEqual(look);
  });
});

describe('a resource that is wanted', () => {
  const wanted = present({ nameIsFixed: true, nameIsNew: true, description: 'new' });
  const wantedModel = { ...wanted, spec: modelSpec };

  test('is not what was made otherwise, which is left', () => {
    expect(decide(wanted, seen(oldDeployment), memory())).toMatchObject({
      kind: 'fail',
      untouched: true,
      reason: expect.stringMatching(/another description, which cannot be changed: change deploymentName/),
    });
    expect(decide(wantedModel, seen(oldModel('old')), memory())).toMatchObject({
      kind: 'fail',
      untouched: true,
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
      awaiting: expect.stringContaining('is still there'),
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
    expect(decide(wanted, seen(oldDeployment), memory({ create: {} }))).toMatchObject({
      kind: 'fail',
      untouched: true,
    });
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
      untouched: true,
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

/** What a fixed name leaves no room for: every combination of what is wanted, what was asked before, and what is. */

const NAME = 'mine';
const fixed = { name: NAME, nameIsFixed: true };

function rejectionOf(
  goal: PresenceGoal,
  resource: Resource,
  tags?: Record<string, string>,
  remembered = memory(),
): string | undefined {
  const action = refuseReplacement(
    goal,
    seen({ deployment: resource, ...(tags === undefined ? {} : { tags }) }),
    resource,
    remembered,
  );
  if (action === undefined || action.kind === 'look') {
    return action?.kind;
  }
  expect(action).toEqual({ kind: 'fail', reason: expect.stringMatching(/\. Nothing was changed$/) });
  return (action as { reason: string }).reason;
}

describe('another description', () => {
  const wanted = (description: string | undefined, before: string | undefined): PresenceGoal =>
    present({
      ...fixed,
      ...(description === undefined ? {} : { description }),
      previous: { modelArn: MODEL_1, tags: {}, ...(before === undefined ? {} : { description: before }) },
    });
  const is = (description: string | undefined, more: Partial<Resource> = {}): Resource =>
    deployment({ ...(description === undefined ? {} : { description }), ...more });
  const DESCRIPTIONS = ['new', 'old', undefined] as const;
  const every = DESCRIPTIONS.flatMap((wish) =>
    DESCRIPTIONS.flatMap((before) => DESCRIPTIONS.map((actual) => [wish, before, actual] as const)),
  );

  test.each(every)(
    '%s, where %s was asked before and %s is: refused only if what is was asked for and is wanted otherwise now',
    (wish, before, actual) => {
      expect(rejectionOf(wanted(wish, before), is(actual))).toBe(
        before === actual && wish !== actual
          ? `the description of a deployment cannot be changed: it takes a new deployment, and deploymentName is fixed to ${NAME}, ` +
              'which only one deployment can have: change deploymentName as well, or leave it out. Nothing was changed'
          : undefined,
      );
    },
  );

  test.each<[string, PresenceGoal, Resource, ReturnType<typeof memory>]>([
    ['the name is not fixed', { ...wanted('new', 'old'), nameIsFixed: false }, is('old'), memory()],
    ['it is what this request has made', wanted('new', 'old'), is('old'), memory({ create: { arn: ARN } })],
    [
      'an update is under way, whose end is waited for first',
      wanted('new', 'old'),
      is('old', { update: { modelArn: MODEL_2, status: 'Updating', reported: 'Updating' } }),
      memory(),
    ],
  ])('is not refused where %s', (_, goal, resource, remembered) => {
    expect(rejectionOf(goal, resource, undefined, remembered)).toBeUndefined();
  });

  test('is not refused where nothing says what was asked before', () => {
    expect(rejectionOf(present({ ...fixed, description: 'new' }), is('old'))).toBeUndefined();
  });

  test('is refused where this request has made another one', () => {
    expect(
      rejectionOf(wanted('new', 'old'), is('old'), undefined, memory({ create: { arn: `${ARN}-other` } })),
    ).toContain('description');
  });
});

describe('another model', () => {
  const WAYS = [true, false, undefined] as const;
  const MODELS = [MODEL_1, MODEL_2] as const;
  const every = [true, false].flatMap((inPlace) =>
    WAYS.flatMap((wasInPlace) =>
      MODELS.flatMap((wish) =>
        MODELS.flatMap((before) => MODELS.map((actual) => ({ inPlace, wasInPlace, wish, before, actual }))),
      ),
    ),
  );

  test.each(every)(
    '$wish in place: $inPlace, where $before in place: $wasInPlace was asked before and $actual is',
    ({ inPlace, wasInPlace, wish, before, actual }) => {
      const previous: PreviousProperties = {
        modelArn: before,
        tags: {},
        ...(wasInPlace === undefined ? {} : { updatesInPlace: wasInPlace }),
      };
      const goal = present({ ...fixed, modelArn: wish, updatesInPlace: inPlace, previous });
      const refused = !inPlace && wasInPlace !== true && wish !== actual && before === actual;
      const reason =
        `with modelUpdate REPLACE another model takes a new deployment, and deploymentName is fixed to ${NAME}, which only one deployment can have: ` +
        'change deploymentName as well, leave it out, or use modelUpdate IN_PLACE. Nothing was changed';
      expect(rejectionOf(goal, deployment({ modelArn: actual }))).toBe(refused ? reason : undefined);
    },
  );

  test('is told by the last update where one is completed', () => {
    const goal = present({
      ...fixed,
      modelArn: MODEL_1,
      updatesInPlace: false,
      previous: { modelArn: MODEL_2, tags: {} },
    });
    const moved = deployment({
      modelArn: MODEL_1,
      update: { modelArn: MODEL_2, status: 'UpdateCompleted', reported: 'UpdateCompleted' },
    });
    expect(rejectionOf(goal, moved)).toContain('with modelUpdate REPLACE');
  });
});

describe('a model made of something else', () => {
  const VALUES = ['new', 'old', 'other'] as const;
  const every = VALUES.flatMap((wish) =>
    VALUES.flatMap((before) => [...VALUES, undefined].map((actual) => [wish, before, actual] as const)),
  );
  const goalOf = (madeOf: string, before: string): PresenceGoal => ({
    ...present({ ...fixed, previous: { madeOf: before, tags: {} } }),
    spec: { kind: 'model', madeOf, source: { modelPackageArn: PACKAGE_1 } },
  });
  const tagsOf = (madeOf: string | undefined): Record<string, string> => ({
    ...OUR_TAGS,
    ...(madeOf === undefined ? {} : { [MADE_OF_TAG]: madeOf }),
  });

  test.each(every)('%s, where %s was asked before and it is of %s', (wish, before, actual) => {
    expect(rejectionOf(goalOf(wish, before), model(), tagsOf(actual))).toBe(
      before === actual && wish !== actual
        ? `another source, role or key takes a new custom model, and modelName is fixed to ${NAME}, which only one model can have: change modelName as well, or leave it out. Nothing was changed`
        : undefined,
    );
  });

  test('is known by its tags, which are looked at only if something else was asked for', () => {
    expect(refuseReplacement(goalOf('new', 'old'), seen({ deployment: model() }), model(), memory())).toEqual({
      kind: 'look',
      at: 'tags',
      arn: MODEL_1,
    });
    expect(rejectionOf(goalOf('new', 'new'), model())).toBeUndefined();
  });
});

test('H26: another model for a retained deployment, though it serves what the replaced one served, is no replacement', () => {
  const goal = present({
    name: 'mine',
    nameIsFixed: true,
    nameIsNew: true,
    modelArn: MODEL_2,
    updatesInPlace: false,
    previous: { modelArn: MODEL_1, updatesInPlace: false, tags: {} },
  });
  const there = { deployment: deployment({ modelArn: MODEL_1 }), tags: OUR_TAGS, model: model({ arn: MODEL_2 }) };
  expect(decide(goal, seen(there), memory())).toMatchObject({ kind: 'update', modelArn: MODEL_2 });
  expect(decide({ ...goal, nameIsNew: false }, seen(there), memory())).toMatchObject({ kind: 'fail' });
});
