import fc from 'fast-check';
import { existingModels, logicalIds } from '../../workload/arbitraries/templates';
import { either, just, milliseconds } from '../../workload/arbitraries/weighted';
import type { ExternalAction, ModelUse, ScheduledAction } from '../../workload/plan';

const uses = fc.constantFrom<ModelUse[]>('created', 'moved to', 'moving away', 'stuck', 'moved away');

const actions: fc.Arbitrary<ExternalAction> = either<ExternalAction>(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom<('delete' | 'fail')[]>('delete', 'fail'), of: logicalIds }),
  },
  { weight: 3, arbitrary: fc.record({ kind: just('move'), of: logicalIds, to: existingModels }) },
  { weight: 2, arbitrary: fc.record({ kind: just('tag'), of: logicalIds, key: fc.constantFrom('cost', 'team') }) },
  { weight: 1, arbitrary: fc.record({ kind: just('take the name'), of: logicalIds, tagged: fc.boolean() }) },
  {
    weight: 5,
    arbitrary: fc.record({ kind: just('use the model'), users: fc.array(uses, { minLength: 1, maxLength: 4 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: just('hold the quota'),
      count: fc.integer({ min: 1, max: 2 }),
      ms: milliseconds(1000, 900_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: just('fill the account') }) },
  { weight: 1, arbitrary: fc.record({ kind: just('fill the account'), ms: milliseconds(1000, 1_800_000) }) },
  { weight: 2, arbitrary: fc.record({ kind: just('change access') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom<('repair' | 'break')[]>('repair', 'break') }) },
  { weight: 1, arbitrary: fc.record({ kind: just('slow down') }) },
);

export const scheduledActions: fc.Arbitrary<ScheduledAction> = either<ScheduledAction>(
  { weight: 2, arbitrary: fc.record({ action: actions }) },
  { weight: 1, arbitrary: fc.record({ action: actions, after: milliseconds(1, 600_000) }) },
);
