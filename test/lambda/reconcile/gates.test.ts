import type { Action } from '../../../lambda/reconcile/action';
import { decide } from '../../../lambda/reconcile/decide';
import { passGates } from '../../../lambda/reconcile/gates';
import type { Gate, PresenceGoal } from '../../../lambda/reconcile/goal';
import {
  type CheckError,
  type CheckOutcome,
  type GateProgress,
  type Memory,
  NOT_ASKED,
  type RepeatedError,
  UNREADABLE,
} from '../../../lambda/reconcile/memory';
import { ARN, deployment, memory, MODEL_1, MODEL_2, NOON, OUR_TAGS, present, seen } from '../support/builders';

/** What must hold before a request succeeds whose deployment serves the model already. */

const CONVERSE: Gate = { kind: 'converse', request: {}, maxAttempts: 3, seconds: 900 };
const INVOKE: Gate = { kind: 'invokeModel', request: {}, maxAttempts: 3, seconds: 900 };
const FUNCTION: Gate = {
  kind: 'lambda',
  functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:golden',
  maxAttempts: 2,
  seconds: 3480,
};
const ALARMS: Gate = { kind: 'alarms', names: ['errors', 'latency'], maxAttempts: 3, seconds: 600 };
const OK = { state: 'OK' };

const updating = { previous: { modelArn: MODEL_2, tags: {} } };
const at = (seconds: number): number => NOON + seconds * 1000;

function goalOf(gates: readonly Gate[], changes: Parameters<typeof present>[0] = {}): PresenceGoal {
  return present({ gates, ...changes });
}

const progress = (changes: Partial<GateProgress> = {}): GateProgress => ({
  index: 0,
  since: NOON,
  checks: 0,
  ...changes,
});

/** The checks so far have failed in this way. */
const troubled = (
  kind: CheckError['error'],
  count: number,
  changes: Partial<RepeatedError> = {},
): Pick<GateProgress, 'trouble'> => ({
  trouble: { kind, message: 'no', first: NOON, last: NOON, count, ...changes },
});

interface Given {
  readonly seconds?: number;
  readonly memory?: Partial<Memory>;
  readonly goal?: Parameters<typeof present>[0];
}

/** What follows from the outcome of a check of that gate. */
function after(
  gate: Gate,
  checked: CheckOutcome,
  from: Partial<GateProgress> = {},
  { seconds = 0, goal }: Given = {},
): Action | undefined {
  const given = memory({ stack: 'CREATE_IN_PROGRESS', gate: progress(from), checked });
  return passGates(goalOf([gate], goal), deployment(), at(seconds), given);
}

const failedBy = (error: 'passing' | 'denied' | 'refused', message = 'Some.Error: no'): CheckOutcome => ({
  kind: 'error',
  error,
  message,
});

describe('H21: gates are checked', () => {
  const checkedWith = (goal: PresenceGoal, given: Partial<Memory>): string | undefined =>
    passGates(goal, deployment(), NOON, memory(given))?.kind;
  const inProgress = { stack: 'UPDATE_IN_PROGRESS' };
  const unchanged = { previous: { modelArn: MODEL_1, tags: {} } };

  test.each<[string, Partial<Memory>, Parameters<typeof present>[0]]>([
    ['on a Create', inProgress, {}],
    ['on an Update to another model, also where it is served already', inProgress, updating],
    ['on an Update that has updated', { ...inProgress, update: { before: {} } }, unchanged],
    ['on an Update that has created', { ...inProgress, create: { arn: ARN } }, unchanged],
    [
      'on an Update after a request that failed',
      { ...inProgress, earlier: [{ type: 'Update', at: 0, failed: true }] },
      unchanged,
    ],
    ['on an Update that takes over what the stack had retained', inProgress, { ...unchanged, nameIsNew: true }],
    ['where the state machine was not asked for the stack', { stack: NOT_ASKED }, updating],
  ])('%s', (_when, given, changes) => {
    expect(checkedWith(goalOf([CONVERSE], changes), given)).toBe('check');
  });

  test.each<[string, Partial<Memory>, Parameters<typeof present>[0]]>([
    ['on an Update that changed nothing that is served', inProgress, unchanged],
    ['the same after a request that succeeded', { ...inProgress, earlier: [{ type: 'Update', at: 0 }] }, unchanged],
    ['in a rollback', { stack: 'UPDATE_ROLLBACK_IN_PROGRESS' }, updating],
    ['in a rollback of a Create', { stack: 'ROLLBACK_IN_PROGRESS' }, {}],
    ['without any', inProgress, { gates: [] }],
  ])('not %s', (_when, given, changes) => {
    expect(checkedWith(goalOf([CONVERSE], changes), given)).toBeUndefined();
  });

  test('once it is known whether the stack is rolling back', () => {
    expect(passGates(goalOf([CONVERSE]), deployment(), NOON, memory())).toEqual({ kind: 'look', at: 'stack' });
  });

  test('not in an Update of a stack that cannot be read for three minutes, of which the answer warns', () => {
    expect(looksUntilUnchecked([0, 60, 179, 180, 200])).toBe(4);
    expect(ofUnreadable(at(180), unreadable({ last: at(179), count: 3 }))).toMatchObject({
      kind: 'succeed',
      resource: deployment(),
      warning: expect.stringMatching(/not checked.*DescribeStacks/) as string,
    });
  });

  test('H14: nor is it unreadable for long if nobody looked meanwhile, as while Lambda was away', () => {
    expect(looksUntilUnchecked([0, 1800, 1815])).toBe(Infinity);
    expect(looksUntilUnchecked([0, 1800, 1890, 1979, 1980])).toBe(5);
  });

  test('and with its whole time once the stack can be read', () => {
    const { note } = ofUnreadable(at(100), unreadable({ last: at(60), count: 2 })) as { note: Partial<Memory> };
    expect(note.gate).toMatchObject({ index: 0, since: at(100), checks: 0 });
  });

  const unreadable = (changes: Partial<RepeatedError>): GateProgress =>
    progress({ unreadable: { kind: 'denied', message: 'it cannot', first: NOON, last: NOON, count: 1, ...changes } });

  function ofUnreadable(now: number, gate?: GateProgress): Action | undefined {
    const given = memory({ stack: UNREADABLE, ...(gate === undefined ? {} : { gate }) });
    return passGates(goalOf([CONVERSE], updating), deployment(), now, given);
  }

  /** The number of the look at the stack, of those at these seconds, with which the update succeeds unchecked. */
  function looksUntilUnchecked(looks: readonly number[]): number {
    let gate: GateProgress | undefined;
    for (const [index, second] of looks.entries()) {
      const action = ofUnreadable(at(second), gate);
      if (action?.kind === 'succeed') {
        return index + 1;
      }
      expect(action).toMatchObject({ kind: 'look', at: 'stack' });
      gate = (action as { note: Partial<Memory> }).note.gate;
    }
    return Infinity;
  }

  test('in a Create of a stack that cannot be read: a rollback makes nothing', () => {
    expect(checkedWith(goalOf([CONVERSE]), { stack: UNREADABLE })).toBe('check');
  });

  test('with what the state machine needs for it', () => {
    const checking = (changes: Parameters<typeof present>[0]): Action | undefined =>
      passGates(goalOf([CONVERSE], changes), deployment(), NOON, memory({ stack: 'UPDATE_IN_PROGRESS' }));
    const common = {
      kind: 'check',
      gate: CONVERSE,
      deployment: deployment(),
      modelArn: MODEL_1,
      seconds: 60,
      awaiting: 'gate 1 of 1 (converse) to pass',
      note: { gate: progress({ askedAt: NOON }) },
    };
    expect(checking({})).toStrictEqual(common);
    expect(checking(updating)).toStrictEqual({ ...common, previous: updating.previous });
  });

  test('of deployments alone', () => {
    const spec = { kind: 'model', madeOf: 'abc', source: { modelPackageArn: 'arn:package' } } as const;
    const given = memory({ stack: 'CREATE_IN_PROGRESS' });
    expect(passGates({ ...goalOf([CONVERSE]), spec }, deployment(), NOON, given)).toBeUndefined();
  });

  test('one after the other, and then the request succeeds', () => {
    const goal = goalOf([CONVERSE, INVOKE]);
    const given = memory({ stack: 'CREATE_IN_PROGRESS', gate: progress(), checked: { kind: 'answered' } });
    expect(passGates(goal, deployment(), at(5), given)).toMatchObject({
      kind: 'check',
      gate: INVOKE,
      note: { gate: { index: 1, since: at(5), checks: 0 } },
    });
    expect(passGates(goal, deployment(), at(9), { ...given, gate: progress({ index: 1 }) })).toBeUndefined();
  });

  test('when all else is as it should be, of a deployment that is ours', () => {
    const given = memory({ stack: 'CREATE_IN_PROGRESS', create: { arn: ARN } });
    const decided = (changes: Parameters<typeof deployment>[0], tags = OUR_TAGS): Action =>
      decide(goalOf([CONVERSE]), seen({ deployment: deployment(changes), tags }), given);
    expect(decided({})).toMatchObject({ kind: 'check', deployment: { arn: ARN }, modelArn: MODEL_1 });
    expect(decided({ status: 'Creating' }).kind).toBe('wait');
    expect(decided({ modelArn: MODEL_2 }).kind).not.toBe('check');
    expect(decide(goalOf([CONVERSE]), seen({ deployment: deployment() }), given)).toMatchObject({ at: 'tags' });
    expect(decide(goalOf([CONVERSE]), seen({ deployment: deployment(), tags: {} }), given).kind).toBe('fail');
  });

  test('H18: within the time of the request, which is over with what the last check came to', () => {
    const given = memory({
      stack: 'CREATE_IN_PROGRESS',
      create: { arn: ARN },
      gate: progress(troubled('passing', 9, { message: 'BedrockRuntime.ModelNotReadyException: warming up' })),
      checked: null,
    });
    const decided = (seconds: number): Action =>
      decide(goalOf([FUNCTION]), seen({ deployment: deployment(), tags: OUR_TAGS }, seconds), given);
    expect(decided(3470)).toMatchObject({ kind: 'check', seconds: 10 });
    expect(decided(3480)).toMatchObject({
      kind: 'fail',
      reason: expect.stringMatching(/out of time.*gate 1 of 1.*ModelNotReadyException: warming up/) as string,
    });
  });
});

describe.each([CONVERSE, INVOKE])('H21: a model that is asked ($kind)', (gate) => {
  test('passes with any answer', () => {
    expect(after(gate, { kind: 'answered' })).toBeUndefined();
  });

  test('is waited for while it is not ready or throttles, until the time of the gate is over', () => {
    const notReady = failedBy('passing', 'BedrockRuntime.ModelNotReadyException: not yet');
    expect(after(gate, notReady, {}, { seconds: 60 })).toMatchObject({
      kind: 'wait',
      seconds: 10,
      note: { checked: null, gate: { checks: 1, trouble: { kind: 'passing', count: 1 } } },
    });
    expect(after(gate, notReady, { checks: 80 }, { seconds: 898 })).toMatchObject({ kind: 'wait', seconds: 2 });
    expect(after(gate, notReady, { checks: 80 }, { seconds: 900 })).toMatchObject({
      kind: 'fail',
      reason: expect.stringMatching(/did not pass within 15 min.*ModelNotReadyException: not yet/) as string,
    });
  });

  test('fails with an error that stays, in the words of the service', () => {
    const error = failedBy('refused', 'BedrockRuntime.ValidationException: bad body');
    expect(after(gate, error)).toMatchObject({ kind: 'wait', seconds: 2, note: { gate: { trouble: { count: 1 } } } });
    expect(after(gate, error, troubled('refused', 1))).toMatchObject({ kind: 'wait', seconds: 4 });
    expect(after(gate, error, troubled('refused', 2))).toMatchObject({
      kind: 'fail',
      reason: expect.stringContaining('BedrockRuntime.ValidationException: bad body (3 times in a row)') as string,
    });
    expect(after({ ...gate, maxAttempts: 1 }, error)).toMatchObject({
      kind: 'fail',
      reason: expect.stringMatching(/bad body$/) as string,
    });
    // Lambda was away in between, which is no answer of the service
    expect(after(gate, error, troubled('refused', 2), { seconds: 800 })?.kind).toBe('fail');
  });

  test('H14: that is denied has three minutes, for the permission is new', () => {
    const denied = failedBy('denied', 'BedrockRuntime.AccessDeniedException: is not authorized');
    expect(after(gate, denied, {}, { seconds: 10 })).toMatchObject({
      kind: 'wait',
      note: { gate: { trouble: { kind: 'denied', first: at(10), count: 1 } } },
    });
    const before = troubled('denied', 6, { first: at(10), last: at(179) });
    expect(after(gate, denied, before, { seconds: 189 })?.kind).toBe('wait');
    const lately = troubled('denied', 2, { first: at(10), last: at(20) });
    expect(after(gate, denied, lately, { seconds: 34 })).toMatchObject({ kind: 'wait', seconds: 4 });
    // Lambda was away in between
    expect(after(gate, denied, before, { seconds: 800 })).toMatchObject({
      kind: 'wait',
      note: { gate: { trouble: { first: at(800), count: 1 } } },
    });
    expect(after(gate, denied, { ...before, askedAt: at(189) }, { seconds: 800 })?.kind).toBe('wait');
    expect(after(gate, denied, before, { seconds: 190 })).toMatchObject({
      kind: 'fail',
      reason: expect.stringContaining('denied for 3 min') as string,
    });
    // another error in between: it was not denied all the time
    expect(after(gate, failedBy('passing'), before, { seconds: 190 })).toMatchObject({
      note: { gate: { trouble: { kind: 'passing', count: 1 } } },
    });
  });
});

describe('H21: a function', () => {
  const says = (status: 'READY' | 'WAIT' | 'FAILED', more: object = {}): CheckOutcome => ({
    kind: 'verdict',
    status,
    ...more,
  });

  test('passes when it says READY', () => {
    expect(after(FUNCTION, says('READY'))).toBeUndefined();
  });

  test('fails when it says FAILED, in its own words', () => {
    expect(after(FUNCTION, says('FAILED', { reason: '3 of 20 prompts' }))).toMatchObject({
      kind: 'fail',
      reason: expect.stringMatching(/function:golden\) did not pass: 3 of 20 prompts$/) as string,
    });
    expect(after(FUNCTION, says('FAILED', { reason: 'passed' }))).toMatchObject({ kind: 'fail' });
    expect(after(FUNCTION, says('FAILED', { reason: '' }))).toMatchObject({ kind: 'fail' });
    expect(after(FUNCTION, says('FAILED'))).toMatchObject({
      kind: 'fail',
      reason: expect.stringMatching(/did not pass: it gives no reason$/) as string,
    });
  });

  test('is called again when it wants, with the state that it gave', () => {
    expect(
      after(FUNCTION, says('WAIT', { seconds: 120, state: { job: 7 }, reason: '40 %' }), troubled('refused', 1)),
    ).toEqual({
      kind: 'wait',
      seconds: 120,
      awaiting: expect.stringContaining('40 %') as string,
      note: { checked: null, gate: progress({ checks: 1, state: { job: 7 }, reason: '40 %' }) },
    });
    expect(after(FUNCTION, says('WAIT'))).toStrictEqual({
      kind: 'wait',
      seconds: 30,
      awaiting: expect.stringMatching(/ to pass$/) as string,
      note: { checked: null, gate: progress({ checks: 1 }) },
    });
    expect(after(FUNCTION, says('WAIT', { seconds: 300 }), {}, { seconds: 3400 })).toMatchObject({ seconds: 80 });
    expect(after(FUNCTION, says('WAIT', { reason: '90 %' }), {}, { seconds: 3480 })).toMatchObject({
      kind: 'fail',
      reason: expect.stringContaining('90 %') as string,
    });
  });

  test('that fails keeps its state for the next call, and has as many attempts as it is given', () => {
    expect(after(FUNCTION, failedBy('refused'), { state: 7, reason: '40 %' })).toMatchObject({
      kind: 'wait',
      note: { gate: { state: 7, trouble: { count: 1 } } },
      awaiting: expect.stringContaining('Some.Error: no') as string,
    });
    expect(after(FUNCTION, failedBy('refused'), troubled('refused', 1))?.kind).toBe('fail');
  });

  test('is called for as long as the gate has', () => {
    const given = memory({ stack: 'CREATE_IN_PROGRESS', gate: progress() });
    const gate: Gate = { ...FUNCTION, seconds: 600 };
    expect(passGates(goalOf([gate]), deployment(), at(500), given)).toMatchObject({ kind: 'check', seconds: 100 });
  });
});

describe('H21: alarms', () => {
  const shows = (...alarms: { name: string; state: string; reason?: string }[]): CheckOutcome => ({
    kind: 'alarms',
    alarms,
  });
  const quiet = shows({ name: 'errors', ...OK }, { name: 'latency', state: 'INSUFFICIENT_DATA' });

  test('pass when none is in ALARM until the bake is over', () => {
    const first = after(ALARMS, quiet, { askedAt: at(10) }, { seconds: 11 });
    expect(first).toMatchObject({ kind: 'wait', seconds: 30, note: { gate: { quietSince: at(11) } } });
    const later = (askedAt: number, judgedAt: number): Action | undefined =>
      after(ALARMS, quiet, { quietSince: at(11), askedAt: at(askedAt) }, { seconds: judgedAt });
    expect(later(600, 601)).toMatchObject({ kind: 'wait', seconds: 10, note: { gate: { quietSince: at(11) } } });
    expect(later(610, 900)).toMatchObject({ kind: 'wait', seconds: 1 }); // what was seen then is not of now
    expect(later(611, 612)).toBeUndefined();
  });

  test('fail as soon as one is, in its own words', () => {
    const ringing = shows({ name: 'latency', state: 'ALARM', reason: 'Threshold Crossed' }, { name: 'errors', ...OK });
    expect(after(ALARMS, ringing)).toMatchObject({
      kind: 'fail',
      reason: expect.stringContaining('the alarm latency is in ALARM: Threshold Crossed') as string,
    });
    expect(after(ALARMS, ringing, {}, { seconds: 600 })?.kind).toBe('fail');
    expect(after(ALARMS, shows({ name: 'errors', state: 'ALARM' }))).toMatchObject({
      reason: expect.stringMatching(/\(errors, latency\) did not pass: the alarm errors is in ALARM$/) as string,
    });
  });

  test('may be missing on a Create, with which they may come, but not on an Update', () => {
    const one = shows({ name: 'errors', ...OK });
    expect(after(ALARMS, one)?.kind).toBe('wait');
    expect(after(ALARMS, quiet, {}, { goal: updating })?.kind).toBe('wait');
    expect(after(ALARMS, one, {}, { goal: updating })).toMatchObject({
      kind: 'fail',
      reason: expect.stringContaining('no alarm latency') as string,
    });
  });

  test('that cannot be read at the end of the bake have what is left of the time of the request', () => {
    expect(after(ALARMS, failedBy('passing'), {}, { seconds: 900 })).toMatchObject({ kind: 'wait' });
    expect(after(ALARMS, failedBy('refused'), troubled('refused', 2))?.kind).toBe('fail');
    expect(after(ALARMS, failedBy('passing'), { quietSince: NOON })).toMatchObject({
      note: { gate: { quietSince: NOON } },
    });
  });
});
