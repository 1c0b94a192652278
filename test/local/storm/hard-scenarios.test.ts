import { HARD_SCENARIOS, otherEnding } from '../../../local/storm/hard-scenarios';

test.each(HARD_SCENARIOS)('$name', async (scenario) => {
  expect(await otherEnding(scenario)).toBeUndefined();
});
