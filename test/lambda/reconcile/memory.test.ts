import { forNextGoal, type Memory } from '../../../lambda/reconcile/memory';
import { memory, NOON } from '../support/builders';

const OF_REQUEST: Partial<Memory> = {
  spread: 0.3,
  setbacks: 2,
  settleUntil: NOON + 1,
  aloneAt: NOON + 2,
  earlier: [{ type: 'Create', at: NOON }],
  stack: 'UPDATE_IN_PROGRESS',
  stackAt: NOON + 3,
};

describe('the next goal of the same request', () => {
  test('knows what concerns the request, and nothing of the goal before it', () => {
    const before = memory({ ...OF_REQUEST, create: {}, awaiting: 'something', troubles: {}, failure: 'why' });
    expect(forNextGoal(before)).toStrictEqual(memory(OF_REQUEST));
  });

  test('does not know what the one before it did not', () => {
    expect(forNextGoal(memory())).toStrictEqual(memory());
  });
});
