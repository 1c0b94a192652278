import { readFileSync, writeFileSync } from 'node:fs';
import { type Survivor, SURVIVORS } from './survivors';

const PAGE = 'docs/mutants.md';
const REPORT = '.local/mutants/report.json';

/**
 * As much as is used here of
 * https://github.com/stryker-mutator/mutation-testing-elements/tree/master/packages/report-schema.
 */
interface MutationReport {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>;
}
interface Mutant {
  readonly status: string;
  readonly replacement?: string;
  readonly location: { readonly start: Position; readonly end: Position };
}
/** Both count from 1. */
interface Position {
  readonly line: number;
  readonly column: number;
}

const KILLED = ['Killed', 'Timeout'];
const ALIVE = ['Survived', 'NoCoverage'];

/** What became of the mutants, as a page, and those that live without a reason. */
function page({ files }: MutationReport): { readonly page: string; readonly unexplained: readonly Survivor[] } {
  const counts = Object.entries(files).map(([path, { mutants }]) => {
    const count = (statuses: readonly string[]): number =>
      mutants.filter(({ status }) => statuses.includes(status)).length;
    return { file: withinLambda(path), killed: count(KILLED), alive: count(ALIVE) };
  });
  const alive = Object.entries(files).flatMap(([path, { source, mutants }]) =>
    mutants
      .filter(({ status }) => ALIVE.includes(status))
      .map(({ location, replacement = '' }): Survivor => ({
        file: withinLambda(path),
        code: textAt(source, location),
        mutant: replacement,
      })),
  );
  const explained = Object.entries(SURVIVORS)
    .map(([why, known]) => ({ why, those: alive.filter((one) => known.some((other) => same(one, other))) }))
    .filter(({ those }) => those.length > 0);
  const unexplained = alive.filter((one) => !explained.some(({ those }) => those.includes(one)));
  const [killed, total] = [sum(counts.map((each) => each.killed)), sum(counts.map((each) => each.killed + each.alive))];
  return {
    unexplained,
    page: [
      '# Mutants',
      '',
      "Would the tests of the handler's core notice if its code were a little different? [Stryker](https://stryker-mutator.io) makes it so, in one place after",
      'the other. Made by `npm run mutants`, which fails below 98 %. `scripts/pages/survivors.ts` says why a mutant may live.',
      '',
      `**${killed} of ${total} mutants are killed: ${percent(killed, total)}.** What lives is listed below.`,
      '',
      '| file | mutants | killed |',
      '|---|--:|--:|',
      ...counts.map(
        ({ file, killed: dead, alive: living }) => `| ${file} | ${dead + living} | ${percent(dead, dead + living)} |`,
      ),
      '',
      '## Those that live',
      '',
      ...explained.flatMap(({ why, those }) => [why, '', ...those.map(inWords), '']),
      ...(unexplained.length === 0
        ? []
        : [
            'Not yet told from the code as it is by the tests of single functions:',
            '',
            ...unexplained.map(inWords),
            '',
          ]),
    ].join('\n'),
  };
}

function withinLambda(path: string): string {
  return path.replace(/^lambda\//, '');
}

function textAt(source: string, { start, end }: Mutant['location']): string {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  const last = lines.length - 1;
  return lines
    .map((line, index) => line.slice(index === 0 ? start.column - 1 : 0, index === last ? end.column - 1 : undefined))
    .join('\n');
}

function same(one: Survivor, other: Survivor): boolean {
  return one.file === other.file && one.code === other.code && one.mutant === other.mutant;
}

function inWords({ file, code, mutant }: Survivor): string {
  const one = (text: string): string => `\`${text.replace(/\s+/g, ' ')}\``;
  return `- ${file}: ${one(code)} → ${one(mutant)}`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function percent(part: number, whole: number): string {
  return `${((part / whole) * 100).toFixed(1)} %`;
}

const made = page(JSON.parse(readFileSync(REPORT, 'utf8')) as MutationReport);
writeFileSync(PAGE, made.page);
console.log(`${PAGE} says what became of the mutants.`);
if (made.unexplained.length > 0) {
  console.log(`These live, and nobody has said why that may be:\n${made.unexplained.map(inWords).join('\n')}`);
}
