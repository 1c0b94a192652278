import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What a page tells its reader to run, to open or to look for is there. */

const { scripts, repository } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
  readonly repository: { readonly url: string };
};

/** A file or a folder (`a/b.ts`, `a/b/`), from the root of the repository. */
const PATH = /`(\.?[\w-]+\/(?:[\w.-]+\/)*(?:[\w.-]+\.(?:ts|js|mjs|json|md|yml|py|txt))?)`/g;
/** These are made. */
const BUILT = /^(assets|build|dist|cdk\.out|\.local)\//;
/** Where the README is shown by registries of packages, a link to a file of this repository has its whole address. */
const HERE = repository.url.replace(/\.git$/, '/blob/main/');
/** A name in the source, which links to its file. */
const SYMBOL = /\[`(\w+)`\]\(([^)#]+\.ts)\)/g;

function missing(page: string, text: string): string[] {
  const commands = [...text.matchAll(/\bnpm run (?:--\S+ )*([\w:-]+)/g)].map(([, script = '']) => script);
  const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link = '']) => link);
  const paths = [...text.matchAll(PATH)].map(([, path = '']) => path);
  const symbols = [...text.matchAll(SYMBOL)].map(([, name = '', link = '']) => ({
    name,
    link,
    file: join(dirname(page), link),
  }));
  return [
    ...commands.filter((script) => scripts[script] === undefined).map((script) => `npm run ${script}`),
    ...links.filter((link) => !existsSync(join(dirname(page), link))),
    ...text
      .split(`](${HERE}`)
      .slice(1)
      .map((rest) => rest.replace(/[#)][^]*/, ''))
      .filter((path) => !existsSync(path)),
    ...paths.filter((path) => !BUILT.test(path) && !existsSync(path)),
    ...symbols
      .filter(({ name, file }) => existsSync(file) && !new RegExp(`\\b${name}\\b`).test(readFileSync(file, 'utf8')))
      .map(({ name, link }) => `${name} in ${link}`),
  ];
}

const pages = execFileSync('git', ['ls-files', '-z', '*.md'], { encoding: 'utf8' })
  .split('\0')
  .filter((page) => page !== '');

test.each(pages)('%s', (page) => {
  expect(missing(page, readFileSync(page, 'utf8'))).toEqual([]);
});

test('README.md is shown by PyPI and npm as well, where links to files need their whole address', () => {
  expect(readFileSync('README.md', 'utf8').match(/\]\((?!https:|#)[^)]*/g)).toBeNull();
});

test.each([
  ['a script', 'Run `npm run safeties -- x`, not `npm run --silent storm`.', ['npm run safeties']],
  ['a file of this repository', `See [a](${HERE}docs/errors.md#x), [b](${HERE}docs/no.md#x).`, ['docs/no.md']],
  ['a link', 'See [a](../README.md#iam), [b](no.md), [c](#here), [d](https://pypi.org/x).', ['no.md']],
  [
    'a path',
    '`lambda/step.ts` and `lambda/reconcile/` are there, `lambda/no.ts` and `no/such/` are not; `assets/handler/index.js` is built, `no.ts` is just a name.',
    ['lambda/no.ts', 'no/such/'],
  ],
  [
    'a name in a file',
    '[`step`](../lambda/step.ts) and [`stride`](../lambda/step.ts)',
    ['stride in ../lambda/step.ts'],
  ],
])('%s that is missing would be told', (_, text, expected) => {
  expect(missing('docs/page.md', text)).toEqual(expected);
});

test.each(Object.keys(scripts))('CONTRIBUTING.md says what `npm run %s` does', (script) => {
  const command = script === 'test' ? 'npm test' : `npm run ${script}`;
  expect(readFileSync('CONTRIBUTING.md', 'utf8')).toMatch(new RegExp(`^\\| \`${command}\` \\|`, 'm'));
});
