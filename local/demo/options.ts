import { parseArgs } from 'node:util';
import { Problem } from '../problem';
import { tourNamed, toursInWords } from './tours';

export interface TourOptions {
  readonly plan: ReturnType<typeof tourNamed>;
  /** Leave the cloud running instead of destroying what was deployed. */
  readonly keep: boolean;
  /** Do not look for the emulator. */
  readonly simulator: boolean;
}

export const KEEP_NEEDS_THE_EMULATOR = `--keep leaves the AWS emulator running for you and the AWS CLI. It does not work with the simulator, which cannot be reached
from other processes and whose time passes only during a deploy.`;

/** What `npm run local -- --help` prints. */
export function usage(): string {
  const tours = toursInWords().map(([name, shows]) => `      ${name.padEnd(10)}${shows}`);
  return `npm run local -- [--tour NAME] [--keep] [--simulator]

Deploys an app to a local cloud on this machine, without an AWS account, and shows each step.

  --tour NAME   which tour (default: deploy):
${tours.join('\n')}
  --keep        leaves the local cloud running for you and the AWS CLI until you press Ctrl-C (emulator only)
  --simulator   uses the simulator even if the emulator is available
  --help        prints this`;
}

/** What follows `npm run local --`. Undefined: only help is asked for. */
export function optionsOf(args: readonly string[]): TourOptions | undefined {
  const { tour, keep, simulator, help } = parsed(args);
  if (help) {
    return undefined;
  }
  if (keep && simulator) {
    throw new Problem(`${KEEP_NEEDS_THE_EMULATOR}\nLeave out --keep or --simulator.`);
  }
  return { plan: tourNamed(tour), keep, simulator };
}

interface ParsedOptions extends Pick<TourOptions, 'keep' | 'simulator'> {
  readonly tour: string;
  readonly help: boolean;
}

function parsed(args: readonly string[]): ParsedOptions {
  try {
    return parseArgs({
      args: [...args],
      options: {
        tour: { type: 'string', default: 'deploy' },
        keep: { type: 'boolean', default: false },
        simulator: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new Problem(`${error instanceof Error ? error.message : String(error)}\n\n${usage()}`);
  }
}
