import { table } from '../simulation/report/table';

/** Measured numbers that are the same on every machine, by name, and may not get worse. */
export type Figures = Readonly<Record<string, number>>;

/** One table of the report. */
export interface Section {
  readonly title: string;
  /** What was measured and what the columns mean, as Markdown. */
  readonly about: readonly string[];
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly figures: Figures;
}

/** What one run has measured. */
export interface BenchResults {
  readonly versions: Readonly<Record<string, string>>;
  readonly sections: readonly Section[];
}

export function inTerminal({ title, columns, rows }: Section): string {
  return `${title}\n\n${table([columns, ...rows])}\n`;
}

/** docs/performance.md */
export function page({ versions, sections }: BenchResults): string {
  return [
    '# Performance',
    '',
    'What the library costs, in time, calls, bytes and money, beside the same work done otherwise. Every number on this',
    'page was measured by `npm run bench`, which also writes the page.',
    '',
    '```sh',
    'npm run bench               # everything; some minutes',
    'npm run bench -- --quick    # what is the same on every machine, compared with bench/results.json; a minute',
    '```',
    '',
    'Seconds are virtual: the simulated CloudFormation, Lambda, Step Functions and Bedrock of',
    '[the simulation](SIMULATION.md) run the handler as it ships, without faults. Invocations, state transitions, calls',
    'and bytes are counted. CPU times depend on the machine, so they are given as ratios of two things that were measured',
    "in turn on the same one. *Provider* is the careful hand-written handler on CDK's `Provider` framework in",
    '`simulation/subjects/provider/`.',
    '',
    `Measured with ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}.`,
    '',
    ...sections.flatMap(section),
  ].join('\n');
}

function section({ title, about, columns, rows }: Section): string[] {
  return [
    `## ${title}`,
    '',
    ...about.flatMap((paragraph) => [paragraph, '']),
    row(columns),
    `|---|${columns
      .slice(1)
      .map(() => '--:')
      .join('|')}|`,
    ...rows.map(row),
    '',
  ];
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Seconds as they are read. */
export function seconds(value: number): string {
  return value.toFixed(1);
}

/** A great number as it is read. */
export function grouped(value: number): string {
  return value.toLocaleString('en-US');
}

/** By how much a measured value misses its target, if it does. */
export function missedBy(value: number, target = Infinity, format: (miss: number) => string = seconds): string {
  return value > target ? format(value - target) : '';
}

/** A ratio as it is read. */
export function ratio(value: number): string {
  return value.toFixed(2);
}

/** As figures are kept. */
export function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >>> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}
