import fc from 'fast-check';
import type { Attempt, ByHand, Plan, Update, World } from '../plan';
import { mishaps } from './mishaps';
import { deeds } from './others';
import { either, milliseconds, upTo } from './weighted';
import { changes, wishes } from './wishes';
import { worlds } from './worlds';

const seed = fc.noShrink(fc.nat());

const attempt = {
  seed,
  byHand: either<ByHand[]>({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(deeds, { minLength: 1, maxLength: 2 }) }),
  mishaps: upTo(34, mishaps),
};
const attempts: fc.Arbitrary<Attempt> = fc.record(attempt);
const cancelled = { ...attempt, cancelAfter: milliseconds(100, 400_000) };
const cancellable: fc.Arbitrary<Attempt> = either<Attempt>({ weight: 85, arbitrary: attempts }, { weight: 15, arbitrary: fc.record(cancelled) });

const updates: fc.Arbitrary<Update> = fc.tuple(
  either<Update['to']>(
    { weight: 85, arbitrary: fc.array(changes, { minLength: 1, maxLength: 3 }) },
    { weight: 15, arbitrary: fc.record({ back: fc.integer({ min: 1, max: 3 }) }) },
  ),
  cancellable,
  either<{ again?: Attempt }>({ weight: 1, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: fc.record({ again: cancellable }) }),
).map(([to, own, again]) => ({ to, ...own, ...again }));

const anywhere = {
  seed,
  create: fc.tuple(wishes, cancellable).map(([wish, own]) => ({ wish, ...own })),
  updates: upTo(4, updates),
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
