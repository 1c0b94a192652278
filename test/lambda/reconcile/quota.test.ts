import type { Action } from '../../../lambda/reconcile/action';
import type { Memory, RepeatedError, SeenPlaces, SeenQuotaUse } from '../../../lambda/reconcile/memory';
import {
  awaitPlace,
  queuedFor,
  quotaInWords,
  remembered,
  rememberedPlaces,
  whenQuotaIsFull,
} from '../../../lambda/reconcile/quota';
import { untilNextPlace } from '../../../lambda/reconcile/waits';
import { memory, NOON, present } from '../support/builders';

const at = (seconds: number): number => NOON + seconds * 1000;
const refused = (changes: Partial<RepeatedError> = {}): RepeatedError => ({
  kind: 'busy',
  message: 'two at most',
  first: at(0),
  last: at(100),
  count: 3,
  ...changes,
});
const REFUSAL = refused();
const queued = (places?: SeenPlaces, refusal = REFUSAL): Memory =>
  memory({ spread: 0.5, troubles: { CreateCustomModelDeployment: refusal }, ...(places && { places }) });
const update = present({ previous: { tags: {} } });

describe('H15: a creation that was refused because something must end first', () => {
  /** What it does after a look at that second, at the first of which two were in progress. */
  const waits = (second: number, freeSince?: number, goal = present()): Action | undefined => {
    const places = { at: at(second), taken: 2, ...(freeSince === undefined ? {} : { freeSince: at(freeSince) }) };
    return awaitPlace(goal, REFUSAL, places, queued(places));
  };

  test('waits as long as there are no fewer than at first', () => {
    expect(waits(160)).toEqual({
      kind: 'wait',
      seconds: 58,
      awaiting: 'CreateCustomModelDeployment to be accepted',
    });
  });

  test('leaves a place to changes and rollbacks for five seconds', () => {
    expect(waits(160, 160)).toMatchObject({ seconds: 5 });
    expect(waits(164, 160)).toMatchObject({ seconds: 5 });
    expect(waits(165, 160)).toBeUndefined();
  });

  test('takes it at once, and asks every three seconds, if it is part of a change or a rollback', () => {
    expect(waits(160, 160, update)).toBeUndefined();
    expect(waits(160, undefined, update)).toMatchObject({ seconds: 3 });
  });

  test('is tried again every two minutes, whatever the list shows', () => {
    const full = queued({ at: at(103), taken: 2 });
    expect(queuedFor(present(), at(219), full)).toBe(REFUSAL);
    expect(queuedFor(present(), at(220), full)).toBeUndefined();
    expect(queuedFor(present(), at(219), queued())).toBe(REFUSAL);
    expect(queuedFor(present(), at(220), queued())).toBeUndefined();
    expect(waits(219)).toMatchObject({ seconds: 1 });
  });

  test('is tried again every half minute, if none is in progress: it is another quota', () => {
    const idle = queued({ at: at(103), taken: 0 });
    expect(queuedFor(present(), at(129), idle)).toBe(REFUSAL);
    expect(queuedFor(present(), at(130), idle)).toBeUndefined();
    expect(awaitPlace(present(), REFUSAL, { at: at(129), taken: 0 }, idle)).toMatchObject({ seconds: 1 });
  });

  test('does not wait beyond the hour', () => {
    const late = refused({ last: at(3470) });
    expect(queuedFor(present(), at(3479), queued(undefined, late))).toBe(late);
    expect(queuedFor(present(), at(3480), queued(undefined, late))).toBeUndefined();
    const places = { at: at(3477), taken: 2 };
    expect(awaitPlace(present(), late, places, queued(places, late))).toMatchObject({ seconds: 3 });
  });

  test.each(['passing', 'denied', 'refused'] as const)('is another thing than one that was %s', (kind) => {
    expect(queuedFor(present(), at(160), queued(undefined, refused({ kind })))).toBeUndefined();
  });

  test('is none at the first try', () => {
    expect(queuedFor(present(), at(160), memory())).toBeUndefined();
  });
});

test('what is seen of the places tells since when there are fewer than at the first look after the refusal', () => {
  const seenAt = (second: number, inProgress: number, places?: SeenPlaces): SeenPlaces =>
    rememberedPlaces(REFUSAL, inProgress, at(second), queued(places)).places;
  const first = seenAt(103, 2);
  expect(first).toEqual({ at: at(103), taken: 2 });
  expect(seenAt(104, 3, first)).toEqual({ at: at(104), taken: 2 });
  const free = seenAt(105, 1, first);
  expect(free).toEqual({ at: at(105), taken: 2, freeSince: at(105) });
  expect(seenAt(110, 0, free)).toEqual({ at: at(110), taken: 2, freeSince: at(105) });
  expect(seenAt(112, 2, free)).toEqual({ at: at(112), taken: 2 });
  const beforeTheRefusal = { at: at(100), taken: 5, freeSince: at(90) };
  expect(seenAt(103, 2, beforeTheRefusal)).toEqual({ at: at(103), taken: 2 });
});

describe('the pause of those that wait for a place', () => {
  const pause = (spread: number | undefined, share: number): number =>
    untilNextPlace(memory({ startedAt: NOON, ...(spread === undefined ? {} : { spread }) }), at(share * 3480));

  test.each([
    [0.5, 0, 60],
    [0.5, 0.5, 33],
    [0.5, 1, 6],
    [0.5, 2, 6],
    [0, 0, 30],
    [1, 0, 90],
    [0, 1, 3],
    [1, 1, 9],
    [undefined, 0, 60],
  ])('spread %d, after %d of the time: %d s', (spread, share, seconds) => {
    expect(pause(spread, share)).toBe(seconds);
  });
});

describe('a quota that stays full', () => {
  const use = (second: number, changes: Partial<SeenQuotaUse> = {}): SeenQuotaUse => ({
    kind: 'deployment',
    at: at(second),
    total: 10,
    isIdle: true,
    digest: 'same',
    ofStack: 0,
    idleSince: at(100),
    noneOfStackSince: at(100),
    ...changes,
  });
  const refusedAt = (second: number): RepeatedError => refused({ first: at(0), last: at(second), count: 9 });
  const meaning = (second: number, quotaUse?: SeenQuotaUse): Action | undefined =>
    whenQuotaIsFull(refusedAt(second), at(700), memory(quotaUse === undefined ? {} : { quotaUse }));
  const LOOK = { kind: 'look', at: 'quota' };

  test('is looked at if it was not since the refusal', () => {
    expect(meaning(700)).toEqual(LOOK);
    expect(meaning(700, use(699))).toEqual(LOOK);
  });

  test.each([
    ['from which none was in progress', 100, use(700), true],
    ['before which one was', 99, use(700), false],
    ['after which one was still', 700, use(700, { isIdle: false, noneOfStackSince: NaN }), false],
  ])('is hopeless for a stack that has none of it, by a refusal %s: %s', (_, second, quotaUse, is) => {
    expect(meaning(second, quotaUse)?.kind).toBe(is ? 'fail' : undefined);
  });

  test.each([
    [1, undefined],
    [0, 'fail'],
  ])('is no longer hopeless once a look at the places shows that %d are in progress: %s', (inProgress, kind) => {
    const before = memory({ quotaUse: use(200) });
    const { quotaUse = before.quotaUse } = rememberedPlaces(refusedAt(300), inProgress, at(303), before);
    const after = remembered('deployment', { total: 10, isIdle: true, digest: 'same', ofStack: 0 }, at(700), quotaUse);
    expect(meaning(300, after)?.kind).toBe(kind);
  });

  test.each([
    ['other', undefined],
    ['same', 'fail'],
  ])('is no longer hopeless once a look shows other resources than the one before: the %s, %s', (digest, kind) => {
    const after = remembered('deployment', { total: 10, isIdle: true, digest, ofStack: 0 }, at(700), use(200));
    expect(meaning(300, after)?.kind).toBe(kind);
  });

  test('is told where it is what is waited for, and nowhere else', () => {
    const idle = memory({ quotaUse: use(700) });
    expect(quotaInWords(idle)).toBeUndefined();
    const waiting = { ...idle, troubles: { CreateCustomModelDeployment: refusedAt(700) } };
    expect(quotaInWords(waiting)).toContain('None of the 10 custom model deployments');
  });
});
