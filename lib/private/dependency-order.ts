import type { IConstruct } from 'constructs';

/**
 * The resources in the order in which they are given, but each after those that it depends on (`node.addDependency` on
 * the constructs around them), directly or by way of any other constructs. Takes time that is linear in constructs and
 * dependencies. `skipped` says of which constructs the own dependencies do not count, but those of their scopes do.
 */
export function inDependencyOrder(
  resources: readonly IConstruct[],
  skipped: { readonly has: (construct: IConstruct) => boolean },
): IConstruct[] {
  const wanted = new Set(resources);
  const entered = new Set<IConstruct>();
  const ordered: IConstruct[] = [];
  // no recursion: an app may chain thousands
  const path: { readonly construct: IConstruct; readonly before: Iterator<IConstruct> }[] = [];
  const enter = (construct: IConstruct): void => {
    if (!entered.has(construct)) {
      entered.add(construct);
      path.push({ construct, before: beforeThe(construct, skipped) });
    }
  };
  for (const resource of resources) {
    enter(resource);
    for (let last = path.at(-1); last !== undefined; last = path.at(-1)) {
      const { value: next, done } = last.before.next() as IteratorResult<IConstruct, undefined>;
      if (done !== true) {
        enter(next);
        continue;
      }
      path.pop();
      if (wanted.has(last.construct)) {
        ordered.push(last.construct);
      }
    }
  }
  return ordered;
}

/** What comes before a construct: what it and the constructs around it depend on, and what is in it. */
function* beforeThe(
  construct: IConstruct,
  skipped: { readonly has: (construct: IConstruct) => boolean },
): Generator<IConstruct, undefined> {
  for (const scope of construct.node.scopes) {
    if (!skipped.has(scope)) {
      yield* scope.node.dependencies;
    }
  }
  yield* construct.node.children;
  return undefined;
}
