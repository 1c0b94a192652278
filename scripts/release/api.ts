import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { releases } from './changelog';
import { git } from './git';
import { tagOf } from './obstacles';

const ENVIRONMENT = { ...process.env, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20' };

export interface LastRelease {
  readonly version: string;
  readonly commit: string;
}

/** The newest release that is another commit than the one that is checked out; undefined if git knows of none. */
export function lastRelease(changelog: string): LastRelease | undefined {
  const head = commitOf('HEAD');
  return releases(changelog)
    .map(({ version, commit = '' }) => ({ version, commit: commitOf(tagOf(version)) ?? commitOf(commit) ?? head }))
    .find((release): release is LastRelease => release.commit !== head);
}

/**
 * Prints what in the public API has changed since then so that code that uses it may break. The library must be built.
 *
 * @returns whether anything has
 */
export function breaksSince({ commit }: LastRelease): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'release-'));
  try {
    const archive = execFileSync('git', ['archive', commit], { maxBuffer: 2 ** 28 });
    execFileSync('tar', ['-x', '-C', folder], { input: archive });
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
    execFileSync(require.resolve('jsii/bin/jsii'), [folder], { env: ENVIRONMENT, stdio: 'pipe' });
    const diff = [folder, '.', '--error-on=all'];
    return (
      spawnSync(require.resolve('jsii-diff/bin/jsii-diff'), diff, { env: ENVIRONMENT, stdio: 'inherit' }).status !== 0
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function commitOf(name: string): string | undefined {
  return git('rev-parse', '--quiet', '--verify', `${name}^{commit}`)[0];
}
