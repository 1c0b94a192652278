import type { Asked, Tags } from './goal';

export interface TagChanges {
  readonly set: Tags;
  readonly unset: readonly string[];
}

/**
 * The changes that the user asked for and that are not there yet. Only what was asked differently before is changed,
 * and only what still has the value that was asked is removed: any other difference was made outside of the stack and
 * is left alone.
 */
export function tagChanges(desired: Tags, previous: Asked | undefined, observed: Tags): TagChanges {
  const asked = previous?.tags ?? {};
  return {
    set: Object.fromEntries(
      Object.entries(desired).filter(([key, value]) => asked[key] !== value && observed[key] !== value),
    ),
    unset: Object.keys(asked).filter((key) => !Object.hasOwn(desired, key) && observed[key] === asked[key]),
  };
}

export function tagsAskedToChange(desired: Tags, previous: Asked | undefined): boolean {
  const asked = previous?.tags ?? {};
  return Object.keys({ ...desired, ...asked }).some((key) => desired[key] !== asked[key]);
}
