import { builtCraft } from '../local/storm/built-craft';
import type { Launch } from '../local/storm/craft';
import type { Finding } from '../local/storm/finding';
import { handlerCraft } from '../local/storm/handler-craft';
import type { World } from '../local/storm/plan';
import { downgradeCraft, upgradeCraft, WORLD_OF_LAST_RELEASE } from '../local/storm/upgrade-craft';
import { weather } from '../local/storm/weather';
import { worldIn } from '../local/storm/world-file';
import { providerCraft, sparedProviderCraft } from './provider/craft';

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

/** What can be sent out into the storm: ours in this process, as deployed, changing release; and the hand-written one, also spared all deaths. */
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
const WORLDS: Readonly<Partial<Record<Craft, World>>> = { upgrade: WORLD_OF_LAST_RELEASE, downgrade: WORLD_OF_LAST_RELEASE };

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
  return { craft, ...await weather(seed, LAUNCHES[craft], shrinkFor, world === undefined ? WORLDS[craft] : worldIn(world)) };
}

// A process of its own for a part of the storm: a life for each message.
if (require.main === module) {
  process.on('message', (question) => {
    void liveOne(question as Question).then((lived) => process.send?.(lived));
  });
}
