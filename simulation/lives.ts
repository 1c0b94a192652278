import fc from 'fast-check';
import type { Finding } from './checkers/violation';
import { type Life, live } from './life';
import { planInWords } from './report/story';
import type { Launch } from './subjects/subject';
import { plans, plansIn } from './workload/arbitraries/plans';
import type { World } from './workload/plan';
import { worldInJson } from './world-file';

/** What came of one life, drawn from its seed. */
export interface Weathered {
  readonly seed: number;
  /** What went wrong; nothing, if it was a good life. */
  readonly findings: readonly Finding[];
  readonly operations: number;
  /** A bad life made as small as it could be in the time given: its plan, what happened, what was found. */
  readonly story: readonly string[];
  /** The world of that story, to be saved as a file. */
  readonly world?: string;
}

/**
 * Draws a life from its seed, and with it the world unless that is given, and lives it; if it is a bad one, looks for a
 * smaller one that is bad in the same way, for so many ms.
 */
export async function weather(seed: number, launch: Launch, shrinkFor = 30_000, world?: World): Promise<Weathered> {
  let first: Life | undefined;
  let smallest: Life | undefined;
  const property = fc.asyncProperty(world === undefined ? plans : plansIn(fc.constant(world)), async (plan) => {
    const life = await live(plan, launch);
    first ??= life;
    const [finding] = first.findings;
    const isGood = finding === undefined || !life.findings.some(({ name }) => name === finding.name);
    smallest = isGood ? smallest : life; // fast-check goes on from what fails only to what is smaller
    return isGood;
  });
  const shrinking = shrinkFor === 0 ? { endOnFailure: true } : { interruptAfterTimeLimit: shrinkFor };
  const { counterexample } = await fc.check(property, { seed, numRuns: 1, unbiased: true, ...shrinking });
  const { findings = [], operations = 0 } = first ?? {};
  if (counterexample === null || smallest === undefined) {
    return { seed, findings, operations, story: [] };
  }
  const [plan] = counterexample;
  const found = smallest.findings.map(({ name, detail }) => `${name.toUpperCase()}: ${detail}`);
  return {
    seed,
    findings,
    operations,
    story: [...planInWords(plan), '', ...smallest.story, '', ...found],
    world: worldInJson(plan.world),
  };
}
