import fc from 'fast-check';
import { givenModels, logicalIds } from '../../workload/arbitraries/templates';
import { either, just, milliseconds } from '../../workload/arbitraries/weighted';
import type { Act, ByHand, ModelUse } from '../../workload/plan';

const uses = fc.constantFrom<ModelUse[]>('made', 'moved to', 'moving away', 'stuck', 'moved away');

const acts: fc.Arbitrary<Act> = either<Act>(
  {
    weight: 3,
    arbitrary: fc.record({ act: fc.constantFrom<('delete' | 'fail')[]>('delete', 'fail'), of: logicalIds }),
  },
  { weight: 3, arbitrary: fc.record({ act: just('move'), of: logicalIds, to: givenModels }) },
  { weight: 2, arbitrary: fc.record({ act: just('tag'), of: logicalIds, key: fc.constantFrom('cost', 'team') }) },
  { weight: 1, arbitrary: fc.record({ act: just('take the name'), of: logicalIds, marked: fc.boolean() }) },
  {
    weight: 5,
    arbitrary: fc.record({ act: just('use the model'), users: fc.array(uses, { minLength: 1, maxLength: 4 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      act: just('hold the quota'),
      places: fc.integer({ min: 1, max: 2 }),
      ms: milliseconds(1000, 900_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ act: just('fill the account') }) },
  { weight: 1, arbitrary: fc.record({ act: just('fill the account'), ms: milliseconds(1000, 1_800_000) }) },
  { weight: 2, arbitrary: fc.record({ act: just('change access') }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constantFrom<('mend' | 'break')[]>('mend', 'break') }) },
  { weight: 1, arbitrary: fc.record({ act: just('slow down') }) },
);

export const deeds: fc.Arbitrary<ByHand> = either<ByHand>(
  { weight: 2, arbitrary: fc.record({ act: acts }) },
  { weight: 1, arbitrary: fc.record({ act: acts, after: milliseconds(1, 600_000) }) },
);
