import { PLANTED_BUGS } from '../../../simulation/safeguards/planted-bugs';
import { endingWith } from '../../../simulation/safeguards/planting';
import { HARD_SCENARIOS, unexpectedEnding } from '../../../simulation/workload/hard-scenarios';

test.each(HARD_SCENARIOS)('$name', async (scenario) => {
  expect(await unexpectedEnding(scenario)).toBeUndefined();
});

describe('depends on the handling of the case', () => {
  const shown = HARD_SCENARIOS.flatMap(({ name, detects }) =>
    Object.entries(detects).map(([bug, ending]) => ({ name, bug, ending })),
  );

  test.each(shown)('$name: ends otherwise with the planted bug: $bug', async ({ name, bug, ending }) => {
    const [planted] = PLANTED_BUGS.filter((one) => one.name === bug);
    expect(planted && (await endingWith(planted, name))).toMatch(ending);
  });
});
