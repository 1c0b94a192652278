import type { IConstruct, IDependable } from 'constructs';
import { foundLate } from './late-dependency';

/**
 * Lets no more than so many resources be in progress at once, by dependencies in the template alone: the fifth of two
 * waits for the third.
 */
export class Turns {
  private readonly resources: IConstruct[] = [];

  constructor(private readonly maxInProgress: number) {}

  /**
   * Gives a resource the turn after all those before it. Its parent is what users know, and make depend on other
   * things.
   */
  take(resource: IConstruct): void {
    const earlier = this.resources[this.resources.length - this.maxInProgress];
    this.resources.push(resource);
    if (earlier !== undefined) {
      resource.node.addDependency(this.turnAfter(earlier, resource));
    }
  }

  /**
   * Decided at synthesis, when all dependencies of the app are known: an earlier resource that itself waits for the
   * later one is not waited for.
   */
  private turnAfter(earlier: IConstruct, resource: IConstruct): IDependable {
    return foundLate(() => (this.waitsFor(earlier, resource) ? [] : [earlier]));
  }

  /** Whether the app makes one wait for the other (`node.addDependency`), directly or by way of others with a turn. */
  private waitsFor(from: IConstruct, to: IConstruct, seen = new Set([from])): boolean {
    const awaited = new Set(ancestors(from).flatMap((scope) => scope.node.dependencies));
    if (awaited.size === 0) {
      return false;
    }
    return this.resources.some((other) => {
      if (seen.has(other) || !other.node.scopes.some((scope) => awaited.has(scope))) {
        return false;
      }
      seen.add(other);
      return other === to || this.waitsFor(other, to, seen);
    });
  }
}

function ancestors(construct: IConstruct): IConstruct[] {
  return construct.node.scopes.slice(0, -1);
}
