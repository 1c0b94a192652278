import { PLANTED_BUGS } from '../../../simulation/safeguards/planted-bugs';
import { planted } from '../../../simulation/safeguards/planting';

/** `npm run planted-bugs` shows what finds each bug; this test only that each can still be planted. */

test.each(PLANTED_BUGS)('$name can be planted in $file', (bug) => {
  expect(planted(bug)).toContain(bug.instead);
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
