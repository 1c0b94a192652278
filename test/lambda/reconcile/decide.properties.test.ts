import { decide } from '../../../lambda/reconcile/decide';
import type { Goal } from '../../../lambda/reconcile/goal';
import type { Memory } from '../../../lambda/reconcile/memory';
import type { Observed } from '../../../lambda/reconcile/observed';
import { ownership } from '../../../lambda/reconcile/ownership';
import { absent, ARN, FOREIGN_TAGS, MODEL_1, MODEL_2, NOON, OUR_TAGS, present, user } from '../support/builders';
import fc from '../support/fast-check';

/** Whatever is wanted, whatever is seen, whatever was done before: what must never, and what must always be decided. */

const OTHER_ARN = ARN.replace('ddddddddddd1', 'ddddddddddd2');
const models = fc.constantFrom(MODEL_1, MODEL_2);
const offsets = fc.integer({ min: -7200_000, max: 4000_000 });
const time = offsets.map((offset) => NOON + offset);
const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });
const words = fc.constantFrom('a', 'b');
const tags = fc.dictionary(fc.constantFrom('team', 'tier', 'old'), words);

/** Without the members that are undefined. */
function given<T extends object>(record: T): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
}

const modelGoals: fc.Arbitrary<Goal> = fc
  .record({
    nameIsFixed: fc.boolean(),
    nameIsNew: fc.boolean(),
    tags,
    madeOf: words,
    previous: optional(fc.record({ madeOf: words, tags })),
  })
  .map(
    ({ madeOf, ...goal }) =>
      ({
        ...present(),
        ...given(goal),
        spec: {
          kind: 'model',
          madeOf,
          source: { modelPackageArn: 'arn:aws:sagemaker:us-east-1:000000000000:model-package/fraud/1' },
        },
      }) as Goal,
  );

const goals: fc.Arbitrary<Goal> = fc.oneof(
  fc.constant(absent()),
  fc.constant(absent({ spec: { kind: 'model' } })),
  modelGoals,
  fc
    .record({
      modelArn: models,
      nameIsFixed: fc.boolean(),
      nameIsNew: fc.boolean(),
      updatesInPlace: fc.boolean(),
      tags,
      description: optional(words),
      previous: optional(fc.record({ modelArn: models, tags, description: optional(words) }).map(given)),
    })
    .map((record) => present(given(record) as Parameters<typeof present>[0])),
);

const updates = fc
  .record({ modelArn: models, status: fc.constantFrom('Updating', 'UpdateCompleted', 'UpdateFailed', 'unknown') })
  .map((record) => ({ ...record, reported: record.status }));

const observations = fc
  .record({
    at: fc.integer({ min: 0, max: 4000_000 }).map((offset) => NOON + offset),
    by: optional(fc.constant(ARN)),
    resource: fc.oneof(
      fc.constant({ status: 'absent' as const }),
      fc
        .record({
          status: fc.constantFrom('Creating', 'Active', 'Failed', 'Deleting', 'unknown'),
          arn: fc.constantFrom(ARN, OTHER_ARN),
          modelArn: models,
          createdAt: time,
          description: optional(words),
          lastUpdatedAt: optional(time),
          failureMessage: optional(fc.constant('the reason')),
          update: optional(updates),
        })
        .map((record) => given({ ...record, reported: record.status })),
    ),
    tags: optional(
      fc.constantFrom<Record<string, string>>(OUR_TAGS, FOREIGN_TAGS, {}, { ...OUR_TAGS, team: 'a', old: 'b' }),
    ),
    users: optional(
      fc.constantFrom([], [user(ARN, OUR_TAGS)], [user(ARN, OUR_TAGS), user(OTHER_ARN, FOREIGN_TAGS)], [user(ARN, {})]),
    ),
    model: optional(
      fc.oneof(
        fc.constant({ status: 'absent' as const }),
        fc.constantFrom('Creating', 'Active', 'Failed', 'unknown').map((status) => ({ status, reported: status })),
      ),
    ),
  })
  .map(
    ({ by, ...record }) =>
      given({ ...record, by: 'arn' in record.resource && record.resource.arn !== by ? undefined : by }) as Observed,
  );

const failing = fc.record({
  kind: fc.constantFrom('passing', 'denied', 'busy', 'refused'),
  message: fc.constant('no'),
  first: time,
  last: time,
  count: fc.integer({ min: 1, max: 4 }),
});

const memories: fc.Arbitrary<Memory> = fc
  .record({
    startedAt: fc.constant(NOON),
    deadline: fc.constantFrom(NOON + 3480_000, NOON + 300_000),
    stack: optional(
      fc.constantFrom(
        'UPDATE_IN_PROGRESS',
        'UPDATE_ROLLBACK_IN_PROGRESS',
        'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
        'unreadable',
        'not asked',
      ),
    ),
    stackAt: optional(time),
    earlier: optional(
      fc.array(fc.record({ type: fc.constantFrom('Create', 'Update', 'Delete'), at: time }), { maxLength: 3 }),
    ),
    retried: optional(fc.constantFrom(ARN, OTHER_ARN)),
    usedSince: optional(time),
    quotaUse: optional(
      fc
        .record({
          kind: fc.constant('deployment'),
          at: time,
          total: fc.constant(2),
          ofStack: fc.constantFrom(0, 1),
          isIdle: fc.boolean(),
          digest: fc.constant('same'),
          idleSince: optional(time),
          noneOfStackSince: optional(time),
        })
        .map(given),
    ),
    settleUntil: optional(time),
    create: optional(fc.record({ arn: optional(fc.constant(ARN)), acceptedAt: optional(time) }).map(given)),
    update: optional(
      fc
        .record({
          before: fc.record({ details: optional(updates), lastUpdatedAt: optional(time) }).map(given),
          acceptedAt: optional(time),
        })
        .map(given),
    ),
    deleted: optional(fc.record({ arn: fc.constantFrom(ARN, OTHER_ARN), at: time })),
    absentSince: optional(time),
    modelAbsentSince: optional(time),
    failure: optional(fc.constant('the wreck')),
    troubles: optional(
      fc.dictionary(
        fc.constantFrom(
          'CreateCustomModelDeployment',
          'UpdateCustomModelDeployment',
          'DeleteCustomModelDeployment',
          'TagResource',
          'UntagResource',
        ),
        failing,
      ),
    ),
  })
  .map((record) => given(record) as Memory);

const CHANGES = ['update', 'delete', 'tag'];

function always(name: string, holds: (goal: Goal, observed: Observed, memory: Memory) => void): void {
  test(name, () => {
    fc.assert(fc.property(goals, observations, memories, holds), { numRuns: 3000 });
  });
}

/** By the tags that are seen now, whatever is remembered. */
function isProvenOurs(goal: Goal, { resource: deployment, tags: seenTags, at }: Observed): boolean {
  return (
    deployment.status !== 'absent' &&
    seenTags !== undefined &&
    ownership(deployment, seenTags, goal.owner, at) === 'ours'
  );
}

always('H5: nothing is changed that is not proven ours', (goal, observed, memory) => {
  const action = decide(goal, observed, memory);
  if (CHANGES.includes(action.kind)) {
    expect(isProvenOurs(goal, observed)).toBe(true);
    expect(action).toHaveProperty('arn', (observed.resource as { arn: string }).arn);
  }
});

always(
  'H17: nothing is created where something is, nor while what was accepted may still appear',
  (goal, observed, memory) => {
    if (decide(goal, observed, memory).kind === 'create') {
      expect(observed.resource.status).toBe('absent');
      const isRetry = memory.retried !== undefined && [memory.retried, undefined].includes(memory.create?.arn);
      expect(isRetry || observed.at - (memory.create?.acceptedAt ?? -Infinity) >= 60_000).toBe(true);
      if (goal.spec.kind === 'deployment') {
        expect(observed.model).toMatchObject({ status: 'Active' });
      }
    }
  },
);

always('H18: after the deadline nothing is waited for and nothing is changed', (goal, observed, memory) => {
  const action = decide(goal, { ...observed, at: NOON + 3480_000 }, memory);
  expect(['look', 'succeed', 'fail']).toContain(action.kind);
});

always('success means what was wanted', (goal, observed, memory) => {
  const { resource: deployment } = observed;
  if (decide(goal, observed, memory).kind === 'succeed') {
    if (goal.want === 'absent') {
      expect(deployment.status === 'absent' || !isProvenOurs(goal, observed)).toBe(true);
      return;
    }
    expect(deployment).toMatchObject({ status: 'Active' });
    expect(isProvenOurs(goal, observed)).toBe(true);
    if (goal.spec.kind === 'deployment') {
      const update = deployment.status === 'absent' ? undefined : deployment.update;
      const wanted = 'modelArn' in goal.spec ? goal.spec.modelArn : undefined;
      const servesIt =
        update?.status === 'UpdateCompleted'
          ? update.modelArn === wanted
          : (deployment as { modelArn: string }).modelArn === wanted;
      expect(servesIt).toBe(true);
      expect(update?.status).not.toBe('Updating');
    }
  }
});

always('a deletion never fails before its time but for a refusal', (_goal, observed, memory) => {
  const action = decide(absent(), { ...observed, at: Math.min(observed.at, NOON + 3479_999) }, memory);
  if (action.kind === 'fail') {
    expect(memory.troubles?.['DeleteCustomModelDeployment']).toMatchObject({ kind: 'refused' });
  }
});

always(
  'a model is never updated, and never deleted while it is not known that nobody uses it',
  (goal, observed, memory) => {
    const action = decide(goal, observed, memory);
    if (goal.spec.kind === 'model') {
      expect(action.kind).not.toBe('update');
      if (action.kind === 'delete') {
        expect(observed.users).toEqual([]);
      }
    }
  },
);

always(
  'what is waited for has words, and a whole number of seconds that ends by the deadline',
  (goal, observed, memory) => {
    const action = decide(goal, observed, memory);
    if (action.kind === 'wait') {
      expect(action.awaiting).not.toBe('');
      expect(Number.isInteger(action.seconds)).toBe(true);
      expect(action.seconds).toBeGreaterThanOrEqual(1);
      expect(observed.at + action.seconds * 1000).toBeLessThanOrEqual(NOON + 3481_000);
    }
  },
);

always('nothing is looked at twice', (goal, observed, memory) => {
  const action = decide(goal, observed, memory);
  if (action.kind === 'look') {
    switch (action.at) {
      case 'resource':
        expect([observed.by, (observed.resource as { arn?: string }).arn]).not.toContain(action.arn);
        break;
      case 'quota':
        expect(
          memory.quotaUse === undefined ||
            Object.values(memory.troubles ?? {}).some(({ last }) => last >= (memory.quotaUse?.at ?? 0)),
        ).toBe(true);
        break;
      case 'stack': {
        const { stack, stackAt = 0, places, troubles = {} } = memory;
        const since = Math.max(places?.freeSince ?? 0, ...Object.values(troubles).map(({ last }) => last));
        expect(stack === undefined || stackAt < since).toBe(true);
        break;
      }
      default:
        expect(observed[action.at]).toBeUndefined();
    }
  }
});

always('the same question has the same answer', (goal, observed, memory) => {
  expect(decide(goal, observed, memory)).toEqual(decide(goal, observed, memory));
});
