import { PLANTED_BUGS, type PlantedBug } from './planted-bugs';
import { failingTest, planted, searchWith } from './planting';
import type { Detection } from './search';

const LIVES = 1000;
const SEED = 1;

/**
 * `npm run planted-bugs [-- WORDS]`: plants one bug after the other (only those with these words in their name) and
 * prints which unit test, which scenario and which life finds it.
 */
async function main(words: string): Promise<number> {
  PLANTED_BUGS.forEach(planted);
  const bugs = PLANTED_BUGS.filter(({ name }) => name.includes(words));
  console.log(`Each bug: the unit tests, the scenarios, and up to ${LIVES} lives from seed ${SEED}.\n`);
  const queue = [...bugs];
  let missed = 0;
  const work = async (): Promise<void> => {
    for (let bug = queue.shift(); bug !== undefined; bug = queue.shift()) {
      const test = await failingTest(bug);
      const { scenarios, lives } = await searchWith(bug, { seed: SEED, lives: LIVES, both: true });
      missed += test === undefined || (bug.unseen === undefined && (scenarios ?? lives) === undefined) ? 1 : 0;
      console.log(report(bug, test, scenarios, lives));
    }
  };
  await Promise.all([work(), work()]);
  console.log(`${bugs.length} bugs, ${missed} of them missed by the tests or by the simulation`);
  return missed === 0 ? 0 : 1;
}

function report(
  { name, file, danger }: PlantedBug,
  test: string | undefined,
  ...detections: readonly (Detection | undefined)[]
): string {
  const [scenarios, lives] = detections.map((found) =>
    found === undefined ? 'MISSED' : `${found.where}: ${found.what}`,
  );
  const lines = [`tests: ${test ?? 'MISSED'}`, `scenarios: ${scenarios ?? ''}`, `lives: ${lives ?? ''}`];
  return `${name} (${file}). ${danger}\n${lines.map((line) => `  ${line.replace(/\s+/g, ' ').slice(0, 200)}\n`).join('')}`;
}

void main(process.argv.slice(2).join(' ')).then((code) => {
  process.exitCode = code;
});
