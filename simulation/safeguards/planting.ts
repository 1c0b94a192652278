import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { PlantedBug } from './planted-bugs';
import type { BugSearch, SearchResult } from './search';

const ROOT = join(__dirname, '../..');
/** They take minutes, and find nothing that other tests do not find. */
const SLOW_TESTS = ['/contract/', 'built-secrets'];

/** The text of the file with the bug in it. @throws Error if the original text is not there exactly once */
export function planted({ name, file, text, instead }: PlantedBug): string {
  const parts = readFileSync(join(ROOT, file), 'utf8').split(text);
  if (parts.length !== 2) {
    throw new Error(`'${name}' cannot be planted: ${file} has ${parts.length - 1} times: ${text}`);
  }
  return parts.join(instead);
}

/** Searches for the bug with the simulation, in a child process. */
export function searchWith(bug: PlantedBug, search: BugSearch): Promise<SearchResult> {
  return simulate(bug, `import { main } from './search'; main(${JSON.stringify(search)});`) as Promise<SearchResult>;
}

/** How this hard scenario ends with the bug; undefined if it ends as expected. */
export async function endingWith(bug: PlantedBug, scenario: string): Promise<string | undefined> {
  const { ending } = (await simulate(
    bug,
    `import { main } from '../workload/hard-scenarios'; main(${JSON.stringify(scenario)});`,
  )) as { readonly ending?: string };
  return ending;
}

/** Runs a script of this directory with the bug in the handler, and returns the JSON that it prints. */
async function simulate(bug: PlantedBug, contents: string): Promise<unknown> {
  const {
    outputFiles: [script],
  } = await build({
    stdin: { contents, resolveDir: __dirname },
    bundle: true,
    write: false,
    platform: 'node',
    packages: 'external',
    plugins: [
      {
        name: bug.name,
        setup: (building) => {
          building.onLoad({ filter: /\.ts$/ }, ({ path }) =>
            path === join(ROOT, bug.file) ? { contents: planted(bug), loader: 'ts' } : undefined,
          );
        },
      },
    ],
  });
  const { stdout, error } = await run(['-'], script?.text);
  if (error !== null) {
    throw new Error(`the simulation of '${bug.name}' failed`, { cause: error });
  }
  return JSON.parse(stdout);
}

/** The first unit test that fails with this bug; undefined if none does. */
export async function failingTest(bug: PlantedBug): Promise<string | undefined> {
  const options = ['--config', JSON.stringify(jestConfig(bug)), '--bail', '--silent', '-w', '1'];
  const { stderr, error } = await run([require.resolve('jest/bin/jest'), ...options]);
  return error === null ? undefined : (/^ +● (.*)$/m.exec(stderr)?.[1] ?? stderr);
}

/** The unit project of jest, with the bug in the file, and only the tests of the file's top directory. */
function jestConfig({ file, text, instead }: PlantedBug): object {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { projects } = require('../../jest.config.js') as { projects: readonly [{ readonly transform: object }] };
  const [unit] = projects;
  const [[pattern, transformer]] = Object.entries(unit.transform) as [[string, unknown]];
  return {
    ...unit,
    rootDir: ROOT,
    testMatch: [`<rootDir>/test/${file.split('/')[0] ?? ''}/**/*.test.ts`],
    testPathIgnorePatterns: SLOW_TESTS,
    transform: {
      [pattern]: [join(__dirname, 'planted-transformer.js'), { file: join(ROOT, file), text, instead, transformer }],
    },
  };
}

interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly error: Error | null;
}

function run(args: readonly string[], script?: string): Promise<Ran> {
  return new Promise((resolve) => {
    const options = { cwd: ROOT, env: { ...process.env, NODE_NO_WARNINGS: '1' } };
    const child = execFile(process.execPath, [...args], options, (error, stdout, stderr) => {
      resolve({ stdout, stderr, error });
    });
    child.stdin?.end(script);
  });
}
