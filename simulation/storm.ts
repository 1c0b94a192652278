import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { onAllCores } from './all-cores';
import { VIOLATION_NAMES } from './checkers/violation';
import { table } from './report/table';
import { type Job, type JobResult, runJob, SUBJECT_NAMES, type SubjectName } from './worker';
import { worldIn } from './world-file';

/** One life in so many runs the built handler over HTTP, the others the handler in this process. */
const BUILT_SHARE = 20;
/** The subjects for comparison play one life in so many, which is enough to see the difference. */
const COMPARISON_SHARE = 10;
/** How many lives with a violation are printed. */
const MAX_PRINTED = 20;
const SHRINK_MS = 60_000;

/**
 * `npm run storm -- --lives N --seed S` plays N lives of the handler, from consecutive seeds, and for comparison a
 * tenth as many of a hand-written handler on CDK's `Provider` framework. `npm run storm -- --seed S --subject NAME`
 * replays one life, and shrinks and prints it if it has a violation. With `--world FILE` all lives are played in that
 * world instead of drawn ones.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      lives: { type: 'string' },
      seed: { type: 'string' },
      subject: { type: 'string' },
      world: { type: 'string' },
    },
  });
  const { world } = values;
  const seed = wholeNumber('seed', values.seed) ?? Math.floor(Math.random() * 2 ** 31);
  const lives = wholeNumber('lives', values.lives);
  if (lives !== undefined && values.subject !== undefined) {
    throw new Error('--subject replays one life, so it does not go with --lives');
  }
  if (world !== undefined) {
    worldIn(world);
  }
  if (values.subject !== undefined) {
    return replay(seed, values.subject, world);
  }
  return play(seed, lives ?? 1000, world);
}

function wholeNumber(option: string, given: string | undefined): number | undefined {
  if (given !== undefined && !/^[1-9]\d{0,14}$/.test(given)) {
    throw new Error(`--${option} must be a whole number above 0, got ${given}`);
  }
  return given === undefined ? undefined : Number(given);
}

async function play(seed: number, lives: number, world: string | undefined): Promise<number> {
  console.log(`${lives} lives from seed ${seed}`);
  const handler = await runBatch(seeds(seed, lives), world, (index) =>
    index % BUILT_SHARE === 0 ? 'built' : 'handler',
  );
  const violating = handler.results.filter(hasViolation);
  violating.slice(0, MAX_PRINTED).forEach((result) => {
    print(result, world);
  });
  const compared = seeds(seed, Math.ceil(lives / COMPARISON_SHARE));
  const provider = await runBatch(compared, world, () => 'provider');
  const neverKilled = await runBatch(compared, world, () => 'provider-never-killed');
  console.log(`\n${comparison(handler, provider, neverKilled)}`);
  return violating.length === 0 ? 0 : 1;
}

async function replay(seed: number, name: string, givenWorld: string | undefined): Promise<number> {
  const subject = SUBJECT_NAMES.find((known) => known === name);
  if (subject === undefined) {
    console.error(`There is no subject ${name}. The subjects are ${SUBJECT_NAMES.join(', ')}.`);
    return 2;
  }
  const { violations, trace, world } = await runJob({ seed, subject, shrinkFor: SHRINK_MS, world: givenWorld });
  console.log(
    violations.length === 0
      ? 'No violation.'
      : [...trace, '', `The world, as the text of a file for --world: ${world ?? ''}`].join('\n'),
  );
  return violations.length === 0 ? 0 : 1;
}

interface Batch {
  readonly results: readonly JobResult[];
  readonly seconds: number;
}

/** Plays one life for each seed, on all cores. */
async function runBatch(
  all: readonly number[],
  world: string | undefined,
  subjectOf: (index: number) => SubjectName,
): Promise<Batch> {
  const began = Date.now();
  const jobs: Job[] = all.map((seed, index) => ({ seed, subject: subjectOf(index), shrinkFor: 0, world }));
  const results = await onAllCores<JobResult>(join(__dirname, 'worker.ts'), jobs);
  return { results, seconds: (Date.now() - began) / 1000 };
}

function print({ seed, subject, violations, world = '' }: JobResult, file: string | undefined): void {
  const found = violations.map(({ name, detail }) => `${name}: ${detail}`).join(' | ');
  console.log(`seed ${seed}: ${found.slice(0, 600)}`);
  console.log(
    `  replay: npm run storm -- --seed ${seed} --subject ${subject}${file === undefined ? '' : ` --world ${file}`}`,
  );
  console.log(`  world: ${world}`);
}

function comparison(...batches: readonly Batch[]): string {
  const row = (name: string, count: (batch: Batch) => number | string): string[] => [
    name,
    ...batches.map((each) => String(count(each))),
  ];
  const violating = ({ results }: Batch): number => results.filter(hasViolation).length;
  const percent = (batch: Batch): string => ((violating(batch) / batch.results.length) * 100).toFixed(1);
  return table([
    ['', 'this library', 'hand-written on Provider', 'the same, never killed'],
    row('lives', ({ results }) => results.length),
    row(
      '  with the built handler, over HTTP',
      ({ results }) => results.filter(({ subject }) => subject === 'built').length,
    ),
    row('stack operations', ({ results }) => results.reduce((sum, { operations }) => sum + operations, 0)),
    row('lives with a violation', (batch) => `${violating(batch)} (${percent(batch)} %)`),
    ...VIOLATION_NAMES.map((violation) =>
      row(
        `  ${violation}`,
        ({ results }) => results.filter(({ violations }) => violations.some(({ name }) => name === violation)).length,
      ),
    ),
    row('seconds', ({ seconds }) => seconds.toFixed(0)),
  ]);
}

function hasViolation({ violations }: JobResult): boolean {
  return violations.length > 0;
}

function seeds(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}

void main().then((code) => {
  process.exitCode = code;
});
