import { refused } from './refusal';
import type * as shapes from './shapes';
import type { Value } from './shapes';
import type { ServiceState } from './state';
import { type StoredTags, tagged } from './tags';

export function tagResource(state: ServiceState, input: Value<typeof shapes.tagResource>): void {
  retag(state, input.resourceARN, (tags) => tagged(tags, input.tags, input.resourceARN));
}

export function untagResource(state: ServiceState, input: Value<typeof shapes.untagResource>): void {
  retag(state, input.resourceARN, (tags) => new Map([...tags].filter(([key]) => !input.tagKeys.includes(key))));
}

export function listTagsForResource(
  state: ServiceState,
  { resourceARN: arn }: Value<typeof shapes.listTagsForResource>,
) {
  const resource = state.deployments.findVisible(arn) ?? state.models.findVisible(arn);
  if (resource?.arn !== arn) {
    throw refused(state.behaviour.tagsOfAbsent, { name: arn });
  }
  return { tags: [...resource.tags].map(([key, value]) => ({ key, value })) };
}

function retag(state: ServiceState, arn: string, change: (tags: StoredTags) => StoredTags): void {
  for (const resources of [state.deployments, state.models]) {
    const resource = resources.find(arn);
    if (resource?.arn !== arn) {
      continue;
    }
    const tags = change(resource.tags);
    resources.changing(arn);
    resource.tags = tags;
    return;
  }
  throw refused(state.behaviour.tagsOfAbsent, { name: arn });
}
