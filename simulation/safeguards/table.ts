import { PLANTED_BUGS, type PlantedBug } from './planted-bugs';
import { failingTest, planted, searchWith } from './planting';
import type { Detection } from './search';

const LIVES = 2000;
const SEED = 1;

/**
 * `npm run planted-bugs [-- [--all] WORDS]`: plants one bug after the other (only those with these words in their name)
 * and prints which unit test detects it, and which scenario or, if none does, which life. `--all` plays scenarios and
 * lives for each, also for those that the simulation is known not to show.
 */
async function main(args: readonly string[]): Promise<number> {
  PLANTED_BUGS.forEach(planted);
  const both = args.includes('--all');
  const words = args.filter((arg) => arg !== '--all').join(' ');
  const bugs = PLANTED_BUGS.filter(({ name }) => name.includes(words));
  console.log(`Each bug: the unit tests, the scenarios, and up to ${LIVES} lives from seed ${SEED}.\n`);
  const queue = [...bugs];
  let missed = 0;
  const work = async (): Promise<void> => {
    for (let bug = queue.shift(); bug !== undefined; bug = queue.shift()) {
      const test = await failingTest(bug);
      const isSearched = both || bug.unseen === undefined;
      const { scenarios, lives } = isSearched ? await searchWith(bug, { seed: SEED, lives: LIVES, both }) : {};
      const detection = scenarios ?? lives;
      missed += test === undefined || (bug.unseen === undefined && detection === undefined) ? 1 : 0;
      console.log(report(bug, test, both ? [scenarios, lives] : [detection]));
    }
  };
  await Promise.all([work(), work()]);
  console.log(`${bugs.length} bugs, ${missed} of them missed by the tests or by the simulation`);
  return missed === 0 ? 0 : 1;
}

function report(
  { name, file, danger, unseen }: PlantedBug,
  test: string | undefined,
  detections: readonly (Detection | undefined)[],
): string {
  const simulated = detections.map((found) =>
    found !== undefined ? `${found.where}: ${found.what}` : unseen === undefined ? 'MISSED' : `unseen: ${unseen}`,
  );
  const lines = [`tests: ${test ?? 'MISSED'}`, ...simulated.map((each) => `simulation: ${each}`)];
  return `${name} (${file}). ${danger}\n${lines.map((line) => `  ${line.replace(/\s+/g, ' ').slice(0, 200)}\n`).join('')}`;
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
