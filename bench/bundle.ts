import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { cpuTimes } from './cpu-time';
import { grouped, missedBy, ratio, type Section } from './report';

const HANDLER = 'assets/handler/index.js';
const TARGET_BYTES = 280 * 1024;
const TARGET_LOAD = 0.8;
const RUNS = 41;

/** What Lambda loads at each cold start, beside a bundle of Bedrock's client alone. */
export function bundle(quick: boolean): Promise<Section> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const bedrockOnly = join(folder, 'index.js');
    buildSync({
      entryPoints: ['bench/bedrock-only.ts'],
      outfile: bedrockOnly,
      bundle: true,
      platform: 'node',
      target: 'node22',
      minify: true,
      logLevel: 'error',
    });
    const files = [resolve(HANDLER), bedrockOnly];
    const [bytes = 0, bedrockOnlyBytes = 0] = files.map((file) => statSync(file).size);
    const [[ownLoad = NaN] = [], [bedrockOnlyLoad = NaN] = []] = quick ? [] : cpuTimes(files.map(loading), RUNS);
    const load = ownLoad / bedrockOnlyLoad;
    return Promise.resolve({
      title: 'Bundle',
      about: [
        [
          `\`${HANDLER}\`, which Lambda loads at each cold start, beside a bundle that has nothing but Bedrock's client and`,
          "the commands that the handler calls, made with esbuild's defaults, minified and for the same target. *Load* is",
          'the CPU time of loading each in a fresh process, as a part of that of the other bundle: the median of',
          `${RUNS} runs, by turns.`,
        ].join('\n'),
      ],
      columns: ['bundle', 'bytes', 'target', 'missed by', 'load', 'target', 'missed by'],
      rows: [
        [
          'the handler',
          grouped(bytes),
          grouped(TARGET_BYTES),
          missedBy(bytes, TARGET_BYTES, grouped),
          quick ? '' : ratio(load),
          ratio(TARGET_LOAD),
          missedBy(load, TARGET_LOAD, ratio),
        ],
        ["Bedrock's client alone", grouped(bedrockOnlyBytes), '', '', quick ? '' : '1.00', '', ''],
      ],
      figures: { 'bundle: bytes': bytes },
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A program that loads the file and prints the time that it took. */
function loading(file: string): string[] {
  const script = `
    const before = process.cpuUsage();
    require(${JSON.stringify(file)});
    const { user, system } = process.cpuUsage(before);
    console.log((user + system) / 1000);`;
  return ['-e', script];
}
