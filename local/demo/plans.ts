import { Problem } from '../problem';
import { Acts } from './acts';
import { BlueGreen } from './blue-green';
import type { Cloud } from './cloud';
import type { Itinerary } from './itinerary';
import { Report } from './report';
import { RolloutActs } from './rollout-acts';
import { RolloutSteps } from './rollout-steps';
import { Steps } from './steps';
import type { Terminal } from './terminal';

type Plan = (cloud: Cloud, terminal: Terminal) => Itinerary;

const PLANS: ReadonlyMap<string, Plan> = new Map<string, Plan>([
  ['deploy', (cloud, terminal) => new Steps(new Acts(cloud), new Report(cloud, terminal))],
  [
    'rollout',
    (cloud, terminal) => {
      const report = new Report(cloud, terminal);
      return new RolloutSteps(new RolloutActs(cloud), new BlueGreen(() => cloud.simulator(), report), report);
    },
  ],
]);

/** The tour of that name. */
export function planOf(tour: string): Plan {
  const plan = PLANS.get(tour);
  if (plan === undefined) {
    throw new Problem(`There is no tour "${tour}". There are: ${[...PLANS.keys()].join(', ')}`);
  }
  return plan;
}
