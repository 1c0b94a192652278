import { readFileSync } from 'node:fs';
import { calmEndings, crashPoints } from './crash-points';
import { PAGE } from './crash-points-page';
import { handlerCraft } from './handler-craft';
import { weather } from './weather';

export interface Hunt {
  /** Of the first life. */
  readonly seed: number;
  readonly lives: number;
}

/** The first thing found to be wrong. */
export interface Prey {
  /** A scenario of the crash points, a life, or a crash point. */
  readonly where: string;
  readonly finding: string;
}

/** Looks where it takes least time first: the scenarios undisturbed, then lives, then the scenarios struck at every call. */
export async function hunt({ seed, lives }: Hunt): Promise<Prey | undefined> {
  const page = readFileSync(PAGE, 'utf8');
  const changed = (await calmEndings()).find(({ ending }) => !page.includes(`\n${ending}\n`));
  if (changed !== undefined) {
    return { where: `${changed.scenario}, undisturbed`, finding: changed.ending };
  }
  for (let life = 1; life <= lives; life++) {
    const [finding] = (await weather(seed + life - 1, handlerCraft, 0)).findings;
    if (finding !== undefined) {
      return { where: `life ${life} (seed ${seed + life - 1})`, finding: `${finding.name}: ${finding.detail}` };
    }
  }
  const struck = (await crashPoints()).find(({ undisturbed }) => !undisturbed);
  return struck && {
    where: `${struck.scenario}, call ${struck.call} (${struck.operation}): ${struck.fault}`,
    finding: `${struck.statuses.join(', ')}: ${struck.left}`,
  };
}

/** What is found goes to the standard output. */
export function main(given: Hunt): void {
  void hunt(given).then((prey) => { console.log(JSON.stringify(prey ?? null)); });
}
