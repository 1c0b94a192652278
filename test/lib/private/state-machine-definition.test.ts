import { waiterDefinition } from '../../../lib/private/state-machine-definition';
import type { Outcome, TaskInput } from '../support/interpreter';
import { run } from '../support/interpreter';

const FIRST = { request: 'the request' };

function execute(handler: (input: TaskInput) => unknown): Promise<Outcome> {
  return run(waiterDefinition, handler);
}

function actions({ calls }: Outcome): string[] {
  return calls.map(({ action }) => action);
}

describe('the state machine that waits', () => {
  test('looks, waits as often as it is told, and has the answer sent, with the state that the handler returned last', async () => {
    const states = [
      { ...FIRST, memory: 1, next: 'wait', wait: 10 },
      { ...FIRST, memory: 2, next: 'wait', wait: 15 },
      { ...FIRST, memory: 3, next: 'answer', answer: 'SUCCESS' },
    ];
    const returned = [...states];

    const outcome = await execute(({ action }) => action === 'reconcile' ? returned.shift() : 'sent');

    expect(outcome).toEqual({
      calls: [
        { action: 'reconcile', state: FIRST },
        { action: 'reconcile', state: states[0] },
        { action: 'reconcile', state: states[1] },
        { action: 'answer', state: states[2] },
      ],
      output: 'sent',
    });
  });

  test('waits for the seconds that the handler says', async () => {
    const returned = [{ next: 'wait', wait: 1 }, { next: 'stop' }];
    const begin = performance.now();

    await run(waiterDefinition, () => returned.shift(), { patient: true });

    expect(performance.now() - begin).toBeGreaterThanOrEqual(990);
  });

  test('ends without a word, and not as a success, when the handler says stop', async () => {
    const outcome = await execute(() => ({ ...FIRST, next: 'stop' }));

    expect(actions(outcome)).toEqual(['reconcile']);
    expect(outcome).not.toHaveProperty('output');
  });

  test('H13: looks again, with the same state, when the function fails', async () => {
    let failures = 8;
    const outcome = await execute(({ action }) => {
      if (action === 'reconcile' && failures-- > 0) throw new Error('killed');
      return { ...FIRST, next: 'answer', answer: 'SUCCESS' };
    });

    expect(actions(outcome)).toEqual([...Array<string>(9).fill('reconcile'), 'answer']);
    expect(outcome.calls.slice(0, 9).map(({ state }) => state)).toEqual(Array(9).fill(FIRST));
  });

  test('gives up when the function does nothing but fail, and has an answer made of the error', async () => {
    const outcome = await execute(({ action }) => {
      if (action === 'reconcile') throw new Error('killed');
      return { ...FIRST, next: 'answer', answer: 'FAILED' };
    });

    expect(actions(outcome)).toEqual([...Array<string>(9).fill('reconcile'), 'giveUp', 'answer']);
    expect(outcome.calls[9]?.state).toEqual({ ...FIRST, error: { Error: 'Error', Cause: 'killed' } });
    expect(outcome.calls[10]?.state).toEqual({ ...FIRST, next: 'answer', answer: 'FAILED' });
  });

  test('H20: tries to send the answer ten times more', async () => {
    let failures = 10;
    const outcome = await execute(({ action }) => {
      if (action === 'answer' && failures-- > 0) throw new Error('no connection');
      return action === 'answer' ? 'sent' : { ...FIRST, next: 'answer', answer: 'SUCCESS' };
    });

    expect(actions(outcome)).toEqual(['reconcile', ...Array<string>(11).fill('answer')]);
    expect(outcome.output).toBe('sent');
  });

  test('H20: fails where everybody can see it if the answer cannot be sent', async () => {
    const outcome = await execute(({ action }) => {
      if (action === 'answer') throw new Error('no connection');
      return { ...FIRST, next: 'answer', answer: 'SUCCESS' };
    });

    expect(actions(outcome)).toEqual(['reconcile', ...Array<string>(11).fill('answer')]);
    expect(outcome).not.toHaveProperty('output');
  });
});
