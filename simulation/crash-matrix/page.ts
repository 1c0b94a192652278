import { writeFileSync } from 'node:fs';
import { type CrashPoint, crashPoints, endingOf, FAULTS } from './crash-points';

export const PAGE = 'docs/crash-points.md';

/** The table as a page: a row for each call, a column for each fault, and in it what came of it. */
export function page(points: readonly CrashPoint[]): string {
  const faults = Object.keys(FAULTS);
  const scenarios = [...new Set(points.map(({ scenario }) => scenario))];
  const sections = scenarios.map((scenario) => {
    const own = points.filter((point) => point.scenario === scenario);
    const calls = [...new Set(own.map(({ call }) => call))];
    const rows = calls.map((call) => {
      const row = own.filter((point) => point.call === call);
      const cells = faults.map((fault) => outcome(row.find((point) => point.fault === fault)));
      return `| ${call} | ${row[0]?.operation ?? ''} | ${cells.join(' | ')} |`;
    });
    return [
      `## ${scenario}`,
      '',
      ...own.slice(0, 1).map(({ calm }) => endingOf(calm)),
      '',
      `| call | | ${faults.join(' | ')} |`,
      `|--:|---|${faults.map(() => ':-:').join('|')}|`,
      ...rows,
      '',
    ].join('\n');
  });
  const undisturbed = points.filter((point) => point.undisturbed).length;
  return [
    '# Crash points',
    '',
    'What becomes of a stack when, at one call to Amazon Bedrock, one thing goes wrong: each scenario, each call that it makes, each fault.',
    "Played on the simulator with the handler and the state machine's own definition. Made by `npm run crash-points`; a test plays it again.",
    '',
    `**${points.length} crash points, of which ${undisturbed} end exactly as if nothing had happened (✓):** with the same answers to CloudFormation, and the same left in Bedrock.`,
    '',
    ...sections,
  ].join('\n');
}

function outcome(point: CrashPoint | undefined): string {
  return point === undefined ? '' : point.undisturbed ? '✓' : `${point.statuses.join(', ')}: ${point.left}`;
}

async function main(): Promise<void> {
  writeFileSync(PAGE, page(await crashPoints()));
}

if (require.main === module) {
  void main();
}
