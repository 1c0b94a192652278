import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { cpuTimes } from './cpu-time';
import { grouped, missedBy, ratio, type Section } from './report';

const COUNTS = [1, 10, 100, 400];
const APPS = ['library', 'bare', 'provider'] as const;
const RUNS = 3;
/** Of the CPU time in a fresh process, for a hundred deployments, beside as many bare custom resources. */
const TARGET = { count: 100, ratio: 1.1 };

/** Where the apps are that are synthesized: in the repository, so that they find its packages. */
const FOLDER = '.local/bench';

export function synthesis(): Promise<Section> {
  buildApps();
  try {
    return Promise.resolve(section());
  } finally {
    rmSync(FOLDER, { recursive: true, force: true });
  }
}

function section(): Section {
  const cases = [...COUNTS.map((count) => ({ count, chained: false })), { count: 400, chained: true }];
  const rows = cases.map(({ count, chained }) => {
    const programs = APPS.map((app) => program(app, count, chained));
    const [[fresh = NaN, warm = NaN] = [], [bareFresh = NaN, bareWarm = NaN] = [], [onProvider = NaN] = []] = cpuTimes(
      programs,
      RUNS,
    );
    const target = count === TARGET.count ? TARGET.ratio : undefined;
    return [
      `${count}${chained ? ', chained by the app' : ''}`,
      grouped(Math.round(fresh)),
      ratio(fresh / bareFresh),
      target === undefined ? '' : ratio(target),
      missedBy(fresh / bareFresh, target, ratio),
      ratio(fresh / onProvider),
      grouped(Math.round(warm)),
      ratio(warm / bareWarm),
      ratio(warm / count),
    ];
  });
  return {
    title: 'Synthesis',
    about: [
      [
        'The CPU time of synthesizing an app with so many deployments in one stack: *fresh*, in a process of its own, with',
        'all that it loads; *warm*, in a process that has synthesized the same app before. Beside it, as a ratio, as many',
        "bare `CustomResource`s that one Lambda function serves, and as many that CDK's `Provider` serves. Medians of",
        `${RUNS} runs, by turns; the lesser of two syntheses where it is warm. The ms are those of one machine. In the last`,
        'row the app makes each deployment depend on the one before. The target is close to what differs from run to run:',
        'the ratio of 100 deployments was between 1.06 and 1.29.',
      ].join('\n'),
    ],
    columns: [
      'deployments',
      'fresh, ms',
      '÷ bare',
      'target',
      'missed by',
      '÷ Provider',
      'warm, ms',
      '÷ bare',
      'ms a deployment',
    ],
    rows,
    figures: {},
  };
}

/** As the package has them: compiled, with the handler beside them. */
function buildApps(): void {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  buildSync({
    entryPoints: APPS.map((app) => `bench/apps/${app}.ts`),
    outdir: join(FOLDER, 'apps'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    external: ['aws-cdk-lib', 'constructs'],
    logLevel: 'error',
  });
  cpSync('assets/handler', join(FOLDER, 'assets/handler'), { recursive: true });
}

function program(app: string, count: number, chained: boolean): string[] {
  const outdir = resolve(FOLDER, 'cdk.out');
  return [join(FOLDER, 'apps', `${app}.js`), String(count), outdir, ...(chained ? ['chained'] : [])];
}
