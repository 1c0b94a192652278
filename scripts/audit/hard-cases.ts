import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

export const PAGE = 'docs/HARD-CASES.md';

/** For each hard case the files whose tests or scenarios name it. */
export type TestsByCase = ReadonlyMap<string, readonly string[]>;

const COMMENT_LINE = /^\s*(?:\/?\*|\/\/).*$/gm;
const IN_A_STRING = /(?<=['"`][^'"`\n]*)\bH[1-9]\d*\b/g;

/** A test or a scenario names a hard case in its title, which is a string; a comment proves nothing. */
export function namedIn(sources: Readonly<Record<string, string>>): TestsByCase {
  const named = new Map<string, string[]>();
  for (const [file, source] of Object.entries(sources)) {
    for (const number of new Set(source.replace(COMMENT_LINE, '').match(IN_A_STRING))) {
      named.set(number, [...(named.get(number) ?? []), file]);
    }
  }
  return named;
}

/** The audit of the page is left out: what it names are examples. */
export function namedByTests(): TestsByCase {
  const files = execFileSync('git', ['ls-files', '-z', '*.ts', ':!test/audit/hard-cases.test.ts', ':!scripts/audit'], {
    encoding: 'utf8',
  })
    .split('\0')
    .filter((file) => file !== '');
  return namedIn(Object.fromEntries(files.sort().map((file) => [file, readFileSync(file, 'utf8')])));
}

const HEADING = /^## (H\d+): .*?( \(not built yet\))?$/gm;
const SECTION = /^## (H\d+): [^]*?^- \*\*Tests\*\*: (.*)$/gm;

/** The page with the list of tests in each section as it is now. */
export function page(text: string, named: TestsByCase): string {
  return text.replace(
    SECTION,
    (section, number: string, listed: string) =>
      section.slice(0, section.length - listed.length) + filesInWords(named.get(number)),
  );
}

function filesInWords(files: readonly string[] = []): string {
  return files.length === 0 ? 'none' : files.map((file) => `\`${file}\``).join(', ');
}

/** What is wrong between the page and the tests: nothing, if each case of the one is in the other. */
export function discrepancies(text: string, named: TestsByCase): string[] {
  const sections = [...text.matchAll(HEADING)].map(([, number = '', mark]) => ({
    number,
    isBuilt: mark === undefined,
  }));
  const known = sections.map(({ number }) => number);
  return [
    ...sections.flatMap(({ number }, index) =>
      number === `H${index + 1}` ? [] : [`${number} stands where H${index + 1} belongs`],
    ),
    ...sections
      .filter(({ number, isBuilt }) => isBuilt && !named.has(number))
      .map(({ number }) => `${number} has no test`),
    ...sections
      .filter(({ number, isBuilt }) => !isBuilt && named.has(number))
      .map(({ number }) => `${number} is marked as not built yet and has a test`),
    ...[...named]
      .filter(([number]) => !known.includes(number))
      .map(([number, files]) => `${number} is not on the page (${files.join(', ')})`),
  ];
}

if (require.main === module) {
  writeFileSync(PAGE, page(readFileSync(PAGE, 'utf8'), namedByTests()));
}
