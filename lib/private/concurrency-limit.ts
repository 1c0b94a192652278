import type { CfnResource } from 'aws-cdk-lib';
import { inDependencyOrder } from './dependency-order';
import { lazyDependency } from './lazy-dependency';

/** How many deployments Bedrock lets an account have in progress in a Region, unless the quota is raised. */
const QUOTA = 2;
/**
 * So many deployments become Active within CloudFormation's hour if all of them wait for the quota: six at each of its
 * places, at the 8 minutes that a deployment was seen to take.
 */
const UNLIMITED = 6 * QUOTA;

/** Whether the limit of some stack works out its order, in which only what the app demands counts. */
let isOrdering = false;

/**
 * Limits how many resources are in progress at once, with dependencies in the template alone: with a limit of 2, the
 * fifth resource depends on the third. Without a limit there are none, unless the hour demands them: a dependency
 * serialises not only creations, for which the quota must be waited for anyway, but also updates that change nothing,
 * and deletions.
 */
export class ConcurrencyLimit {
  private readonly resources: CfnResource[] = [];
  /** Which resource depends on which other. */
  private earlier = new Map<CfnResource, CfnResource>();
  /** The number of the resource that has last asked. */
  private lastAsked = Infinity;

  constructor(private readonly maxInProgress: number | undefined) {}

  /**
   * Adds a resource after all earlier ones. Users add dependencies to its parent, the construct that they know.
   */
  add(resource: CfnResource): void {
    const number = this.resources.push(resource) - 1;
    this.lastAsked = Infinity;
    resource.node.addDependency(lazyDependency(() => this.awaitedBy(resource, number)));
  }

  /**
   * Decided at synthesis, when all resources and all dependencies of the app are known. In an order that obeys these,
   * no further dependency makes a circle. The CDK asks for one resource after the other, each time that it goes over
   * the app: the order is worked out anew each time, since the app may have added dependencies, but not for each
   * resource.
   */
  private awaitedBy(resource: CfnResource, number: number): CfnResource[] {
    if (isOrdering) {
      return [];
    }
    const width = this.maxInProgress ?? (this.resources.length > UNLIMITED ? QUOTA : Infinity);
    if (number <= this.lastAsked && width < this.resources.length) {
      this.earlier = this.dependencies(width);
    }
    this.lastAsked = number;
    const earlier = this.earlier.get(resource);
    return earlier === undefined ? [] : [earlier];
  }

  private dependencies(width: number): Map<CfnResource, CfnResource> {
    isOrdering = true;
    try {
      const order = inDependencyOrder(this.resources);
      return new Map(
        order.flatMap((resource, place) => {
          const earlier = order[place - width];
          return earlier === undefined ? [] : [[resource, earlier] as const];
        }),
      );
    } finally {
      isOrdering = false;
    }
  }
}
