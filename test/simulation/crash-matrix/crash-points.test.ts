import { readFileSync } from 'node:fs';
import { type CrashPoint, crashPoints } from '../../../simulation/crash-matrix/crash-points';
import { PAGE, page } from '../../../simulation/crash-matrix/page';

/** Every call of every scenario, struck by every fault. */

let points: readonly CrashPoint[];
beforeAll(async () => {
  points = await crashPoints();
}, 1_800_000);

test('there is something to strike: every scenario, with all its calls', () => {
  expect(new Set(points.map(({ scenario }) => scenario)).size).toBe(24);
  expect(points.length).toBeGreaterThan(4000);
  const operations = new Set(points.map(({ operation }) => operation));
  expect([...operations].sort()).toEqual([
    'CreateCustomModel',
    'CreateCustomModelDeployment',
    'DeleteCustomModel',
    'DeleteCustomModelDeployment',
    'GetCustomModel',
    'GetCustomModelDeployment',
    'ListCustomModelDeployments',
    'ListTagsForResource',
    'TagResource',
    'UntagResource',
    'UpdateCustomModelDeployment',
  ]);
});

test('no fault at any call orphans anything, leaves a stack stuck, or makes a success of what is none', () => {
  expect(
    points
      .filter(({ undisturbed }) => !undisturbed)
      .map(({ scenario, call, operation, fault, statuses, left }) => [
        scenario,
        call,
        operation,
        fault,
        ...statuses,
        left,
      ]),
  ).toEqual([]);
});

test(`${PAGE} tells it as it is`, () => {
  expect(page(points)).toBe(readFileSync(PAGE, 'utf8'));
});
