import type { Action } from '../../../lambda/reconcile/action';
import { decide } from '../../../lambda/reconcile/decide';
import type { PresenceGoal } from '../../../lambda/reconcile/goal';
import type { Memory, SeenQuotaUse } from '../../../lambda/reconcile/memory';
import { LOGICAL_ID_TAG, STACK_ID_TAG } from '../../../lib/private/contract';
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
  PACKAGE_1,
  present,
  seen,
  STACK_ID,
  STACK_SEEN,
} from '../support/builders';

const at = (seconds: number): number => NOON + seconds * 1000;
const ours = { tags: OUR_TAGS };

describe('nothing of that name is there', () => {
  test('the model is looked at first', () => {
    expect(decide(present(), seen({}), memory())).toEqual({ kind: 'look', at: 'model', arn: MODEL_1 });
  });

  test('H12: a model that does not exist is looked for a second time, then named in the error', () => {
    const gone = { model: { status: 'absent' } as const };
    expect(decide(present(), seen(gone), memory())).toMatchObject({ kind: 'wait', note: { modelAbsentSince: NOON } });
    expect(decide(present(), seen(gone, 20), memory({ modelAbsentSince: NOON }))).toEqual({
      kind: 'fail',
      reason: `the custom model ${MODEL_1} does not exist`,
    });
  });

  test('H12: a model that is still Creating is waited for', () => {
    expect(decide(present(), seen({ model: model({ status: 'Creating' }) }), memory())).toMatchObject({
      kind: 'wait',
      awaiting: expect.stringContaining(`${MODEL_1} to become Active; it is Creating`),
    });
  });

  test('H12: a model that Failed fails the deployment with its own message', () => {
    expect(
      decide(present(), seen({ model: model({ status: 'Failed', failureMessage: 'artefacts unreadable' }) }), memory()),
    ).toEqual({ kind: 'fail', reason: `the custom model ${MODEL_1} is Failed: artefacts unreadable` });
  });

  test('an Active model is deployed, and the intent is noted', () => {
    expect(decide(present(), seen({ model: model() }), memory())).toEqual({
      kind: 'create',
      goal: present(),
      note: { create: {} },
    });
  });

  test('H4: nothing is made while an invocation of an older run may still be at work', () => {
    expect(decide(present(), seen({ model: model() }, 10), memory({ settleUntil: at(40) }))).toMatchObject({
      kind: 'wait',
      seconds: 30,
    });
  });

  test('H17: what was accepted is waited for, not made twice; only after a minute is it asked for again', () => {
    const accepted = memory({ create: { arn: ARN, acceptedAt: at(0) } });
    for (const seconds of [0, 5, 30, 59]) {
      expect(decide(present(), seen({ model: model(), by: ARN }, seconds), accepted)).toMatchObject({
        kind: 'wait',
        awaiting: expect.stringContaining('to appear'),
      });
    }
    expect(decide(present(), seen({ model: model(), by: ARN }, 60), accepted)).toMatchObject({ kind: 'create' });
  });

  test('H17: what was accepted is looked for by its ARN before it is believed absent, even after a minute', () => {
    const accepted = memory({ create: { arn: ARN, acceptedAt: at(0) } });
    expect(decide(present(), seen({ model: model() }, 5), accepted)).toEqual({
      kind: 'look',
      at: 'resource',
      arn: ARN,
    });
    expect(decide(present(), seen({ model: model() }, 600), accepted)).toEqual({
      kind: 'look',
      at: 'resource',
      arn: ARN,
    });
    expect(
      decide(present(), seen({ deployment: deployment({ status: 'Creating' }), by: ARN }, 5), accepted),
    ).toMatchObject({ kind: 'wait', awaiting: expect.stringContaining('to become Active') });
  });

  test('H11: so is what was accepted after an older one was deleted', () => {
    const anew = memory({ create: { arn: ARN, acceptedAt: at(0) }, deleted: { arn: `${ARN}-old`, at: at(0) } });
    expect(decide(present(), seen({ model: model(), by: ARN }, 5), anew)).toMatchObject({
      kind: 'wait',
      awaiting: expect.stringContaining('to appear'),
    });
  });

  test('H7: a wreck that is not to be seen, but was not deleted either, may be left: it is not told as gone', () => {
    const unseen = memory({ failure: 'boom', create: { arn: ARN, acceptedAt: NOON } });
    expect(decide(present(), seen({ by: ARN }, 60), unseen)).toEqual({ kind: 'fail', reason: 'boom' });
  });

  test('H7: the wreck is gone, so its message is the verdict', () => {
    const gone = memory({ failure: 'boom', create: { arn: ARN, acceptedAt: NOON }, deleted: { arn: ARN, at: NOON } });
    expect(decide(present(), seen({}), gone)).toEqual({ kind: 'fail', reason: 'boom', cleanedUp: true });
  });

  test('H10: what was deleted by hand is made again by an Update', () => {
    const goal = present({ previous: { modelArn: MODEL_1, tags: {} } });
    expect(decide(goal, seen({ model: model() }), memory())).toMatchObject({
      kind: 'wait',
      note: { absentSince: NOON },
    });
    expect(decide(goal, seen({ model: model() }, 20), memory({ absentSince: NOON }))).toMatchObject({ kind: 'create' });
  });
});

describe('H25: a refusal', () => {
  const idle = (seconds: number): SeenQuotaUse => ({
    kind: 'deployment',
    at: at(seconds),
    total: 3,
    isIdle: true,
    digest: 'same',
    ofStack: 0,
    idleSince: at(59),
  });
  const crowded = (seconds: number): SeenQuotaUse => ({
    kind: 'deployment',
    at: at(seconds),
    total: 3,
    isIdle: false,
    digest: 'same',
    ofStack: 0,
  });
  const refused = (count: number, last = 0, quotaUse?: SeenQuotaUse, message = 'no') =>
    memory({
      ...STACK_SEEN,
      troubles: {
        CreateCustomModelDeployment: {
          kind: 'refused',
          message: `CreateCustomModelDeployment: ValidationException: ${message}`,
          first: at(0),
          last: at(last),
          count,
        },
      },
      ...(quotaUse === undefined ? {} : { quotaUse }),
    });
  const decided = (seconds: number, remembered: Memory, goal = present()): Action =>
    decide(goal, seen({ model: model() }, seconds), remembered);

  test('is not believed while a twin of the call, whose reply was lost, may not be visible yet', () => {
    expect(decided(1, refused(1))).toMatchObject({ kind: 'wait', seconds: 59 });
    expect(decided(8, refused(2))).toMatchObject({ kind: 'wait', seconds: 52 });
  });

  test('is tried a second time', () => {
    expect(decided(60, refused(1, 0, { ...idle(60), idleSince: at(0) }))).toMatchObject({ kind: 'create' });
  });

  test('is believed when it came twice and nothing to be seen explains it, a minute after the second, which may have had a twin as well', () => {
    expect(decided(119, refused(2, 60, idle(60)))).toMatchObject({ kind: 'wait', seconds: 1 });
    expect(decided(120, refused(2, 60, idle(120)))).toEqual({
      kind: 'fail',
      reason: 'CreateCustomModelDeployment: ValidationException: no',
    });
  });

  test('is explained by a deployment of ours', () => {
    expect(
      decide(present(), seen({ deployment: deployment({ status: 'Creating' }), ...ours }, 62), refused(2)),
    ).toMatchObject({ kind: 'wait' });
  });

  describe('H15: may mean the quota, in whatever words,', () => {
    test('so the other deployments are looked at, after each', () => {
      expect(decided(60, refused(1))).toEqual({ kind: 'look', at: 'quota' });
      expect(decided(120, refused(2, 60, idle(59)))).toEqual({ kind: 'look', at: 'quota' });
    });

    test('as long as one of them is in progress', () => {
      expect(decided(600, refused(9, 540, crowded(600)))).toMatchObject({ kind: 'create' });
    });

    test('and until it has come once more when none is', () => {
      expect(decided(600, refused(9, 540, { ...idle(600), idleSince: at(600) }))).toMatchObject({ kind: 'create' });
      expect(decided(720, refused(10, 660, { ...idle(720), idleSince: at(600) }))).toMatchObject({ kind: 'fail' });
    });
  });

  describe('H29: may mean that the name is still held,', () => {
    test.each<[string, PresenceGoal, Partial<Memory>, string]>([
      ['as the service says', present(), {}, 'a deployment of that name already exists'],
      ['if the name is fixed', present({ nameIsFixed: true }), {}, 'no'],
      ['if an earlier request may have had it', present(), { earlier: [{ type: 'Delete', at: at(-60) }] }, 'no'],
      ['if this request has deleted what had it', present(), { deleted: { arn: ARN, at: at(0) } }, 'no'],
    ])('%s: ten minutes, and then an error that says so', (_, goal, more, message) => {
      expect(decided(600, { ...refused(9, 540, idle(600), message), ...more }, goal)).toMatchObject({ kind: 'create' });
      expect(decided(660, { ...refused(10, 600, idle(660), message), ...more }, goal)).toMatchObject({
        kind: 'fail',
        reason: expect.stringContaining('may hold the name'),
      });
    });
  });

  test('H30: of an Update is a verdict unless it is a rollback, which is given ten minutes', () => {
    const update = present({ modelArn: MODEL_2, previous: { tags: {} } });
    const remembered = (last: number): Memory =>
      memory({
        troubles: {
          UpdateCustomModelDeployment: {
            kind: 'refused',
            message: 'UpdateCustomModelDeployment: no',
            first: at(0),
            last: at(last),
            count: 2,
          },
        },
        quotaUse: idle(last + 60),
      });
    const moved = (seconds: number, stack?: string, known: Partial<Memory> = {}): Action =>
      decide(update, seen({ deployment: deployment(), ...ours, model: model({ arn: MODEL_2 }) }, seconds), {
        ...remembered(seconds - 60),
        ...(stack === undefined ? {} : { stack }),
        ...known,
      });
    expect(moved(120)).toMatchObject({ kind: 'look', at: 'stack' });
    expect(moved(120, 'UPDATE_IN_PROGRESS')).toMatchObject({ kind: 'fail' });
    const earlier = [{ type: 'Update', at: at(-60) }] as const;
    expect(moved(120, 'UPDATE_IN_PROGRESS', { earlier })).toMatchObject({ kind: 'fail' });
    expect(moved(600, 'UPDATE_ROLLBACK_IN_PROGRESS')).toMatchObject({ kind: 'update' });
    expect(moved(660, 'UPDATE_ROLLBACK_IN_PROGRESS')).toMatchObject({ kind: 'fail' });
  });
});

describe('H36: a quota that is full though none is in progress', () => {
  const turnedAway = (last: number, quotaUse?: Partial<SeenQuotaUse>): Memory =>
    memory({
      ...STACK_SEEN,
      troubles: {
        CreateCustomModelDeployment: {
          kind: 'busy',
          message: 'CreateCustomModelDeployment: ServiceQuotaExceededException: too many',
          first: at(0),
          last: at(last),
          count: 9,
        },
      },
      ...(quotaUse === undefined
        ? {}
        : {
            quotaUse: {
              kind: 'deployment',
              at: at(last + 1),
              total: 10,
              isIdle: true,
              digest: 'same',
              ofStack: 0,
              ...quotaUse,
            },
          }),
    });
  const decided = (seconds: number, remembered: Memory): Action =>
    decide(present(), seen({ model: model() }, seconds), remembered);

  test('is waited for like any other for ten minutes', () => {
    const hopeless = { idleSince: at(500), noneOfStackSince: at(500) };
    expect(decided(599, turnedAway(598, hopeless))).toMatchObject({ kind: 'create' });
    expect(decided(600, turnedAway(599, hopeless))).toMatchObject({ kind: 'fail' });
  });

  test('is looked at before they are over, since one look is not enough', () => {
    expect(decided(509, turnedAway(500))).toMatchObject({ kind: 'create' });
    expect(decided(510, turnedAway(500))).toMatchObject({ kind: 'look', at: 'quota' });
  });

  test('is then an error with the quota and the count, in a stack that holds none of them', () => {
    expect(decided(630, turnedAway(620, { idleSince: at(500), noneOfStackSince: at(531) }))).toMatchObject({
      kind: 'fail',
      reason: expect.stringMatching(
        /too many\. None of the 10 custom model deployments .* quota .* Delete .* request a higher quota/,
      ),
    });
  });

  test.each<[string, Partial<SeenQuotaUse>]>([
    ['one is in progress', { isIdle: false }],
    ['it was not refused since none is', { idleSince: at(621), noneOfStackSince: at(621) }],
    ['it was not refused since the stack gave up its last', { idleSince: at(600), noneOfStackSince: at(621) }],
    ['the stack holds one, which it may give up', { idleSince: at(600), ofStack: 1 }],
    ['what has just taken a place may not be listed yet', { idleSince: at(500), noneOfStackSince: at(532) }],
  ])('is waited for while %s', (_, quotaUse) => {
    expect(decided(630, turnedAway(620, quotaUse))).toMatchObject({ kind: 'create' });
  });

  test('is told at the end of the time as well', () => {
    expect(decided(3480, turnedAway(3470, { idleSince: at(600), ofStack: 1 }))).toMatchObject({
      kind: 'fail',
      reason: expect.stringMatching(/out of time.*None of the 10/),
    });
    expect(decided(3480, turnedAway(3470, { isIdle: false }))).toMatchObject({
      kind: 'fail',
      reason: expect.not.stringContaining('None of the'),
    });
  });
});

describe('H39: an import that fails in its first minutes', () => {
  const goal: PresenceGoal = {
    ...present(),
    spec: { kind: 'model', madeOf: 'x', source: { modelPackageArn: PACKAGE_1 } },
  };
  const wreck = model({ status: 'Failed', createdAt: at(0), failureMessage: 'no access' });
  const own = { create: { arn: MODEL_1, acceptedAt: at(0) } };
  const retrying = memory({ ...own, retried: MODEL_1, deleted: { arn: MODEL_1, at: at(590) } });

  test('is taken down, and is no verdict yet', () => {
    const action = decide(goal, seen({ deployment: wreck, users: [], ...ours }, 590), memory(own));
    expect(action).toMatchObject({ kind: 'delete', note: { retried: MODEL_1 } });
    expect(action).not.toHaveProperty('note.failure');
  });

  test('is tried once more when it is gone, as another request', () => {
    expect(decide(goal, seen({}, 600), retrying)).toMatchObject({ kind: 'create', again: true, note: { create: {} } });
  });

  test('is not tried again before permissions that are new to the request work everywhere', () => {
    const early = { ...retrying, deleted: { arn: MODEL_1, at: at(30) } };
    expect(decide(goal, seen({}, 40), early)).toMatchObject({
      kind: 'wait',
      seconds: 140,
      awaiting: expect.stringContaining('permissions'),
    });
    expect(decide(goal, seen({}, 180), early)).toMatchObject({ kind: 'create', again: true });
  });

  test('is not tried where it is still to be seen', () => {
    expect(decide(goal, seen({ deployment: wreck, users: [] }, 600), retrying)).toMatchObject({ kind: 'wait' });
  });

  test('is a verdict the second time', () => {
    const second = { ...wreck, arn: MODEL_2, createdAt: at(600) };
    expect(
      decide(goal, seen({ deployment: second, users: [], ...ours }, 700), {
        ...retrying,
        create: { arn: MODEL_2, acceptedAt: at(600) },
      }),
    ).toMatchObject({ kind: 'delete', note: { failure: expect.stringContaining('no access') } });
    expect(
      decide(goal, seen({ deployment: second, users: [], tags: OUR_TAGS }, 700), { ...retrying, create: {} }),
    ).toMatchObject({ note: { failure: expect.stringContaining('no access') } });
  });

  test.each([
    ['of ten minutes, as much time is left', 600, 1300, 'retried'],
    ['of ten minutes, less time is left', 600, 1200, 'failure'],
    ['that may have taken half an hour, 15 minutes are left', 1800, 2701, 'retried'],
    ['that may have taken half an hour, less than 15 minutes are left', 1800, 2700, 'failure'],
  ])('is tried again only if, after a first try %s', (_, failedAt, deadline, note) => {
    const late = memory({ ...own, deadline: at(deadline) });
    expect(decide(goal, seen({ deployment: wreck, users: [], ...ours }, failedAt), late)).toMatchObject({
      kind: 'delete',
      note: { [note]: expect.anything() },
    });
  });

  test('is a verdict at once when it is a deployment', () => {
    const failed = deployment({ status: 'Failed', createdAt: at(0) });
    expect(
      decide(present(), seen({ deployment: failed, ...ours }, 10), memory({ create: { arn: ARN, acceptedAt: at(0) } })),
    ).toMatchObject({ note: { failure: expect.anything() } });
  });
});

describe('a deployment of that name is not ours', () => {
  test('H5: whose it is, is looked at before anything else', () => {
    expect(decide(present(), seen({ deployment: deployment() }), memory())).toEqual({
      kind: 'look',
      at: 'tags',
      arn: ARN,
    });
  });

  test.each([
    ['of another stack', FOREIGN_TAGS, 'stack/other/'],
    ['of nobody', {}, 'it carries no tag of any stack'],
    [
      'of another resource of this stack',
      { ...OUR_TAGS, 'cdk-bedrock-custom-models:logical-id': 'Elder' },
      'it belongs to Elder',
    ],
  ])('H5: one %s fails the request and says whose it is', (_, tags, says) => {
    const action = decide(present(), seen({ deployment: deployment(), tags }), memory());
    expect(action).toMatchObject({ kind: 'fail', reason: expect.stringContaining(says) });
    expect(action).toMatchObject({ reason: expect.stringContaining('It was left as it is') });
  });

  describe('H5: though this request has made one, since two that ask at the same moment may both be given a name:', () => {
    const own = `${ARN}-own`;
    const made = { create: { arn: own, acceptedAt: NOON } };
    const failure = expect.stringContaining('exists already') as string;
    const doomed = { ...made, failure: 'taken' };

    test('its own is looked at by ARN, and doomed', () => {
      expect(decide(present(), seen({ deployment: deployment(), tags: FOREIGN_TAGS }, 2), memory(made))).toEqual({
        kind: 'look',
        at: 'resource',
        arn: own,
        note: { failure },
      });
    });

    test('its own is taken down', () => {
      expect(
        decide(
          present(),
          seen({ deployment: deployment({ arn: own, status: 'Creating' }), ...ours }, 2),
          memory(doomed),
        ),
      ).toMatchObject({ kind: 'delete', arn: own });
    });

    test('as long as its own may not be visible yet, it is waited for', () => {
      expect(decide(present(), seen({ tags: FOREIGN_TAGS, by: doomed.create.arn }, 59), memory(doomed))).toMatchObject({
        kind: 'wait',
        awaiting: expect.stringContaining('to appear'),
      });
    });

    test.each([
      ['deleted', 10, { deleted: { arn: own, at: at(5) } }],
      ['nowhere to be seen', 60, {}],
    ])('when its own is %s, the request fails', (_, seconds, more) => {
      expect(
        decide(present(), seen({ tags: FOREIGN_TAGS, by: doomed.create.arn }, seconds), memory({ ...doomed, ...more })),
      ).toEqual({ kind: 'fail', reason: 'taken', ...('deleted' in more ? { cleanedUp: true } : {}) });
    });
  });

  test('H1: one so young that its tags may not be visible is waited for, not given up', () => {
    expect(
      decide(present(), seen({ deployment: deployment({ createdAt: NOON }), tags: {} }, 5), memory({ create: {} })),
    ).toMatchObject({ kind: 'wait' });
  });

  test('H1: what this request has made is waited for without a proof, and no success without one', () => {
    const made = memory({ create: { arn: ARN, acceptedAt: NOON } });
    const active = deployment({ createdAt: NOON });
    expect(
      decide(present(), seen({ deployment: deployment({ status: 'Creating', createdAt: NOON }) }, 5), made),
    ).toMatchObject({ kind: 'wait', awaiting: expect.stringContaining('to become Active') });
    expect(decide(present(), seen({ deployment: active }, 5), made)).toEqual({ kind: 'look', at: 'tags', arn: ARN });
    expect(decide(present(), seen({ deployment: active, tags: {} }, 5), made)).toMatchObject({
      kind: 'wait',
      awaiting: expect.stringContaining('which say whose it is'),
    });
  });

  test.each(['no tag of any stack', 'stack/other/'])(
    'H5: one that was this resource’s, and bears %s any more, fails the request, which says how to prove it again',
    (says) => {
      const tags = says.includes('other') ? FOREIGN_TAGS : {};
      for (const [goal, remembered] of [
        [present({ nameIsNew: false }), {}],
        [present(), { create: { arn: ARN, acceptedAt: NOON } }],
      ] as const) {
        const action = decide(goal, seen({ deployment: deployment(), tags }, 60), memory(remembered));
        expect(action).toMatchObject({ kind: 'fail', reason: expect.stringContaining(says) });
        expect(action).toMatchObject({
          reason: expect.stringContaining(
            `restore its tags: ${STACK_ID_TAG}=${STACK_ID} and ${LOGICAL_ID_TAG}=Deployment`,
          ),
        });
      }
    },
  );

  test('H7: the wreck of this request, when it has lost its tags, is left, and is the verdict all the same', () => {
    const wreck = memory({ create: { arn: ARN, acceptedAt: NOON }, failure: 'it became Failed' });
    expect(decide(present(), seen({ deployment: deployment({ status: 'Failed' }), tags: {} }, 60), wreck)).toEqual({
      kind: 'fail',
      reason: 'it became Failed',
    });
  });
});

describe('a deployment of ours is there', () => {
  test.each(['Creating', 'Deleting'] as const)('%s is waited for', (status) => {
    expect(decide(present(), seen({ deployment: deployment({ status }), ...ours }), memory())).toMatchObject({
      kind: 'wait',
      awaiting: expect.stringContaining(status),
    });
  });

  test('H16: a status never seen before is waited for, and named', () => {
    expect(
      decide(present(), seen({ deployment: deployment({ status: 'unknown', reported: 'Paused' }), ...ours }), memory()),
    ).toMatchObject({ kind: 'wait', awaiting: expect.stringContaining('Paused') });
  });

  test('H7: one that became Failed in this request is taken down, and its message remembered', () => {
    const wreck = deployment({ status: 'Failed', failureMessage: 'no capacity' });
    expect(
      decide(present(), seen({ deployment: wreck, ...ours }), memory({ create: { arn: ARN, acceptedAt: NOON } })),
    ).toMatchObject({ kind: 'delete', arn: ARN, note: { failure: 'the deployment became Failed: no capacity' } });
  });

  test('H11: one that was Failed before this request is taken down, to be made anew', () => {
    const action = decide(present(), seen({ deployment: deployment({ status: 'Failed' }), ...ours }), memory());
    expect(action).toMatchObject({ kind: 'delete', arn: ARN });
    expect(action).not.toHaveProperty('note.failure');
    expect(decide(present(), seen({ model: model() }, 10), memory({ deleted: { arn: ARN, at: at(5) } }))).toMatchObject(
      { kind: 'create' },
    );
  });

  test('H11: one that was Failed before, and which a late read still shows when the new one has been asked for, is not taken for the new one', () => {
    const wreck = seen({ deployment: deployment({ status: 'Failed', createdAt: NOON - 1 }), ...ours }, 10);
    for (const create of [{}, { arn: `${ARN}-new`, acceptedAt: at(8) }]) {
      const action = decide(present(), wreck, memory({ create, deleted: { arn: ARN, at: at(5) } }));
      expect(action).toMatchObject({ kind: 'wait', awaiting: expect.stringContaining('deletion') });
      expect(action).not.toHaveProperty('note.failure');
    }
  });

  test('H7: one that became Failed without the service’s saying why says so', () => {
    expect(
      decide(
        present(),
        seen({ deployment: deployment({ status: 'Failed' }), ...ours }),
        memory({ create: { arn: ARN, acceptedAt: NOON } }),
      ),
    ).toMatchObject({ note: { failure: 'the deployment became Failed: the service gives no reason' } });
  });

  test('H7: one that became Failed in this request, whose creation it never heard of, is its own', () => {
    const wreck = deployment({ status: 'Failed', createdAt: NOON });
    expect(decide(present(), seen({ deployment: wreck, ...ours }, 10), memory({ create: {} }))).toMatchObject({
      kind: 'delete',
      note: { failure: expect.stringContaining('Failed') },
    });
  });

  test('Active with the right model is all that was wanted', () => {
    expect(decide(present({ nameIsNew: false }), seen({ deployment: deployment(), ...ours }), memory())).toMatchObject({
      kind: 'succeed',
    });
  });

  test('H26: what is there already is success, whatever CloudFormation calls the old properties', () => {
    const rollback = present({
      nameIsFixed: true,
      description: 'old',
      previous: { modelArn: MODEL_1, description: 'refused', tags: {} },
    });
    expect(decide(rollback, seen({ deployment: deployment({ description: 'old' }), ...ours }), memory())).toMatchObject(
      { kind: 'succeed' },
    );
  });
});

describe('another model', () => {
  const toModel2 = present({ modelArn: MODEL_2, previous: { modelArn: MODEL_1, tags: {} } });
  const before = { before: {} };

  test('must itself be Active', () => {
    expect(decide(toModel2, seen({ deployment: deployment(), ...ours }), memory())).toMatchObject({
      kind: 'look',
      at: 'model',
    });
  });

  test('is asked for, and what was to be seen before is noted', () => {
    const stale = { modelArn: MODEL_2, status: 'UpdateFailed', reported: 'UpdateFailed' } as const;
    expect(
      decide(
        toModel2,
        seen({ deployment: deployment({ update: stale, lastUpdatedAt: 7 }), ...ours, model: model() }),
        memory(),
      ),
    ).toMatchObject({ kind: 'update', arn: ARN, note: { update: { before: { details: stale, lastUpdatedAt: 7 } } } });
  });

  test('is waited for while Updating', () => {
    const update = { modelArn: MODEL_2, status: 'Updating', reported: 'Updating' } as const;
    expect(
      decide(toModel2, seen({ deployment: deployment({ update }), ...ours }), memory({ update: before })),
    ).toMatchObject({ kind: 'wait' });
  });

  test('that is seen under way was accepted by then, if its reply was lost', () => {
    const update = { modelArn: MODEL_2, status: 'Updating', reported: 'Updating' } as const;
    const under = seen({ deployment: deployment({ update }), ...ours }, 9);
    expect(decide(toModel2, under, memory({ update: before }))).toMatchObject({
      note: { update: { ...before, acceptedAt: at(9) } },
    });
    expect(decide(toModel2, under, memory({ update: { ...before, acceptedAt: at(3) } }))).toMatchObject({
      note: { update: { ...before, acceptedAt: at(3) } },
    });
  });

  test('is served once that update is completed, whichever model Get shows at the top', () => {
    const update = { modelArn: MODEL_2, status: 'UpdateCompleted', reported: 'UpdateCompleted' } as const;
    expect(
      decide(toModel2, seen({ deployment: deployment({ update }), ...ours }), memory({ update: before })),
    ).toMatchObject({ kind: 'succeed' });
    expect(
      decide(
        toModel2,
        seen({ deployment: deployment({ update, modelArn: MODEL_2 }), ...ours }),
        memory({ update: before }),
      ),
    ).toMatchObject({ kind: 'succeed' });
  });

  test('H8: UpdateFailed for the model just asked for fails the request', () => {
    const update = { modelArn: MODEL_2, status: 'UpdateFailed', reported: 'UpdateFailed' } as const;
    expect(
      decide(
        toModel2,
        seen({ deployment: deployment({ update, failureMessage: 'not on demand' }), ...ours }, 9),
        memory({ update: { ...before, acceptedAt: at(3) } }),
      ),
    ).toMatchObject({
      kind: 'fail',
      reason: expect.stringContaining(`the update to ${MODEL_2} failed: not on demand`),
    });
  });

  test('H8: also if the deployment became Failed over it: it is not taken down, since it may still serve', () => {
    const update = { modelArn: MODEL_2, status: 'UpdateFailed', reported: 'UpdateFailed' } as const;
    const failed = seen({ deployment: deployment({ status: 'Failed', reported: 'Failed', update }), ...ours }, 9);
    expect(decide(toModel2, failed, memory({ update: { ...before, acceptedAt: at(3) } }))).toMatchObject({
      kind: 'fail',
      reason: expect.stringContaining(`the update to ${MODEL_2} failed`),
    });
    expect(decide(present(), failed, memory())).toMatchObject({ kind: 'delete', arn: ARN });
    expect(decide(toModel2, failed, memory({ update: { before: { details: update } } }))).toMatchObject({
      kind: 'delete',
      arn: ARN,
    });
  });

  test('H8: a stale UpdateFailed for that very model does not stop the update from being asked for', () => {
    const update = { modelArn: MODEL_2, status: 'UpdateFailed', reported: 'UpdateFailed' } as const;
    expect(
      decide(toModel2, seen({ deployment: deployment({ update }), ...ours, model: model() }), memory()),
    ).toMatchObject({ kind: 'update' });
  });

  test('H8: a stale UpdateFailed is not taken for the verdict on the update just accepted, until a minute has passed', () => {
    const update = { modelArn: MODEL_2, status: 'UpdateFailed', reported: 'UpdateFailed' } as const;
    const stale = deployment({ update, lastUpdatedAt: 7 });
    const accepted = memory({ update: { before: { details: update, lastUpdatedAt: 7 }, acceptedAt: at(0) } });
    expect(decide(toModel2, seen({ deployment: stale, ...ours }, 10), accepted)).toMatchObject({ kind: 'wait' });
    expect(decide(toModel2, seen({ deployment: stale, ...ours }, 60), accepted)).toMatchObject({ kind: 'fail' });
    expect(decide(toModel2, seen({ deployment: { ...stale, lastUpdatedAt: 8 }, ...ours }, 10), accepted)).toMatchObject(
      { kind: 'fail' },
    );
  });

  test('H8: a stale UpdateCompleted of another model is not success', () => {
    const update = { modelArn: MODEL_1, status: 'UpdateCompleted', reported: 'UpdateCompleted' } as const;
    expect(
      decide(
        toModel2,
        seen({ deployment: deployment({ update }), ...ours }, 9),
        memory({ update: { ...before, acceptedAt: at(3) } }),
      ),
    ).toMatchObject({ kind: 'wait' });
  });

  test('H9: a rollback waits while the new model is Updating, then updates back', () => {
    const rollback = present({ previous: { modelArn: MODEL_2, tags: {} } });
    const underWay = { modelArn: MODEL_2, status: 'Updating', reported: 'Updating' } as const;
    expect(decide(rollback, seen({ deployment: deployment({ update: underWay }), ...ours }), memory())).toMatchObject({
      kind: 'wait',
    });
    const done = { modelArn: MODEL_2, status: 'UpdateCompleted', reported: 'UpdateCompleted' } as const;
    expect(
      decide(
        rollback,
        seen({ deployment: deployment({ modelArn: MODEL_2, update: done }), ...ours, model: model() }, 9),
        memory(),
      ),
    ).toMatchObject({ kind: 'update' });
  });

  test('H9: a rollback after the new model failed has nothing to do where the old one still serves', () => {
    const rollback = present({ previous: { modelArn: MODEL_2, tags: {} } });
    const failed = { modelArn: MODEL_2, status: 'UpdateFailed', reported: 'UpdateFailed' } as const;
    expect(decide(rollback, seen({ deployment: deployment({ update: failed }), ...ours }), memory())).toMatchObject({
      kind: 'succeed',
    });
    expect(
      decide(
        rollback,
        seen({ deployment: deployment({ modelArn: MODEL_2, update: failed }), ...ours, model: model() }),
        memory(),
      ),
    ).toMatchObject({ kind: 'update' });
  });

  test('H10: a model that was changed by hand is put right', () => {
    expect(
      decide(present(), seen({ deployment: deployment({ modelArn: MODEL_2 }), ...ours, model: model() }), memory()),
    ).toMatchObject({ kind: 'update' });
  });
});

describe('a replacing change while the name is fixed', () => {
  const fixed = { nameIsFixed: true };

  test('of the description is refused, and says what to change', () => {
    const goal = present({
      ...fixed,
      description: 'new',
      previous: { modelArn: MODEL_1, description: 'old', tags: {} },
    });
    expect(decide(goal, seen({ deployment: deployment({ description: 'old' }), ...ours }), memory())).toMatchObject({
      kind: 'fail',
      reason: expect.stringMatching(
        /deploymentName is fixed.*change deploymentName as well, or leave it out\. Nothing was changed/,
      ),
    });
  });

  test('of the model under REPLACE is refused', () => {
    const goal = present({
      ...fixed,
      updatesInPlace: false,
      modelArn: MODEL_2,
      previous: { modelArn: MODEL_1, tags: {} },
    });
    expect(decide(goal, seen({ deployment: deployment(), ...ours }), memory())).toMatchObject({
      kind: 'fail',
      reason: expect.stringContaining('modelUpdate IN_PLACE'),
    });
  });

  test('H26: is not what a difference is that nobody asked for: it stays', () => {
    const goal = present({
      ...fixed,
      description: 'ours',
      previous: { modelArn: MODEL_1, description: 'ours', tags: {} },
    });
    expect(
      decide(goal, seen({ deployment: deployment({ description: 'made anew by hand' }), ...ours }), memory()),
    ).toMatchObject({ kind: 'succeed' });
  });

  test('H11: is refused as well where the deployment has become Failed, so that a rollback finds what it asks for', () => {
    const wreck = { deployment: deployment({ status: 'Failed', description: 'old' }), ...ours };
    const goal = present({
      ...fixed,
      description: 'new',
      previous: { modelArn: MODEL_1, description: 'old', tags: {} },
    });
    expect(decide(goal, seen(wreck), memory())).toMatchObject({ kind: 'fail' });
    const rollback = present({
      ...fixed,
      description: 'old',
      previous: { modelArn: MODEL_1, description: 'new', tags: {} },
    });
    expect(decide(rollback, seen(wreck), memory())).toMatchObject({ kind: 'delete' });
  });

  test('H26: of the model is put back under REPLACE where IN_PLACE had moved it', () => {
    const goal = present({
      ...fixed,
      updatesInPlace: false,
      modelArn: MODEL_1,
      previous: { modelArn: MODEL_2, updatesInPlace: true, tags: {} },
    });
    expect(
      decide(goal, seen({ deployment: deployment({ modelArn: MODEL_2 }), ...ours, model: model() }), memory()),
    ).toMatchObject({ kind: 'update', modelArn: MODEL_1 });
  });

  test('H10: what was changed by hand is put right even so', () => {
    const goal = present({ ...fixed, updatesInPlace: false, previous: { modelArn: MODEL_1, tags: {} } });
    expect(
      decide(goal, seen({ deployment: deployment({ modelArn: MODEL_2 }), ...ours, model: model() }), memory()),
    ).toMatchObject({ kind: 'update' });
  });

  test('H10: what was deleted by hand is made anew, as asked', () => {
    const goal = present({
      ...fixed,
      description: 'new',
      previous: { modelArn: MODEL_1, description: 'old', tags: {} },
    });
    expect(decide(goal, seen({ model: model() }, 20), memory({ absentSince: NOON }))).toMatchObject({ kind: 'create' });
  });
});

describe('tags', () => {
  const goal = present({
    tags: { team: 'fraud', tier: 'gold' },
    previous: { modelArn: MODEL_1, tags: { tier: 'silver', old: 'yes' } },
  });

  test('are changed as asked', () => {
    expect(
      decide(
        goal,
        seen({ deployment: deployment(), tags: { ...OUR_TAGS, tier: 'silver', old: 'yes', theirs: 'x' } }),
        memory(),
      ),
    ).toMatchObject({ kind: 'tag', arn: ARN, set: { team: 'fraud', tier: 'gold' }, unset: ['old'] });
  });

  test('H23: what was changed outside of the stack is left alone', () => {
    const same = present({
      tags: { tier: 'gold' },
      previous: { modelArn: MODEL_1, tags: { tier: 'gold', old: 'yes' } },
    });
    expect(
      decide(
        same,
        seen({ deployment: deployment(), tags: { ...OUR_TAGS, tier: 'lead', old: 'taken over', theirs: 'x' } }),
        memory(),
      ),
    ).toMatchObject({ kind: 'succeed' });
  });

  test('that it was created with are not changed again', () => {
    expect(
      decide(goal, seen({ deployment: deployment(), ...ours }), memory({ create: { arn: ARN, acceptedAt: NOON } })),
    ).toMatchObject({ kind: 'succeed' });
  });

  test('of what an Update takes up again are all set, since what was asked before describes another resource', () => {
    const again = {
      ...goal,
      nameIsNew: true,
      tags: { tier: 'gold' },
      previous: { modelArn: MODEL_2, tags: { tier: 'gold' } },
    };
    const left = seen({ deployment: deployment(), tags: { ...OUR_TAGS, tier: 'silver', theirs: 'x' } });
    expect(decide(again, left, memory())).toMatchObject({ kind: 'look', at: 'stack' });
    expect(decide(again, left, memory({ stack: 'UPDATE_IN_PROGRESS' }))).toMatchObject({
      kind: 'tag',
      set: { tier: 'gold' },
      unset: [],
    });
    expect(decide({ ...again, nameIsNew: false }, left, memory())).toMatchObject({ kind: 'succeed' });
  });

  test('H23: of what a rollback returns to are left as they were changed outside of the stack', () => {
    const back = {
      ...goal,
      nameIsNew: true,
      tags: { tier: 'gold' },
      previous: { modelArn: MODEL_2, tags: { tier: 'gold' } },
    };
    const changed = seen({ deployment: deployment(), tags: { ...OUR_TAGS, tier: 'lead' } });
    expect(decide(back, changed, memory({ stack: 'UPDATE_ROLLBACK_IN_PROGRESS' }))).toMatchObject({ kind: 'succeed' });
  });

  test('that are all there cost no call', () => {
    expect(
      decide(goal, seen({ deployment: deployment(), tags: { ...OUR_TAGS, team: 'fraud', tier: 'gold' } }), memory()),
    ).toMatchObject({ kind: 'succeed' });
  });
});

describe('H18: when time is up', () => {
  test('the request fails, and says what was awaited and for how long', () => {
    expect(
      decide(present(), seen({ deployment: deployment({ status: 'Creating' }), ...ours }, 3480), memory()),
    ).toEqual({
      kind: 'fail',
      reason: `out of time: after 58 min still waiting for ${ARN} to become Active; it is Creating`,
    });
  });

  test('nothing new is begun', () => {
    expect(decide(present(), seen({ model: model() }, 3480), memory())).toMatchObject({ kind: 'fail' });
    expect(decide(absent(), seen({ deployment: deployment(), ...ours }, 3480), memory())).toMatchObject({
      kind: 'fail',
    });
  });

  test('success at the last moment is success, and may take another look', () => {
    expect(decide(present(), seen({ deployment: deployment(), ...ours }, 3480), memory())).toMatchObject({
      kind: 'succeed',
    });
    expect(decide(present(), seen({ deployment: deployment() }, 3480), memory())).toMatchObject({
      kind: 'look',
      at: 'tags',
    });
  });

  test('a failure at the last moment keeps its own reason', () => {
    expect(decide(present(), seen({ deployment: deployment(), tags: FOREIGN_TAGS }, 3480), memory())).toMatchObject({
      reason: expect.stringContaining('exists already'),
    });
  });

  test('no wait goes beyond it', () => {
    expect(
      decide(present(), seen({ deployment: deployment({ status: 'Creating' }), ...ours }, 3470), memory()),
    ).toMatchObject({ kind: 'wait', seconds: 10 });
  });
});
