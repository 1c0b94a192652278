import type { Prey } from '../../local/storm/hunt';
import { PLANTED_BUGS } from '../../local/storm/planted-bugs';
import { huntFor } from '../../local/storm/planting';

jest.setTimeout(3_600_000);

/** The simulation would notice: with any of these bugs in the handler, the storm or the crash points find something wrong. `npm run planted-bugs` tells more. */

const BUGS = PLANTED_BUGS.filter(({ unseen }) => unseen === undefined);
const found = new Map<string, Prey>();
beforeAll(async () => {
  const left = [...BUGS];
  const part = async (): Promise<void> => {
    for (let bug = left.shift(); bug !== undefined; bug = left.shift()) {
      found.set(bug.name, await huntFor(bug, { seed: 1, lives: 500, both: false }));
    }
  };
  await Promise.all([part(), part()]);
});

test.each(BUGS)('$name: $danger', ({ name }) => {
  const { crashPoints, storm } = found.get(name) ?? {};
  expect(crashPoints ?? storm).toEqual({ where: expect.any(String), finding: expect.any(String) });
});
