import { changing, type Release, THIS_RELEASE } from '../../../simulation/subjects/in-process';
import { lastRelease, sourcesAt } from '../../../simulation/subjects/last-release';
import {
  play,
  type Played,
  type Scenario,
  SCENARIOS,
  UPDATE_OUT_OF_TIME,
} from '../../../simulation/workload/scenarios';

/** H37: the stack changes from one release to another while requests are worked on. */

jest.setTimeout(1_800_000);

/** Those that the last release brings to a good end by itself, as AWS is assumed to be here. */
const PLAYED = [
  'create',
  'create that fails',
  'update in place',
  'update that fails',
  'update of tags',
  'replacement',
  'replacement that fails',
  'delete',
  'rollout whose model cannot be deployed',
];
const scenarios = [...SCENARIOS.filter(({ name }) => PLAYED.includes(name)), UPDATE_OUT_OF_TIME];

let last: Release;
beforeAll(async () => {
  last = await lastRelease();
});

/**
 * How it ends, by the invocation that is the first of the new code: from the first on, until all is over before the
 * change comes.
 */
async function endings(scenario: Scenario, from: Release, to: Release): Promise<ReadonlyMap<number, Played>> {
  const all = new Map<number, Played>();
  for (let code = 1, changed = true; changed; code++) {
    changed = false;
    const definition = code + (code % 3); // at the same moment, or a little later
    all.set(
      code,
      await play(
        scenario,
        [],
        changing({
          from,
          to,
          code,
          definition,
          onChange: () => {
            changed = true;
          },
        }),
      ),
    );
  }
  return all;
}

/** CloudFormation gave up, since nobody had answered. */
function isSilence(reason: string): boolean {
  return reason.includes('did not receive a response');
}

const CHANGES: readonly [string, () => [Release, Release]][] = [
  ['from the last release to this one', () => [last, THIS_RELEASE]],
  ['from this release back to the last one', () => [THIS_RELEASE, last]],
];

test('all the scenarios exist', () => {
  expect(scenarios).toHaveLength(PLAYED.length + 1);
});

describe.each(CHANGES)('H37: %s', (_, releases) => {
  test.each(scenarios)('$name ends as ever, at whatever invocation the release changes', async (scenario) => {
    const { statuses, left } = await play(scenario);
    const [from, to] = releases();
    const all = await endings(scenario, from, to);
    expect(all.size).toBeGreaterThan(5);
    const others = [...all].filter(
      ([, ending]) =>
        ending.left !== left || ending.statuses.join() !== statuses.join() || ending.reasons.some(isSilence),
    );
    expect(
      others.map(([code, ending]) => ({ code, statuses: ending.statuses, left: ending.left, reasons: ending.reasons })),
    ).toEqual([]);
  });
});

test('a clone without the history says so', () => {
  expect(() => sourcesAt('0000000000000000000000000000000000000000')).toThrow(
    /no sources of the last release, commit 0+: .*whole history/,
  );
});
