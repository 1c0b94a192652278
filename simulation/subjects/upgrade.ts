import { DEFAULT_CLOUDFORMATION } from '../../local/aws-simulator/cloudformation';
import { DEFAULT_BEHAVIOUR, LIVE_DURATIONS } from '../../local/fake-bedrock/behaviour';
import { CONFLICT } from '../../local/fake-bedrock/refusal';
import type { World } from '../workload/plan';
import { changing, type Release, THIS_RELEASE } from './in-process';
import { lastRelease } from './last-release';
import type { Launch } from './subject';

/** From the last release to this one, at a moment of chance. */
export const upgradeCraft: Launch = async (surroundings) => sometime(await lastRelease(), THIS_RELEASE)(surroundings);

/** And back. */
export const downgradeCraft: Launch = async (surroundings) => sometime(THIS_RELEASE, await lastRelease())(surroundings);

/** AWS as the last release took it to be: in another it comes to no good end, whatever it is upgraded to. */
export const WORLD_OF_LAST_RELEASE: World = {
  behaviour: {
    ...DEFAULT_BEHAVIOUR,
    deleteWhileCreating: CONFLICT,
    deleteWhileUpdating: CONFLICT,
    updateWhileCreating: CONFLICT,
    updateWhileUpdating: CONFLICT,
  },
  durations: LIVE_DURATIONS,
  cloudFormation: DEFAULT_CLOUDFORMATION,
};

function sometime(from: Release, to: Release): Launch {
  return (surroundings) => {
    const code = surroundings.chance.between(1, 40);
    return changing({ from, to, code, definition: code + surroundings.chance.between(0, 5) })(surroundings);
  };
}
