import type { Action } from './action';
import { beforeCalling } from './call-errors';
import type { PresenceGoal, PreviousProperties, Tags } from './goal';
import { isRetained, type Memory, mustNotGiveUp } from './memory';
import type { Observed, Resource } from './observed';

export interface TagChanges {
  readonly set: Tags;
  readonly unset: readonly string[];
}

/** The tags are as the user asked, as far as the user asked for them to change. */
export function ensureTags(
  goal: PresenceGoal,
  observed: Observed,
  resource: Resource,
  memory: Memory,
): Action | undefined {
  const createdWithThem = resource.arn === memory.create?.arn;
  const isFound = goal.previous !== undefined && isRetained(goal, resource, memory);
  if (createdWithThem || !(isFound || tagsAskedToChange(goal.tags, goal.previous))) {
    return undefined;
  }
  if (observed.tags === undefined) {
    return { kind: 'look', at: 'tags', arn: resource.arn };
  }
  const differs = Object.entries(goal.tags).some(([key, value]) => observed.tags?.[key] !== value);
  if (isFound && differs && mustNotGiveUp(goal, memory) === undefined) {
    return { kind: 'look', at: 'stack' };
  }
  // The previous properties describe the other resource, unless a rollback returns to this one.
  const previous = isFound && mustNotGiveUp(goal, memory) !== true ? undefined : goal.previous;
  const { set, unset } = tagChanges(goal.tags, previous, observed.tags);
  if (Object.keys(set).length === 0 && unset.length === 0) {
    return undefined;
  }
  return (
    beforeCalling('TagResource', goal, observed, memory) ??
    beforeCalling('UntagResource', goal, observed, memory) ?? { kind: 'tag', arn: resource.arn, set, unset }
  );
}

/**
 * The changes that the user asked for and that are not there yet. Only what was asked differently before is changed,
 * and only what still has the value that was asked is removed: any other difference was made outside of the stack and
 * is left alone.
 */
export function tagChanges(desired: Tags, previous: PreviousProperties | undefined, observed: Tags): TagChanges {
  const asked = previous?.tags ?? {};
  return {
    set: Object.fromEntries(
      Object.entries(desired).filter(([key, value]) => asked[key] !== value && observed[key] !== value),
    ),
    unset: Object.keys(asked).filter((key) => !Object.hasOwn(desired, key) && observed[key] === asked[key]),
  };
}

export function tagsAskedToChange(desired: Tags, previous: PreviousProperties | undefined): boolean {
  const asked = previous?.tags ?? {};
  return Object.keys({ ...desired, ...asked }).some((key) => desired[key] !== asked[key]);
}
