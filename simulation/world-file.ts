import { type CloudFormationBehaviour, DEFAULT_CLOUDFORMATION } from '../local/aws-simulator/cloudformation';
import { DEFAULT_BEHAVIOUR, DEFAULT_DURATIONS } from '../local/fake-bedrock/behaviour';
import { bedrockWorldOf, readWorldFile, worldToJson } from '../local/fake-bedrock/world';
import { Problem } from '../local/problem';
import type { World } from './workload/plan';

type Switches = Readonly<Record<string, unknown>>;

const USUAL: World = {
  behaviour: DEFAULT_BEHAVIOUR,
  durations: DEFAULT_DURATIONS,
  cloudFormation: DEFAULT_CLOUDFORMATION,
};

/** What is unusual about a world, as JSON. */
export function worldInJson(world: World): string {
  const parts = (Object.keys(USUAL) as (keyof World)[]).map((part) => {
    const usual: Switches = { ...USUAL[part] };
    return [
      part,
      Object.fromEntries(Object.entries(world[part]).filter(([name, value]) => value !== usual[name])),
    ] as const;
  });
  return worldToJson(Object.fromEntries(parts.filter(([, switches]) => Object.keys(switches).length > 0)));
}

/**
 * The world in a file: Bedrock's part as the local Bedrock takes it, and `cloudFormation`. Throws a `Problem` about
 * what there is not.
 */
export function worldIn(path: string): World {
  const { cloudFormation = {}, ...bedrock } = readWorldFile(path);
  return {
    ...bedrockWorldOf(bedrock),
    cloudFormation: { ...DEFAULT_CLOUDFORMATION, ...cloudFormationOf(cloudFormation as Switches) },
  };
}

function cloudFormationOf(given: Switches): Partial<CloudFormationBehaviour> {
  const usual: Switches = { ...DEFAULT_CLOUDFORMATION };
  const wrong = Object.keys(given).find((name) => typeof given[name] !== typeof usual[name]);
  if (wrong !== undefined) {
    throw new Problem(
      wrong in usual
        ? `cloudFormation.${wrong} must be a ${typeof usual[wrong]}.`
        : `cloudFormation has no '${wrong}'. It has: ${Object.keys(usual).join(', ')}.`,
    );
  }
  return given;
}
