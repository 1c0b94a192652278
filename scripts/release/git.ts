import { spawnSync } from 'node:child_process';

/** The lines that git prints; none if it fails. */
export function git(...args: readonly string[]): string[] {
  const { status, stdout } = spawnSync('git', args, { encoding: 'utf8' });
  return status === 0 ? stdout.split('\n').filter((line) => line !== '') : [];
}
