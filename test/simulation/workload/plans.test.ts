import fc from 'fast-check';
import { DEFAULT_BEHAVIOUR } from '../../../local/fake-bedrock/behaviour';
import { planInWords } from '../../../simulation/report/story';
import { plans } from '../../../simulation/workload/arbitraries/plans';
import type { Attempt, Mishap, Plan } from '../../../simulation/workload/plan';

/** What is drawn. */

const DRAWN = fc.sample(plans, { numRuns: 1000, seed: 1 });

function attempts({ create, updates, remove }: Plan): Attempt[] {
  return [create, ...updates, ...updates.flatMap(({ again }) => again ?? []), remove];
}

test('every switch of the world is drawn that has a choice, and mostly more than one at a time', () => {
  const unusual = DRAWN.map(({ world }) =>
    Object.entries(world.behaviour).filter(
      ([name, value]) => value !== DEFAULT_BEHAVIOUR[name as keyof typeof DEFAULT_BEHAVIOUR],
    ),
  );
  const never = Object.keys(DEFAULT_BEHAVIOUR).filter(
    (name) => !unusual.some((each) => each.some(([drawn]) => drawn === name)),
  );
  expect(never).toEqual(['failedUpdateDetails', 'maxInProgressDeployments', 'maxCustomModels']);
  expect(unusual.filter((each) => each.length > 5).length).toBeGreaterThan(900);
});

describe('it is as rough as it says', () => {
  const all = DRAWN.flatMap(attempts);
  /** Of the places where it could strike, on how many it does. */
  const density = (places: number, which: (mishap: Mishap) => boolean): number =>
    all.reduce((sum, { mishaps }) => sum + new Set(mishaps.filter(which).map(({ at }) => at)).size, 0) /
    all.length /
    places;
  const fault =
    (kind: string, name?: string) =>
    (mishap: Mishap): boolean =>
      mishap.to === 'call' &&
      'fault' in mishap.what &&
      mishap.what.fault.kind === kind &&
      (name === undefined || ('name' in mishap.what.fault && mishap.what.fault.name === name));

  test.each<[string, number, number, (mishap: Mishap) => boolean]>([
    ['calls throttled', 0.08, 60, fault('error', 'ThrottlingException')],
    ['calls that meet a 5xx', 0.02, 60, fault('error', 'InternalServerException')],
    ['calls that work and meet a 5xx', 0.02, 60, fault('errorAfter', 'InternalServerException')],
    ['replies lost', 0.04, 60, fault('lostReply')],
    ['calls cut', 0.02, 60, fault('cut')],
    ['calls that hang', 0.01, 60, fault('hang')],
    ['calls that kill', 0.04, 60, ({ to, what }) => to === 'call' && 'death' in what],
    ['calls denied for long', 0.0016, 60, ({ to, what }) => to === 'call' && 'deniedFor' in what],
    ['invocations killed', 0.04, 60, ({ to, what }) => to === 'invocation' && typeof what === 'string'],
    [
      'invocations that Lambda cannot run',
      0.0016,
      60,
      ({ to, what }) => to === 'invocation' && typeof what === 'object',
    ],
    ['deliveries late or twice', 0.1, 8, ({ to }) => to === 'delivery'],
    ['answers lost', 0.05, 8, ({ to }) => to === 'answer'],
  ])('%s: %d', (_, expected, places, which) => {
    expect(density(places, which) / expected).toBeGreaterThan(0.75);
    expect(density(places, which) / expected).toBeLessThan(1.25);
  });
});

test('a plan is told in words', () => {
  const attempt: Attempt = { seed: 1, byHand: [], mishaps: [] };
  const world = {
    behaviour: { ...DEFAULT_BEHAVIOUR, staleUpdateDetails: false },
    durations: { deploymentCreate: 60_000 },
    cloudFormation: {},
  } as unknown as Plan['world'];
  const plan: Plan = {
    seed: 1,
    world,
    create: {
      ...attempt,
      wish: {
        deployments: {
          Deployment: {
            name: 'mine',
            tags: {},
            policy: 'Delete',
            serves: 'one',
            description: '',
            modelUpdate: 'IN_PLACE',
          },
        },
      },
    },
    updates: [
      {
        ...attempt,
        to: [{ of: 'Deployment', to: { serves: 'two' } }],
        cancelAfter: 20_000,
        byHand: [{ after: 500, act: { act: 'delete', of: 'Deployment' } }],
        mishaps: [
          { at: 3, to: 'call', what: { fault: { kind: 'error', name: 'ThrottlingException' }, tries: 2 } },
          { at: 4, to: 'call', what: { death: 'after' } },
          { at: 5, to: 'invocation', what: { unavailableFor: 1_200_000 } },
          { at: 6, to: 'call', what: { deniedFor: 240_000 } },
          { at: 1, to: 'delivery', what: { againAfter: 70_000 } },
          { at: 2, to: 'answer', what: 'before' },
        ],
      },
    ],
    remove: attempt,
  };
  expect(planInWords(plan)).toEqual([
    'The world: stale update details: false; deployment create: 60 s',
    'create Deployment with name "mine", serves "one"',
    'update to Deployment {"serves":"two"}',
    '    by hand, after 0.5 s: deletes Deployment',
    '    call 3: is refused with ThrottlingException, 2 times',
    '    call 4: Lambda dies after it',
    '    invocation 5: Lambda cannot run it for 1200 s',
    '    call 6: is denied for 240 s',
    '    delivery 1: again after 70 s',
    '    answer 2: lost before it reached CloudFormation',
    '    cancelled after 20 s',
    'delete',
  ]);
});
