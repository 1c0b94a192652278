import { readFileSync } from 'node:fs';
import { ERRORS_AT_SYNTHESIS, WARNINGS_AT_SYNTHESIS } from '../../scripts/errors/at-synthesis';
import { ERRORS_IN_A_DEPLOY } from '../../scripts/errors/in-a-deploy';
import { PAGE, page } from '../../scripts/pages/errors';

/** The page makes each error happen: a message that changes, or an error that does not come any more, shows here. */

test(`${PAGE} says what the library says: \`npm run errors\` does it again`, async () => {
  expect(readFileSync(PAGE, 'utf8')).toBe(await page());
});

test('each entry says something of its own', () => {
  const all = [...ERRORS_AT_SYNTHESIS, ...WARNINGS_AT_SYNTHESIS, ...ERRORS_IN_A_DEPLOY];
  expect(new Set(all.map(({ when }) => when)).size).toBe(all.length);
});
