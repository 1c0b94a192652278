import fc from 'fast-check';
import { DEFAULT_BEHAVIOUR } from '../../../local/fake-bedrock/behaviour';
import { planInWords } from '../../../simulation/report/trace';
import { plans } from '../../../simulation/workload/arbitraries/plans';
import type { InjectedFault, LifePlan, PlannedOperation } from '../../../simulation/workload/plan';

/** The distribution of what is drawn from seeds. */

const DRAWN = fc.sample(plans, { numRuns: 1000, seed: 1 });

function operations({ create, updates, remove }: LifePlan): PlannedOperation[] {
  return [create, ...updates, ...updates.flatMap(({ retry }) => retry ?? []), remove];
}

test('every switch with a choice is drawn, and mostly more than five in one world', () => {
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

describe('faults are as frequent as documented', () => {
  const all = DRAWN.flatMap(operations);
  /** Of the quota where it could strike, on how many it does. */
  const density = (quota: number, which: (fault: InjectedFault) => boolean): number =>
    all.reduce((sum, { faults }) => sum + new Set(faults.filter(which).map(({ at }) => at)).size, 0) /
    all.length /
    quota;
  const fault =
    (kind: string, name?: string) =>
    (fault: InjectedFault): boolean =>
      fault.to === 'call' &&
      'fault' in fault.what &&
      fault.what.fault.kind === kind &&
      (name === undefined || ('name' in fault.what.fault && fault.what.fault.name === name));

  test.each<[string, number, number, (fault: InjectedFault) => boolean]>([
    ['calls throttled', 0.08, 60, fault('error', 'ThrottlingException')],
    ['calls that fail with a 5xx', 0.02, 60, fault('error', 'InternalServerException')],
    ['calls that are executed and fail with a 5xx', 0.02, 60, fault('errorAfter', 'InternalServerException')],
    ['replies lost', 0.04, 60, fault('lostReply')],
    ['calls cut', 0.02, 60, fault('cut')],
    ['calls that hang', 0.01, 60, fault('hang')],
    ['calls at which the function is killed', 0.04, 60, ({ to, what }) => to === 'call' && 'death' in what],
    ['calls denied for long', 0.0016, 60, ({ to, what }) => to === 'call' && 'deniedFor' in what],
    ['invocations killed', 0.04, 60, ({ to, what }) => to === 'invocation' && typeof what === 'string'],
    [
      'invocations that begin an outage of Lambda',
      0.0016,
      60,
      ({ to, what }) => to === 'invocation' && typeof what === 'object',
    ],
    ['deliveries late or twice', 0.1, 8, ({ to }) => to === 'delivery'],
    ['answers lost', 0.05, 8, ({ to }) => to === 'answer'],
  ])('%s: %d', (_, expected, quota, which) => {
    expect(density(quota, which) / expected).toBeGreaterThan(0.75);
    expect(density(quota, which) / expected).toBeLessThan(1.25);
  });
});

test('a plan is printed in words', () => {
  const operation: PlannedOperation = { seed: 1, externalActions: [], faults: [] };
  const world = {
    behaviour: { ...DEFAULT_BEHAVIOUR, staleUpdateDetails: false },
    durations: { deploymentCreate: 60_000 },
    cloudFormation: {},
    runtime: {},
  } as unknown as LifePlan['world'];
  const plan: LifePlan = {
    seed: 1,
    world,
    create: {
      ...operation,
      desired: {
        deployments: {
          Deployment: {
            name: 'fixed',
            tags: {},
            policy: 'Delete',
            serves: 'one',
            description: '',
            modelUpdate: 'IN_PLACE',
            gates: [],
            gateSeconds: 3000,
          },
        },
      },
    },
    updates: [
      {
        ...operation,
        to: [{ of: 'Deployment', to: { serves: 'two' } }],
        cancelAfter: 20_000,
        externalActions: [{ after: 500, action: { kind: 'delete', of: 'Deployment' } }],
        faults: [
          { at: 3, to: 'call', what: { fault: { kind: 'error', name: 'ThrottlingException' }, tries: 2 } },
          { at: 4, to: 'call', what: { death: 'after' } },
          { at: 5, to: 'invocation', what: { unavailableFor: 1_200_000 } },
          { at: 6, to: 'call', what: { deniedFor: 240_000 } },
          { at: 1, to: 'delivery', what: { againAfter: 70_000 } },
          { at: 2, to: 'answer', what: 'before' },
        ],
      },
    ],
    remove: operation,
  };
  expect(planInWords(plan)).toEqual([
    'world: stale update details: false; deployment create: 60 s',
    'create Deployment with name "fixed", serves "one"',
    'update to Deployment {"serves":"two"}',
    '    external action after 0.5 s: deletes Deployment',
    '    call 3: fails with ThrottlingException, 2 times',
    '    call 4: function is killed after it',
    '    invocation 5: Lambda is unavailable for 1200 s',
    '    call 6: is denied for 240 s',
    '    delivery 1: duplicated after 70 s',
    '    answer 2: connection lost before it reached CloudFormation',
    '    cancelled after 20 s',
    'delete',
  ]);
});
