import { join } from 'node:path';
import { onAllCores } from '../../simulation/all-cores';

const DOUBLING = join(__dirname, 'support', 'doubling-worker.ts');

test('child processes do the jobs; the results have the order of the jobs', async () => {
  expect(await onAllCores<number>(DOUBLING, [1, 2, 3, 4, 5])).toEqual([2, 4, 6, 8, 10]);
});

test('no jobs have no results', async () => {
  expect(await onAllCores(DOUBLING, [])).toEqual([]);
});

test('fails if a child process exits before its job is done', async () => {
  await expect(onAllCores(DOUBLING, [1, -1, 3])).rejects.toThrow('exited before its job was done');
});
