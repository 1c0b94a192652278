import { CfnResource, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { IConstruct } from 'constructs';
import { Construct } from 'constructs';
import { ConcurrencyLimit } from '../../../lib/private/concurrency-limit';
import { lazyDependency } from '../../../lib/private/lazy-dependency';

/** What users know: a construct around the resource that takes the turn. */
class Thing extends Construct {
  constructor(scope: Construct, id: string, limit: ConcurrencyLimit) {
    super(scope, id);
    const resource = new CfnResource(this, 'Default', { type: 'Test::Thing' });
    resource.overrideLogicalId(id);
    limit.add(resource);
  }
}

function things(ids: string, maxInProgress: number): { stack: Stack; get: (id: string) => IConstruct } {
  const stack = new Stack();
  const limit = new ConcurrencyLimit(maxInProgress);
  for (const id of ids) {
    new Thing(stack, id, limit);
  }
  return { stack, get: (id) => stack.node.findChild(id) };
}

function order(stack: Stack): Record<string, string> {
  const found = Template.fromStack(stack).findResources('Test::Thing');
  return Object.fromEntries(
    Object.entries(found).map(([id, { DependsOn = [] }]) => [id, (DependsOn as string[]).join('')]),
  );
}

test('each waits for the one that was so many before it', () => {
  expect(order(things('ABCDE', 2).stack)).toEqual({ A: '', B: '', C: 'A', D: 'B', E: 'C' });
});

test('an earlier one that the user makes wait for a later one is not waited for: that would be a cycle', () => {
  const { stack, get } = things('ABCD', 2);
  get('A').node.addDependency(get('C'));

  expect(order(stack)).toEqual({ A: 'C', B: '', C: '', D: 'B' });
});

test('nor if it waits by way of others', () => {
  const { stack, get } = things('ABC', 2);
  get('A').node.addDependency(get('B'));
  get('B').node.addDependency(get('C'));

  expect(order(stack)).toEqual({ A: 'B', B: 'C', C: '' });
});

test('nor if it is the scopes around them that wait', () => {
  const stack = new Stack();
  const limit = new ConcurrencyLimit(1);
  const [first, second] = [new Construct(stack, 'First'), new Construct(stack, 'Second')];
  new Thing(first, 'A', limit);
  new Thing(second, 'B', limit);
  first.node.addDependency(second);

  expect(order(stack)).toEqual({ A: 'B', B: '' });
});

test('other dependencies change nothing', () => {
  const { stack, get } = things('ABC', 1);
  const other = new CfnResource(stack, 'Other', { type: 'Test::Other' });
  get('A').node.addDependency(other);
  get('C').node.addDependency(get('A'));

  expect(order(stack)).toEqual({ A: 'Other', B: 'A', C: 'AB' });
});

test('what the app adds after somebody has read the dependencies counts', () => {
  const { stack, get } = things('ABC', 1);
  const dependenciesOf = (id: string): string[] =>
    get(id)
      .node.findChild('Default')
      .node.dependencies.map(({ node }) => node.scopes.at(-2)?.node.id ?? '');
  expect([dependenciesOf('B'), dependenciesOf('C')]).toEqual([['A'], ['B']]);
  get('B').node.addDependency(get('C'));

  expect([dependenciesOf('C'), dependenciesOf('B')]).toEqual([[], ['A']]);
  expect(order(stack)).toEqual({ A: '', B: 'AC', C: '' });
});

/** How often dependencies are read when an app makes each of so many things depend on the one before or after it. */
function readsOfChain(length: number, neighbour: -1 | 1): number {
  const stack = new Stack();
  const limit = new ConcurrencyLimit(2);
  const chain = Array.from({ length }, (_, index) => new Thing(stack, `Thing${index}`, limit));
  let reads = 0;
  chain.forEach((thing, index) => {
    thing.node.addDependency(
      lazyDependency(() => {
        reads += 1;
        const other = chain[index + neighbour];
        return other === undefined ? [] : [other];
      }),
    );
  });
  Template.fromStack(stack);
  return reads;
}

test.each([
  ['before', -1],
  ['after', 1],
] as const)(
  'twice as many things, each of which depends on the one %s it, take twice as many reads',
  (_, neighbour) => {
    expect(readsOfChain(200, neighbour)).toBeLessThanOrEqual(2 * readsOfChain(100, neighbour));
  },
);
