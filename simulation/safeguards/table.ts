import { PLANTED_BUGS, type PlantedBug } from './planted-bugs';
import { huntFor, planted, testFor } from './planting';
import type { Found } from './search';

const LIVES = 1000;
const SEED = 1;

/**
 * `npm run planted-bugs [-- WORDS]`: plants one bug after the other (those with these words in their name) and tells
 * who finds it.
 */
async function main(words: string): Promise<number> {
  PLANTED_BUGS.forEach(planted);
  const bugs = PLANTED_BUGS.filter(({ name }) => name.includes(words));
  console.log(`Each bug: the unit tests, the crash points, and up to ${LIVES} lives from seed ${SEED}.\n`);
  const left = [...bugs];
  let missed = 0;
  const part = async (): Promise<void> => {
    for (let bug = left.shift(); bug !== undefined; bug = left.shift()) {
      const test = await testFor(bug);
      const { crashPoints, storm } = await huntFor(bug, { seed: SEED, lives: LIVES, both: true });
      missed += test === undefined || (bug.unseen === undefined && (crashPoints ?? storm) === undefined) ? 1 : 0;
      console.log(told(bug, test, crashPoints, storm));
    }
  };
  await Promise.all([part(), part()]);
  console.log(`${bugs.length} bugs, ${missed} of them missed by the tests or by the simulation`);
  return missed === 0 ? 0 : 1;
}

function told(
  { name, file, danger }: PlantedBug,
  test: string | undefined,
  ...simulated: readonly (Found | undefined)[]
): string {
  const [crashPoints, storm] = simulated.map((found) =>
    found === undefined ? 'MISSED' : `${found.where}: ${found.finding}`,
  );
  const lines = [`tests: ${test ?? 'MISSED'}`, `crash points: ${crashPoints ?? ''}`, `storm: ${storm ?? ''}`];
  return `${name} (${file}). ${danger}\n${lines.map((line) => `  ${line.replace(/\s+/g, ' ').slice(0, 200)}\n`).join('')}`;
}

void main(process.argv.slice(2).join(' ')).then((code) => {
  process.exitCode = code;
});
