import { CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { dependenciesOf } from './references';

/**
 * The resources in the order in which they are given, but each after those that it depends on: by `node.addDependency`
 * on the constructs around them or by a reference, directly or by way of any other constructs. Takes time that is
 * linear in constructs and dependencies.
 */
export function inDependencyOrder(resources: readonly CfnResource[]): CfnResource[] {
  const wanted = new Set(resources);
  const entered = new Set<IConstruct>();
  const ordered: CfnResource[] = [];
  // no recursion: an app may chain thousands
  const path: { readonly construct: IConstruct; readonly before: Iterator<IConstruct> }[] = [];
  const enter = (construct: IConstruct): void => {
    if (!entered.has(construct)) {
      entered.add(construct);
      path.push({ construct, before: beforeThe(construct) });
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
      if (CfnResource.isCfnResource(last.construct) && wanted.has(last.construct)) {
        ordered.push(last.construct);
      }
    }
  }
  return ordered;
}

/** What comes before a construct: what it and the constructs around it depend on, what is in it, what it refers to. */
function* beforeThe(construct: IConstruct): Generator<IConstruct, undefined> {
  for (const scope of construct.node.scopes) {
    yield* scope.node.dependencies;
  }
  yield* construct.node.children;
  if (CfnResource.isCfnResource(construct)) {
    yield* validDependenciesOf(construct);
  }
  return undefined;
}

/** None of a resource that is not valid: its construct can say better what is wrong, and is not asked before. */
function validDependenciesOf(resource: CfnResource): CfnResource[] {
  try {
    return dependenciesOf(resource);
  } catch {
    return [];
  }
}
