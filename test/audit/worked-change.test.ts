import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * The worked change of CONTRIBUTING.md: made in a copy of the handler, it fails exactly the tests that the page names.
 */

const COPIED = [
  'lambda',
  'lib/private/contract.ts',
  'test/lambda/reconcile',
  'test/lambda/support',
  'test/support',
  'simulation/random.ts',
  'jest.config.js',
  'package.json',
];

const [, section = ''] = /\n## A worked change\n(.*?)(?=\n## |$)/s.exec(readFileSync('CONTRIBUTING.md', 'utf8')) ?? [];
const [, file = '', before = '', after = ''] = /```diff\n--- (\S+)\n-(.*)\n\+(.*)\n```/.exec(section) ?? [];
const [, args = ''] = /^npx jest (.*)$/m.exec(section) ?? [];
const named = [...section.matchAll(/^ *● (.*)$/gm)].map(([, test = '']) => test);

let copy: string;
beforeEach(() => {
  copy = realpathSync(mkdtempSync(join(tmpdir(), 'worked-change-')));
  COPIED.forEach((path) => {
    cpSync(path, join(copy, path), { recursive: true });
  });
  symlinkSync(resolve('node_modules'), join(copy, 'node_modules'), 'junction');
});
afterEach(() => {
  rmSync(copy, { recursive: true, force: true });
});

interface Results {
  readonly testResults: readonly { readonly assertionResults: readonly Result[] }[];
}
interface Result {
  readonly ancestorTitles: readonly string[];
  readonly title: string;
  readonly status: string;
}

function failing(): string[] {
  const { stdout } = spawnSync(
    process.execPath,
    [require.resolve('jest/bin/jest'), ...args.split(' '), '-w', '1', '--json'],
    { cwd: copy, encoding: 'utf8' },
  );
  const { testResults } = JSON.parse(stdout) as Results;
  const results = testResults.flatMap(({ assertionResults }) => assertionResults);
  expect(results.some(({ status }) => status === 'passed')).toBe(true);
  return results
    .filter(({ status }) => status === 'failed')
    .map(({ ancestorTitles, title }) => [...ancestorTitles, title].join(' › '));
}

test('the change can be made where the page says, and fails the tests that it names', () => {
  const parts = readFileSync(file, 'utf8').split(`${before}\n`);
  expect(parts).toHaveLength(2);
  writeFileSync(join(copy, file), parts.join(`${after}\n`));

  expect(named.length).toBeGreaterThan(0);
  expect(failing().sort()).toEqual(named.sort());
});
