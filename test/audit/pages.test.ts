import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What a page tells its reader to run or to open is there. */

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly scripts: Readonly<Record<string, string>> };

function missing(page: string, text: string): string[] {
  const commands = [...text.matchAll(/\bnpm run (?:--\S+ )*([\w:-]+)/g)].map(([, script = '']) => script);
  const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link = '']) => link);
  return [
    ...commands.filter((script) => scripts[script] === undefined).map((script) => `npm run ${script}`),
    ...links.filter((link) => !existsSync(join(dirname(page), link))),
  ];
}

const pages = execFileSync('git', ['ls-files', '-z', '*.md'], { encoding: 'utf8' }).split('\0').filter((page) => page !== '');

test.each(pages)('%s', (page) => {
  expect(missing(page, readFileSync(page, 'utf8'))).toEqual([]);
});

test('what is missing would be told', () => {
  expect(missing('docs/page.md', 'Run `npm run safeties -- x`, not `npm run --silent storm`; see [a](../README.md#iam), [b](no.md), [c](#here), [d](https://pypi.org/x).'))
    .toEqual(['npm run safeties', 'no.md']);
});
