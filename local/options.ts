import { parseArgs } from 'node:util';
import { planOf } from './itinerary';
import { Problem } from './problem';

export interface Options {
  readonly plan: ReturnType<typeof planOf>;
  /** Leave the cloud running instead of destroying what was deployed. */
  readonly keep: boolean;
}

/** What follows `npm run local --`. */
export function optionsOf(args: readonly string[]): Options {
  const { tour, keep } = parsed(args);
  return { plan: planOf(tour), keep };
}

function parsed(args: readonly string[]): { readonly tour: string; readonly keep: boolean } {
  try {
    return parseArgs({
      args: [...args],
      options: { tour: { type: 'string', default: 'deploy' }, keep: { type: 'boolean', default: false } },
    }).values;
  } catch (error) {
    throw new Problem(error instanceof Error ? error.message : String(error));
  }
}
