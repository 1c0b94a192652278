import type { IConstruct, IDependable } from 'constructs';
import { Dependable } from 'constructs';

/** A dependency on what is found only at synthesis, when the app is complete. */
export class LazyDependency extends Dependable {
  constructor(private readonly find: () => IConstruct[]) {
    super();
  }

  get dependencyRoots(): IConstruct[] {
    return this.find();
  }
}

/** The same, of nothing that there is already. */
export function lazyDependency(find: () => IConstruct[]): IDependable {
  const found = {};
  Dependable.implement(found, new LazyDependency(find));
  return found;
}
