import { runSeed } from '../../simulation/seeds';
import { handlerSubject } from '../../simulation/subjects/in-process';

/** A fixed series of lives. `npm run storm -- --lives N` plays others. */

const LIVES = 300;
const SEED = 600_000;

test(`${LIVES} lives from seed ${SEED} have no violation`, async () => {
  for (let seed = SEED; seed < SEED + LIVES; seed++) {
    const { violations, trace } = await runSeed(seed, handlerSubject);
    expect({ seed, violations, trace }).toEqual({ seed, violations: [], trace: [] });
  }
});

test('the same seed gives the same life', async () => {
  expect(await runSeed(SEED, handlerSubject)).toEqual(await runSeed(SEED, handlerSubject));
});
