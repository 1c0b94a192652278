import { type CloudFormationBehaviour, DEFAULT_CLOUDFORMATION } from '../local/aws-simulator/cloudformation';
import { DEFAULT_BEHAVIOUR, DEFAULT_DURATIONS } from '../local/fake-bedrock/behaviour';
import { DEFAULT_RUNTIME } from '../local/fake-bedrock/runtime-behaviour';
import { bedrockWorldOf, readWorldFile, worldToJson } from '../local/fake-bedrock/world';
import { Problem } from '../local/problem';
import type { WorldConfig } from './workload/plan';

type SwitchValues = Readonly<Record<string, unknown>>;

const DEFAULTS: WorldConfig = {
  behaviour: DEFAULT_BEHAVIOUR,
  durations: DEFAULT_DURATIONS,
  cloudFormation: DEFAULT_CLOUDFORMATION,
  runtime: DEFAULT_RUNTIME,
};

/** The switches of a world that are not at their default, as the text of a world file. */
export function worldInJson(world: WorldConfig): string {
  const parts = (Object.keys(DEFAULTS) as (keyof WorldConfig)[]).map((part) => {
    const defaults: SwitchValues = { ...DEFAULTS[part] };
    return [
      part,
      Object.fromEntries(Object.entries(world[part]).filter(([name, value]) => value !== defaults[name])),
    ] as const;
  });
  return worldToJson(Object.fromEntries(parts.filter(([, switches]) => Object.keys(switches).length > 0)));
}

/**
 * The world in a file: the switches of the local Bedrock, and `cloudFormation`.
 *
 * @throws Problem about an unknown switch or a wrong value
 */
export function worldIn(path: string): WorldConfig {
  const { cloudFormation = {}, ...bedrock } = readWorldFile(path);
  return {
    ...bedrockWorldOf(bedrock),
    cloudFormation: { ...DEFAULT_CLOUDFORMATION, ...cloudFormationOf(cloudFormation as SwitchValues) },
  };
}

function cloudFormationOf(given: SwitchValues): Partial<CloudFormationBehaviour> {
  const defaults: SwitchValues = { ...DEFAULT_CLOUDFORMATION };
  const wrong = Object.keys(given).find((name) => typeof given[name] !== typeof defaults[name]);
  if (wrong !== undefined) {
    throw new Problem(
      wrong in defaults
        ? `cloudFormation.${wrong} must be a ${typeof defaults[wrong]}.`
        : `cloudFormation has no '${wrong}'. It has: ${Object.keys(defaults).join(', ')}.`,
    );
  }
  return given;
}
