import type { IConstruct, IDependable } from 'constructs';
import { lazyDependency } from './lazy-dependency';

/**
 * Limits how many resources are in progress at once, with dependencies in the template alone: with a limit of 2, the
 * fifth resource depends on the third.
 */
export class ConcurrencyLimit {
  private readonly resources: IConstruct[] = [];

  constructor(private readonly maxInProgress: number) {}

  /**
   * Adds a resource after all earlier ones. Users add dependencies to its parent, the construct that they know.
   */
  add(resource: IConstruct): void {
    const earlier = this.resources[this.resources.length - this.maxInProgress];
    this.resources.push(resource);
    if (earlier !== undefined) {
      resource.node.addDependency(this.unlessCyclic(earlier, resource));
    }
  }

  /**
   * A dependency on the earlier resource, unless that one depends on the later resource. Decided at synthesis, when all
   * dependencies of the app are known.
   */
  private unlessCyclic(earlier: IConstruct, resource: IConstruct): IDependable {
    return lazyDependency(() => (this.dependsOn(earlier, resource) ? [] : [earlier]));
  }

  /** Whether one resource depends on the other (`node.addDependency`), directly or through other limited resources. */
  private dependsOn(from: IConstruct, to: IConstruct, seen = new Set([from])): boolean {
    const dependencies = new Set(ancestors(from).flatMap((scope) => scope.node.dependencies));
    if (dependencies.size === 0) {
      return false;
    }
    return this.resources.some((other) => {
      if (seen.has(other) || !other.node.scopes.some((scope) => dependencies.has(scope))) {
        return false;
      }
      seen.add(other);
      return other === to || this.dependsOn(other, to, seen);
    });
  }
}

function ancestors(construct: IConstruct): IConstruct[] {
  return construct.node.scopes.slice(0, -1);
}
