import { decide } from '../../../lambda/reconcile/decide';
import { type Goal } from '../../../lambda/reconcile/goal';
import { type Memory } from '../../../lambda/reconcile/memory';
import { spoken, untilNextLook } from '../../../lambda/reconcile/waits';
import { MAX_TIMEOUT_SECONDS } from '../../../lib/private/contract';
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
  present,
  seen,
  user,
} from '../support/builders';

/** All that is waited for, in the words of the error if it never comes, and how long until the next look. */

type Seen = Parameters<typeof seen>[0];
type WaitRow = readonly [
  what: string,
  goal: Goal,
  seen: Seen,
  after: number,
  memory: Partial<Memory>,
  seconds: number,
  awaiting: string,
  note: Partial<Memory> | undefined,
];

const at = (seconds: number): number => NOON + seconds * 1000;
const tags = OUR_TAGS;
const name = 'fraud-Deployment-abc';
const toModel2 = present({ modelArn: MODEL_2 });
const updating = deployment({ update: { modelArn: MODEL_2, status: 'Updating', reported: 'Updating' } });
const odd = deployment({ update: { modelArn: MODEL_2, status: 'unknown', reported: 'Queued' } });
const refused = (operation: string) =>
  ({
    troubles: { [operation]: { kind: 'refused', message: 'no', first: at(0), last: at(0), count: 1 } },
  }) as Partial<Memory>;
const spec = { kind: 'model' } as const;
const used = user(ARN, tags);

const WAITS: readonly WaitRow[] = [
  [
    'what was asked for, to appear',
    present(),
    { by: ARN },
    30,
    { create: { arn: ARN, acceptedAt: at(0) } },
    5,
    `${name} to appear, whose creation was accepted`,
    undefined,
  ],
  [
    'an older run, before anything is made',
    present(),
    {},
    30,
    { settleUntil: at(50) },
    20,
    `an earlier run for ${name} to end`,
    undefined,
  ],
  [
    'an older run, before success is told',
    present(),
    { deployment: deployment(), tags },
    30,
    { settleUntil: at(50) },
    20,
    `an earlier run for ${name} to end`,
    undefined,
  ],
  [
    'an older run, before absence is believed',
    absent(),
    {},
    30,
    { settleUntil: at(50), absentSince: at(0) },
    20,
    `an earlier run for ${name} to end`,
    { absentSince: at(0) },
  ],
  [
    'an older run that may not be listed yet, which is time in which absence is seen',
    absent(),
    {},
    2,
    { settleUntil: at(10) },
    8,
    `an earlier run for ${name} to end`,
    { absentSince: at(2) },
  ],
  [
    'the rest of the time before a second look, since then',
    absent(),
    {},
    10,
    { settleUntil: at(10), absentSince: at(2) },
    12,
    `certainty that there is no deployment ${name}`,
    { absentSince: at(2) },
  ],
  [
    'a second look at an absence, of which what an older run may have done meanwhile tells nothing',
    absent(),
    {},
    60,
    { settleUntil: at(60), absentSince: at(2) },
    10,
    `certainty that there is no deployment ${name}`,
    { absentSince: at(50) },
  ],
  [
    'a refused creation’s twin',
    present(),
    {},
    30,
    refused('CreateCustomModelDeployment'),
    30,
    'CreateCustomModelDeployment to be accepted',
    undefined,
  ],
  [
    'a second look at an absence of what CloudFormation knows',
    present({ nameIsNew: false }),
    {},
    5,
    {},
    20,
    `certainty that there is no deployment ${name}`,
    { absentSince: at(5) },
  ],
  [
    'the rest of the time before a second look',
    present({ nameIsNew: false }),
    {},
    15,
    { absentSince: at(5) },
    10,
    `certainty that there is no deployment ${name}`,
    { absentSince: at(5) },
  ],
  [
    'a second look at an absence that is wanted',
    absent(),
    {},
    5,
    {},
    20,
    `certainty that there is no deployment ${name}`,
    { absentSince: at(5) },
  ],
  [
    'the same, of a model',
    absent({ spec }),
    {},
    5,
    {},
    20,
    `certainty that there is no custom model ${name}`,
    { absentSince: at(5) },
  ],
  [
    'a mark of ownership',
    present(),
    { deployment: deployment({ createdAt: at(0) }), tags: {} },
    30,
    {},
    5,
    `the tags of ${ARN}, which say whose it is`,
    undefined,
  ],
  [
    'a mark of ownership, before anything is deleted',
    absent(),
    { deployment: deployment({ createdAt: at(0) }), tags: {} },
    30,
    {},
    5,
    `the tags of ${ARN}, which say whose it is`,
    undefined,
  ],
  [
    'what is Creating, by its age',
    present(),
    { deployment: deployment({ status: 'Creating', createdAt: at(0) }), tags },
    45,
    {},
    8,
    `${ARN} to become Active; it is Creating`,
    undefined,
  ],
  [
    'what is Deleting, by the age of the request',
    present(),
    { deployment: deployment({ status: 'Deleting' }), tags },
    45,
    {},
    8,
    `${ARN}, which is Deleting`,
    undefined,
  ],
  [
    'what is in no state that we know',
    present(),
    { deployment: deployment({ status: 'unknown', reported: 'Paused' }), tags },
    45,
    {},
    8,
    `${ARN}, which is Paused`,
    undefined,
  ],
  [
    'a wreck that is Deleting',
    present(),
    { deployment: deployment({ status: 'Deleting' }), tags },
    45,
    { failure: 'boom' },
    8,
    `the deletion of ${ARN}`,
    undefined,
  ],
  [
    'a wreck that was asked to be deleted',
    present(),
    { deployment: deployment({ status: 'Failed' }), tags },
    40,
    { failure: 'boom', deleted: { arn: ARN, at: at(10) } },
    5,
    `the deletion of ${ARN}, which is still Failed`,
    undefined,
  ],
  [
    'what is Deleting',
    absent(),
    { deployment: deployment({ status: 'Deleting' }), tags },
    45,
    {},
    8,
    `the deletion of ${ARN}`,
    undefined,
  ],
  [
    'what is Deleting, from when it was asked to be deleted',
    absent(),
    { deployment: deployment({ status: 'Deleting' }), tags },
    45,
    { deleted: { arn: ARN, at: at(27) } },
    3,
    `the deletion of ${ARN}`,
    undefined,
  ],
  [
    'what it has made itself, without another look at its tags',
    present(),
    { deployment: deployment({ status: 'Creating', createdAt: at(0) }) },
    45,
    { create: { arn: ARN, acceptedAt: at(0) } },
    8,
    `${ARN} to become Active; it is Creating`,
    undefined,
  ],
  [
    'its own update, without another look at the tags',
    toModel2,
    { deployment: updating },
    45,
    { update: { before: {}, acceptedAt: at(15) } },
    5,
    `the update of ${ARN} to ${MODEL_2}; it is Updating`,
    { update: { before: {}, acceptedAt: at(15) } },
  ],
  [
    'what was asked to be deleted',
    absent(),
    { deployment: deployment() },
    40,
    { deleted: { arn: ARN, at: at(10) } },
    5,
    `the deletion of ${ARN}, which is still Active`,
    undefined,
  ],
  [
    'a refused deletion’s twin',
    absent(),
    { deployment: deployment(), tags },
    30,
    refused('DeleteCustomModelDeployment'),
    30,
    'DeleteCustomModelDeployment to be accepted',
    undefined,
  ],
  [
    'the stack’s own deployments of a model',
    absent({ spec }),
    { deployment: model(), tags, users: [used, user(`${ARN}-2`, tags)] },
    45,
    {},
    8,
    `the deletion of this stack's own deployment of ${MODEL_1}: ${ARN}, ${ARN}-2`,
    { usedSince: at(45) },
  ],
  [
    'an update under way that this request did not ask for',
    present(),
    { deployment: updating, tags },
    45,
    {},
    8,
    `the update of ${ARN} to ${MODEL_2}; it is Updating`,
    undefined,
  ],
  [
    'an update under way to the very model, which this request did not ask for',
    toModel2,
    { deployment: updating, tags },
    45,
    {},
    8,
    `the update of ${ARN} to ${MODEL_2}; it is Updating`,
    undefined,
  ],
  [
    'what is Creating, though an older run may be at work',
    present(),
    { deployment: deployment({ status: 'Creating', createdAt: at(0) }), tags },
    45,
    { settleUntil: at(90) },
    8,
    `${ARN} to become Active; it is Creating`,
    undefined,
  ],
  [
    'an update under way, in a word that we do not know',
    present(),
    { deployment: odd, tags },
    45,
    {},
    8,
    `the update of ${ARN} to ${MODEL_2}; it is Queued`,
    undefined,
  ],
  [
    'its own update, from when it was accepted',
    toModel2,
    { deployment: updating, tags },
    45,
    { update: { before: {}, acceptedAt: at(15) } },
    5,
    `the update of ${ARN} to ${MODEL_2}; it is Updating`,
    { update: { before: {}, acceptedAt: at(15) } },
  ],
  [
    'its own update, of whose acceptance it never heard',
    toModel2,
    { deployment: updating, tags },
    45,
    { update: { before: {} } },
    8,
    `the update of ${ARN} to ${MODEL_2}; it is Updating`,
    { update: { before: {}, acceptedAt: at(45) } },
  ],
  [
    'another’s update, though it has asked for one itself',
    present(),
    { deployment: updating, tags },
    45,
    { update: { before: {} } },
    8,
    `the update of ${ARN} to ${MODEL_2}; it is Updating`,
    undefined,
  ],
  [
    'its own update to be seen',
    toModel2,
    { deployment: deployment(), tags },
    45,
    { update: { before: {}, acceptedAt: at(15) } },
    5,
    `the update of ${ARN} to ${MODEL_2}, which was accepted, to begin`,
    undefined,
  ],
  [
    'a refused update’s twin',
    toModel2,
    { deployment: deployment(), tags },
    30,
    refused('UpdateCustomModelDeployment'),
    30,
    'UpdateCustomModelDeployment to be accepted',
    undefined,
  ],
  [
    'a model that is not there yet',
    present(),
    { model: { status: 'absent' } },
    5,
    {},
    20,
    `the custom model ${MODEL_1} to exist`,
    { modelAbsentSince: at(5) },
  ],
  [
    'the rest of the time for it',
    present(),
    { model: { status: 'absent' } },
    15,
    { modelAbsentSince: at(5) },
    10,
    `the custom model ${MODEL_1} to exist`,
    { modelAbsentSince: at(5) },
  ],
  [
    'a model that is Creating',
    present(),
    { model: model({ status: 'Creating' }) },
    45,
    {},
    8,
    `the custom model ${MODEL_1} to become Active; it is Creating`,
    undefined,
  ],
  [
    'a model to update to',
    toModel2,
    { deployment: deployment(), tags, model: model({ arn: MODEL_2, status: 'Creating' }) },
    45,
    {},
    8,
    `the custom model ${MODEL_2} to become Active; it is Creating`,
    undefined,
  ],
  [
    'refused tags’ twin',
    present({ tags: { a: 'b' }, previous: { tags: {} } }),
    { deployment: deployment(), tags },
    30,
    refused('TagResource'),
    30,
    'TagResource to be accepted',
    undefined,
  ],
  [
    'refused untagging’s twin',
    present({ tags: {}, previous: { tags: { a: 'b' } } }),
    { deployment: deployment(), tags: { ...tags, a: 'b' } },
    30,
    refused('UntagResource'),
    30,
    'UntagResource to be accepted',
    undefined,
  ],
];

test.each(WAITS)('%s', (_, goal, what, after, remembered, seconds, awaiting, note) => {
  expect(decide(goal, seen(what, after), memory(remembered))).toEqual({ kind: 'wait', seconds, awaiting, note });
});

test.each(WAITS)('H18: %s: not beyond the deadline', (...[, goal, what, after, remembered, , awaiting]: WaitRow) => {
  const endingAt = (deadline: number): Memory =>
    memory({ ...remembered, startedAt: deadline - MAX_TIMEOUT_SECONDS * 1000, deadline });
  expect(decide(goal, seen(what, after), endingAt(at(after) + 1500))).toMatchObject({ kind: 'wait', seconds: 2 });
  expect(decide(goal, seen(what, after), endingAt(at(after)))).toMatchObject({
    kind: 'fail',
    reason: remembered.failure ?? expect.stringContaining(`still waiting for ${awaiting}`),
  });
});

/** When the looks come, in seconds, for something that takes that long. */
function looks(duration: number): number[] {
  const times = [0];
  for (let now = 0; now < duration;) {
    now += untilNextLook(now * 1000);
    times.push(now);
  }
  return times;
}

describe('the looks at something under way', () => {
  test('are so few in 20 minutes that with what goes before and after there are no 120', () => {
    expect(looks(1200).length).toBeLessThan(115);
  });

  test('notice within 13 s that it is over, and within 3 s if it took less than ten', () => {
    for (let duration = 1; duration < 3600; duration += 7) {
      const noticed = looks(duration).at(-1) ?? 0;
      expect(noticed - duration).toBeLessThanOrEqual(duration < 10 ? 3 : 13);
    }
  });
});

test.each([
  [500, '1 s'],
  [59_000, '59 s'],
  [60_000, '1 min'],
  [3_480_000, '58 min'],
  [95_000, '1 min 35 s'],
])('%d ms is said %s', (ms, words) => {
  expect(spoken(ms)).toBe(words);
});
