import { PLANTED_BUGS } from '../../../simulation/safeguards/planted-bugs';
import { planted } from '../../../simulation/safeguards/planting';

/** `npm run planted-bugs` tells who finds them; here only that they can be planted still. */

test.each(PLANTED_BUGS)('$name can be planted in $file', (bug) => {
  expect(planted(bug)).toContain(bug.instead);
});

test.each([
  ['nowhere to be found', 0],
  ['StepTools', 3],
])('what is not there exactly once cannot be planted: %s', (text, times) => {
  const bug = { name: 'bug', file: 'lambda/step.ts', text, instead: '', danger: '' };
  expect(() => planted(bug)).toThrow(`'bug' cannot be planted: lambda/step.ts has ${times} times: ${text}`);
});

test('each has a name of its own', () => {
  expect(new Set(PLANTED_BUGS.map(({ name }) => name)).size).toBe(PLANTED_BUGS.length);
});
