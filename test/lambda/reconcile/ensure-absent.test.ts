import type { Action } from '../../../lambda/reconcile/action';
import { decide } from '../../../lambda/reconcile/decide';
import type { Memory } from '../../../lambda/reconcile/memory';
import type { Resource } from '../../../lambda/reconcile/observed';
import { MADE_OF_TAG } from '../../../lib/private/contract';
import {
  absent,
  ARN,
  deployment,
  FOREIGN_TAGS,
  memory,
  model,
  MODEL_1,
  MODEL_2,
  NOON,
  OUR_TAGS,
  seen,
  user,
} from '../support/builders';

const at = (seconds: number): number => NOON + seconds * 1000;

describe('a deletion', () => {
  test('H3: of what is not there succeeds, once it was seen to be absent twice', () => {
    expect(decide(absent(), seen({}), memory())).toMatchObject({
      kind: 'wait',
      seconds: 20,
      note: { absentSince: NOON },
    });
    expect(decide(absent(), seen({}, 20), memory({ absentSince: NOON }))).toEqual({ kind: 'succeed' });
  });

  test('H4: believes nothing absent while an invocation of an older run may still be at work', () => {
    expect(decide(absent(), seen({}, 30), memory({ absentSince: NOON, settleUntil: at(50) }))).toMatchObject({
      kind: 'wait',
      seconds: 20,
    });
    expect(
      decide(absent(), seen({}, 30), memory({ deleted: { arn: ARN, at: NOON }, settleUntil: at(50) })),
    ).toMatchObject({ kind: 'wait', seconds: 20 });
  });

  test('of what it deleted itself is over when it is gone', () => {
    expect(decide(absent(), seen({}, 5), memory({ deleted: { arn: ARN, at: NOON } }))).toEqual({ kind: 'succeed' });
  });

  test.each([
    ['another stack', FOREIGN_TAGS, 'stack/other/'],
    ['nobody', {}, 'it carries no tag of any stack'],
  ])('H5: leaves alone what belongs to %s, and warns of it: it may have lost its tags', (_, tags, whose) => {
    const action = decide(absent(), seen({ deployment: deployment(), tags }), memory());
    expect(action).toEqual({
      kind: 'succeed',
      warning: expect.stringContaining(`the deployment fraud-Deployment-abc (${ARN}) was left as it is`),
    });
    expect(action).toMatchObject({ warning: expect.stringContaining(whose) });
  });

  test('H3: waits for the tags of what is only just made: it may be ours', () => {
    expect(
      decide(absent(), seen({ deployment: deployment({ createdAt: NOON }), tags: {} }, 5), memory()),
    ).toMatchObject({ kind: 'wait' });
  });

  test.each(['Creating', 'Active', 'Failed', 'unknown'] as const)(
    'H16: asks for the deletion of ours when it is %s: whether it can go is for the service to say',
    (status) => {
      expect(decide(absent(), seen({ deployment: deployment({ status }), tags: OUR_TAGS }), memory())).toEqual({
        kind: 'delete',
        arn: ARN,
      });
    },
  );

  test('H16: waits while it is Deleting', () => {
    expect(
      decide(absent(), seen({ deployment: deployment({ status: 'Deleting' }), tags: OUR_TAGS }), memory()),
    ).toMatchObject({ kind: 'wait' });
  });

  test('does not ask again at once for what was accepted, but does after a minute', () => {
    const asked = memory({ deleted: { arn: ARN, at: NOON } });
    expect(decide(absent(), seen({ deployment: deployment() }, 30), asked)).toMatchObject({ kind: 'wait' });
    expect(decide(absent(), seen({ deployment: deployment() }, 60), asked)).toMatchObject({ kind: 'look', at: 'tags' });
    expect(decide(absent(), seen({ deployment: deployment(), tags: OUR_TAGS }, 60), asked)).toMatchObject({
      kind: 'delete',
    });
  });

  test('H16: the final error names what was seen', () => {
    expect(
      decide(
        absent(),
        seen({ deployment: deployment({ status: 'unknown', reported: 'Paused' }) }, 3480),
        memory({ deleted: { arn: ARN, at: at(3470) } }),
      ),
    ).toEqual({
      kind: 'fail',
      reason: `out of time: after 58 min still waiting for the deletion of ${ARN}, which is still Paused`,
    });
  });
});

describe('the deletion of a model', () => {
  const goal = absent({ spec: { kind: 'model' } });
  const there = { deployment: model(), tags: OUR_TAGS };
  const own = user(ARN, OUR_TAGS);
  const theirs = user(`${ARN}-theirs`, FOREIGN_TAGS);
  const nobodys = user(`${ARN}-nobodys`, {});

  test('first looks who uses it', () => {
    expect(decide(goal, seen(there), memory())).toMatchObject({ kind: 'look', at: 'users' });
  });

  test('that nobody uses is asked for', () => {
    expect(decide(goal, seen({ ...there, users: [] }), memory())).toMatchObject({ kind: 'delete', arn: MODEL_1 });
  });

  test('waits while this stack’s own deployments go', () => {
    expect(decide(goal, seen({ ...there, users: [own] }), memory())).toMatchObject({
      kind: 'wait',
      awaiting: expect.stringContaining(ARN),
    });
  });

  test('that others use fails, and names each of them', () => {
    const action = decide(goal, seen({ ...there, users: [own, theirs, nobodys] }), memory());
    expect(action).toMatchObject({ kind: 'fail', reason: expect.stringContaining(`${ARN}-theirs, ${ARN}-nobodys`) });
    expect(action).not.toMatchObject({ reason: expect.stringContaining(`${ARN},`) });
  });

  test('that is already under way asks nobody', () => {
    expect(decide(goal, seen({ deployment: model({ status: 'Deleting' }), tags: OUR_TAGS }), memory())).toMatchObject({
      kind: 'wait',
    });
    expect(decide(goal, seen(there, 10), memory({ deleted: { arn: MODEL_1, at: NOON } }))).toMatchObject({
      kind: 'wait',
    });
  });

  test('H5: leaves alone what is not ours, whoever uses it', () => {
    expect(decide(goal, seen({ ...there, tags: FOREIGN_TAGS }), memory())).toMatchObject({ kind: 'succeed' });
  });
});

describe('H38: the deletion of what a failed Create has left', () => {
  const at10 = absent({ attempt: { until: at(10) } });

  test('is believed to have made nothing only when what it may have made without hearing of it would be visible', () => {
    const seenTwice = memory({ absentSince: NOON });
    expect(decide(at10, seen({}, 80), seenTwice)).toMatchObject({ kind: 'wait', seconds: 10 });
    expect(decide(at10, seen({}, 90), seenTwice)).toEqual({ kind: 'succeed' });
    expect(decide(absent(), seen({}, 20), seenTwice)).toEqual({ kind: 'succeed' });
  });

  test('after an Update that failed: what that one may have made without hearing of it would be visible as well', () => {
    const earlier = [
      { type: 'Update', at: at(5), answeredAt: at(10) },
      { type: 'Create', at: at(-9) },
    ] as const;
    const seenTwice = memory({ absentSince: NOON, earlier });
    expect(decide(absent(), seen({}, 80), seenTwice)).toMatchObject({ kind: 'wait', seconds: 10 });
    expect(decide(absent(), seen({}, 90), seenTwice)).toEqual({ kind: 'succeed' });
  });

  const madeAt = (second: number): Parameters<typeof seen>[0] => ({
    deployment: deployment({ createdAt: at(second) }),
    tags: OUR_TAGS,
  });

  test('spares what has the name since: what was made later, or has another ARN', () => {
    expect(decide(at10, seen(madeAt(11)), memory())).toEqual({ kind: 'succeed' });
    expect(decide(absent({ attempt: { until: at(10), arn: `${ARN}-failed` } }), seen(madeAt(5)), memory())).toEqual({
      kind: 'succeed',
    });
  });

  test('asks for what it made', () => {
    expect(decide(at10, seen(madeAt(10)), memory())).toMatchObject({ kind: 'delete', arn: ARN });
    expect(decide(absent({ attempt: { until: at(10), arn: ARN } }), seen(madeAt(5)), memory())).toMatchObject({
      kind: 'delete',
      arn: ARN,
    });
  });

  const guess = absent({ madeAs: { kind: 'deployment', modelArn: MODEL_1, updatesInPlace: true } });

  describe.each([
    ['by its ARN', absent({ attempt: { until: at(10), arn: ARN } })],
    ['by a time', at10],
    ['by its properties', guess],
  ])('that is known %s, and which a successor has taken up,', (_, goal) => {
    const takenUp = { deployment: deployment({ createdAt: at(5) }), tags: { ...OUR_TAGS, [MADE_OF_TAG]: 'taken-up' } };

    test('spares it, as the stack’s status tells', () => {
      expect(decide(goal, seen(takenUp), memory())).toMatchObject({ kind: 'look', at: 'stack' });
      expect(decide(goal, seen(takenUp), memory({ stack: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' }))).toEqual({
        kind: 'succeed',
      });
    });

    test('asks for it when it goes with the stack', () => {
      expect(decide(goal, seen(takenUp), memory({ stack: 'DELETE_IN_PROGRESS' }))).toMatchObject({
        kind: 'delete',
        arn: ARN,
      });
    });
  });

  test('asks for what a successor has taken up when both are rolled back', () => {
    const takenUp = { deployment: deployment({ createdAt: at(5) }), tags: { ...OUR_TAGS, [MADE_OF_TAG]: 'taken-up' } };
    expect(
      decide(at10, seen(takenUp), memory({ stack: 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS' })),
    ).toMatchObject({ kind: 'delete', arn: ARN });
  });

  describe('whose id CloudFormation made up,', () => {
    const [failed, successor] = [
      { type: 'Create', at: at(0) },
      { type: 'Create', at: at(600) },
    ] as const;
    const CLEAN_UP = 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS';

    test('spares the successor, which the earlier requests and the stack’s status tell', () => {
      expect(decide(guess, seen(madeAt(600)), memory({ earlier: [successor, failed] }))).toMatchObject({
        kind: 'look',
        at: 'stack',
      });
      expect(decide(guess, seen(madeAt(600)), memory({ earlier: [successor, failed], stack: CLEAN_UP }))).toEqual({
        kind: 'succeed',
      });
      expect(
        decide(
          guess,
          seen(madeAt(600)),
          memory({ earlier: [{ type: 'Delete', at: at(900) }, successor, failed], stack: CLEAN_UP }),
        ),
      ).toEqual({ kind: 'succeed' });
    });

    test.each<[string, number, Memory['earlier'], string]>([
      ['what was made before the successor was asked for', 599, [successor, failed], CLEAN_UP],
      ['what only one Create can have made', 600, [successor], CLEAN_UP],
      [
        'what was made after the former was deleted',
        600,
        [successor, { type: 'Delete', at: at(300) }, failed],
        CLEAN_UP,
      ],
      ['what is rolled back with the rest', 600, [successor, failed], 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS'],
      ['what goes with the stack', 600, [successor, failed], 'DELETE_IN_PROGRESS'],
      ['what no request is known of', 600, undefined, CLEAN_UP],
    ])('asks for %s', (_, second, earlier, stack) => {
      expect(
        decide(guess, seen(madeAt(second)), memory({ stack, ...(earlier === undefined ? {} : { earlier }) })),
      ).toMatchObject({ kind: 'delete', arn: ARN });
    });
  });
});

describe.each(['Create', 'Update'] as const)('H32: what was there before the %s that was cancelled', (type) => {
  const guess = absent({ madeAs: { kind: 'deployment', modelArn: MODEL_1, updatesInPlace: true } });
  const earlier = [{ type, at: at(0) }] as const;
  const madeAt = (second: number): Parameters<typeof seen>[0] => ({
    deployment: deployment({ createdAt: at(second) }),
    tags: OUR_TAGS,
  });

  test('survives the rollback, though nothing has marked it', () => {
    expect(decide(guess, seen(madeAt(-11)), memory({ earlier }))).toMatchObject({ kind: 'look', at: 'stack' });
    expect(
      decide(guess, seen(madeAt(-11)), memory({ earlier, stack: 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS' })),
    ).toEqual({ kind: 'succeed' });
  });

  test.each<[string, number, string]>([
    ['what it made goes with it', 0, 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS'],
    ['what it may have made, as clocks differ, goes as well', -10, 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS'],
    ['it goes with the stack', -11, 'DELETE_IN_PROGRESS'],
    [
      'what a failed Create had left goes when its successor has another name',
      -11,
      'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
    ],
  ])('%s', (_, second, stack) => {
    expect(decide(guess, seen(madeAt(second)), memory({ earlier, stack }))).toMatchObject({ kind: 'delete', arn: ARN });
  });
});

describe('H32: the deletion of what a Create made that was never delivered', () => {
  const guess = absent({ madeAs: { kind: 'deployment', modelArn: MODEL_1, updatesInPlace: true } });
  const stack = 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS';
  const there = seen({ deployment: deployment({ createdAt: at(5) }), tags: OUR_TAGS }, 7300);
  const known = (answeredAt: number | undefined): Memory =>
    memory({
      stack,
      startedAt: at(7300),
      earlier: [
        { type: 'Delete', at: at(7290) },
        { type: 'Create', at: at(0), ...(answeredAt === undefined ? {} : { answeredAt }) },
      ],
    });

  test('spares what the last Create that is known was answered for, more than two hours ago: that one has been retained', () => {
    expect(decide(guess, there, known(at(99)))).toEqual({ kind: 'succeed' });
  });

  test('asks for it if it was answered later, as CloudFormation may have cancelled it by then, or not at all', () => {
    expect(decide(guess, there, known(at(100)))).toMatchObject({ kind: 'delete', arn: ARN });
    expect(decide(guess, there, known(undefined))).toMatchObject({ kind: 'delete', arn: ARN });
  });

  test('asks for it where its name is the id that CloudFormation knows', () => {
    expect(decide(absent(), there, known(at(99)))).toMatchObject({ kind: 'delete', arn: ARN });
  });
});

describe('H41: the deletion of a model that a deployment of the stack goes on using', () => {
  const goal = absent({ spec: { kind: 'model' } });
  const used = (isInTransition: boolean): Parameters<typeof seen>[0] => ({
    deployment: model(),
    tags: OUR_TAGS,
    users: [user(ARN, OUR_TAGS, isInTransition)],
  });

  test('does not wait an hour in vain: after ten minutes it fails, and says what to do', () => {
    expect(decide(goal, seen(used(false), 599), memory({ usedSince: NOON }))).toMatchObject({
      kind: 'wait',
      note: { usedSince: NOON },
    });
    expect(decide(goal, seen(used(false), 600), memory({ usedSince: NOON }))).toMatchObject({
      kind: 'fail',
      reason: expect.stringMatching(/is still deployed by .*RETAIN.*Delete that deployment, or retain the model/),
    });
  });

  test('waits on as long as something is under way with it', () => {
    expect(decide(goal, seen(used(true), 600), memory({ usedSince: NOON }))).toMatchObject({
      kind: 'wait',
      note: { usedSince: at(600) },
    });
  });

  test('does not wait for one that was moved to another model, for which Bedrock may still list it', () => {
    const moved = deployment({ update: { modelArn: MODEL_2, status: 'UpdateCompleted', reported: 'UpdateCompleted' } });
    const action = decide(goal, seen({ ...used(false), users: [{ deployment: moved, tags: OUR_TAGS }] }), memory());
    expect(action).toMatchObject({ kind: 'delete', arn: MODEL_1 });
  });

  test.each<[string, Partial<Resource>, Action['kind']]>([
    ['shows another', { modelArn: MODEL_2 }, 'wait'],
    [
      'shows another, to which the update to this one has failed',
      { modelArn: MODEL_2, update: { modelArn: MODEL_1, status: 'UpdateFailed', reported: 'UpdateFailed' } },
      'wait',
    ],
    ['shows it', { modelArn: MODEL_1 }, 'fail'],
    [
      'may show it or another after an update that failed',
      { modelArn: MODEL_1, update: { modelArn: MODEL_1, status: 'UpdateFailed', reported: 'UpdateFailed' } },
      'fail',
    ],
  ])('and a deployment of others that is listed for it, and %s', (_, shown, kind) => {
    const users = [{ deployment: deployment(shown), tags: FOREIGN_TAGS }];
    const decided = (seconds: number): Action =>
      decide(goal, seen({ ...used(false), users }, seconds), memory({ usedSince: NOON }));
    expect(decided(5)).toMatchObject({ kind });
    expect(decided(600)).toMatchObject({ kind: 'fail' });
  });

  test('waits as well for one of another stack that is on its way out', () => {
    const theirs = user(`${ARN}-theirs`, FOREIGN_TAGS, true);
    expect(decide(goal, seen({ ...used(false), users: [theirs] }, 5), memory())).toMatchObject({ kind: 'wait' });
  });
});

describe('H30: a deletion that is refused without a reason to be seen', () => {
  const refused = (last: number): Memory =>
    memory({
      troubles: {
        DeleteCustomModelDeployment: {
          kind: 'refused',
          message: 'DeleteCustomModelDeployment: ValidationException: no',
          first: NOON,
          last: at(last),
          count: 9,
        },
      },
    });

  test('is asked for again for ten minutes, since to give up leaves the stack stuck; then the service’s message is the verdict', () => {
    expect(decide(absent(), seen({ deployment: deployment(), tags: OUR_TAGS }, 659), refused(599))).toMatchObject({
      kind: 'delete',
    });
    expect(decide(absent(), seen({ deployment: deployment(), tags: OUR_TAGS }, 660), refused(600))).toEqual({
      kind: 'fail',
      reason: 'DeleteCustomModelDeployment: ValidationException: no',
    });
  });

  test('is asked for once more after an outage, however long that was: only what is refused at the end of the time is refused', () => {
    expect(decide(absent(), seen({ deployment: deployment(), tags: OUR_TAGS }, 1800), refused(70))).toMatchObject({
      kind: 'delete',
    });
  });
});
