import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Plant } from '../../scripts/audit/boundaries';

/**
 * Who may import whom is a rule that holds: a violation that is planted in any room is reported, and what is allowed is
 * not.
 */

const IMPORTS = 'boundaries/imports';

const FORBIDDEN: Readonly<Record<string, readonly string[]>> = {
  'lib/new.ts': [
    '../lambda/state',
    '../local/demo/cdk',
    '../test/lib/support/stacks',
    '../bench/table',
    '../bin/app',
    '../examples/rollout/app',
    '.',
    './index',
    '@aws-sdk/client-bedrock',
  ],
  'lib/private/new.ts': [
    '../../lambda/reconcile/kinds',
    '../../local/demo/cdk',
    '..',
    '../index',
    '../index.js',
    '../custom-model',
    '../i-custom-model',
    'cdk-bedrock-custom-models',
    '@aws-sdk/client-sfn',
    'node:child_process',
  ],
  'lambda/new.ts': [
    '../lib',
    '../lib/private/errors',
    '../lib/private/contract/../errors',
    '../local/demo/cdk',
    '../test/lambda/support/handler-harness',
    '../bench/table',
    '../simulation/life',
    '../scripts/build-handler',
    'aws-cdk-lib',
    'constructs',
    'esbuild',
  ],
  'lambda/bedrock/new.ts': [
    '../../lib/custom-model',
    '../../local/fake-bedrock/world',
    '../../test/iam/stack-policies',
    '../../bench/provider/subject',
    'aws-cdk-lib/aws-iam',
  ],
  'lambda/reconcile/new.ts': [
    '../handler',
    '../step',
    '../state',
    '../index',
    '..',
    '../aws-error',
    '../bedrock/bedrock',
    '../bedrock/sdk',
    '../executions/executions',
    '../cloudformation/request',
    '../cloudformation/answer',
    '../../lib',
    '../../lib/private/errors',
    '../../local/fake-bedrock/world',
    '../../test/lambda/support/handler-harness',
    '../../bench/table',
    '@aws-sdk/client-bedrock',
    '@smithy/core',
    'node:crypto',
    'crypto',
    'node:timers/promises',
    'aws-cdk-lib',
    'constructs',
  ],
  'bin/new.ts': [
    '../lib/private/contract',
    '../lib/custom-model',
    '../lambda/state',
    '../local/demo/cdk',
    '../test/iam/stack-policies',
    '../bench/table',
    '../examples/rollout/app',
    'node:fs',
  ],
  'examples/app/new.ts': [
    '../../lib',
    '../other/app',
    '../../lib/private/contract',
    '../../lib/custom-model',
    '../../lambda/state',
    '../../local/demo/cdk',
    '../../test/iam/stack-policies',
    '../../bench/table',
    '../../bin/app',
    'node:fs',
  ],
  'local/new.ts': [
    '../test/iam/stack-policies',
    '../bench/table',
    '../simulation/life',
    '../scripts/build-handler',
    '../bin/app',
    '../examples/rollout/app',
  ],
  'local/fake-bedrock/new.ts': ['../../test/local/fake-bedrock/helpers', '../../bench/provider/subject'],
  'simulation/new.ts': [
    '../test/iam/stack-policies',
    '../bench/table',
    '../scripts/build-handler',
    '../bin/app',
    '../examples/rollout/app',
  ],
  'scripts/new.ts': ['../bench/table', '../bin/app', '../examples/rollout/app'],
  'bench/new.ts': ['../test/iam/stack-policies', '../scripts/build-handler', '../bin/app', '../examples/rollout/app'],
  'test/new.ts': ['../bench/table', '../bench/provider/subject'],
  'test/local/new.ts': ['../../bench/table'],
};

const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'lib/new.ts': ['./custom-model', './private/contract', 'aws-cdk-lib', 'aws-cdk-lib/aws-iam', 'constructs'],
  'lib/private/new.ts': ['./contract', '../private/errors'],
  'lib/index.ts': ['./custom-model'],
  'lambda/new.ts': [
    './reconcile/decide',
    './handler',
    '../lib/private/contract',
    '@aws-sdk/client-bedrock',
    'node:crypto',
  ],
  'lambda/reconcile/new.ts': ['./memory', '../../lib/private/contract', '../reconcile/memory'],
  'bin/new.ts': ['../lib', '../lib/index', 'cdk-bedrock-custom-models', 'aws-cdk-lib'],
  'examples/app/new.ts': ['cdk-bedrock-custom-models', 'aws-cdk-lib/aws-lambda', '@aws-sdk/client-bedrock-runtime'],
  'local/new.ts': [
    './fake-bedrock/world',
    '../lambda/handler',
    '../lib',
    '../lib/private/contract',
    'fast-check',
    'node:fs',
  ],
  'simulation/new.ts': [
    './life',
    '../local/aws-simulator/account',
    '../lambda/handler',
    '../lib/private/contract',
    'fast-check',
  ],
  'scripts/new.ts': ['./build-handler', '../simulation/life', '../test/lambda/contract/demands', 'esbuild'],
  'bench/new.ts': [
    './table',
    '../simulation/life',
    '../local/aws-simulator/account',
    '../lambda/reconcile/kinds',
    '../lib/private/contract',
  ],
  'test/new.ts': [
    './iam/stack-policies',
    '../scripts/build-handler',
    '../simulation/life',
    '../local/demo/cdk',
    '../lambda/handler',
    '../lib',
    'fast-check',
  ],
  'test/bench/new.ts': ['../../bench/table', '../iam/stack-policies'],
};

/** Every way to import something. */
const SYNTAXES: Readonly<Record<string, (name: string) => string>> = {
  'an import': (name) => `import { x } from '${name}'; x();`,
  'an import for its effects': (name) => `import '${name}';`,
  'an import of a type': (name) => `import type { X } from '${name}'; export let x: X;`,
  'an import of one type among values': (name) => `import { type X } from '${name}'; export let x: X;`,
  'a type that is imported where it is used': (name) => `export let x: import('${name}').X;`,
  'a typeof': (name) => `export let x: typeof import('${name}');`,
  'a dynamic import': (name) => `export const x = import('${name}');`,
  'a dynamic import by a template literal': (name) => `export const x = import(\`${name}\`);`,
  'a require': (name) => `export const x = require('${name}');`,
  'a require of the module': (name) => `export const x = module.require('${name}');`,
  'an import of a require': (name) => `import x = require('${name}'); x();`,
  'an export of one': (name) => `export { x } from '${name}';`,
  'an export of a type': (name) => `export type { X } from '${name}';`,
  'an export of all': (name) => `export * from '${name}';`,
  'an export of all by a name': (name) => `export * as x from '${name}';`,
};

/** Other paths to the same. */
const DETOURS: Readonly<Record<string, string>> = {
  'lib/private/new.ts': '.././../local/demo/cdk',
  'lib/new.ts': './private/../../local/demo/cdk',
  'lambda/new.ts': './../lambda/../local/demo/cdk.ts',
  'lambda/reconcile/new.ts': '../reconcile/../handler.js',
  'examples/app/new.ts': 'cdk-bedrock-custom-models/lib/private/contract',
  'bin/new.ts': '../bin/../lib/private/../private/contract',
  'simulation/workload/arbitraries/new.ts': '../../../local/../test/iam/stack-policies',
  'test/e2e/new.ts': '/anywhere/bench/table',
};

/** What the core would need no import for. */
const IMPURE: readonly string[] = [
  'export const x = Date.now();',
  'export const x = new Date();',
  'export const x = globalThis.Date.now();',
  'export const x = performance.now();',
  'setTimeout(f, 1);',
  'setInterval(f, 1);',
  'setImmediate(f);',
  'queueMicrotask(f);',
  'export const x = Math.random();',
  "export const x = Math['random']();",
  'export const { random } = Math;',
  'export const x = crypto.randomUUID();',
  'export const x = process.env;',
  'export const x = fetch(url);',
  'console.log(1);',
  'export const x = global;',
];

const imports = (table: Readonly<Record<string, readonly string[]>>): [string, string][] =>
  Object.entries(table).flatMap(([file, names]) => names.map((name): [string, string] => [file, name]));

const CASES: Readonly<Record<'violations' | 'impurities' | 'homeless' | 'allowed', readonly Plant[]>> = {
  violations: [
    ...[...imports(FORBIDDEN), ...Object.entries(DETOURS)].map(([file, name]) => ({
      file,
      text: `import { x } from '${name}'; x();`,
    })),
    ...Object.values(SYNTAXES).flatMap((write) =>
      Object.entries(FORBIDDEN).map(([file, [name = '']]) => ({ file, text: write(name) })),
    ),
    ...['lib/new.ts', 'lambda/new.ts', 'lambda/reconcile/new.ts', 'bin/new.ts', 'examples/app/new.ts'].flatMap((file) =>
      [
        'export const x = import(name);',
        'export const x = require(name);',
        'export const x = import(`../${name}`);',
      ].map((text) => ({ file, text })),
    ),
  ],
  impurities: IMPURE.map((text) => ({ file: 'lambda/reconcile/new.ts', text })),
  homeless: [
    { file: 'elsewhere/new.ts', text: 'export {};' },
    { file: 'new.ts', text: 'export {};' },
  ],
  allowed: [
    ...imports(ALLOWED).flatMap(([file, name]) =>
      Object.values(SYNTAXES).map((write) => ({ file, text: write(name) })),
    ),
    ...IMPURE.map((text) => ({ file: 'lambda/new.ts', text })),
    { file: 'local/new.ts', text: 'export const x = require(name);' },
    { file: 'lambda/reconcile/new.ts', text: 'export const x = Math.max(1, 2);' },
  ],
};

describe('of the violations that are planted', () => {
  const plants = Object.values(CASES).flat();
  // In a process of its own: ESLint reads its configuration by a dynamic import, which Jest has none of.
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'scripts/audit/boundaries.ts'], {
    input: JSON.stringify(plants),
    encoding: 'utf8',
  });
  if (stdout === '') {
    throw new Error(stderr);
  }
  const reports = JSON.parse(stdout) as string[][];
  const reported = new Map(plants.map((plant, index) => [plant, reports[index] ?? []]));

  const verdicts = (of: readonly Plant[], expected: readonly string[][]): string[] =>
    of
      .filter((plant) => !expected.some((rules) => rules.join() === reported.get(plant)?.join()))
      .map((plant) => `${plant.file}: ${plant.text} (${reported.get(plant)?.join() ?? ''})`);

  test('each import that crosses a boundary is reported, in whatever syntax and by whatever path', () => {
    expect(verdicts(CASES.violations, [[IMPORTS]])).toEqual([]);
  });

  test('each use of a clock, a timer, randomness, the environment or the network in the core is reported', () => {
    expect(verdicts(CASES.impurities, [['no-restricted-globals'], ['no-restricted-properties']])).toEqual([]);
  });

  test('a file that is in no room is reported', () => {
    expect(verdicts(CASES.homeless, [[IMPORTS]])).toEqual([]);
  });

  test('nothing is, where nothing is violated', () => {
    expect(verdicts(CASES.allowed, [[]])).toEqual([]);
  });
});

test('no comment turns a boundary off', () => {
  const files = execFileSync('git', ['ls-files', '-z', '*.ts', ':!test/audit', ':!scripts/audit'], { encoding: 'utf8' })
    .split('\0')
    .filter((file) => file !== '');
  const disabled = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/eslint-disable(?:-next-line|-line)?(.*)/g)].map(([, rules = '']) =>
      rules.trim(),
    ),
  );
  expect(new Set(disabled)).toEqual(new Set(['@typescript-eslint/no-require-imports']));
});
