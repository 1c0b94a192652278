import { spoken, untilNextLook } from '../../../lambda/reconcile/patience';

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
  test('are so few in 20 minutes that with what goes before and after there are no 60', () => {
    expect(looks(1200).length).toBeLessThan(58);
  });

  test('notice within 26 s that it is over, and within 3 s if it took less than ten', () => {
    for (let duration = 1; duration < 3600; duration += 7) {
      const noticed = looks(duration).at(-1) ?? 0;
      expect(noticed - duration).toBeLessThanOrEqual(duration < 10 ? 3 : 26);
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
