import { readFileSync } from 'node:fs';
import { crashPoints, ending, undisturbedEndings } from '../crash-matrix/crash-points';
import { PAGE } from '../crash-matrix/page';
import { runSeed } from '../seeds';
import { handlerSubject } from '../subjects/in-process';
import { HARD_SCENARIOS, unexpectedEnding } from '../workload/hard-scenarios';

/** How to search for a planted bug. */
export interface BugSearch {
  /** Of the first life. */
  readonly seed: number;
  readonly lives: number;
  /** Continue until both scenarios and lives have found the bug, or have been played to the end. */
  readonly both: boolean;
}

/** What found the bug first, among the scenarios and among the lives. */
export interface SearchResult {
  readonly scenarios?: Detection | undefined;
  readonly lives?: Detection | undefined;
}

export interface Detection {
  readonly where: string;
  readonly what: string;
}

/** Plays the fastest first: the scenarios undisturbed, then lives, then the crash points. */
async function search({ seed, lives, both }: BugSearch): Promise<SearchResult> {
  const inEndings = await searchEndings();
  const inLives = inEndings === undefined || both ? await searchLives(seed, lives) : undefined;
  const inScenarios = inEndings ?? (inLives === undefined || both ? await searchCrashPoints() : undefined);
  return { scenarios: inScenarios, lives: inLives };
}

async function searchEndings(): Promise<Detection | undefined> {
  const page = readFileSync(PAGE, 'utf8');
  const changed = (await undisturbedEndings()).find((each) => !page.includes(`\n${each.ending}\n`));
  if (changed !== undefined) {
    return { where: `${changed.scenario}, undisturbed`, what: changed.ending };
  }
  for (const scenario of HARD_SCENARIOS) {
    const unexpected = await unexpectedEnding(scenario);
    if (unexpected !== undefined) {
      return { where: scenario.name, what: unexpected };
    }
  }
  return undefined;
}

async function searchCrashPoints(): Promise<Detection | undefined> {
  for await (const point of crashPoints()) {
    if (!point.endsUndisturbed) {
      const { scenario, call, operation, fault } = point;
      return { where: `${scenario}, call ${call} (${operation}): ${fault}`, what: ending(point) };
    }
  }
  return undefined;
}

async function searchLives(seed: number, lives: number): Promise<Detection | undefined> {
  for (let life = 1; life <= lives; life++) {
    const [violation] = (await runSeed(seed + life - 1, handlerSubject, 0)).violations;
    if (violation !== undefined) {
      return { where: `life ${life} (seed ${seed + life - 1})`, what: `${violation.name}: ${violation.detail}` };
    }
  }
  return undefined;
}

/** Prints the result as JSON, for the process that planted the bug. */
export function main(given: BugSearch): void {
  void search(given).then((result) => {
    console.log(JSON.stringify(result));
  });
}
