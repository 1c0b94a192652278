import { readdirSync, readFileSync } from 'node:fs';

/** What runs on GitHub's machines is what was looked at, and may no more than it must. */

const FOLDER = '.github/workflows';
const PINNED = /^\S+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;
/** The only job that may more than read, and what it runs: it installs and publishes, and builds nothing. */
const PUBLISHING = {
  permissions: ['contents: read', 'id-token: write'],
  runs: ['npm ci --ignore-scripts --no-audit --no-fund', 'npm run release'],
};

function problems(workflow: string): string[] {
  const [head = '', jobs = ''] = workflow.split(/^jobs:\n/m);
  const actions = lines(jobs, /\buses: (.*)/g);
  const granted = permissions(head) ?? ['none said'];
  return [
    ...actions.filter((action) => !PINNED.test(action)).map((action) => `not pinned by its commit: ${action}`),
    ...(granted.join() === 'contents: read' ? [] : [`permissions: ${granted.join()}`]),
    ...jobs.split(/^(?= {2}[\w-]+:\n)/m).flatMap((job) => problemsOfJob(job, head)),
  ];
}

function problemsOfJob(job: string, head: string): string[] {
  const granted = permissions(job);
  if (granted === undefined) {
    return [];
  }
  const runs = lines(job, /\brun: (.*)/g);
  return [
    ...(granted.join() === PUBLISHING.permissions.join() ? [] : [`permissions of a job: ${granted.join()}`]),
    ...(runs.join() === PUBLISHING.runs.join() ? [] : [`runs with more than the permission to read: ${runs.join()}`]),
    ...(/^ {4}environment: release\b/m.test(job) ? [] : ['publishes without anybody’s approval']),
    ...(/^on:\n {2}push:\n {4}tags: \['v\*'\]\n\n/m.test(head)
      ? []
      : ['publishes not only what has the tag of a version']),
  ];
}

/** Undefined where none are said. */
function permissions(section: string): string[] | undefined {
  const [, onTheLine = '', below = ''] =
    /^ *permissions:(.*)\n((?: +[\w-]+: (?:read|write|none)\b.*\n)*)/m.exec(section) ?? [];
  const said = [onTheLine, ...below.split('\n')]
    .map((line) => line.replace(/ #.*/, '').trim())
    .filter((line) => line !== '');
  return said.length === 0 ? undefined : said;
}

function lines(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, found = '']) => found);
}

test.each(readdirSync(FOLDER))('%s pins its actions, and may only read where it does not publish', (file) => {
  expect(problems(readFileSync(`${FOLDER}/${file}`, 'utf8'))).toEqual([]);
});

test.each(['ci.yml', 'release.yml'])('what everybody runs by hand is what runs there: %s', (file) => {
  expect(readFileSync(`${FOLDER}/${file}`, 'utf8')).toContain('- run: bash .ci/run\n');
});

test('a release is built without the permission to publish, before anything is published', () => {
  const [, build = '', publish = ''] = readFileSync(`${FOLDER}/release.yml`, 'utf8').split(
    /^(?= {2}(?:build|publish):\n)/m,
  );

  expect(lines(build, /\brun: (.*)/g)).toEqual(['bash .ci/run', 'npm run release -- --dry-run']);
  expect(permissions(build)).toBeUndefined();
  expect(publish).toMatch(/^ {4}needs: build$/m);
});

describe('it would be found:', () => {
  const sha = 'a1'.repeat(20);
  const good = `on:\n  push:\n    tags: ['v*']\n\npermissions:\n  contents: read\n\njobs:\n  ci:\n    steps:\n      - uses: actions/checkout@${sha} # v7.0.1\n`;
  const publishing = `${good}  publish:\n    environment: release\n    permissions:\n      contents: read\n      id-token: write # trusted\n    steps:\n${PUBLISHING.runs.map((command) => `      - run: ${command}\n`).join('')}`;

  test.each([good, publishing])('nothing, where nothing is wrong', (workflow) => {
    expect(problems(workflow)).toEqual([]);
  });

  test.each<[string, string]>([
    ['not pinned by its commit: actions/checkout@v7', good.replace(`${sha} # v7.0.1`, 'v7')],
    [`not pinned by its commit: actions/checkout@${sha}`, good.replace(' # v7.0.1', '')],
    ['permissions: contents: write', good.replace('contents: read', 'contents: write')],
    ['permissions: none said', good.replace(/permissions:[^]*?\n\n/, '')],
    [
      'permissions of a job: contents: read,id-token: write,packages: write',
      publishing.replace(' # trusted', '\n      packages: write'),
    ],
    ['runs with more than the permission to read: npm ci,npm run release', publishing.replace(/(npm ci) .*/, '$1')],
    ['publishes without anybody’s approval', publishing.replace('    environment: release\n', '')],
    ['publishes not only what has the tag of a version', publishing.replace("tags: ['v*']", 'branches: [main]')],
  ])('%s', (told, workflow) => {
    expect(problems(workflow)).toEqual([told]);
  });

  test('all permissions at once', () => {
    expect(problems(good.replace('    steps:', '    permissions: write-all\n    steps:'))).toContain(
      'permissions of a job: write-all',
    );
    expect(problems(good.replace(/permissions:\n.*\n/, 'permissions: write-all\n'))).toEqual([
      'permissions: write-all',
    ]);
  });
});
