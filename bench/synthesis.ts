import { cpSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { cpuTimes } from './cpu-time';
import { grouped, missedBy, ratio, type Section } from './report';
import { versionIn } from './versions';

const COUNTS = [1, 10, 100, 400];
const APPS = ['library', 'bare', 'provider'] as const;
const RUNS = 3;
/** Of the CPU time in a fresh process, for a hundred deployments, beside as many bare custom resources. */
const TARGET = { count: 100, ratio: 1.1 };

/** Where the apps are that are synthesized, of each CDK. */
const FOLDER = resolve('.local/bench');
/** Where the CDKs are: the oldest, and the newest, which most users have. */
const CDKS = { oldest: resolve('node_modules'), newest: resolve('test/newest-cdk/node_modules') };
type CdkAge = keyof typeof CDKS;

export function synthesis(): Promise<Section> {
  buildApps();
  try {
    return Promise.resolve(section());
  } finally {
    rmSync(FOLDER, { recursive: true, force: true });
  }
}

function section(): Section {
  const cases = Object.keys(CDKS).flatMap((cdk) => [
    ...COUNTS.map((count) => ({ cdk: cdk as CdkAge, count, chained: false })),
    { cdk: cdk as CdkAge, count: 400, chained: true },
  ]);
  const rows = cases.map(({ cdk, count, chained }) => {
    const programs = APPS.map((app) => program(cdk, app, count, chained));
    const [[fresh = NaN, warm = NaN] = [], [bareFresh = NaN, bareWarm = NaN] = [], [onProvider = NaN] = []] = cpuTimes(
      programs,
      RUNS,
    );
    const target = count === TARGET.count ? TARGET.ratio : undefined;
    return [
      versionIn(join(CDKS[cdk], 'aws-cdk-lib')),
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
        `${RUNS} runs, by turns; the lesser of two syntheses where it is warm. The ms are those of one machine. Where they`,
        'are *chained*, the app makes each deployment depend on the one before. The newest CDK itself takes much longer, for',
        'which the ratios are smaller. The target is close to what differs from run to run: with the newest CDK, the ratio of',
        '100 deployments was between 1.06 and 1.29.',
      ].join('\n'),
    ],
    columns: [
      'aws-cdk-lib',
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
  for (const [cdk, packages] of Object.entries(CDKS)) {
    const folder = join(FOLDER, cdk);
    buildSync({
      entryPoints: APPS.map((app) => `bench/apps/${app}.ts`),
      outdir: join(folder, 'apps'),
      bundle: true,
      platform: 'node',
      target: 'node20',
      alias: Object.fromEntries(['aws-cdk-lib', 'constructs'].map((name) => [name, join(packages, name)])),
      external: [`${packages}/*`],
      logLevel: 'error',
    });
    cpSync('assets/handler', join(folder, 'assets/handler'), { recursive: true });
  }
}

function program(cdk: CdkAge, app: string, count: number, chained: boolean): string[] {
  const folder = join(FOLDER, cdk);
  return [join(folder, 'apps', `${app}.js`), String(count), join(folder, 'cdk.out'), ...(chained ? ['chained'] : [])];
}
