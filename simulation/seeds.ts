import fc from 'fast-check';
import type { Violation } from './checkers/violation';
import { type LifeResult, runLife } from './life';
import { planInWords } from './report/trace';
import type { SubjectFactory } from './subjects/subject';
import { plans, plansIn } from './workload/arbitraries/plans';
import type { WorldConfig } from './workload/plan';
import { worldInJson } from './world-file';

/** The outcome of the life that follows from a seed. */
export interface SeedResult {
  readonly seed: number;
  readonly violations: readonly Violation[];
  /** How many operations of the stack the life had. */
  readonly operations: number;
  /** Of a life with a violation, shrunk as far as the time allowed: its plan, its history, its violations. */
  readonly trace: readonly string[];
  /** The world of that trace, as the text of a world file. */
  readonly world?: string;
}

/**
 * Draws the life of this seed, with its world unless that is given, and plays it. If there is a violation, shrinks the
 * life for up to `shrinkFor` ms to a smaller one with a violation of the same name.
 */
export async function runSeed(
  seed: number,
  createSubject: SubjectFactory,
  shrinkFor = 30_000,
  world?: WorldConfig,
): Promise<SeedResult> {
  let first: LifeResult | undefined;
  let smallest: LifeResult | undefined;
  const property = fc.asyncProperty(world === undefined ? plans : plansIn(fc.constant(world)), async (plan) => {
    const life = await runLife(plan, createSubject);
    first ??= life;
    const [violation] = first.violations;
    const passes = violation === undefined || !life.violations.some(({ name }) => name === violation.name);
    smallest = passes ? smallest : life; // after a failure fast-check only tries smaller plans
    return passes;
  });
  const shrinking = shrinkFor === 0 ? { endOnFailure: true } : { interruptAfterTimeLimit: shrinkFor };
  const { counterexample } = await fc.check(property, { seed, numRuns: 1, unbiased: true, ...shrinking });
  const { violations = [], operations = 0 } = first ?? {};
  if (counterexample === null || smallest === undefined) {
    return { seed, violations, operations, trace: [] };
  }
  const [plan] = counterexample;
  const found = smallest.violations.map(({ name, detail }) => `VIOLATION: ${name}: ${detail}`);
  return {
    seed,
    violations,
    operations,
    trace: [...planInWords(plan), '', ...smallest.trace, '', ...found],
    world: worldInJson(plan.world),
  };
}
