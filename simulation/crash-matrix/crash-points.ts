import type { Operation } from '../../lambda/reconcile/kinds';
import type { StackStatus } from '../../local/aws-simulator/cloudformation';
import type { CallMishap } from '../workload/plan';
import { play, type Played, SCENARIOS } from '../workload/scenarios';

/** Every scenario, with every fault, at every call to Bedrock that it makes: one line each. */
export interface CrashPoint {
  readonly scenario: string;
  readonly call: number;
  readonly operation: Operation;
  readonly fault: string;
  readonly statuses: readonly StackStatus[];
  /** What is left, in words. */
  readonly left: string;
  /** Whether the stack came to the statuses that it comes to undisturbed, and left what it leaves undisturbed. */
  readonly undisturbed: boolean;
  /** The same scenario undisturbed. */
  readonly calm: Played;
}

export const FAULTS: Readonly<Record<string, CallMishap>> = {
  'Lambda dies before the call': { death: 'before' },
  'Lambda dies after the call': { death: 'after' },
  'the reply is lost': { fault: { kind: 'lostReply' }, tries: 1 },
  'throttled three times': { fault: { kind: 'error', name: 'ThrottlingException' }, tries: 3 },
  'HTTP 500 three times': { fault: { kind: 'error', name: 'InternalServerException' }, tries: 3 },
  'denied once': { fault: { kind: 'error', name: 'AccessDeniedException' }, tries: 1 },
};

/** The whole product. */
export async function crashPoints(): Promise<CrashPoint[]> {
  const points: CrashPoint[] = [];
  for await (const point of struckPoints()) {
    points.push(point);
  }
  return points;
}

/** The same, one after the other. */
export async function* struckPoints(): AsyncGenerator<CrashPoint> {
  for (const scenario of SCENARIOS) {
    const calm = await play(scenario);
    for (const [index, operation] of calm.operations.entries()) {
      for (const [fault, mishap] of Object.entries(FAULTS)) {
        const { statuses, left } = await play(scenario, [{ at: index + 1, to: 'call', what: mishap }]);
        const undisturbed = left === calm.left && statuses.join() === calm.statuses.join();
        yield { scenario: scenario.name, call: index + 1, operation, fault, statuses, left, undisturbed, calm };
      }
    }
  }
}

/** How each scenario ends undisturbed, as the page says it. */
export async function calmEndings(): Promise<{ readonly scenario: string; readonly ending: string }[]> {
  const endings = [];
  for (const scenario of SCENARIOS) {
    endings.push({ scenario: scenario.name, ending: endingOf(await play(scenario)) });
  }
  return endings;
}

export function endingOf({ statuses, left }: Played): string {
  return `Undisturbed: ${statuses.join(', then ')}; left: ${left}.`;
}
