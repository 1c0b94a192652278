import fc from 'fast-check';
import { scheduledActions } from '../../faults/arbitraries/external-actions';
import { injectedFaults } from '../../faults/arbitraries/injected-faults';
import type { LifePlan, LogicalId, PlannedOperation, PlannedUpdate, ScheduledAction, WorldConfig } from '../plan';
import { changes, desiredResources } from './templates';
import { either, milliseconds, upTo } from './weighted';
import { worlds } from './worlds';

const seed = fc.noShrink(fc.nat());

const operation = {
  seed,
  externalActions: either<ScheduledAction[]>(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(scheduledActions, { minLength: 1, maxLength: 2 }) },
  ),
  faults: upTo(34, injectedFaults),
};
const operations: fc.Arbitrary<PlannedOperation> = fc.record(operation);
const cancelled = { ...operation, cancelAfter: milliseconds(100, 400_000) };
const cancellable: fc.Arbitrary<PlannedOperation> = either<PlannedOperation>(
  { weight: 85, arbitrary: operations },
  { weight: 15, arbitrary: fc.record(cancelled) },
);

const updates: fc.Arbitrary<PlannedUpdate> = fc
  .tuple(
    either<PlannedUpdate['to']>(
      { weight: 85, arbitrary: fc.array(changes, { minLength: 1, maxLength: 3 }) },
      { weight: 15, arbitrary: fc.record({ back: fc.integer({ min: 1, max: 3 }) }) },
    ),
    cancellable,
    either<{ retry?: PlannedOperation }>(
      { weight: 1, arbitrary: fc.constant({}) },
      { weight: 1, arbitrary: fc.record({ retry: cancellable }) },
    ),
  )
  .map(([to, own, retry]) => ({ to, ...own, ...retry }));

/** A deployment gets a fixed name and Retain, is removed, and is requested again, perhaps with another description. */
const retainThenReclaim: fc.Arbitrary<PlannedUpdate[]> = fc
  .record({
    of: fc.constantFrom<LogicalId[]>('Second', 'Third'),
    description: fc.constantFrom('', 'a'),
    operations: fc.tuple(operations, operations, cancellable),
  })
  .map(({ of, description, operations: [first, second, third] }) => [
    { ...first, to: [{ of, to: { name: 'fixed', policy: 'Retain' } }] },
    { ...second, to: [{ of, to: 'removed' }] },
    { ...third, to: [{ of, to: { name: 'fixed', description } }] },
  ]);

const anywhere = {
  seed,
  create: fc.tuple(desiredResources, cancellable).map(([desired, own]) => ({ desired, ...own })),
  updates: either<PlannedUpdate[]>(
    { weight: 85, arbitrary: upTo(4, updates) },
    {
      weight: 15,
      arbitrary: fc.tuple(retainThenReclaim, upTo(1, updates)).map(([first, rest]) => [...first, ...rest]),
    },
  ),
  remove: operations,
};

export const plans: fc.Arbitrary<LifePlan> = plansIn(worlds);

export function plansIn(world: fc.Arbitrary<WorldConfig>): fc.Arbitrary<LifePlan> {
  return fc.record({ ...anywhere, world }).filter(hasUnambiguousNames);
}

/** In worlds where Bedrock may give a name twice, no checker can judge two resources that request the same name. */
function hasUnambiguousNames({ world, create, updates }: LifePlan): boolean {
  return world.behaviour.nameIndexLag === 0 || !JSON.stringify([create.desired, updates]).includes('"shared"');
}
