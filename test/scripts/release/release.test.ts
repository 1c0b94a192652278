import { spawnSync } from 'node:child_process';

function release(options: readonly string[], workflow: string): { status: number | null; stderr: string } {
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'scripts/release.ts', ...options], {
    encoding: 'utf8',
    env: { ...process.env, GITHUB_WORKFLOW: workflow },
  });
  return { status, stderr };
}

test('nothing is published but by the workflow', () => {
  const { status, stderr } = release([], 'CI');

  expect(status).toBe(1);
  expect(stderr).toMatch(/^Nothing is published:\n- only \.github\/workflows\/release\.yml publishes\n/);
});

test('an option that there is not publishes nothing', () => {
  expect(release(['--dryrun'], 'Release')).toEqual({
    status: 1,
    stderr: 'The only option is --dry-run, got --dryrun\n',
  });
});
