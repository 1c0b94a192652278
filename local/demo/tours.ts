import { Problem } from '../problem';
import { BlueGreenStep } from './blue-green';
import type { Cloud } from './cloud';
import { DeployScenario } from './deploy-scenario';
import { DeployTour } from './deploy-tour';
import { GatesScenario } from './gates-scenario';
import { GatesTour } from './gates-tour';
import { TourReport } from './report';
import { RolloutScenario } from './rollout-scenario';
import { RolloutTour } from './rollout-tour';
import type { Terminal } from './terminal';
import type { Tour } from './tour';

type TourFactory = (cloud: Cloud, terminal: Terminal) => Tour;

interface TourPlan {
  /** What it shows. */
  readonly shows: string;
  readonly create: TourFactory;
}

const PLANS: ReadonlyMap<string, TourPlan> = new Map<string, TourPlan>([
  [
    'deploy',
    {
      shows: 'deploy, move to another model, a deploy that fails, destroy',
      create: (cloud, terminal) => new DeployTour(new DeployScenario(cloud), new TourReport(cloud, terminal)),
    },
  ],
  [
    'rollout',
    {
      shows: 'the model is part of the stack, and rolls out when its source changes',
      create: (cloud, terminal) => {
        const report = new TourReport(cloud, terminal);
        return new RolloutTour(new RolloutScenario(cloud), new BlueGreenStep(() => cloud.simulator(), report), report);
      },
    },
  ],
  [
    'gates',
    {
      shows: 'what must hold before a deploy succeeds: models that pass, and models that are rolled back',
      create: (cloud, terminal) => new GatesTour(new GatesScenario(cloud), new TourReport(cloud, terminal)),
    },
  ],
]);

/** The tour of that name. */
export function tourNamed(tour: string): TourFactory {
  const plan = PLANS.get(tour);
  if (plan === undefined) {
    throw new Problem(`There is no tour "${tour}". There are: ${[...PLANS.keys()].join(', ')}`);
  }
  return plan.create;
}

/** Each tour, and what it shows. */
export function toursInWords(): readonly (readonly [string, string])[] {
  return [...PLANS].map(([name, { shows }]) => [name, shows]);
}
