import type { Action } from '../../../lambda/reconcile/action';
import type { Memory, Ordeal } from '../../../lambda/reconcile/memory';
import { endure, type Operation, outOfTime, recover, type Trouble, TroubleError } from '../../../lambda/reconcile/trouble';
import { memory, NOON } from '../support/builders';

const at = (seconds: number): number => NOON + seconds * 1000;
const throttled: Trouble = { kind: 'passing', operation: 'GetCustomModelDeployment', message: 'ThrottlingException: slow down' };
const denied: Trouble = { kind: 'denied', operation: 'GetCustomModel', message: 'AccessDeniedException: not authorized to perform: bedrock:GetCustomModel on resource: arn:x' };
const busy: Trouble = { kind: 'busy', operation: 'CreateCustomModelDeployment', message: 'ServiceQuotaExceededException: two at most' };

const after = (before: Memory, trouble: Trouble, second: number): Memory => ({ ...before, ...endure(before, trouble, at(second)).note });

/** The trouble comes at each of these seconds: what is done at the last. */
function endured(trouble: Trouble, seconds: readonly number[], before = memory()): Action {
  const known = seconds.slice(0, -1).reduce((remembered, second) => after(remembered, trouble, second), before);
  return endure(known, trouble, at(seconds.at(-1) ?? 0));
}

describe('trouble', () => {
  test('is remembered by its call: how it failed, since when, when last and how often', () => {
    expect(endured(throttled, [3, 5, 9]).note).toEqual({
      troubles: { GetCustomModelDeployment: { kind: 'passing', message: 'GetCustomModelDeployment: ThrottlingException: slow down', first: at(3), last: at(9), count: 3 } },
    });
  });

  test('of another kind with the same call begins anew', () => {
    expect(endured({ ...throttled, kind: 'denied' }, [9], after(memory(), throttled, 3)).note?.troubles)
      .toMatchObject({ GetCustomModelDeployment: { kind: 'denied', first: at(9), count: 1 } });
  });

  test('with one call stands beside that with another', () => {
    expect(Object.keys(endured(denied, [9], after(memory(), throttled, 3)).note?.troubles ?? {})).toEqual(['GetCustomModelDeployment', 'GetCustomModel']);
  });

  test('is forgotten when the call works, but not when another does', () => {
    const remembered = after(memory(), throttled, 0);
    expect(recover(remembered, 'GetCustomModel').troubles).toHaveProperty('GetCustomModelDeployment');
    expect(recover(remembered, 'GetCustomModelDeployment').troubles).toEqual({});
  });

  test('tells the call and the service’s words, as an error', () => {
    expect(new TroubleError(throttled)).toMatchObject({ message: 'GetCustomModelDeployment: ThrottlingException: slow down', trouble: throttled });
  });
});

describe('H13: a passing trouble', () => {
  test('is waited out, longer each time, up to 26 s', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 7].map((times) => endured(throttled, Array<number>(times).fill(0)));
    expect(pauses.map((pause) => pause.kind === 'wait' && pause.seconds)).toEqual([2, 4, 8, 16, 26, 26, 26]);
  });

  test('is waited out for what was awaited before it, or else for the call to work', () => {
    expect(endured(throttled, [0])).toMatchObject({ awaiting: 'GetCustomModelDeployment to work' });
    expect(endured(throttled, [0], memory({ awaiting: 'the deployment to become Active' }))).toMatchObject({ awaiting: 'the deployment to become Active' });
  });

  test('never fails a request before its time, and then is named', () => {
    expect(endured(throttled, [0, 600, 3479])).toMatchObject({ kind: 'wait', seconds: 1 });
    expect(endured(throttled, [0, 600, 3480])).toMatchObject({ kind: 'fail', reason: expect.stringContaining('last error: GetCustomModelDeployment: ThrottlingException: slow down') });
  });
});

describe('H14: a denial', () => {
  test('is waited out for three minutes, in which IAM has propagated', () => {
    expect(endured(denied, [0, 60, 179])).toMatchObject({ kind: 'wait' });
  });

  test('H24: is then an error that names action and resource', () => {
    expect(endured(denied, [0, 60, 180])).toMatchObject({
      kind: 'fail', reason: 'GetCustomModel: AccessDeniedException: not authorized to perform: bedrock:GetCustomModel on resource: arn:x (denied for 3 min, so not merely IAM propagation)',
    });
  });

  test('of one call is not forgotten because another works', () => {
    expect(endured(denied, [180], recover(after(memory(), denied, 0), 'GetCustomModelDeployment'))).toMatchObject({ kind: 'fail' });
  });
});

describe('H15: what must wait its turn', () => {
  test('is waited out to the end, however often it is turned away', () => {
    expect(endured(busy, [0, 600, 3400])).toMatchObject({ kind: 'wait', awaiting: 'CreateCustomModelDeployment to be accepted' });
  });

  test('is awaited in place of what was awaited before', () => {
    expect(endured(busy, [0], memory({ awaiting: 'the model to become Active' })).note).toMatchObject({ awaiting: 'CreateCustomModelDeployment to be accepted' });
  });
});

describe('H25: a refusal', () => {
  const refused = (operation: Operation): Trouble => ({ kind: 'refused', operation, message: 'ValidationException: no such Region' });

  test.each(['GetCustomModelDeployment', 'GetCustomModel', 'ListTagsForResource', 'ListCustomModelDeployments', 'ListExecutions'] as const)(
    'of the look %s for a minute will not be withdrawn: the service’s message is the verdict', (operation) => {
      expect(endured(refused(operation), [0, 59])).toMatchObject({ kind: 'wait' });
      expect(endured(refused(operation), [0, 60])).toMatchObject({ kind: 'fail', reason: `${operation}: ValidationException: no such Region` });
    });

  test.each(['CreateCustomModelDeployment', 'UpdateCustomModelDeployment', 'DeleteCustomModelDeployment', 'CreateCustomModel', 'DeleteCustomModel', 'TagResource', 'UntagResource'] as const)(
    'of the change %s is for a fresh look to judge', (operation) => {
      expect(endured(refused(operation), [0, 600])).toMatchObject({ kind: 'wait' });
    });
});

describe('H7: the wreck’s own message', () => {
  const wreck = memory({ failure: 'boom' });

  test.each<[string, Trouble, number]>([
    ['the end of the time', throttled, 3480],
    ['a denial', denied, 180],
    ['a refusal', { ...throttled, kind: 'refused' }, 60],
  ])('outlives %s while it is cleared away', (_, trouble, second) => {
    expect(endured(trouble, [0, second], wreck)).toMatchObject({ kind: 'fail', reason: 'boom' });
  });
});

describe('H18: an error at the end of the time', () => {
  test('says what was awaited and for how long, and names the trouble that came last', () => {
    const ordeal = (message: string, last: number): Ordeal => ({ kind: 'passing', message, first: NOON, last: at(last), count: 1 });
    const troubles = { TagResource: ordeal('first', 600), GetCustomModel: ordeal('last', 700), UntagResource: ordeal('second', 650) };
    expect(outOfTime(memory({ awaiting: 'the tags', troubles }), at(3480))).toBe('out of time: after 58 min still waiting for the tags; last error: last');
  });

  test('says so where nothing was ever answered', () => {
    expect(endured(throttled, [3480])).toMatchObject({ reason: expect.stringContaining('after 58 min still waiting for the first answer of Amazon Bedrock') });
  });
});
