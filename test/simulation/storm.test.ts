import { weather } from '../../simulation/lives';
import { handlerCraft } from '../../simulation/subjects/in-process';

/**
 * A small storm, the same every time. `npm run storm -- --lives N` lives others; with `--seed S --craft handler` a life
 * tells its story.
 */

const LIVES = 300;
const SEED = 600_000;

test(`${LIVES} lives from seed ${SEED}: nothing is orphaned, doubled, stuck or touched that is not the stack's`, async () => {
  for (let seed = SEED; seed < SEED + LIVES; seed++) {
    const { findings, story } = await weather(seed, handlerCraft);
    expect({ seed, findings, story }).toEqual({ seed, findings: [], story: [] });
  }
});

test('a life is the same when it is lived again', async () => {
  expect(await weather(SEED, handlerCraft)).toEqual(await weather(SEED, handlerCraft));
});
