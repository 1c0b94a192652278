import type { IConstruct, IDependable } from 'constructs';
import { DependencyGraph } from './dependency-graph';
import { lazyDependency } from './lazy-dependency';

/**
 * Limits how many resources are in progress at once, with dependencies in the template alone: with a limit of 2, the
 * fifth resource depends on the third.
 */
export class ConcurrencyLimit {
  private readonly resources: IConstruct[] = [];
  private graph: DependencyGraph | undefined;
  /** The place of the resource that has last asked the graph. */
  private lastPlace = 0;

  constructor(private readonly maxInProgress: number) {}

  /**
   * Adds a resource after all earlier ones. Users add dependencies to its parent, the construct that they know.
   */
  add(resource: IConstruct): void {
    const place = this.resources.length;
    const earlier = this.resources[place - this.maxInProgress];
    this.resources.push(resource);
    this.graph = undefined;
    if (earlier !== undefined) {
      resource.node.addDependency(this.unlessCyclic(earlier, resource, place));
    }
  }

  /**
   * A dependency on the earlier resource, unless that one depends on the later resource. Decided at synthesis, when all
   * dependencies of the app are known.
   */
  private unlessCyclic(earlier: IConstruct, resource: IConstruct, place: number): IDependable {
    return lazyDependency(() => (this.graphFor(place).dependsOn(earlier, resource) ? [] : [earlier]));
  }

  /**
   * The CDK asks for the dependencies of one resource after the other, each time that it goes over the app. The graph
   * is read anew each time, since the app may have added dependencies, but not for each resource.
   */
  private graphFor(place: number): DependencyGraph {
    if (this.graph === undefined || place <= this.lastPlace) {
      this.graph = new DependencyGraph(this.resources);
    }
    this.lastPlace = place;
    return this.graph;
  }
}
