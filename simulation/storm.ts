import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { FINDINGS } from './checkers/violation';
import { table } from './report/table';
import { type Craft, CRAFTS, type Lived, liveOne } from './worker';
import { worldIn } from './world-file';

/** One life in so many of ours runs as deployed, over HTTP; the others in this process. */
const OVER_HTTP = 20;
/** The columns to compare with are lived by one in so many: that is enough to tell. */
const COMPARED = 10;
/** How many bad ends are shown. */
const SHOWN = 20;
const SHRINK_MS = 60_000;

/**
 * `npm run storm -- --lives N --seed S`: that many lives of ours, and beside them a tenth as many of the careful
 * hand-written handler on CDK's `Provider` framework. Each has its own seed: `npm run storm -- --seed S --craft C`
 * lives it again, and if it ends badly, makes it smaller and tells it. With `--world FILE` all are lived in that world;
 * else each draws its own.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      lives: { type: 'string' },
      seed: { type: 'string' },
      craft: { type: 'string' },
      world: { type: 'string' },
    },
  });
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
  const { world } = values;
  if (world !== undefined) {
    worldIn(world);
  }
  if (values.craft !== undefined) {
    return tell(seed, values.craft, world);
  }
  const lives = Number(values.lives ?? 1000);
  console.log(`${lives} lives from seed ${seed}`);
  const ours = await storm(seeds(seed, lives), world, (index) => (index % OVER_HTTP === 0 ? 'built' : 'handler'));
  const bad = ours.lived.filter(({ findings }) => findings.length > 0);
  bad.slice(0, SHOWN).forEach((lived) => {
    show(lived, world);
  });
  const compared = seeds(seed, Math.ceil(lives / COMPARED));
  const theirs = await storm(compared, world, () => 'provider');
  const spared = await storm(compared, world, () => 'spared');
  console.log(`\n${comparison(ours, theirs, spared)}`);
  return bad.length === 0 ? 0 : 1;
}

async function tell(seed: number, name: string, given: string | undefined): Promise<number> {
  const craft = CRAFTS.find((known) => known === name);
  if (craft === undefined) {
    console.error(`There is no craft ${name}; there are ${CRAFTS.join(', ')}`);
    return 2;
  }
  const { findings, story, world } = await liveOne({ seed, craft, shrinkFor: SHRINK_MS, world: given });
  console.log(
    findings.length === 0
      ? 'A good life.'
      : [...story, '', `Its world, as a file for --world: ${world ?? ''}`].join('\n'),
  );
  return findings.length === 0 ? 0 : 1;
}

interface Storm {
  readonly lived: readonly Lived[];
  readonly seconds: number;
}

/** On all the cores that there are. */
async function storm(
  all: readonly number[],
  world: string | undefined,
  craftOf: (index: number) => Craft,
): Promise<Storm> {
  const began = Date.now();
  const left = all.map((seed, index) => ({ seed, craft: craftOf(index), shrinkFor: 0, world }));
  const lived: Lived[] = [];
  const part = async (): Promise<void> => {
    const child = fork(`${__dirname}/worker.ts`, { execArgv: process.execArgv });
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      lived.push(await answer(child, next));
    }
    child.disconnect();
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), all.length) }, part));
  return { lived, seconds: (Date.now() - began) / 1000 };
}

function answer(child: ChildProcess, question: object): Promise<Lived> {
  return new Promise((resolve, reject) => {
    const ended = (): void => {
      reject(new Error('a part of the storm has ended before its time'));
    };
    child.once('exit', ended);
    child.once('message', (lived) => {
      child.off('exit', ended);
      resolve(lived as Lived);
    });
    child.send(question);
  });
}

function show({ seed, craft, findings, world = '' }: Lived, file: string | undefined): void {
  console.log(
    `seed ${seed}: ${findings
      .map(({ name, detail }) => `${name}: ${detail}`)
      .join(' | ')
      .slice(0, 600)}`,
  );
  console.log(
    `  its story: npm run storm -- --seed ${seed} --craft ${craft}${file === undefined ? '' : ` --world ${file}`}`,
  );
  console.log(`  its world: ${world}`);
}

function comparison(...storms: readonly Storm[]): string {
  const row = (name: string, count: (storm: Storm) => number | string): string[] => [
    name,
    ...storms.map((each) => String(count(each))),
  ];
  const bad = ({ lived }: Storm): number => lived.filter(({ findings }) => findings.length > 0).length;
  return table([
    ['', 'ours', 'hand-written on Provider', 'the same, no function dies'],
    row('lives', ({ lived }) => lived.length),
    row('  of these as deployed, over HTTP', ({ lived }) => lived.filter(({ craft }) => craft === 'built').length),
    row('operations of stacks', ({ lived }) => lived.reduce((sum, { operations }) => sum + operations, 0)),
    row('lives that end badly', (each) => `${bad(each)} (${((bad(each) / each.lived.length) * 100).toFixed(1)} %)`),
    ...FINDINGS.map((name) =>
      row(
        `  ${name}`,
        ({ lived }) => lived.filter(({ findings }) => findings.some((found) => found.name === name)).length,
      ),
    ),
    row('seconds', ({ seconds }) => seconds.toFixed(0)),
  ]);
}

function seeds(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}

void main().then((code) => {
  process.exitCode = code;
});
