import { parseArgs } from 'node:util';
import { Problem } from '../problem';
import { tourNamed } from './tours';

export interface TourOptions {
  readonly plan: ReturnType<typeof tourNamed>;
  /** Leave the cloud running instead of destroying what was deployed. */
  readonly keep: boolean;
  /** Do not look for the emulator. */
  readonly simulator: boolean;
}

export const KEEP_NEEDS_THE_EMULATOR = `--keep leaves the AWS emulator running for you and the AWS CLI. It does not work with the simulator, which cannot be reached
from other processes and whose time passes only during a deploy.`;

/** What follows `npm run local --`. */
export function optionsOf(args: readonly string[]): TourOptions {
  const { tour, keep, simulator } = parsed(args);
  if (keep && simulator) {
    throw new Problem(`${KEEP_NEEDS_THE_EMULATOR}\nLeave out --keep or --simulator.`);
  }
  return { plan: tourNamed(tour), keep, simulator };
}

function parsed(args: readonly string[]): { readonly tour: string } & Pick<TourOptions, 'keep' | 'simulator'> {
  try {
    return parseArgs({
      args: [...args],
      options: {
        tour: { type: 'string', default: 'deploy' },
        keep: { type: 'boolean', default: false },
        simulator: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new Problem(error instanceof Error ? error.message : String(error));
  }
}
