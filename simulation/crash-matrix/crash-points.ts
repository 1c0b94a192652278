import { join } from 'node:path';
import type { Operation } from '../../lambda/reconcile/kinds';
import type { StackStatus } from '../../local/aws-simulator/cloudformation';
import { onAllCores } from '../all-cores';
import type { CallFault } from '../workload/plan';
import { play, type ScenarioResult, SCENARIOS } from '../workload/scenarios';

/** One scenario, played with one fault at one of its calls to Bedrock. */
export interface CrashPoint {
  readonly scenario: string;
  /** The number of the call, from 1. */
  readonly call: number;
  readonly operation: Operation;
  readonly fault: string;
  readonly statuses: readonly StackStatus[];
  /** What is left in Bedrock, in words. */
  readonly left: string;
  /** Whether statuses and leftovers are those of the scenario without a fault. */
  readonly endsUndisturbed: boolean;
  /** The same scenario without a fault. */
  readonly undisturbed: ScenarioResult;
}

export const FAULTS: Readonly<Record<string, CallFault>> = {
  'killed before the call': { death: 'before' },
  'killed after the call': { death: 'after' },
  'reply lost': { fault: { kind: 'lostReply' }, tries: 1 },
  'throttled three times': { fault: { kind: 'error', name: 'ThrottlingException' }, tries: 3 },
  'HTTP 500 three times': { fault: { kind: 'error', name: 'InternalServerException' }, tries: 3 },
  'denied once': { fault: { kind: 'error', name: 'AccessDeniedException' }, tries: 1 },
};

/** Plays every scenario with every fault at every call that it makes, on all cores. */
export async function playAllCrashPoints(): Promise<CrashPoint[]> {
  const names = SCENARIOS.map(({ name }) => name);
  return (await onAllCores<CrashPoint[]>(join(__dirname, 'worker.ts'), names)).flat();
}

/** Plays them one after the other. */
export async function* crashPoints(): AsyncGenerator<CrashPoint> {
  for (const { name } of SCENARIOS) {
    yield* crashPointsOf(name);
  }
}

export async function* crashPointsOf(name: string): AsyncGenerator<CrashPoint> {
  const scenario = SCENARIOS.find((each) => each.name === name);
  if (scenario === undefined) {
    throw new Error(`There is no scenario "${name}"`);
  }
  const undisturbed = await play(scenario);
  for (const [index, operation] of undisturbed.operations.entries()) {
    for (const [fault, what] of Object.entries(FAULTS)) {
      const { statuses, left } = await play(scenario, [{ at: index + 1, to: 'call', what }]);
      const endsUndisturbed = left === undisturbed.left && statuses.join() === undisturbed.statuses.join();
      const call = index + 1;
      yield { scenario: name, call, operation, fault, statuses, left, endsUndisturbed, undisturbed };
    }
  }
}

/** How each scenario ends without a fault, in the words of the page. */
export async function undisturbedEndings(): Promise<{ readonly scenario: string; readonly ending: string }[]> {
  const endings = [];
  for (const scenario of SCENARIOS) {
    endings.push({ scenario: scenario.name, ending: undisturbedEnding(await play(scenario)) });
  }
  return endings;
}

export function undisturbedEnding(result: ScenarioResult): string {
  return `Undisturbed: ${ending(result)}.`;
}

export function ending({ statuses, left }: Pick<ScenarioResult, 'statuses' | 'left'>): string {
  return `${statuses.join(', then ')}; left: ${left}`;
}
