import { PLANTED_BUGS } from '../../../simulation/safeguards/planted-bugs';
import { endingWith } from '../../../simulation/safeguards/planting';
import { HARD_SCENARIOS, otherEnding } from '../../../simulation/workload/hard-scenarios';

test.each(HARD_SCENARIOS)('$name', async (scenario) => {
  expect(await otherEnding(scenario)).toBeUndefined();
});

describe('takes its handling', () => {
  const shown = HARD_SCENARIOS.flatMap(({ name, shows }) => shows.map((bug) => ({ name, bug })));

  test.each(shown)('$name: not as it must where $bug', async ({ name, bug }) => {
    const [planted] = PLANTED_BUGS.filter((one) => one.name === bug);
    expect(planted && (await endingWith(planted, name))).toEqual(expect.any(String));
  });
});
