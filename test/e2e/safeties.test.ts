import type { Prey } from '../../local/storm/hunt';
import { SAFETIES } from '../../local/storm/safeties';
import { huntWithout } from '../../local/storm/without';

jest.setTimeout(600_000);

/** What keeps the handler safe is needed, each piece of it: with the piece taken out, the storm or the crash points find something wrong. */

const found = new Map<string, Prey | undefined>();
beforeAll(async () => {
  const left = [...SAFETIES];
  const part = async (): Promise<void> => {
    for (let safety = left.shift(); safety !== undefined; safety = left.shift()) {
      found.set(safety.name, await huntWithout(safety, { seed: 1, lives: 500 }));
    }
  };
  await Promise.all([part(), part()]);
});

test.each(SAFETIES)('$name; or else: $danger', ({ name }) => {
  expect(found.get(name)).toEqual({ where: expect.any(String), finding: expect.any(String) });
});
