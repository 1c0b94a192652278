import { readFileSync } from 'node:fs';
import { calmEndings, struckPoints } from '../crash-matrix/crash-points';
import { PAGE } from '../crash-matrix/page';
import { weather } from '../lives';
import { handlerCraft } from '../subjects/in-process';
import { HARD_SCENARIOS, otherEnding } from '../workload/hard-scenarios';

export interface Hunt {
  /** Of the first life. */
  readonly seed: number;
  readonly lives: number;
  /** What one of the two has found, the other is to find as well. */
  readonly both: boolean;
}

/** The first thing that each finds to be wrong. */
export interface Prey {
  readonly crashPoints?: Found | undefined;
  readonly storm?: Found | undefined;
}

export interface Found {
  readonly where: string;
  readonly finding: string;
}

/**
 * Looks where it takes least time first: the scenarios undisturbed, then lives, then the scenarios struck at every
 * call.
 */
export async function hunt({ seed, lives, both }: Hunt): Promise<Prey> {
  const changed = await changedEnding();
  const storm = changed === undefined || both ? await badLife(seed, lives) : undefined;
  const crashPoints = changed ?? (storm === undefined || both ? await badPoint() : undefined);
  return { crashPoints, storm };
}

async function changedEnding(): Promise<Found | undefined> {
  const page = readFileSync(PAGE, 'utf8');
  const changed = (await calmEndings()).find(({ ending }) => !page.includes(`\n${ending}\n`));
  if (changed !== undefined) {
    return { where: `${changed.scenario}, undisturbed`, finding: changed.ending };
  }
  for (const scenario of HARD_SCENARIOS) {
    const ending = await otherEnding(scenario);
    if (ending !== undefined) {
      return { where: scenario.name, finding: ending };
    }
  }
  return undefined;
}

async function badPoint(): Promise<Found | undefined> {
  for await (const { scenario, call, operation, fault, statuses, left, undisturbed } of struckPoints()) {
    if (!undisturbed) {
      return {
        where: `${scenario}, call ${call} (${operation}): ${fault}`,
        finding: `${statuses.join(', ')}: ${left}`,
      };
    }
  }
  return undefined;
}

async function badLife(seed: number, lives: number): Promise<Found | undefined> {
  for (let life = 1; life <= lives; life++) {
    const [finding] = (await weather(seed + life - 1, handlerCraft, 0)).findings;
    if (finding !== undefined) {
      return { where: `life ${life} (seed ${seed + life - 1})`, finding: `${finding.name}: ${finding.detail}` };
    }
  }
  return undefined;
}

/** What is found goes to the standard output. */
export function main(given: Hunt): void {
  void hunt(given).then((prey) => {
    console.log(JSON.stringify(prey));
  });
}
