import { readFileSync } from 'node:fs';
import { Problem } from '../problem';
import {
  BEHAVIOUR,
  type Behaviour,
  DEFAULT_BEHAVIOUR,
  DEFAULT_DURATIONS,
  DURATIONS,
  type Durations,
} from './behaviour';
import { DEFAULT_RUNTIME, RUNTIME_BEHAVIOUR, type RuntimeBehaviour } from './runtime-behaviour';
import { settingsOf } from './switches';

/** Bedrock's part of a world: what AWS does not document, and how long things take. */
export interface BedrockWorld {
  readonly behaviour: Behaviour;
  readonly durations: Durations;
  readonly runtime: RuntimeBehaviour;
}

/** A world as a file holds it: JSON, where `"Infinity"` stands for what JSON has no number for. */
export function worldToJson(world: object): string {
  return JSON.stringify(world, (_, value: unknown) => (value === Infinity ? 'Infinity' : value), 2);
}

/** The parts of the world in a file, unchecked. */
export function readWorldFile(path: string): Readonly<Record<string, unknown>> {
  const world = parsed(path);
  if (typeof world !== 'object' || world === null || Array.isArray(world)) {
    throw new Problem(`The world in ${path} is not a JSON object.`);
  }
  return world as Readonly<Record<string, unknown>>;
}

/**
 * What a world does not say of Bedrock is as usual. Throws a `Problem` about a part, a switch or a value that there is
 * not.
 */
export function bedrockWorldOf(world: Readonly<Record<string, unknown>>, usually = DEFAULT_DURATIONS): BedrockWorld {
  const { behaviour = {}, durations = {}, runtime = {}, ...others } = world;
  const [other] = Object.keys(others);
  if (other !== undefined) {
    throw new Problem(`Bedrock's world has no '${other}'. It has: behaviour, durations, runtime.`);
  }
  return {
    behaviour: { ...DEFAULT_BEHAVIOUR, ...settingsOf(BEHAVIOUR, behaviour, 'behaviour') },
    durations: { ...usually, ...settingsOf(DURATIONS, durations, 'durations') },
    runtime: { ...DEFAULT_RUNTIME, ...settingsOf(RUNTIME_BEHAVIOUR, runtime, 'runtime') },
  };
}

function parsed(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Problem(`The world in ${path} cannot be read: ${String(error)}`);
  }
}
