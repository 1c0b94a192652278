import { DEFAULT_BEHAVIOUR, DEFAULT_DURATIONS } from '../bedrock/behaviour';
import { DEFAULT_CLOUDFORMATION } from '../simulator/cloudformation';
import type { World } from './plan';

type Switches = Readonly<Record<string, unknown>>;

/** What is not said is as usual. */
const USUAL: World = { behaviour: DEFAULT_BEHAVIOUR, durations: DEFAULT_DURATIONS, cloudFormation: DEFAULT_CLOUDFORMATION };
const PARTS = Object.keys(USUAL) as (keyof World)[];

/** A world as JSON: what is unusual about it. A number that JSON does not have is in quotes. */
export function worldInJson(world: World): string {
  const unusual = PARTS.map((part) => {
    const usual: Switches = { ...USUAL[part] };
    return [part, Object.fromEntries(Object.entries(world[part]).filter(([name, value]) => value !== usual[name]))] as const;
  });
  const parts = unusual.filter(([, switches]) => Object.keys(switches).length > 0);
  return JSON.stringify(Object.fromEntries(parts), (_, value: unknown) => value === Infinity ? 'Infinity' : value);
}

/** @throws Error that names what is wrong with it */
export function worldFromJson(text: string): World {
  const given = JSON.parse(text) as Readonly<Partial<Record<string, Switches>>>;
  const strange = Object.keys(given).find((part) => !PARTS.some((known) => known === part));
  if (strange !== undefined) {
    throw new Error(`a world has no '${strange}': it has ${PARTS.join(', ')}`);
  }
  return Object.fromEntries(PARTS.map((part) => [part, switches(part, { ...USUAL[part] }, given[part] ?? {})])) as unknown as World;
}

function switches(part: string, usual: Switches, given: Switches): Switches {
  const read = Object.entries(given).map(([name, written]) => {
    if (!(name in usual)) {
      throw new Error(`${part} has no '${name}'`);
    }
    const value = written === 'Infinity' ? Infinity : written;
    if (typeof value !== typeof usual[name]) {
      throw new Error(`${part}.${name} must be a ${typeof usual[name]}, got ${JSON.stringify(written)}`);
    }
    return [name, value] as const;
  });
  return { ...usual, ...Object.fromEntries(read) };
}
