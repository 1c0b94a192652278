import { PLANTED_BUGS, type PlantedBug } from '../../../simulation/safeguards/planted-bugs';
import { planted } from '../../../simulation/safeguards/planting';
import { TypeErrors } from '../../../simulation/safeguards/type-errors';

/**
 * `npm run planted-bugs` shows what finds each bug; this test only that each can still be planted and compiles, since
 * anything finds a bug that throws a ReferenceError.
 */

const typeErrors = new TypeErrors(PLANTED_BUGS);

test.each(PLANTED_BUGS)('$name can be planted in $file', (bug) => {
  expect(planted(bug)).toContain(bug.instead);
});

test.each(PLANTED_BUGS)('$name compiles', (bug) => {
  expect(typeErrors.of(bug)).toEqual([]);
});

test.each([
  ['if (trouble) {', "Cannot find name 'trouble'."],
  ['if (', 'Expression expected.'],
])('a bug that does not compile is reported: %s', (instead, error) => {
  const [bug] = PLANTED_BUGS as [PlantedBug];
  expect(typeErrors.of({ ...bug, instead })).toContain(error);
});

test.each([
  ['nowhere to be found', 0],
  ['StepTools', 3],
])('a text that the file does not contain exactly once cannot be planted: %s', (text, times) => {
  const bug = { name: 'bug', file: 'lambda/step.ts', text, instead: '', danger: '' };
  expect(() => planted(bug)).toThrow(`'bug' cannot be planted: lambda/step.ts has ${times} times: ${text}`);
});

test('names are unique', () => {
  expect(new Set(PLANTED_BUGS.map(({ name }) => name)).size).toBe(PLANTED_BUGS.length);
});
