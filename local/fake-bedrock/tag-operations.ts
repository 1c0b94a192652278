import { refused } from './refusal';
import type * as shapes from './shapes';
import type { Value } from './shapes';
import type { State } from './state';
import { tagged, type Tags } from './tags';

export function tagResource(state: State, input: Value<typeof shapes.tagResource>): void {
  retag(state, input.resourceARN, (tags) => tagged(tags, input.tags, input.resourceARN));
}

export function untagResource(state: State, input: Value<typeof shapes.untagResource>): void {
  retag(state, input.resourceARN, (tags) => new Map([...tags].filter(([key]) => !input.tagKeys.includes(key))));
}

export function listTagsForResource(state: State, { resourceARN: arn }: Value<typeof shapes.listTagsForResource>) {
  const resource = state.deployments.findVisible(arn) ?? state.models.findVisible(arn);
  if (resource?.arn !== arn) {
    throw refused(state.behaviour.tagsOfAbsent, { name: arn });
  }
  return { tags: [...resource.tags].map(([key, value]) => ({ key, value })) };
}

function retag(state: State, arn: string, change: (tags: Tags) => Tags): void {
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
