import { changingRelease, type Release, THIS_RELEASE } from '../../../simulation/subjects/in-process';
import { lastRelease, sourcesAt } from '../../../simulation/subjects/last-release';
import {
  play,
  type ScenarioResult,
  SCENARIOS,
  type StackScenario,
  UPDATE_OUT_OF_TIME,
} from '../../../simulation/workload/scenarios';

/** H37: a stack changes from one release to another while requests are in progress. */

jest.setTimeout(1_800_000);

/** The scenarios that the last release itself plays to the expected end. */
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

/** How the scenario ends, by the number of the first invocation that runs the new code; until it ends before that. */
async function endings(
  scenario: StackScenario,
  from: Release,
  to: Release,
): Promise<ReadonlyMap<number, ScenarioResult>> {
  const all = new Map<number, ScenarioResult>();
  for (let code = 1, changed = true; changed; code++) {
    changed = false;
    const definition = code + (code % 3); // at the same moment, or a little later
    all.set(
      code,
      await play(
        scenario,
        [],
        changingRelease({
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

/** CloudFormation timed out waiting for an answer. */
function isMissingAnswer(reason: string): boolean {
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
  test.each(scenarios)('$name ends the same, whichever invocation the release changes at', async (scenario) => {
    const { statuses, left } = await play(scenario);
    const [from, to] = releases();
    const all = await endings(scenario, from, to);
    expect(all.size).toBeGreaterThan(5);
    const others = [...all].filter(
      ([, ending]) =>
        ending.left !== left || ending.statuses.join() !== statuses.join() || ending.reasons.some(isMissingAnswer),
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
