import type { IConstruct } from 'constructs';

/**
 * A resource, or a scope that passes on what it depends on to what is in it, or a construct on which something depends
 * for the sake of what is in it.
 */
class Vertex {
  /** In the order in which `numberComponents` comes to it. */
  index: number | undefined;
  /** The lowest index of those that it reaches in its component. */
  lowest = 0;
  /**
   * Vertices that reach each other have the same number, and what they reach besides has lower ones; undefined: not
   * known yet.
   */
  component: number | undefined;
  private found: readonly Vertex[] | undefined;

  constructor(private readonly find: () => readonly Vertex[]) {}

  get successors(): readonly Vertex[] {
    return (this.found ??= this.find());
  }
}

/**
 * Which of some resources depend on which, because of `node.addDependency` on the constructs around them, directly or
 * through others of them. It is read once, in time that is linear in resources and dependencies.
 */
export class DependencyGraph {
  private readonly resources = new Map<IConstruct, Vertex>();

  constructor(resources: readonly IConstruct[]) {
    const within = new Map<IConstruct, Vertex[]>();
    const target = remembered((root) => new Vertex(() => within.get(root) ?? []));
    const source = remembered((scope) => new Vertex(() => scope.node.dependencies.map(target)));
    for (const resource of resources) {
      const { scopes } = resource.node;
      const vertex = new Vertex(() => scopes.slice(0, -1).map(source));
      this.resources.set(resource, vertex);
      for (const scope of scopes) {
        const others = within.get(scope);
        if (others === undefined) {
          within.set(scope, [vertex]);
        } else {
          others.push(vertex);
        }
      }
    }
    numberComponents(this.resources.values());
  }

  /** Whether one resource depends on another. */
  dependsOn(from: IConstruct, to: IConstruct): boolean {
    const [first, last] = [this.resources.get(from), this.resources.get(to)];
    return first !== undefined && last !== undefined && reaches(first, last);
  }
}

/** Looks only at what is between the two: whatever has a lower number than the last does not reach it. */
function reaches(first: Vertex, last: Vertex): boolean {
  const { component: lowest = 0 } = last;
  const seen = new Set([first]);
  const open = [first];
  for (let vertex = open.pop(); vertex !== undefined; vertex = open.pop()) {
    if (vertex === last) {
      return true;
    }
    for (const next of vertex.successors) {
      if (!seen.has(next) && (next.component ?? 0) >= lowest) {
        seen.add(next);
        open.push(next);
      }
    }
  }
  return false;
}

/**
 * Tarjan's algorithm, without recursion: a stack may have many resources that form one chain.
 */
function numberComponents(vertices: Iterable<Vertex>): void {
  let [indices, components] = [0, 0];
  const unnumbered: Vertex[] = [];
  for (const start of vertices) {
    const path: { readonly vertex: Vertex; readonly rest: Iterator<Vertex> }[] = [];
    const enter = (vertex: Vertex): void => {
      vertex.index = vertex.lowest = indices++;
      unnumbered.push(vertex);
      path.push({ vertex, rest: vertex.successors[Symbol.iterator]() });
    };
    if (start.index === undefined) {
      enter(start);
    }
    for (let current = path.at(-1); current !== undefined; current = path.at(-1)) {
      const { vertex, rest } = current;
      const { value: next, done } = rest.next() as IteratorResult<Vertex, undefined>;
      if (done !== true) {
        if (next.index === undefined) {
          enter(next);
        } else if (next.component === undefined) {
          vertex.lowest = Math.min(vertex.lowest, next.index);
        }
        continue;
      }
      path.pop();
      const before = path.at(-1)?.vertex;
      if (before !== undefined) {
        before.lowest = Math.min(before.lowest, vertex.lowest);
      }
      if (vertex.lowest === vertex.index) {
        const members = unnumbered.splice(unnumbered.lastIndexOf(vertex));
        members.forEach((member) => {
          member.component = components;
        });
        components += 1;
      }
    }
  }
}

function remembered(make: (construct: IConstruct) => Vertex): (construct: IConstruct) => Vertex {
  const known = new Map<IConstruct, Vertex>();
  return (construct) => {
    const vertex = known.get(construct) ?? make(construct);
    known.set(construct, vertex);
    return vertex;
  };
}
