import type { IConstruct, IDependable } from 'constructs';
import { lazyDependency } from './lazy-dependency';

/**
 * Lets no more than so many resources be in progress at once, by dependencies in the template alone: the fifth of two
 * waits for the third.
 */
export class ConcurrencyLimit {
  private readonly resources: IConstruct[] = [];

  constructor(private readonly maxInProgress: number) {}

  /**
   * Gives a resource the turn after all those before it. Its parent is what users know, and make depend on other
   * things.
   */
  add(resource: IConstruct): void {
    const earlier = this.resources[this.resources.length - this.maxInProgress];
    this.resources.push(resource);
    if (earlier !== undefined) {
      resource.node.addDependency(this.unlessCyclic(earlier, resource));
    }
  }

  /**
   * Decided at synthesis, when all dependencies of the app are known: an earlier resource that itself waits for the
   * later one is not waited for.
   */
  private unlessCyclic(earlier: IConstruct, resource: IConstruct): IDependable {
    return lazyDependency(() => (this.dependsOn(earlier, resource) ? [] : [earlier]));
  }

  /** Whether the app makes one wait for the other (`node.addDependency`), directly or by way of others with a turn. */
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
