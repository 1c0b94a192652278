import type { Figures } from './report';

/**
 * Every release of a dependency changes bytes a little. Which of the calls that are made at the same time is served
 * first is by chance, and so is who draws which jitter, so that seconds differ a little from run to run.
 */
const SLACK = { bytes: { part: 0.02, least: 0 }, seconds: { part: 0.01, least: 0.25 } };

/** The figures that are greater than those of the last run that was committed, or are not among them. */
export function regressions(measured: Figures, committed: Figures): string[] {
  return Object.entries(measured).flatMap(([name, value]) => {
    const before = committed[name];
    if (before === undefined) {
      return [`${name}: ${value}, and nothing to compare it with: run npm run bench`];
    }
    return value > before + slackOf(name, before) ? [`${name}: ${value} instead of ${before}`] : [];
  });
}

function slackOf(name: string, before: number): number {
  const [, { part, least }] = Object.entries(SLACK).find(([unit]) => name.includes(unit)) ?? [
    '',
    { part: 0, least: 0 },
  ];
  return Math.max(before * part, least);
}
