import { readFileSync } from 'node:fs';
import { discrepancies, namedByTests, namedIn, PAGE, page } from '../../scripts/audit/hard-cases';

/** The page of hard cases and the tests name the same ones. */

const TEXT = [
  '# Hard cases',
  '',
  '## H1: The reply is lost',
  '',
  '- **Tests**: none',
  '',
  '## H2: The deployment is adopted (not built yet)',
  '',
  '- **Tests**: none',
  '',
  '## H3: The request comes twice',
  '',
  '- **Tests**: `test/old.test.ts`',
  '',
].join('\n');
const NAMED = namedIn({
  'test/a.test.ts': 'test(\'H1: is one\', f);\ndescribe("H3: comes twice", f);',
  'test/b.test.ts': 'test(`is one (H1, H3), ${twice}`, f);',
});

describe('a hard case is named', () => {
  test.each([
    "test('H7: fails', f);",
    'describe.each(ALL)("H7: %s", f);',
    'test(`${name} (H7)`, f);',
    "{ name: 'H20, H7: both' }",
    "test('its stack\\'s H7', f);",
  ])('by the title of a test or scenario: %s', (source) => {
    expect(namedIn({ 'a.test.ts': source }).get('H7')).toEqual(['a.test.ts']);
  });

  test.each([
    "/** H7: the library's own */",
    "// it's H7",
    " * the handler's H7",
    'const H7 = 1;',
    "test('H70 and SHA7 and H7x', f);",
  ])('not by %s', (source) => {
    expect(namedIn({ 'a.test.ts': source }).has('H7')).toBe(false);
  });
});

describe('what is wrong is told:', () => {
  test('nothing, where each case that is built has a test', () => {
    expect(discrepancies(TEXT, NAMED)).toEqual([]);
  });

  test.each<[string, string, Record<string, string>]>([
    ['H3 has no test', TEXT, { 'a.test.ts': "'H1'" }],
    ['H2 is marked as not built yet and has a test', TEXT, { 'a.test.ts': "'H1, H2, H3'" }],
    ['H4 is not on the page (a.test.ts)', TEXT, { 'a.test.ts': "'H1, H3, H4'" }],
    ['H3 stands where H2 belongs', TEXT.replace(/## H2[^]*(?=## H3)/, ''), { 'a.test.ts': "'H1, H3'" }],
  ])('%s', (told, text, sources) => {
    expect(discrepancies(text, namedIn(sources))).toEqual([told]);
  });
});

test('the page lists the files of each case, and is otherwise left alone', () => {
  expect(page(TEXT, NAMED)).toBe(
    TEXT.replace('- **Tests**: none', '- **Tests**: `test/a.test.ts`, `test/b.test.ts`').replace(
      '`test/old.test.ts`',
      '`test/a.test.ts`, `test/b.test.ts`',
    ),
  );
});

describe(PAGE, () => {
  const text = readFileSync(PAGE, 'utf8');

  test('has every hard case that a test names, and a test for every one that is built', () => {
    expect(discrepancies(text, namedByTests())).toEqual([]);
  });

  test('lists the tests as they are: `npm run hard-cases` does it again', () => {
    expect(text).toBe(page(text, namedByTests()));
    expect(text.match(/^- \*\*Tests\*\*: /gm)).toHaveLength(text.match(/^## H/gm)?.length ?? 0);
  });
});
