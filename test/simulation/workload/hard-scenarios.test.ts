import { PLANTED_BUGS } from '../../../simulation/safeguards/planted-bugs';
import { endingWith } from '../../../simulation/safeguards/planting';
import { HARD_SCENARIOS, unexpectedEnding } from '../../../simulation/workload/hard-scenarios';

test.each(HARD_SCENARIOS)('$name', async (scenario) => {
  expect(await unexpectedEnding(scenario)).toBeUndefined();
});

describe('depends on the handling of the case', () => {
  const shown = HARD_SCENARIOS.flatMap(({ name, detects }) => detects.map((bug) => ({ name, bug })));

  test.each(shown)('$name: ends otherwise with the planted bug: $bug', async ({ name, bug }) => {
    const [planted] = PLANTED_BUGS.filter((one) => one.name === bug);
    expect(planted && (await endingWith(planted, name))).toEqual(expect.any(String));
  });
});
