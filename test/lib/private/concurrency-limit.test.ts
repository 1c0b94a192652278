import { App, CfnResource, Fn, Lazy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as sqs from 'aws-cdk-lib/aws-sqs';
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

function things(
  ids: string,
  maxInProgress: number,
  stack = new Stack(),
): { stack: Stack; get: (id: string) => IConstruct } {
  const limit = new ConcurrencyLimit(maxInProgress);
  for (const id of ids) {
    new Thing(stack, id, limit);
  }
  return { stack, get: (id) => stack.node.findChild(id) };
}

function resourceOf(thing: IConstruct): CfnResource {
  return thing.node.defaultChild as CfnResource;
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

test('one that the user makes wait for a later one comes after it: anything else could be a circle', () => {
  const { stack, get } = things('ABCD', 2);
  get('A').node.addDependency(get('C'));

  expect(order(stack)).toEqual({ A: 'C', B: 'C', C: '', D: 'A' });
});

test('so it does if it waits by way of others', () => {
  const { stack, get } = things('ABC', 2);
  get('A').node.addDependency(get('B'));
  get('B').node.addDependency(get('C'));

  expect(order(stack)).toEqual({ A: 'BC', B: 'C', C: '' });
});

test('or by way of what is not limited', () => {
  const { stack, get } = things('AB', 1);
  const smokeTest = new Construct(stack, 'SmokeTest');
  const other = new CfnResource(smokeTest, 'Resource', { type: 'Test::Other' });
  other.overrideLogicalId('Other');
  get('A').node.addDependency(smokeTest);
  smokeTest.node.addDependency(get('B'));

  expect(order(stack)).toEqual({ A: 'BOther', B: '' });
});

describe('one that refers to a later one comes after it', () => {
  const refers = (scope: Construct, property: unknown): CfnResource => {
    const resource = new CfnResource(scope, 'Other', { type: 'Test::Other', properties: { Property: property } });
    resource.overrideLogicalId('Other');
    return resource;
  };

  test.each<[string, (resource: CfnResource) => unknown]>([
    ['Ref', ({ ref }) => ref],
    ['Fn::GetAtt', (resource) => resource.getAtt('Arn')],
    ['Fn::Sub', (resource) => Fn.sub('${Arn}/*', { Arn: resource.getAtt('Arn').toString() })],
    ['a part of a text', ({ ref }) => ({ Deep: [`prefix-${ref}`] })],
    ['a value that is determined late', ({ ref }) => Lazy.any({ produce: () => ref })],
  ])('itself, by %s', (_, reference) => {
    const { stack, get } = things('AB', 1);
    resourceOf(get('A')).addPropertyOverride('Property', reference(resourceOf(get('B'))));

    expect(order(stack)).toEqual({ A: 'B', B: '' });
  });

  test('by way of what it depends on', () => {
    const { stack, get } = things('AB', 1);
    get('A').node.addDependency(refers(stack, resourceOf(get('B')).ref));

    expect(order(stack)).toEqual({ A: 'BOther', B: '' });
  });

  test('by way of what it refers to, and of what that was made to wait for', () => {
    const { stack, get } = things('AB', 1);
    const other = refers(stack, '');
    resourceOf(get('A')).addPropertyOverride('Property', other.ref);
    other.addDependency(resourceOf(get('B')));

    expect(order(stack)).toEqual({ A: 'B', B: '' });
  });

  test('even if a value asks for the dependencies while it is resolved', () => {
    const { stack, get } = things('AB', 1);
    const asks = Lazy.any({
      produce: () => [resourceOf(get('A')), resourceOf(get('B'))].map(({ node }) => node.dependencies.length),
    });
    get('A').node.addDependency(refers(stack, [asks, resourceOf(get('B')).ref]));

    expect(order(stack)).toEqual({ A: 'BOther', B: '' });
  });

  test('but what is wrong in a resource is for its construct to say', () => {
    const { stack, get } = things('AB', 1);
    const invalid = new sqs.CfnQueue(stack, 'Queue', { queueName: 7 as never });
    invalid.node.addValidation({ validate: () => ['the name must be a text'] });
    get('A').node.addDependency(invalid);

    expect(() => order(stack)).toThrow('the name must be a text');
  });
});

test('dependencies of the app that are no circle never become one', () => {
  const { stack, get } = things('ABCD', 2);
  get('A').node.addDependency(get('D'));
  get('B').node.addDependency(get('C'));

  expect(order(stack)).toEqual({ A: 'D', B: 'AC', C: 'D', D: '' });
});

test('two limits do not ask each other', () => {
  const app = new App();
  const [one, two] = [things('ABC', 1, new Stack(app, 'One')), things('DEF', 1, new Stack(app, 'Two'))];
  one.get('A').node.addDependency(two.stack);

  expect([order(one.stack), order(two.stack)]).toEqual([
    { A: '', B: 'A', C: 'B' },
    { D: '', E: 'D', F: 'E' },
  ]);
});

test('or if it is the scopes around them that wait', () => {
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

  expect([dependenciesOf('B'), dependenciesOf('C')]).toEqual([['C'], ['A']]);
  expect(order(stack)).toEqual({ A: '', B: 'C', C: 'A' });
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
  'twice as many things, each of which depends on the one %s it, take about twice as many reads',
  (_, neighbour) => {
    expect(readsOfChain(200, neighbour)).toBeLessThan(2.1 * readsOfChain(100, neighbour));
  },
);
