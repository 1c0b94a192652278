import type { Finding } from './checkers/violation';
import { weather } from './lives';
import { builtCraft } from './subjects/built';
import { handlerCraft } from './subjects/in-process';
import { providerCraft, sparedProviderCraft } from './subjects/provider/subject';
import type { Launch } from './subjects/subject';
import { downgradeCraft, upgradeCraft, WORLD_OF_LAST_RELEASE } from './subjects/upgrade';
import type { World } from './workload/plan';
import { worldIn } from './world-file';

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

/**
 * What can be sent out into the storm: ours in this process, as deployed, changing release; and the hand-written one,
 * also spared all deaths.
 */
const LAUNCHES = {
  handler: handlerCraft,
  built: builtCraft,
  upgrade: upgradeCraft,
  downgrade: downgradeCraft,
  provider: providerCraft,
  spared: sparedProviderCraft,
} satisfies Readonly<Record<string, Launch>>;

export type Craft = keyof typeof LAUNCHES;
export const CRAFTS = Object.keys(LAUNCHES) as Craft[];

/** Where the world is not drawn. */
const WORLDS: Readonly<Partial<Record<Craft, World>>> = {
  upgrade: WORLD_OF_LAST_RELEASE,
  downgrade: WORLD_OF_LAST_RELEASE,
};

export interface Question {
  readonly seed: number;
  readonly craft: Craft;
  /** ms */
  readonly shrinkFor: number;
  /** A file. Default: that of the craft, or else it is drawn as well. */
  readonly world?: string | undefined;
}

export interface Lived {
  readonly seed: number;
  readonly craft: Craft;
  readonly findings: readonly Finding[];
  readonly operations: number;
  readonly story: readonly string[];
  readonly world?: string;
}

export async function liveOne({ seed, craft, shrinkFor, world }: Question): Promise<Lived> {
  return {
    craft,
    ...(await weather(seed, LAUNCHES[craft], shrinkFor, world === undefined ? WORLDS[craft] : worldIn(world))),
  };
}

// A process of its own for a part of the storm: a life for each message.
if (require.main === module) {
  process.on('message', (question) => {
    void liveOne(question as Question).then((lived) => process.send?.(lived));
  });
}
