import type { IConstruct, IDependable } from 'constructs';
import { Dependable } from 'constructs';

/** A dependency on constructs that are determined only at synthesis, when the app is complete. */
export class LazyDependency extends Dependable {
  constructor(private readonly find: () => IConstruct[]) {
    super();
  }

  get dependencyRoots(): IConstruct[] {
    return this.find();
  }
}

/** Creates an object whose dependency roots are determined at synthesis. */
export function lazyDependency(find: () => IConstruct[]): IDependable {
  const found = {};
  Dependable.implement(found, new LazyDependency(find));
  return found;
}
