import type { Figures } from './report';

/** Every release of a dependency changes bytes a little. */
const BYTES_SLACK = 1.02;
/** Which of the resources that are worked on side by side is served first, and draws its jitter first, is by chance. */
const SECONDS_SLACK = 1.01;

/** The figures that are greater than those of the last run that was committed, or are not among them. */
export function regressions(measured: Figures, committed: Figures): string[] {
  return Object.entries(measured).flatMap(([name, value]) => {
    const before = committed[name];
    if (before === undefined) {
      return [`${name}: ${value}, and nothing to compare it with: run npm run bench`];
    }
    return value > before * slackOf(name) ? [`${name}: ${value} instead of ${before}`] : [];
  });
}

function slackOf(name: string): number {
  return name.includes('bytes') ? BYTES_SLACK : name.includes('seconds') ? SECONDS_SLACK : 1;
}
