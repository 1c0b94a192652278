import type { Asked, PresenceGoal } from '../../../lambda/reconcile/goal';
import type { Resource } from '../../../lambda/reconcile/observed';
import { refuseReplacement } from '../../../lambda/reconcile/replacement';
import { MADE_OF_TAG } from '../../../lib/private/contract';
import {
  ARN,
  deployment,
  memory,
  model,
  MODEL_1,
  MODEL_2,
  OUR_TAGS,
  PACKAGE_1,
  present,
  seen,
} from '../support/builders';

/** What a fixed name leaves no room for: every combination of what is wanted, what was asked before, and what is. */

const NAME = 'mine';
const fixed = { name: NAME, nameIsFixed: true };

function refusalOf(
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
      expect(refusalOf(wanted(wish, before), is(actual))).toBe(
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
    expect(refusalOf(goal, resource, undefined, remembered)).toBeUndefined();
  });

  test('is not refused where nothing says what was asked before', () => {
    expect(refusalOf(present({ ...fixed, description: 'new' }), is('old'))).toBeUndefined();
  });

  test('is refused where this request has made another one', () => {
    expect(
      refusalOf(wanted('new', 'old'), is('old'), undefined, memory({ create: { arn: `${ARN}-other` } })),
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
      const previous: Asked = {
        modelArn: before,
        tags: {},
        ...(wasInPlace === undefined ? {} : { updatesInPlace: wasInPlace }),
      };
      const goal = present({ ...fixed, modelArn: wish, updatesInPlace: inPlace, previous });
      const refused = !inPlace && wasInPlace !== true && wish !== actual && before === actual;
      const reason =
        `with modelUpdate REPLACE another model takes a new deployment, and deploymentName is fixed to ${NAME}, which only one deployment can have: ` +
        'change deploymentName as well, or leave it out, or use modelUpdate IN_PLACE. Nothing was changed';
      expect(refusalOf(goal, deployment({ modelArn: actual }))).toBe(refused ? reason : undefined);
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
    expect(refusalOf(goal, moved)).toContain('with modelUpdate REPLACE');
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
    expect(refusalOf(goalOf(wish, before), model(), tagsOf(actual))).toBe(
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
    expect(refusalOf(goalOf('new', 'new'), model())).toBeUndefined();
  });
});
