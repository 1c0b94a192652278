import { readFileSync } from 'node:fs';
import { type CrashPoint, playAllCrashPoints } from '../../../simulation/crash-matrix/crash-points';
import { PAGE, page } from '../../../simulation/crash-matrix/page';

/** Every scenario, with every fault at every call. */

let points: readonly CrashPoint[];
beforeAll(async () => {
  points = await playAllCrashPoints();
}, 1_800_000);

test('every scenario is played, and every operation of Bedrock is called', () => {
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

test('no fault at any call changes how a scenario ends', () => {
  expect(
    points
      .filter(({ endsUndisturbed }) => !endsUndisturbed)
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

test(`${PAGE} is up to date`, () => {
  expect(page(points)).toBe(readFileSync(PAGE, 'utf8'));
});
