import fc from 'fast-check';
import { mishaps } from '../../faults/arbitraries/faults';
import { deeds } from '../../faults/arbitraries/others';
import type { Attempt, ByHand, LogicalId, Plan, Update, World } from '../plan';
import { changes, wishes } from './templates';
import { either, milliseconds, upTo } from './weighted';
import { worlds } from './worlds';

const seed = fc.noShrink(fc.nat());

const attempt = {
  seed,
  byHand: either<ByHand[]>(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(deeds, { minLength: 1, maxLength: 2 }) },
  ),
  mishaps: upTo(34, mishaps),
};
const attempts: fc.Arbitrary<Attempt> = fc.record(attempt);
const cancelled = { ...attempt, cancelAfter: milliseconds(100, 400_000) };
const cancellable: fc.Arbitrary<Attempt> = either<Attempt>(
  { weight: 85, arbitrary: attempts },
  { weight: 15, arbitrary: fc.record(cancelled) },
);

const updates: fc.Arbitrary<Update> = fc
  .tuple(
    either<Update['to']>(
      { weight: 85, arbitrary: fc.array(changes, { minLength: 1, maxLength: 3 }) },
      { weight: 15, arbitrary: fc.record({ back: fc.integer({ min: 1, max: 3 }) }) },
    ),
    cancellable,
    either<{ again?: Attempt }>(
      { weight: 1, arbitrary: fc.constant({}) },
      { weight: 1, arbitrary: fc.record({ again: cancellable }) },
    ),
  )
  .map(([to, own, again]) => ({ to, ...own, ...again }));

/** One is given a name and kept, leaves the stack, and is asked for again, perhaps otherwise. */
const returns: fc.Arbitrary<Update[]> = fc
  .record({
    of: fc.constantFrom<LogicalId[]>('Second', 'Third'),
    description: fc.constantFrom('', 'a'),
    attempts: fc.tuple(attempts, attempts, cancellable),
  })
  .map(({ of, description, attempts: [first, second, third] }) => [
    { ...first, to: [{ of, to: { name: 'mine', policy: 'Retain' } }] },
    { ...second, to: [{ of, to: 'removed' }] },
    { ...third, to: [{ of, to: { name: 'mine', description } }] },
  ]);

const anywhere = {
  seed,
  create: fc.tuple(wishes, cancellable).map(([wish, own]) => ({ wish, ...own })),
  updates: either<Update[]>(
    { weight: 85, arbitrary: upTo(4, updates) },
    { weight: 15, arbitrary: fc.tuple(returns, upTo(1, updates)).map(([first, rest]) => [...first, ...rest]) },
  ),
  remove: attempts,
};

export const plans: fc.Arbitrary<Plan> = plansIn(worlds);

export function plansIn(world: fc.Arbitrary<World>): fc.Arbitrary<Plan> {
  return fc.record({ ...anywhere, world }).filter(isTellable);
}

/** Where a name may be given twice, nobody who asks by name can tell the two apart: no two ask for the same there. */
function isTellable({ world, create, updates }: Plan): boolean {
  return world.behaviour.nameIndexLag === 0 || !JSON.stringify([create.wish, updates]).includes('"ours"');
}
