import { readdirSync, readFileSync } from 'node:fs';

/** What runs on GitHub's machines is what was looked at, and may no more than it must. */

const FOLDER = '.github/workflows';
const PINNED = /^\S+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;

function problems(workflow: string): string[] {
  const actions = [...workflow.matchAll(/\buses: (.*)/g)].map(([, action = '']) => action);
  const granted = /^permissions:\n((?: .*\n)*)/m.exec(workflow)?.[1] ?? 'none said';
  return [
    ...actions.filter((action) => !PINNED.test(action)).map((action) => `not pinned by its commit: ${action}`),
    ...(granted === '  contents: read\n' && workflow.match(/\bpermissions:/g)?.length === 1
      ? []
      : [`permissions: ${granted.trim()}`]),
  ];
}

test.each(readdirSync(FOLDER))('%s pins its actions and may only read', (file) => {
  expect(problems(readFileSync(`${FOLDER}/${file}`, 'utf8'))).toEqual([]);
});

test('what everybody runs by hand is what runs there', () => {
  expect(readFileSync(`${FOLDER}/ci.yml`, 'utf8')).toContain('- run: bash .ci/run\n');
});

describe('it would be found:', () => {
  const sha = 'a1'.repeat(20);
  const good = `permissions:\n  contents: read\n\njobs:\n  ci:\n    steps:\n      - uses: actions/checkout@${sha} # v7.0.1\n`;

  test('nothing, where nothing is wrong', () => {
    expect(problems(good)).toEqual([]);
  });

  test.each<[string, string]>([
    ['not pinned by its commit: actions/checkout@v7', good.replace(`${sha} # v7.0.1`, 'v7')],
    [`not pinned by its commit: actions/checkout@${sha}`, good.replace(' # v7.0.1', '')],
    ['permissions: contents: write', good.replace('read', 'write')],
    ['permissions: none said', good.replace(/permissions:[^]*?\n\n/, '')],
    ['permissions: contents: read', good.replace('    steps:', '    permissions: write-all\n    steps:')],
  ])('%s', (told, workflow) => {
    expect(problems(workflow)).toEqual([told]);
  });
});
