import type { Memory, RepeatedError, SeenPlaces } from '../../../lambda/reconcile/memory';
import { awaitPlace, rememberedPlaces } from '../../../lambda/reconcile/quota';
import { untilNextPlace } from '../../../lambda/reconcile/waits';
import { absent, memory, NOON, present } from '../support/builders';

const at = (seconds: number): number => NOON + seconds * 1000;
const refused = (changes: Partial<RepeatedError> = {}): RepeatedError => ({
  kind: 'busy',
  message: 'two at most',
  first: at(0),
  last: at(100),
  count: 3,
  ...changes,
});
const queued = (places?: SeenPlaces, refusal = refused()): Memory =>
  memory({ spread: 0.5, troubles: { CreateCustomModelDeployment: refusal }, ...(places && { places }) });
const update = present({ previous: { tags: {} } });

describe('H15: a creation that was refused because something must end first', () => {
  test('looks how many are in progress before anything else, each time', () => {
    expect(awaitPlace(present(), at(103), queued())).toEqual({ kind: 'look', at: 'places' });
    expect(awaitPlace(present(), at(160), queued({ at: at(103), taken: 2 }))).toEqual({ kind: 'look', at: 'places' });
  });

  test('waits as long as there are no fewer than at first', () => {
    expect(awaitPlace(present(), at(160), queued({ at: at(160), taken: 2 }))).toMatchObject({
      kind: 'wait',
      seconds: 58,
      awaiting: 'CreateCustomModelDeployment to be accepted',
    });
  });

  test('leaves a place to changes and rollbacks for five seconds', () => {
    expect(awaitPlace(present(), at(160), queued({ at: at(160), taken: 2, freeSince: at(160) }))).toMatchObject({
      kind: 'wait',
      seconds: 5,
    });
    expect(awaitPlace(present(), at(164), queued({ at: at(164), taken: 2, freeSince: at(160) }))).toMatchObject({
      kind: 'wait',
    });
    expect(awaitPlace(present(), at(165), queued({ at: at(165), taken: 2, freeSince: at(160) }))).toBeUndefined();
  });

  test('takes it at once, and asks every three seconds, if it is part of a change or a rollback', () => {
    expect(awaitPlace(update, at(160), queued({ at: at(160), taken: 2, freeSince: at(160) }))).toBeUndefined();
    expect(awaitPlace(update, at(160), queued({ at: at(160), taken: 2 }))).toMatchObject({ kind: 'wait', seconds: 3 });
  });

  test('is tried again every two minutes, whatever the list shows', () => {
    const full = queued({ at: at(219), taken: 2 });
    expect(awaitPlace(present(), at(219), full)).toMatchObject({ kind: 'wait', seconds: 1 });
    expect(awaitPlace(present(), at(220), full)).toBeUndefined();
  });

  test('is tried again every half minute, if none is in progress: it is another quota', () => {
    const idle = queued({ at: at(129), taken: 0 });
    expect(awaitPlace(present(), at(129), idle)).toMatchObject({ kind: 'wait', seconds: 1 });
    expect(awaitPlace(present(), at(130), idle)).toBeUndefined();
  });

  test.each(['passing', 'denied', 'refused'] as const)('is another thing than one that was %s', (kind) => {
    expect(awaitPlace(present(), at(160), queued(undefined, refused({ kind })))).toBeUndefined();
  });

  test('is no matter of a deletion, nor of a first try', () => {
    expect(awaitPlace(absent(), at(160), queued())).toBeUndefined();
    expect(awaitPlace(present(), at(160), memory())).toBeUndefined();
  });
});

test('what is seen of the places tells since when there are fewer than at first', () => {
  const first = rememberedPlaces(2, at(1), undefined);
  expect(first).toEqual({ at: at(1), taken: 2 });
  const free = rememberedPlaces(1, at(2), rememberedPlaces(3, at(2), first));
  expect(free).toEqual({ at: at(2), taken: 2, freeSince: at(2) });
  expect(rememberedPlaces(0, at(7), free)).toEqual({ at: at(7), taken: 2, freeSince: at(2) });
  expect(rememberedPlaces(2, at(9), free)).toEqual({ at: at(9), taken: 2 });
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
