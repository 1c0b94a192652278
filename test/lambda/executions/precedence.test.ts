import type { Execution } from '../../../lambda/executions/executions';
import {
  digestOfProperties,
  executionName,
  momentOf,
  type Precedence,
  precedence,
  spreadOf,
} from '../../../lambda/executions/precedence';
import { NOON, STACK_ID } from '../support/builders';

const UUID = '11111111-2222-3333-4444-55555555555';
const name = (request: number, issued?: number, properties = {}): string =>
  executionName(STACK_ID, 'Deployment', `${UUID}${request}`, issued, properties).name;
const MADE = { ModelArn: 'one' };
/** As the last release named it. */
const byLastRelease = (request: number, issued?: number): string => {
  const { prefix } = executionName(STACK_ID, 'Deployment', UUID, issued, {});
  return `${prefix}${issued ?? 0}_${UUID}${request}`;
};
const execution = (
  of: string,
  startedAt: number,
  status: Execution['status'] = 'running',
  endedAt?: number,
): Execution => ({ name: of, startedAt, status, ...(endedAt === undefined ? {} : { endedAt }) });

describe('an execution’s name', () => {
  test('H2: is the same for the same request, and fits what Step Functions takes', () => {
    expect(name(1, NOON)).toBe(name(1, NOON));
    expect(name(1, NOON)).toMatch(/^[a-zA-Z0-9_-]{1,80}$/);
    expect(executionName(STACK_ID, 'not / an : id'.repeat(20), 'not / a : uuid'.repeat(20), NOON, {}).name).toMatch(
      /^[a-zA-Z0-9_-]{1,80}$/,
    );
  });

  test('says which resource it is for, when CloudFormation asked in ms, which request it is, its properties, and the logical id', () => {
    const { prefix } = executionName(STACK_ID, 'Deployment', UUID, NOON, {});
    const ends = `${digestOfProperties(MADE)}_Deployment`;
    expect(prefix).toMatch(/^[0-9a-f]{20}_$/);
    expect(name(1, NOON, MADE)).toMatch(new RegExp(`^${prefix}${NOON}_[0-9a-f]{12}_${ends}$`));
    expect(name(1, undefined, MADE)).toMatch(new RegExp(`^${prefix}0_[0-9a-f]{12}_${ends}$`));
  });

  test('tells requests and resources apart', () => {
    expect(name(1, NOON)).not.toBe(name(2, NOON));
    expect(executionName(STACK_ID, 'Deployment', UUID, NOON, {}).prefix).not.toBe(
      executionName(STACK_ID, 'Other', UUID, NOON, {}).prefix,
    );
    expect(name(1, NOON)).toContain(executionName(STACK_ID, 'Deployment', UUID, NOON, {}).prefix);
  });
});

test('names are spread evenly from 0 to 1', () => {
  const spreads = Array.from({ length: 1000 }, (_, request) => spreadOf(name(request)));
  expect(Math.min(...spreads)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...spreads)).toBeLessThanOrEqual(1);
  for (const tenth of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) {
    const there = spreads.filter((spread) => spread >= tenth / 10 && spread < (tenth + 1) / 10);
    expect(there.length).toBeGreaterThan(60);
  }
});

describe('the digest of properties', () => {
  test('is the same in whatever order they come', () => {
    const given = { Tags: { team: 'fraud', tier: '2' }, ModelArn: 'one' };
    const reordered = { ModelArn: 'one', Tags: { tier: '2', team: 'fraud' } };
    expect(digestOfProperties(given)).toMatch(/^[0-9a-f]{8}$/);
    expect(digestOfProperties(given)).toBe(digestOfProperties(reordered));
  });

  test.each([
    [{ ModelArn: 'two' }],
    [{ ModelArn: ['one'] }],
    [{ ModelArn: { one: '' } }],
    [{ ModelArn: 'one', Timeout: '60' }],
    [{}],
  ])('is another for others: %j', (properties) => {
    expect(digestOfProperties(properties)).not.toBe(digestOfProperties({ ModelArn: 'one' }));
  });

  test('takes nothing for something', () => {
    expect(digestOfProperties({ a: null })).not.toBe(digestOfProperties({}));
  });

  test('counts the order of a list', () => {
    expect(digestOfProperties({ a: ['1', '2'] })).not.toBe(digestOfProperties({ a: ['2', '1'] }));
  });
});

/** How the others look to the execution of that name, whose request was accepted at such a time. */
const seenBy = (own: string, executions: readonly Execution[], acceptedAt = NOON + 60_000): Precedence =>
  precedence({ name: own, acceptedAt }, executions);

describe('H4: of the requests for one resource', () => {
  test('the newest stops the others that still run', () => {
    const older = [
      execution(name(1, NOON), NOON),
      execution(name(2, NOON + 1000), NOON + 1000, 'succeeded', NOON + 2000),
    ];
    expect(seenBy(name(3, NOON + 5000), [...older, execution(name(3, NOON + 5000), NOON + 5000)])).toMatchObject({
      superseded: false,
      older: [older[0]],
    });
  });

  test('an older one gives way, even if it was delivered after the newer was done', () => {
    const newer = execution(name(2, NOON + 5000), NOON + 5000, 'succeeded');
    expect(seenBy(name(1, NOON), [newer, execution(name(1, NOON), NOON + 60_000)])).toMatchObject({ superseded: true });
  });

  test('the one that came later counts where nothing says when they were sent', () => {
    const first = execution(name(1), NOON);
    const second = execution(name(2), NOON + 10);
    expect(seenBy(first.name, [first, second])).toMatchObject({ superseded: true, older: [] });
    expect(seenBy(second.name, [first, second])).toMatchObject({ superseded: false, older: [first] });
  });

  test('the one that came later counts as well against one of which it is not known when it was sent', () => {
    const sent = execution(name(1, NOON), NOON + 10);
    const [earlier, later] = [execution(name(2), NOON), execution(name(3), NOON + 20)];
    expect(seenBy(sent.name, [sent, earlier])).toMatchObject({ superseded: false, older: [earlier] });
    expect(seenBy(sent.name, [sent, later])).toMatchObject({ superseded: true, older: [] });
    expect(seenBy(earlier.name, [earlier, sent])).toMatchObject({ superseded: true, older: [] });
    expect(seenBy(later.name, [later, sent])).toMatchObject({ superseded: false, older: [sent] });
  });

  test('it is by its own name that one knows when it came', () => {
    const [own, other] = [execution(name(1), NOON + 10), execution(name(2), NOON)];
    expect(seenBy(own.name, [other, own])).toMatchObject({ superseded: false, older: [other] });
    expect(seenBy(own.name, [own, other])).toMatchObject({ superseded: false, older: [other] });
  });

  test('one is never stopped by both or by none', () => {
    for (const [one, two] of [
      [NOON, NOON],
      [NOON, NOON + 1],
      [NOON + 1, NOON],
    ] as const) {
      for (const issued of [
        [undefined, undefined],
        [NOON, NOON],
        [NOON, NOON + 1000],
        [undefined, NOON],
      ] as const) {
        const both = [execution(name(1, issued[0]), one), execution(name(2, issued[1]), two)];
        const superseded = both.map((own) => seenBy(own.name, both).superseded);
        expect(superseded.filter(Boolean)).toHaveLength(1);
      }
    }
  });

  test('those that were cut short may still be at work, those that have answered are not', () => {
    const [done, stopped, gaveWay] = [
      execution(name(1), NOON, 'succeeded', NOON + 9),
      execution(name(2), NOON, 'cut short', NOON + 5),
      execution(name(3), NOON, 'cut short', NOON + 7),
    ];
    expect(seenBy(name(4), [done, stopped, gaveWay])).toMatchObject({
      superseded: false,
      older: [],
      cutShortAt: NOON + 7,
    });
    expect(seenBy(name(4), [done])).not.toHaveProperty('cutShortAt');
    expect(seenBy(name(4), [execution(name(1), NOON)])).not.toHaveProperty('cutShortAt');
  });

  test('one that failed has answered as well, but not in the last release', () => {
    const failed = execution(name(1, NOON), NOON, 'failed', NOON + 9);
    const gaveWay = execution(byLastRelease(2, NOON), NOON, 'failed', NOON + 7);
    expect(seenBy(name(4), [failed])).toMatchObject({ endedAt: NOON + 9, earlier: [{ answeredAt: NOON + 9 }] });
    expect(seenBy(name(4), [failed])).not.toHaveProperty('cutShortAt');
    expect(seenBy(name(4), [gaveWay])).toMatchObject({ cutShortAt: NOON + 7, earlier: [{ type: 'Create' }] });
    expect(seenBy(name(4), [gaveWay])).not.toHaveProperty('endedAt');
    expect(seenBy(name(4), [gaveWay]).earlier[0]).not.toHaveProperty('answeredAt');
  });

  test('those that have answered say when, as far as what they were asked is known', () => {
    const [done, stopped] = [
      execution(name(1, NOON), NOON, 'succeeded', NOON + 9),
      execution(name(2, NOON + 2), NOON, 'cut short', NOON + 5),
    ];
    expect(seenBy(name(4), [done, stopped]).earlier).toEqual([
      { type: 'Delete', at: NOON + 2, failed: true },
      { type: 'Create', at: NOON, answeredAt: NOON + 9 },
    ]);
  });

  test('one that is not listed yet stops those that are', () => {
    const older = execution(name(1), NOON);
    expect(seenBy(name(2), [older])).toMatchObject({ superseded: false, older: [older] });
  });
});

describe('a name that says that CloudFormation asked later than the execution began', () => {
  const MINUTE = 60_000;

  test.each([
    ['a year', 365 * 24 * 60 * MINUTE, false],
    ['more than a minute', MINUTE + 1, false],
    ['no more than clocks differ by', MINUTE, true],
  ])('by %s: whether it counts', (_, ahead, counts) => {
    const other = execution(name(2, NOON + ahead), NOON);
    const own = execution(name(1, NOON + 10_000), NOON + 10_000);
    expect(seenBy(own.name, [other, own])).toMatchObject({ superseded: counts, older: counts ? [] : [other] });
  });

  test('is like one that does not say when: the one that came later counts', () => {
    const own = execution(name(1, NOON), NOON);
    expect(seenBy(own.name, [own, execution(name(2, NOON * 2), NOON + 1)])).toMatchObject({ superseded: true });
  });

  test('counts for nothing in one’s own case either, of which the request’s acceptance tells more than its listing', () => {
    const own = name(1, NOON * 2);
    const newer = execution(name(2, NOON + 1000), NOON + 1000);
    expect(seenBy(own, [execution(own, NOON), newer], NOON)).toMatchObject({ superseded: true, older: [] });
  });

  test('tells nothing of what was asked before', () => {
    expect(seenBy(name(1, NOON), [execution(name(2, momentOf(NOON * 2, 'Delete')), NOON - 1)]).earlier).toEqual([]);
  });

  test('is none if it is no number', () => {
    const { prefix } = executionName(STACK_ID, 'Deployment', UUID, NOON, {});
    const odd = execution(`${prefix}Infinity_x`, NOON);
    expect(seenBy(name(1, NOON + 1000), [odd, execution(`${prefix}x_x`, NOON)])).toMatchObject({ superseded: false });
  });
});

describe('H38: the requests before it', () => {
  const asked = (request: number, second: number, type: 'Create' | 'Update' | 'Delete'): Execution =>
    execution(name(request, momentOf(NOON + second * 1000, type)), NOON, 'succeeded', NOON);

  test('are told by the names of their executions, the newest first', () => {
    const own = asked(4, 30, 'Delete');
    expect(
      seenBy(own.name, [
        asked(1, 0, 'Create'),
        asked(3, 20, 'Create'),
        asked(2, 10, 'Update'),
        own,
        asked(5, 40, 'Create'),
      ]).earlier,
    ).toMatchObject([
      { type: 'Create', at: NOON + 20_000 },
      { type: 'Update', at: NOON + 10_001 },
      { type: 'Create', at: NOON },
    ]);
  });

  test('are kept as far as eight back', () => {
    const before = Array.from({ length: 9 }, (_, second) => asked(second, second, 'Update'));
    expect(seenBy(asked(9, 30, 'Delete').name, before).earlier).toHaveLength(8);
  });

  test('made at the same moment are in the order in which their executions began', () => {
    const at = momentOf(NOON, 'Update');
    const [first, second] = [execution(name(1, at), NOON), execution(name(2, at), NOON + 5, 'cut short', NOON + 9)];
    expect(seenBy(name(3, NOON + 5000), [first, second]).earlier).toEqual([
      { type: 'Update', at, failed: true },
      { type: 'Update', at, failed: true },
    ]);
    const [before, after] = [
      execution(name(1, at), NOON, 'succeeded', NOON + 3),
      execution(name(2, at), NOON + 5, 'succeeded', NOON + 9),
    ];
    for (const listed of [
      [before, after],
      [after, before],
    ]) {
      expect(seenBy(name(3, NOON + 5000), listed).earlier.map(({ answeredAt }) => answeredAt)).toEqual([
        NOON + 9,
        NOON + 3,
      ]);
    }
  });

  test('that have ended, it is not known when, are not known to have answered', () => {
    expect(seenBy(name(3, NOON + 5000), [execution(name(1, NOON), NOON, 'succeeded')]).earlier[0]).toStrictEqual({
      type: 'Create',
      at: NOON,
    });
  });

  test('that still run have not answered, and have not succeeded', () => {
    expect(seenBy(name(3, NOON + 5000), [execution(name(1, NOON), NOON)]).earlier[0]).toStrictEqual({
      type: 'Create',
      at: NOON,
      failed: true,
    });
  });

  test.each(['failed', 'cut short'] as const)('that were %s have not succeeded', (status) => {
    const [earlier] = seenBy(name(3, NOON + 5000), [execution(name(1, NOON), NOON, status, NOON + 9)]).earlier;
    expect(earlier).toMatchObject({ failed: true });
  });

  test('tell nothing where it is not known when they were made', () => {
    expect(seenBy(asked(2, 10, 'Delete').name, [execution(name(1), NOON)]).earlier).toEqual([]);
  });
});

describe('H4: the request right before it', () => {
  const CHANGED = { ModelArn: 'two' };
  const made = (type: 'Create' | 'Update' | 'Delete', properties: object, second = 0): string =>
    name(second, momentOf(NOON + second * 1000, type), properties);
  const ended = (of: string, status: Execution['status'] = 'succeeded'): Execution =>
    execution(of, NOON, status, NOON + 60_000);
  /** What an Update of the resource, which had those properties, finds. */
  const seen = (executions: readonly Execution[]): Precedence =>
    precedence(
      {
        name: made('Update', { ModelArn: 'three' }, 120),
        acceptedAt: NOON + 120_000,
        previous: digestOfProperties(MADE),
      },
      executions,
    );

  test.each([
    ['a Create', [ended(made('Create', MADE))]],
    ['an Update', [ended(made('Create', CHANGED)), ended(made('Update', MADE, 10))]],
    ['the later of two of one second', [ended(made('Create', CHANGED, 10)), ended(made('Update', MADE, 10))]],
  ])('has ended if the last that is listed gave the resource its properties: %s', (_, executions) => {
    expect(seen(executions)).toMatchObject({ superseded: false, predecessorEnded: true });
    expect(seen([...executions].reverse())).toMatchObject({ predecessorEnded: true });
  });

  test.each<[string, readonly Execution[]]>([
    ['nothing is listed, as after 90 days', []],
    ['the last that is listed gave other properties: one after it is not listed yet', [ended(made('Create', CHANGED))]],
    ['it was not the last', [ended(made('Create', MADE)), ended(made('Update', CHANGED, 10))]],
    ['it still runs', [execution(made('Create', MADE), NOON)]],
    ['it ended less than a minute ago', [execution(made('Create', MADE), NOON, 'succeeded', NOON + 60_001)]],
    ['it was cut short', [ended(made('Create', MADE), 'cut short')]],
    ['it failed', [ended(made('Create', MADE), 'failed')]],
    ['it is a Delete, after which the same may have been made again', [ended(made('Delete', MADE))]],
    ['its name is of the last release', [ended(byLastRelease(0, momentOf(NOON, 'Create')))]],
    ['a name does not tell when', [ended(made('Create', MADE)), ended(name(5, undefined, MADE))]],
  ])('may still be at work if %s', (_, executions) => {
    expect(seen(executions)).toMatchObject({ superseded: false, predecessorEnded: false });
  });

  test('is none where the request does not tell what was before, as those of the last release do not', () => {
    const own = { name: byLastRelease(9, NOON + 120_000), acceptedAt: NOON + 120_000 };
    expect(precedence(own, [ended(byLastRelease(0, momentOf(NOON, 'Create')))])).toMatchObject({
      predecessorEnded: false,
    });
  });

  test('is none for a Create', () => {
    expect(
      precedence({ name: made('Create', MADE, 100), acceptedAt: NOON + 100_000 }, [ended(made('Create', MADE))]),
    ).toMatchObject({ predecessorEnded: false });
  });
});

describe('H2: a request that is delivered again after an upgrade from the last release', () => {
  const own = name(1, NOON, MADE);
  const begun = byLastRelease(1, NOON);

  test.each(['running', 'succeeded', 'cut short'] as const)('leaves it to the execution begun before, %s', (status) => {
    expect(seenBy(own, [execution(own, NOON + 5000), execution(begun, NOON, status)])).toMatchObject({
      superseded: true,
    });
  });

  test('does not disturb that one', () => {
    expect(seenBy(begun, [execution(own, NOON + 5000), execution(begun, NOON)])).toEqual({
      superseded: false,
      older: [],
      earlier: [],
      predecessorEnded: false,
    });
  });
});
