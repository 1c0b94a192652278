import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { bundle } from './bundle';
import { lifecycle } from './lifecycle';
import { listings } from './listings';
import { queue } from './queue';
import { regressions } from './regression';
import { type BenchResults, type Figures, inTerminal, page, type Section } from './report';
import { synthesis } from './synthesis';
import { templateSizes } from './template-sizes';
import { versions } from './versions';
import { waits } from './waits';

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

const PAGE = 'docs/performance.md';
const RESULTS = 'bench/results.json';

type MeasureSection = (quick: boolean) => Promise<Section>;

/** Each measures one table; `quick`: only what is the same on every machine. */
const SECTIONS: readonly MeasureSection[] = [lifecycle, waits, listings, templateSizes, bundle];
/** What these measure depends on chance, or on the machine. */
const SLOW_SECTIONS: readonly MeasureSection[] = [queue, synthesis];

/**
 * `npm run bench` measures everything, and writes docs/performance.md and bench/results.json. `npm run bench --
 * --quick` measures what does not depend on the machine, writes nothing, and fails if something is worse than in
 * bench/results.json.
 */
async function main(): Promise<number> {
  const { quick } = parseArgs({ options: { quick: { type: 'boolean', default: false } } }).values;
  const sections: Section[] = [];
  for (const measure of quick ? SECTIONS : [...SECTIONS, ...SLOW_SECTIONS]) {
    const section = await measure(quick);
    console.log(inTerminal(section));
    sections.push(section);
  }
  if (!quick) {
    const results: BenchResults = { versions: versions(), sections };
    writeFileSync(RESULTS, `${JSON.stringify(results, undefined, 2)}\n`);
    writeFileSync(PAGE, page(results));
    return 0;
  }
  const committed = JSON.parse(readFileSync(RESULTS, 'utf8')) as BenchResults;
  const worse = regressions(figuresOf(sections), figuresOf(committed.sections));
  console.log(worse.length === 0 ? `Nothing is worse than in ${RESULTS}.` : `Worse than in ${RESULTS}:`);
  worse.forEach((each) => {
    console.log(`- ${each}`);
  });
  return worse.length === 0 ? 0 : 1;
}

function figuresOf(sections: readonly Section[]): Figures {
  return Object.assign({}, ...sections.map(({ figures }) => figures)) as Figures;
}

void main().then((code) => {
  process.exitCode = code;
});
