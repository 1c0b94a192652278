import fc from 'fast-check';
import { DEFAULT_CLOUDFORMATION } from '../../../local/aws-simulator/cloudformation';
import { DEFAULT_BEHAVIOUR } from '../../../local/fake-bedrock/behaviour';
import { bedrockWorldOf, worldToJson } from '../../../local/fake-bedrock/world';
import { worlds } from '../../../simulation/workload/arbitraries/worlds';

const DRAWN = fc.sample(worlds, { numRuns: 1000, seed: 1 });
const MINUTE = 60_000;

test('every world can be written to a file and read again', () => {
  for (const { behaviour, durations, runtime } of DRAWN) {
    const world = { behaviour, durations, runtime };
    expect(bedrockWorldOf(JSON.parse(worldToJson(world)) as typeof world)).toEqual(world);
  }
});

test('worlds shrink to the defaults', () => {
  const { counterexample } = fc.check(
    fc.property(worlds, () => false),
    { seed: 1, endOnFailure: false },
  );
  expect(counterexample?.[0]).toMatchObject({ behaviour: DEFAULT_BEHAVIOUR, cloudFormation: DEFAULT_CLOUDFORMATION });
});

test.each(['deploymentCreate', 'deploymentUpdate', 'modelCreate'] as const)(
  '%s takes 3 to 10 minutes mostly, but not always',
  (what) => {
    const long = DRAWN.filter(({ durations }) => durations[what] >= 3 * MINUTE && durations[what] <= 10 * MINUTE);
    expect(long.length).toBeGreaterThan(500);
    expect(long.length).toBeLessThan(900);
  },
);

test('most worlds refuse to delete a deployment that is Creating, with various errors', () => {
  const refusals = DRAWN.map(({ behaviour }) => behaviour.deleteWhileCreating).filter((each) => each !== 'allowed');
  expect(refusals.length).toBeGreaterThan(700);
  expect(new Set(refusals).size).toBe(4);
});
