import type { Memory } from '../../../lambda/reconcile/memory';
import { endure, recover, suffer, type Trouble } from '../../../lambda/reconcile/trouble';
import { memory, NOON } from '../support/builders';

const at = (seconds: number): number => NOON + seconds * 1000;
const throttled: Trouble = { kind: 'passing', operation: 'GetCustomModelDeployment', message: 'ThrottlingException: slow down' };
const denied: Trouble = { kind: 'denied', operation: 'GetCustomModel', message: 'AccessDeniedException: not authorized to perform: bedrock:GetCustomModel on resource: arn:x' };

/** Suffers the trouble at each of these seconds. */
function suffered(trouble: Trouble, ...seconds: number[]): Memory {
  return seconds.reduce((remembered, second) => suffer(remembered, trouble, at(second)), memory());
}

describe('H13: a passing trouble', () => {
  test('is waited out, longer each time, up to 26 s', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 7].map((times) => endure(suffered(throttled, ...Array<number>(times).fill(0)), throttled, at(0)));
    expect(pauses.map((pause) => pause.kind === 'wait' && pause.seconds)).toEqual([2, 4, 8, 16, 26, 26, 26]);
  });

  test('is forgotten when the call works, but not when another does', () => {
    const remembered = suffered(throttled, 0);
    expect(recover(remembered, 'GetCustomModel').troubles).toHaveProperty('GetCustomModelDeployment');
    expect(recover(remembered, 'GetCustomModelDeployment').troubles).toEqual({});
  });

  test('never fails a request before its time, and then is named', () => {
    const remembered = suffered(throttled, 0, 600, 3400);
    expect(endure(remembered, throttled, at(3479))).toMatchObject({ kind: 'wait', seconds: 1 });
    expect(endure(remembered, throttled, at(3480))).toMatchObject({
      kind: 'fail', reason: expect.stringContaining('last error: GetCustomModelDeployment: ThrottlingException: slow down'),
    });
  });
});

describe('H14: a denial', () => {
  test('is waited out for three minutes, in which IAM has propagated', () => {
    expect(endure(suffered(denied, 0, 60, 179), denied, at(179))).toMatchObject({ kind: 'wait' });
  });

  test('H24: is then an error that names action and resource', () => {
    expect(endure(suffered(denied, 0, 60, 180), denied, at(180))).toMatchObject({
      kind: 'fail', reason: expect.stringContaining('not authorized to perform: bedrock:GetCustomModel on resource: arn:x (denied for 3 min'),
    });
  });

  test('of one call is not forgotten because another works', () => {
    const remembered = recover(suffered(denied, 0), 'GetCustomModelDeployment');
    expect(endure(suffer(remembered, denied, at(180)), denied, at(180))).toMatchObject({ kind: 'fail' });
  });
});

test('a look that is refused for a minute will not be granted: the service’s message is the verdict', () => {
  const refused: Trouble = { kind: 'refused', operation: 'GetCustomModelDeployment', message: 'ValidationException: no such Region' };
  expect(endure(suffered(refused, 0, 59), refused, at(59))).toMatchObject({ kind: 'wait' });
  expect(endure(suffered(refused, 0, 60), refused, at(60))).toEqual({ kind: 'fail', reason: 'GetCustomModelDeployment: ValidationException: no such Region' });
});

test('the wreck’s own message outlives any trouble with clearing it away', () => {
  expect(endure(suffer(memory({ failure: 'boom' }), denied, at(0)), denied, at(3480))).toEqual({ kind: 'fail', reason: 'boom' });
});
