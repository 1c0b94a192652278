import type { Action } from '../../../lambda/reconcile/action';
import {
  afterCallError,
  beforeCalling,
  type CallError,
  CallFailed,
  outOfTime,
  withoutErrorOf,
} from '../../../lambda/reconcile/call-errors';
import type { Goal } from '../../../lambda/reconcile/goal';
import {
  afterCleanStep,
  deadlineAfterQueue,
  deadlineOf,
  type Memory,
  NOT_ASKED,
  type RepeatedError,
  type SeenQuotaUse,
  UNREADABLE,
} from '../../../lambda/reconcile/memory';
import { remembered } from '../../../lambda/reconcile/quota';
import { absent, memory, NOON, present, STACK_SEEN } from '../support/builders';

const at = (seconds: number): number => NOON + seconds * 1000;
const throttled: CallError = {
  kind: 'passing',
  operation: 'GetCustomModelDeployment',
  message: 'ThrottlingException: slow down',
};
const denied: CallError = {
  kind: 'denied',
  operation: 'GetCustomModel',
  message: 'AccessDeniedException: not authorized to perform: bedrock:GetCustomModel on resource: arn:x',
};
const busy: CallError = {
  kind: 'busy',
  operation: 'CreateCustomModelDeployment',
  message: 'ServiceQuotaExceededException: two at most',
};

/** A look that showed nothing in progress, like those before it since then. */
const idleQuota = (kind: SeenQuotaUse['kind'], since: number, looked = since): SeenQuotaUse => ({
  kind,
  at: at(looked),
  total: 3,
  isIdle: true,
  digest: 'same',
  ofStack: 1,
  idleSince: at(since),
});

const after = (
  before: Memory,
  error: CallError,
  second: number,
  goal: Goal = present(),
  inTransition = false,
): Memory => ({ ...before, ...afterCallError(goal, before, error, at(second), inTransition).note });

/** The error comes at each of these seconds: what is done at the last. */
function endured(
  error: CallError,
  seconds: readonly number[],
  before = memory(),
  goal: Goal = present(),
  inTransition = false,
): Action {
  const known = seconds
    .slice(0, -1)
    .reduce((remembered, second) => after(remembered, error, second, goal, inTransition), before);
  return afterCallError(goal, known, error, at(seconds.at(-1) ?? 0), inTransition);
}

/** Every half a minute from the first second to the last. */
function steadily(last: number, first = 0): readonly number[] {
  const count = Math.ceil((last - first) / 30);
  return [...Array.from({ length: count }, (_, index) => first + index * 30), last];
}

describe('a call error', () => {
  test('is remembered by its call: how it failed, since when, when last and how often', () => {
    expect(endured(throttled, [3, 5, 9]).note).toEqual({
      troubles: {
        GetCustomModelDeployment: {
          kind: 'passing',
          message: 'GetCustomModelDeployment: ThrottlingException: slow down',
          first: at(3),
          last: at(9),
          count: 3,
        },
      },
      setbacks: 3,
    });
  });

  test('of another kind with the same call begins anew', () => {
    expect(endured({ ...throttled, kind: 'denied' }, [9], after(memory(), throttled, 3)).note?.troubles).toMatchObject({
      GetCustomModelDeployment: { kind: 'denied', first: at(9), count: 1 },
    });
  });

  test('lasts on while nobody asks, where its time does not count', () => {
    expect(endured(throttled, [0, 600]).note?.troubles).toMatchObject({
      GetCustomModelDeployment: { first: at(0), count: 2 },
    });
  });

  test('with one call stands beside that with another', () => {
    expect(Object.keys(endured(denied, [9], after(memory(), throttled, 3)).note?.troubles ?? {})).toEqual([
      'GetCustomModelDeployment',
      'GetCustomModel',
    ]);
  });

  test('is forgotten when the call works, but not when another does', () => {
    const remembered = after(memory(), throttled, 0);
    expect(withoutErrorOf('GetCustomModel', remembered).troubles).toHaveProperty('GetCustomModelDeployment');
    expect(withoutErrorOf('GetCustomModelDeployment', remembered).troubles).toEqual({});
  });

  test('tells the call and the service’s words, as an error', () => {
    expect(new CallFailed(throttled)).toMatchObject({
      message: 'GetCustomModelDeployment: ThrottlingException: slow down',
      callError: throttled,
    });
  });
});

describe('H13: a passing call error', () => {
  const pauseIn = (before: Memory, error = throttled, times = 1): unknown => {
    const pause = endured(error, Array<number>(times).fill(0), before);
    return pause.kind === 'wait' && pause.seconds;
  };

  test('is waited out, longer each time, up to a minute', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 7].map((times) => pauseIn(memory(), throttled, times));
    expect(pauses).toEqual([2, 4, 8, 16, 32, 60, 60]);
  });

  test('is waited out half as long up to half as long again, so that not all come back at once', () => {
    expect([0, 1].map((spread) => pauseIn(memory({ spread }), throttled, 3))).toEqual([4, 12]);
  });

  test('counts whichever call it was, and less with each step in which there was none', () => {
    const thrice = [throttled, { ...throttled, operation: 'GetCustomModel' }, throttled].reduce(
      (remembered, error) => after(remembered, error, 0),
      memory(),
    );
    const works = withoutErrorOf('GetCustomModelDeployment', thrice);
    expect(pauseIn(works)).toBe(16);
    expect(pauseIn(afterCleanStep(works))).toBe(8);
    expect(pauseIn(afterCleanStep(afterCleanStep(afterCleanStep(works))))).toBe(2);
    expect(afterCleanStep(memory({ setbacks: 1 }))).toEqual(memory());
    expect(afterCleanStep(memory())).toEqual(memory());
  });

  test('alone counts: a denial is no reason to call less often', () => {
    expect(after(memory(), denied, 0)).not.toHaveProperty('setbacks');
    expect(pauseIn(memory({ setbacks: 5 }), denied)).toBe(2);
  });

  test('is waited out for what was awaited before it, or else for the call to work', () => {
    expect(endured(throttled, [0])).toMatchObject({ awaiting: 'GetCustomModelDeployment to work' });
    expect(endured(throttled, [0], memory({ awaiting: 'the deployment to become Active' }))).toMatchObject({
      awaiting: 'the deployment to become Active',
    });
  });

  test('never fails a request before its time, and then is named', () => {
    expect(endured(throttled, [0, 600, 3479])).toMatchObject({ kind: 'wait', seconds: 1 });
    expect(endured(throttled, [0, 600, 3480])).toMatchObject({
      kind: 'fail',
      reason: expect.stringContaining('last error: GetCustomModelDeployment: ThrottlingException: slow down'),
    });
  });
});

describe('H14: a denial', () => {
  test('is waited out for three minutes, in which IAM has propagated', () => {
    expect(endured(denied, steadily(179))).toMatchObject({ kind: 'wait' });
  });

  test('H24: is then an error that names action and resource', () => {
    expect(endured(denied, steadily(180))).toMatchObject({
      kind: 'fail',
      reason: expect.stringMatching(
        /^GetCustomModel: AccessDeniedException: not authorized to perform: bedrock:GetCustomModel on resource: arn:x \(denied for 3 min.*Look for what denies it: .* a role whose policy is not this stack's\. .*resourceTagConditions/,
      ),
    });
  });

  test('of one call is not forgotten because another works', () => {
    expect(
      endured(denied, steadily(180, 30), withoutErrorOf('GetCustomModelDeployment', after(memory(), denied, 0))),
    ).toMatchObject({
      kind: 'fail',
    });
  });

  test.each<[string, CallError, number]>([
    ['a denial', denied, 180],
    ['a look that is refused', { ...denied, kind: 'refused' }, 60],
  ])('is no verdict before an outage of Lambda together with what comes after it: %s', (_, error, patience) => {
    const before = [0, 8, 16];
    expect(endured(error, [...before, 600])).toMatchObject({ kind: 'wait', seconds: 2 });
    expect(endured(error, [...before, ...steadily(600 + patience - 1, 600)])).toMatchObject({ kind: 'wait' });
    expect(endured(error, [...before, ...steadily(600 + patience, 600)])).toMatchObject({ kind: 'fail' });
  });

  test('lasts on though something else takes a minute', () => {
    expect(endured(denied, [0, 60, 120, 180])).toMatchObject({ kind: 'fail' });
    expect(endured(denied, [0, 60, 121, 181])).toMatchObject({ kind: 'wait' });
  });
});

describe('H30: what a Delete or a rollback is denied', () => {
  const update = present({ previous: { tags: {} } });

  test('is waited out to the end, whose error says what to do', () => {
    expect(endured(denied, steadily(3400), memory(), absent())).toMatchObject({ kind: 'wait' });
    expect(endured(denied, steadily(3480), memory(), absent())).toMatchObject({
      kind: 'fail',
      reason: expect.stringMatching(/out of time.*Look for what denies it/),
    });
    expect(endured(denied, steadily(3400), memory({ stack: 'UPDATE_ROLLBACK_IN_PROGRESS' }), update)).toMatchObject({
      kind: 'wait',
    });
  });

  test('is told from what an Update is denied by the stack’s status, which is asked for when it matters', () => {
    expect(endured(denied, steadily(179), memory(), update)).toMatchObject({ kind: 'wait' });
    expect(endured(denied, steadily(180), memory(), update)).toMatchObject({ kind: 'look', at: 'stack' });
  });

  test.each([
    ['UPDATE_IN_PROGRESS', 'fail'],
    ['not asked', 'fail'],
    ['unreadable', 'wait'],
    ['UPDATE_ROLLBACK_IN_PROGRESS', 'wait'],
  ])('of a stack that is %s: %s', (stack, kind) => {
    expect(endured(denied, steadily(180), memory({ stack }), update)).toMatchObject({ kind });
  });

  test('is a verdict for a Create, which has nothing to take back', () => {
    expect(endured(denied, steadily(180), memory({ stack: 'ROLLBACK_IN_PROGRESS' }))).toMatchObject({ kind: 'fail' });
  });

  test('goes for a look that is refused as well', () => {
    const refused: CallError = { ...denied, kind: 'refused' };
    expect(endured(refused, [0, 30, 60], memory(), absent())).toMatchObject({ kind: 'wait' });
    expect(endured(refused, [0, 30, 60], memory(), update)).toMatchObject({ kind: 'look', at: 'stack' });
  });
});

describe('H27: a rollback that has little time by its properties', () => {
  const short = memory({ deadline: at(300) });
  const update = present({ previous: { tags: {} } });

  test('has all the time that CloudFormation gives, if the stack says that it is one', () => {
    expect(endured(throttled, [0, 300], short, update)).toMatchObject({ kind: 'look', at: 'stack' });
    expect(endured(throttled, [0, 300], { ...short, stack: 'UPDATE_IN_PROGRESS' }, update)).toMatchObject({
      kind: 'fail',
    });
    expect(endured(throttled, [0, 3479], { ...short, stack: 'UPDATE_ROLLBACK_IN_PROGRESS' }, update)).toMatchObject({
      kind: 'wait',
    });
    expect(endured(throttled, [0, 3480], { ...short, stack: 'UPDATE_ROLLBACK_IN_PROGRESS' }, update)).toMatchObject({
      kind: 'fail',
    });
  });

  test('has the time of its properties as a Create', () => {
    expect(endured(throttled, [0, 300], short)).toMatchObject({ kind: 'fail' });
  });
});

describe('H15: what must wait its turn', () => {
  test('is waited out to the end, however often it is turned away', () => {
    expect(endured(busy, [0, 600, 3400])).toMatchObject({
      kind: 'wait',
      awaiting: 'CreateCustomModelDeployment to be accepted',
    });
  });

  test('is waited out for the hour, though the resource’s timeout is shorter', () => {
    const short = memory({ deadline: at(300) });
    expect(endured(busy, [0, 600, 3479], short)).toMatchObject({ kind: 'wait', seconds: 1 });
    expect(endured(busy, [0, 600, 3480], short)).toMatchObject({ kind: 'fail' });
  });

  const change: CallError = { ...busy, operation: 'UpdateCustomModelDeployment' };

  test.each([
    ['a creation', busy],
    ['an update', change],
  ])('does not count against the resource’s timeout, once there is a place for %s', (_, error) => {
    const short = memory({ deadline: at(300) });
    const queued = [10, 600].reduce((remembered, second) => after(remembered, error, second), short);
    const accepted = withoutErrorOf(error.operation, queued);
    expect(endured(error, [10, 600, 3479], short)).toMatchObject({ kind: 'wait' });
    expect(deadlineAfterQueue('deployment', queued, accepted, at(610))).toEqual({ deadline: at(900) });
    expect(deadlineAfterQueue('deployment', queued, accepted, at(3400))).toEqual({ deadline: at(3480) });
    expect(deadlineAfterQueue('deployment', queued, queued, at(610))).toEqual({});
    expect(after(queued, { ...error, kind: 'passing', message: 'TimeoutError' }, 610).deadline).toBe(at(900));
    expect(deadlineAfterQueue('deployment', short, short, at(610))).toEqual({});
  });

  test.each([
    ['while others are in progress', { isIdle: false }, 10, at(3480)],
    ['once none is', { isIdle: true }, 10, at(300)],
    ['while nobody has looked since', { isIdle: false }, 9, at(300)],
  ])('is a place in the quota, by whatever error it is refused, %s', (_, use, seen, deadline) => {
    const quotaUse = remembered('deployment', { total: 3, digest: 'same', ofStack: 1, ...use }, at(seen), undefined);
    const waiting = after(memory({ deadline: at(300), quotaUse }), { ...change, kind: 'refused' }, 10);
    expect(deadlineOf(present(), waiting)).toBe(deadline);
    expect(deadlineOf(present(), after(waiting, { ...change, kind: 'denied' }, 20))).toBeLessThan(at(3480));
    expect(
      deadlineOf(present(), after(memory({ deadline: at(300), quotaUse }), { ...change, kind: 'denied' }, 5)),
    ).toBe(at(300));
  });

  test('is awaited in place of what was awaited before', () => {
    expect(endured(busy, [0], memory({ awaiting: 'the model to become Active' })).note).toMatchObject({
      awaiting: 'CreateCustomModelDeployment to be accepted',
    });
  });
});

describe('H25: a refusal', () => {
  const refused = (operation: string): CallError => ({
    kind: 'refused',
    operation,
    message: 'ValidationException: no such Region',
  });

  test.each(['GetCustomModelDeployment', 'GetCustomModel', 'ListCustomModelDeployments', 'ListExecutions'] as const)(
    'of the look %s for a minute will not be withdrawn: the service’s message is the verdict',
    (operation) => {
      expect(endured(refused(operation), [0, 30, 59])).toMatchObject({ kind: 'wait' });
      expect(endured(refused(operation), [0, 30, 60])).toMatchObject({
        kind: 'fail',
        reason: `${operation}: ValidationException: no such Region`,
      });
    },
  );

  test('of a look twice in a minute tells little of that minute', () => {
    expect(endured(refused('GetCustomModel'), [0, 60])).toMatchObject({ kind: 'wait' });
  });

  test('is followed by another look ever later, whatever was refused', () => {
    expect(endured(refused('CreateCustomModelDeployment'), [0, 2, 6])).toMatchObject({ kind: 'wait', seconds: 8 });
    expect(endured(refused('GetCustomModel'), [0, 2, 6])).toMatchObject({ kind: 'wait', seconds: 8 });
  });

  test('of the tags of what a look has just shown is given ten minutes, whatever it is called: reads may not know it yet', () => {
    expect(endured(refused('ListTagsForResource'), steadily(599))).toMatchObject({ kind: 'wait' });
    expect(endured(refused('ListTagsForResource'), steadily(600))).toMatchObject({ kind: 'fail' });
  });

  test.each([
    'CreateCustomModelDeployment',
    'UpdateCustomModelDeployment',
    'DeleteCustomModelDeployment',
    'CreateCustomModel',
    'DeleteCustomModel',
    'TagResource',
    'UntagResource',
  ] as const)('of the change %s is for a fresh look to judge', (operation) => {
    expect(endured(refused(operation), [0, 600])).toMatchObject({ kind: 'wait' });
  });
});

describe('H27: a change that is refused while the resource was seen in transition', () => {
  const refused: CallError = {
    kind: 'refused',
    operation: 'DeleteCustomModelDeployment',
    message: 'ValidationException: Custom model deployment is in a mutating state',
  };

  test('is refused for now, whatever the error is called', () => {
    expect(endured(refused, [0], memory(), absent(), true).note?.troubles).toMatchObject({
      DeleteCustomModelDeployment: { kind: 'busy' },
    });
    expect(endured(refused, [0], memory(), absent(), false).note?.troubles).toMatchObject({
      DeleteCustomModelDeployment: { kind: 'refused' },
    });
  });

  test('does not count when it is refused later', () => {
    const before = after(after(memory(), refused, 0, absent(), true), refused, 26, absent(), true);
    expect(endured(refused, [600], before, absent()).note?.troubles).toMatchObject({
      DeleteCustomModelDeployment: { kind: 'refused', count: 1, first: at(600) },
    });
  });

  test('a refused look is no change', () => {
    expect(
      endured({ ...refused, operation: 'GetCustomModelDeployment' }, [0], memory(), absent(), true).note?.troubles,
    ).toMatchObject({ GetCustomModelDeployment: { kind: 'refused' } });
  });
});

describe('H7: the wreck’s own message', () => {
  const wreck = memory({ failure: 'boom' });

  test.each<[string, CallError, number]>([
    ['the end of the time', throttled, 3480],
    ['a denial', denied, 180],
    ['a refusal', { ...throttled, kind: 'refused' }, 60],
  ])('outlives %s while it is cleared away', (_, error, second) => {
    expect(endured(error, steadily(second), wreck)).toMatchObject({ kind: 'fail', reason: 'boom' });
  });
});

describe('H18: an error at the end of the time', () => {
  test('says what was awaited and for how long, and names the error that came last', () => {
    const failing = (message: string, last: number): RepeatedError => ({
      kind: 'passing',
      message,
      first: NOON,
      last: at(last),
      count: 1,
    });
    const troubles = {
      TagResource: failing('first', 600),
      GetCustomModel: failing('last', 700),
      UntagResource: failing('second', 650),
    };
    expect(outOfTime(memory({ awaiting: 'the tags', troubles }), at(3480))).toBe(
      'out of time: after 58 min still waiting for the tags; last error: last',
    );
  });

  test('says so where nothing was ever answered', () => {
    expect(endured(throttled, [3480])).toMatchObject({
      reason: expect.stringContaining('after 58 min still waiting for the first answer of Amazon Bedrock'),
    });
  });
});

describe('H15: what must wait for something else', () => {
  const delete_ = { ...busy, operation: 'DeleteCustomModelDeployment' };
  const update = { ...busy, operation: 'UpdateCustomModelDeployment' };
  const secondsOf = (action: Action): unknown => action.kind === 'wait' && action.seconds;

  test('asks for a place every three seconds', () => {
    expect([busy, update].map((error) => secondsOf(endured(error, [0, 90])))).toEqual([3, 3]);
  });

  test('asks for the end of something else after a sixth of the time that it has taken', () => {
    expect(secondsOf(endured(delete_, [600, 654], memory(), absent()))).toBe(9);
  });

  test('is what was denied as well', () => {
    const denied: CallError = { kind: 'denied', operation: 'DeleteCustomModelDeployment', message: 'AccessDenied' };
    expect(after(memory(), denied, 0, absent(), true)).toMatchObject({
      troubles: { DeleteCustomModelDeployment: { kind: 'busy' } },
    });
    expect(after(memory(), { ...denied, operation: 'GetCustomModelDeployment' }, 0, absent(), true)).toMatchObject({
      troubles: { GetCustomModelDeployment: { kind: 'denied' } },
    });
  });

  test('is not what fails for other reasons: that does not wait for the end of the transition', () => {
    expect(
      after(memory(), { ...throttled, operation: 'DeleteCustomModelDeployment' }, 0, absent(), true),
    ).toMatchObject({
      troubles: { DeleteCustomModelDeployment: { kind: 'passing' } },
    });
  });

  test('has as much time as before if another call fails meanwhile', () => {
    const short = memory({ deadline: at(300) });
    const queued = after(short, busy, 100);
    expect(after(queued, throttled, 200)).toMatchObject({ deadline: at(300) });
  });

  test('is the quota only where something is to be created', () => {
    const waiting = after(after(memory(), update, 0), update, 700);
    expect(beforeCalling('UpdateCustomModelDeployment', present(), { at: at(701) }, waiting)).toBeUndefined();
    const creating = after(after(memory(), busy, 0), busy, 700);
    expect(beforeCalling('CreateCustomModelDeployment', present(), { at: at(701) }, creating)).toEqual({
      kind: 'look',
      at: 'quota',
    });
  });
});

describe('H36: a creation that was refused, of a stack that rolls back,', () => {
  const refusedAt = (second: number, kind: 'busy' | 'refused', given: Partial<Memory>): Memory =>
    memory({
      quotaUse: { kind: 'deployment', at: at(second + 60), total: 3, isIdle: false, digest: 'same', ofStack: 1 },
      troubles: {
        CreateCustomModelDeployment: { kind, message: 'full', first: at(0), last: at(second), count: 3 },
      },
      ...given,
    });
  const next = (given: Partial<Memory>, kind: 'busy' | 'refused' = 'busy', goal: Goal = present()) =>
    beforeCalling('CreateCustomModelDeployment', goal, { at: at(160) }, refusedAt(100, kind, given));
  const rolledBack = { kind: 'fail', reason: 'full. It was not tried again, since the stack rolls back' };
  const LOOK = { kind: 'look', at: 'stack' };

  test.each(['busy', 'refused'] as const)('takes no place from what the rollback may need: %s', (kind) => {
    expect(next({}, kind)).toEqual(LOOK);
    expect(next({ stack: 'UPDATE_ROLLBACK_IN_PROGRESS', stackAt: at(101) }, kind)).toEqual(rolledBack);
    expect(next({ stack: 'ROLLBACK_IN_PROGRESS', stackAt: at(101) }, kind)).toEqual(rolledBack);
  });

  test.each(['UPDATE_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE', UNREADABLE, NOT_ASKED, undefined])(
    'is tried again as long as that is not known: %s',
    (stack) => {
      expect(next({ ...(stack === undefined ? {} : { stack }), stackAt: at(101) })).toBeUndefined();
    },
  );

  test('may have been looked at before the rollback began that made the place free', () => {
    const stack = 'UPDATE_IN_PROGRESS';
    expect(next({ stack, stackAt: at(99) })).toEqual(LOOK);
    const places = { at: at(155), taken: 2, freeSince: at(150) };
    expect(next({ stack, stackAt: at(149), places })).toEqual(LOOK);
    expect(next({ stack, stackAt: at(150), places })).toBeUndefined();
  });

  test('is part of the rollback itself if it is an Update', () => {
    expect(next({}, 'busy', present({ previous: { tags: {} } }))).toBeUndefined();
  });
});

describe('H15: what was refused while others may have been in progress', () => {
  const idle = (since: number): Partial<Memory> => ({ quotaUse: idleQuota('deployment', since) });
  const counted = (error: CallError, known: Partial<Memory>, before = [0, 60, 120]): unknown => {
    const queued = before.reduce((remembered, second) => after(remembered, error, second), memory());
    return after({ ...queued, ...known }, error, 190).troubles?.[error.operation];
  };
  const create: CallError = { ...busy, kind: 'refused', message: 'LimitExceededException' };

  test.each<[string, CallError, Partial<Memory>, number]>([
    ['does not count, once none is, against a creation', create, idle(180), 1],
    ['nor against an update', { ...create, operation: 'UpdateCustomModelDeployment' }, idle(180), 1],
    ['counts if that was seen before', create, idle(120), 4],
    ['counts as long as nobody has looked', create, {}, 4],
    ['counts if it takes no place', { ...create, operation: 'DeleteCustomModelDeployment' }, idle(180), 4],
    ['counts as time that the creation has waited if the service says so', busy, idle(180), 4],
  ])('%s', (_, error, known, count) => {
    expect(counted(error, known)).toMatchObject({ count, first: at(count === 1 ? 190 : 0), last: at(190) });
  });

  test('counts if it was the first, before anybody looked', () => {
    expect(counted(create, idle(180), [120])).toMatchObject({ count: 2, first: at(120) });
  });
});

test('what is refused for long though the name is free is told with what to do', () => {
  const refused = { kind: 'refused', message: 'CreateCustomModelDeployment: in use', first: at(0), count: 9 } as const;
  const told = (last: number): unknown => {
    const known = memory({
      ...STACK_SEEN,
      quotaUse: idleQuota('deployment', 0, last + 60),
      troubles: { CreateCustomModelDeployment: { ...refused, last: at(last) } },
    });
    return beforeCalling('CreateCustomModelDeployment', present({ nameIsFixed: true }), { at: at(last + 60) }, known);
  };
  expect(told(599)).toBeUndefined();
  expect(told(600)).toEqual({
    kind: 'fail',
    reason:
      'CreateCustomModelDeployment: in use. Nothing of that name was found meanwhile: Amazon Bedrock may hold the name of ' +
      'what was deleted. Try again later, or choose another name',
  });
});

test('H28: a name that this request may have made free by a deletion whose reply was lost has ten minutes as well', () => {
  const use = idleQuota('model', 0, 301);
  const goal = { ...present(), spec: { kind: 'model', source: { modelPackageArn: 'arn' }, madeOf: 'it' } } as const;
  const refusal = { kind: 'refused', message: 'no', first: at(100), last: at(300), count: 3 } as const;
  const before = (known: Partial<Memory>): Action | undefined =>
    beforeCalling(
      'CreateCustomModel',
      goal,
      { at: at(360) },
      memory({ ...STACK_SEEN, quotaUse: use, troubles: { CreateCustomModel: refusal }, ...known }),
    );
  expect(before({})?.kind).toBe('fail');
  expect(before({ retried: 'arn' })).toBeUndefined();
});

test('H25: a look of the very moment of the refusal may have come before it, and proves nothing', () => {
  const refusal = { kind: 'refused', message: 'no', first: at(100), last: at(300), count: 3 } as const;
  const before = (looked: number): unknown =>
    beforeCalling(
      'CreateCustomModel',
      present(),
      { at: at(360) },
      memory({ quotaUse: idleQuota('model', 0, looked), troubles: { CreateCustomModel: refusal }, ...STACK_SEEN }),
    );
  expect(before(300)).toEqual({ kind: 'look', at: 'quota' });
  expect(before(301)).not.toEqual({ kind: 'look', at: 'quota' });
});
