import { LOGICAL_ID_TAG, STACK_ID_TAG } from '../../lib/private/contract';
import type { Owner, Tags } from './goal';
import type { Resource } from './observed';
import { VISIBILITY } from './patience';

/** `unproven`: it bears nobody's mark, but is so young that its tags may not be visible yet. */
export type Ownership = 'ours' | 'foreign' | 'unproven';

export function ownership(resource: Resource, tags: Tags, owner: Owner, at: number): Ownership {
  const stackId = tags[STACK_ID_TAG];
  const logicalId = tags[LOGICAL_ID_TAG];
  if (stackId === owner.stackId && logicalId === owner.logicalId) {
    return 'ours';
  }
  const unmarked = stackId === undefined && logicalId === undefined;
  return unmarked && at - resource.createdAt < VISIBILITY * 1000 ? 'unproven' : 'foreign';
}

/** What the owner's creations carry: the user's tags, and the proof. */
export function withOwner(tags: Tags, owner: Owner): Tags {
  return { ...tags, [STACK_ID_TAG]: owner.stackId, [LOGICAL_ID_TAG]: owner.logicalId };
}

/** Whose it is, in words for the user. */
export function ownerOf(tags: Tags): string {
  const stackId = tags[STACK_ID_TAG];
  return stackId === undefined
    ? 'it carries no tag of any stack'
    : `its tags say that it belongs to ${tags[LOGICAL_ID_TAG] ?? 'a resource'} of ${stackId}`;
}
