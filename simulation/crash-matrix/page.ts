import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type CrashPoint, ending, FAULTS, playAllCrashPoints, undisturbedEnding } from './crash-points';

export const PAGE = 'docs/crash-points.md';
const FULL_TABLE = '.local/crash-points.md';

const FAULT_NAMES = Object.keys(FAULTS);

/** The summary: how many crash points end as the scenario does without a fault, and each that does not. */
export function page(points: readonly CrashPoint[]): string {
  const scenarios = byScenario(points);
  const undisturbed = points.filter(({ endsUndisturbed }) => endsUndisturbed).length;
  return [
    '# Crash points',
    '',
    'What becomes of a stack when one fault hits one call to Amazon Bedrock. A crash point is one scenario, played with',
    'one fault at one of its calls; there is one for each fault and each call. It ends *undisturbed* if CloudFormation ends',
    'in the same statuses as without the fault, and the same resources are left in Bedrock.',
    '',
    `**${scenarios.size} scenarios, ${points.length} crash points: ${undisturbed} end undisturbed, ${points.length - undisturbed} do not.**`,
    '',
    "`npm run crash-points` plays them on the simulator, with the handler and the state machine's definition that ship, and",
    `writes this page, and the table of all crash points to \`${FULL_TABLE}\`. \`npm run test:crash-points\` plays them`,
    'again, and fails if one ends otherwise or this page is out of date.',
    '',
    '## Summary',
    '',
    'The number of crash points that end undisturbed, by fault; where some do not, out of how many.',
    '',
    `| scenario | calls | ${FAULT_NAMES.join(' | ')} |`,
    `|---|--:|${FAULT_NAMES.map(() => '--:').join('|')}|`,
    ...[...scenarios].map(([scenario, own]) => {
      const cells = FAULT_NAMES.map((fault) => undisturbedOf(own.filter((point) => point.fault === fault)));
      return `| [${scenario}](#${anchorOf(scenario)}) | ${callsOf(own).length} | ${cells.join(' | ')} |`;
    }),
    '',
    ...[...scenarios].flatMap(([scenario, own]) => section(scenario, own)),
  ].join('\n');
}

function section(scenario: string, points: readonly CrashPoint[]): string[] {
  const disturbed = points.filter(({ endsUndisturbed }) => !endsUndisturbed);
  return [
    `## ${scenario}`,
    '',
    ...points.slice(0, 1).map(({ undisturbed }) => undisturbedEnding(undisturbed)),
    '',
    `Calls: ${runs(callsOf(points)).join(', ')}.`,
    '',
    ...disturbed.map((point) => `- Call ${point.call}, ${point.operation}, ${point.fault}: ${ending(point)}`),
    ...(disturbed.length === 0 ? [] : ['']),
  ];
}

function byScenario(points: readonly CrashPoint[]): Map<string, CrashPoint[]> {
  const scenarios = new Map<string, CrashPoint[]>();
  points.forEach((point) => scenarios.set(point.scenario, [...(scenarios.get(point.scenario) ?? []), point]));
  return scenarios;
}

function callsOf(points: readonly CrashPoint[]): string[] {
  return points.filter(({ fault }) => fault === FAULT_NAMES[0]).map(({ operation }) => operation);
}

function undisturbedOf(points: readonly CrashPoint[]): string {
  const undisturbed = points.filter(({ endsUndisturbed }) => endsUndisturbed).length;
  return undisturbed === points.length ? String(undisturbed) : `${undisturbed} of ${points.length}`;
}

/** `a, a, b` as `2 × a, b`. */
function runs(calls: readonly string[]): string[] {
  const counted: { call: string; count: number }[] = [];
  for (const call of calls) {
    const last = counted.at(-1);
    if (last?.call === call) {
      last.count += 1;
    } else {
      counted.push({ call, count: 1 });
    }
  }
  return counted.map(({ call, count }) => (count === 1 ? call : `${count} × ${call}`));
}

function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w -]/g, '')
    .replaceAll(' ', '-');
}

/** Every crash point: a row for each call, a column for each fault. */
function fullTable(points: readonly CrashPoint[]): string {
  const sections = [...byScenario(points)].map(([scenario, own]) => {
    const rows = callsOf(own).map((operation, index) => {
      const cells = own
        .filter(({ call }) => call === index + 1)
        .map((point) => (point.endsUndisturbed ? '✓' : ending(point)));
      return `| ${index + 1} | ${operation} | ${cells.join(' | ')} |`;
    });
    return [
      `## ${scenario}`,
      '',
      ...own.slice(0, 1).map(({ undisturbed }) => undisturbedEnding(undisturbed)),
      '',
      `| call | | ${FAULT_NAMES.join(' | ')} |`,
      `|--:|---|${FAULT_NAMES.map(() => ':-:').join('|')}|`,
      ...rows,
      '',
    ].join('\n');
  });
  return ['# Crash points: the full table', '', '✓: ends undisturbed.', '', ...sections].join('\n');
}

async function main(): Promise<void> {
  const points = await playAllCrashPoints();
  mkdirSync(dirname(FULL_TABLE), { recursive: true });
  writeFileSync(FULL_TABLE, fullTable(points));
  writeFileSync(PAGE, page(points));
  const disturbed = points.filter(({ endsUndisturbed }) => !endsUndisturbed).length;
  console.log(`${points.length} crash points, ${disturbed} of them disturbed: ${PAGE}, ${FULL_TABLE}`);
}

if (require.main === module) {
  void main();
}
