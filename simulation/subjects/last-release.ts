import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Release } from './in-process';

/** The release that deployed stacks run. */
const COMMIT = 'd7e3e75a8ae919d5707d18aaffb491d037769914';
const ENTRY = `
  export { handlerOf } from './lambda/handler';
  export { bedrockBySdk } from './lambda/bedrock/sdk';
  export { executionsOf } from './lambda/executions/step-functions';
  export { waiterDefinition } from './lib/private/state-machine-definition';
`;

let loaded: Promise<Release> | undefined;

/** @throws Error where the repository's history does not go back that far */
export function lastRelease(): Promise<Release> {
  loaded ??= load(sourcesAt(COMMIT));
  return loaded;
}

/** @returns the directory with the sources */
export function sourcesAt(commit: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'release-'));
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  let archive: Buffer;
  try {
    archive = execFileSync('git', ['archive', commit, 'lambda', 'lib/private'], {
      cwd: join(__dirname, '../..'),
      stdio: 'pipe',
      maxBuffer: 2 ** 26,
    });
  } catch (error) {
    throw new Error(
      `git has no sources of the last release, commit ${commit}: this takes a clone with the whole history (git fetch --unshallow)`,
      { cause: error },
    );
  }
  execFileSync('tar', ['-x', '-C', folder], { input: archive });
  return folder;
}

/** Bundles it with the SDK installed here, since the handler recognizes errors by their class. */
async function load(folder: string): Promise<Release> {
  const outfile = join(folder, 'release.js');
  await build({
    stdin: { contents: ENTRY, resolveDir: folder },
    outfile,
    bundle: true,
    platform: 'node',
    plugins: [
      {
        name: 'the SDK that is here',
        setup: (building) => {
          building.onResolve({ filter: /^@aws-sdk\// }, ({ path }) => ({
            path: require.resolve(path),
            external: true,
          }));
        },
      },
    ],
  });
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require(outfile) as Release;
}
