import { App } from 'aws-cdk-lib';
import { Construct, type IConstruct } from 'constructs';
import { DependencyGraph } from '../../../lib/private/dependency-graph';

/** So many scopes with one resource in each; `dependencies`: which scope depends on which. */
function graphOf(count: number, dependencies: readonly (readonly [number, number])[]): [DependencyGraph, IConstruct[]] {
  const app = new App();
  const scopes = Array.from({ length: count }, (_, index) => new Construct(app, String(index)));
  const resources = scopes.map((scope) => new Construct(scope, 'Resource'));
  for (const [from, to] of dependencies) {
    scopes[from]?.node.addDependency(scopes[to] ?? app);
  }
  return [new DependencyGraph(resources), resources];
}

/** Which resource depends on which, worked out by following every dependency. */
function closure(count: number, dependencies: readonly (readonly [number, number])[]): boolean[][] {
  const reached = (from: number, seen = new Set<number>()): Set<number> => {
    for (const [source, target] of dependencies) {
      if (source === from && !seen.has(target)) {
        seen.add(target);
        reached(target, seen);
      }
    }
    return seen;
  };
  return Array.from({ length: count }, (_, from) => Array.from({ length: count }, (_, to) => reached(from).has(to)));
}

test('is as if every dependency was followed, whatever the dependencies, also in circles', () => {
  let seed = 1;
  const draw = (below: number): number => {
    seed = (seed * 16807) % 2147483647;
    return seed % below;
  };
  for (let round = 0; round < 200; round++) {
    const count = 2 + draw(6);
    const dependencies = Array.from({ length: draw(2 * count) }, () => [draw(count), draw(count)] as const);
    const [graph, resources] = graphOf(count, dependencies);
    const expected = closure(count, dependencies);
    resources.forEach((from, index) => {
      resources.forEach((to, other) => {
        if (from !== to) {
          expect(`${String(dependencies)}: ${index} ${other} ${graph.dependsOn(from, to)}`).toBe(
            `${String(dependencies)}: ${index} ${other} ${expected[index]?.[other]}`,
          );
        }
      });
    });
  }
});

test('a scope that depends on what is in it does not confuse it', () => {
  const app = new App();
  const group = new Construct(app, 'Group');
  const inner = new Construct(group, 'Inner');
  const [first, second] = [new Construct(inner, 'Resource'), new Construct(group, 'Resource')];
  group.node.addDependency(inner);
  const graph = new DependencyGraph([first, second]);

  expect([graph.dependsOn(second, first), graph.dependsOn(first, second)]).toEqual([true, false]);
});

test('a chain may have thousands', () => {
  const length = 20_000;
  const chain = Array.from({ length: length - 1 }, (_, index) => [index, index + 1] as const);
  const [graph, resources] = graphOf(length, chain);
  const [first, last] = [resources[0], resources.at(-1)] as [IConstruct, IConstruct];

  expect([graph.dependsOn(first, last), graph.dependsOn(last, first)]).toEqual([true, false]);
});
