import { tooManyTags, validation } from './errors';
import type * as shapes from './shapes';
import type { Value } from './shapes';

const MAX_TAGS = 50;

export type StoredTags = ReadonlyMap<string, string>;
type TagList = Value<typeof shapes.tagResource>['tags'];

/** `existing` with `added` on top, if the result is one that AWS allows. */
export function tagged(existing: StoredTags, added: TagList, resourceName: string): Map<string, string> {
  const reserved = added.find(({ key }) => /^aws:/i.test(key));
  if (reserved) {
    throw validation(
      `The tag key '${reserved.key}' is invalid: keys that start with 'aws:' are reserved for system use`,
    );
  }
  if (new Set(added.map(({ key }) => key)).size < added.length) {
    throw validation('The tag list has the same key more than once');
  }
  const tags = new Map([...existing, ...added.map(({ key, value }) => [key, value] as const)]);
  if (tags.size > MAX_TAGS) {
    throw tooManyTags(`The resource would have ${tags.size} tags; the maximum is ${MAX_TAGS}`, resourceName);
  }
  return tags;
}
