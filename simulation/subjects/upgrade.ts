import { DEFAULT_CLOUDFORMATION } from '../../local/aws-simulator/cloudformation';
import { DEFAULT_BEHAVIOUR, LIVE_DURATIONS } from '../../local/fake-bedrock/behaviour';
import { CONFLICT } from '../../local/fake-bedrock/refusal';
import { DEFAULT_RUNTIME } from '../../local/fake-bedrock/runtime-behaviour';
import type { WorldConfig } from '../workload/plan';
import { changingRelease, type Release, THIS_RELEASE } from './in-process';
import { lastRelease } from './last-release';
import type { SubjectFactory } from './subject';

/** Upgrades from the last release at a random moment. */
export const upgradeSubject: SubjectFactory = async (dependencies) =>
  atRandomMoment(await lastRelease(), THIS_RELEASE)(dependencies);

/** Goes back to the last release at a random moment. */
export const downgradeSubject: SubjectFactory = async (dependencies) =>
  atRandomMoment(THIS_RELEASE, await lastRelease())(dependencies);

/** AWS as the last release assumed it to be. In other worlds the last release itself causes violations. */
export const WORLD_OF_LAST_RELEASE: WorldConfig = {
  behaviour: {
    ...DEFAULT_BEHAVIOUR,
    deleteWhileCreating: CONFLICT,
    deleteWhileUpdating: CONFLICT,
    updateWhileCreating: CONFLICT,
    updateWhileUpdating: CONFLICT,
  },
  durations: LIVE_DURATIONS,
  cloudFormation: DEFAULT_CLOUDFORMATION,
  runtime: DEFAULT_RUNTIME,
};

function atRandomMoment(from: Release, to: Release): SubjectFactory {
  return (dependencies) => {
    const code = dependencies.random.between(1, 40);
    return changingRelease({ from, to, code, definition: code + dependencies.random.between(0, 5) })(dependencies);
  };
}
