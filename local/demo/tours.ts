import { Problem } from '../problem';
import { BlueGreenStep } from './blue-green';
import type { Cloud } from './cloud';
import { DeployScenario } from './deploy-scenario';
import { DeployTour } from './deploy-tour';
import { TourReport } from './report';
import { RolloutScenario } from './rollout-scenario';
import { RolloutTour } from './rollout-tour';
import type { Terminal } from './terminal';
import type { Tour } from './tour';

type TourFactory = (cloud: Cloud, terminal: Terminal) => Tour;

const PLANS: ReadonlyMap<string, TourFactory> = new Map<string, TourFactory>([
  ['deploy', (cloud, terminal) => new DeployTour(new DeployScenario(cloud), new TourReport(cloud, terminal))],
  [
    'rollout',
    (cloud, terminal) => {
      const report = new TourReport(cloud, terminal);
      return new RolloutTour(new RolloutScenario(cloud), new BlueGreenStep(() => cloud.simulator(), report), report);
    },
  ],
]);

/** The tour of that name. */
export function tourNamed(tour: string): TourFactory {
  const plan = PLANS.get(tour);
  if (plan === undefined) {
    throw new Problem(`There is no tour "${tour}". There are: ${[...PLANS.keys()].join(', ')}`);
  }
  return plan;
}
