import { decide } from '../../../lambda/reconcile/decide';
import { absent, ARN, deployment, FOREIGN_TAGS, memory, model, MODEL_1, NOON, OUR_TAGS, seen } from '../support/builders';

const at = (seconds: number): number => NOON + seconds * 1000;

describe('a deletion', () => {
  test('H3: of what is not there succeeds, once it was seen to be absent twice', () => {
    expect(decide(absent(), seen({}), memory())).toMatchObject({ kind: 'wait', seconds: 20, note: { absentSince: NOON } });
    expect(decide(absent(), seen({}, 20), memory({ absentSince: NOON }))).toEqual({ kind: 'succeed' });
  });

  test('H4: believes nothing absent while an invocation of an older run may still be at work', () => {
    expect(decide(absent(), seen({}, 30), memory({ absentSince: NOON, settleUntil: at(50) }))).toMatchObject({ kind: 'wait', seconds: 20 });
    expect(decide(absent(), seen({}, 30), memory({ deleted: { arn: ARN, at: NOON }, settleUntil: at(50) }))).toMatchObject({ kind: 'wait', seconds: 20 });
  });

  test('of what it deleted itself is over when it is gone', () => {
    expect(decide(absent(), seen({}, 5), memory({ deleted: { arn: ARN, at: NOON } }))).toEqual({ kind: 'succeed' });
  });

  test.each([['another stack', FOREIGN_TAGS], ['nobody', {}]])('H5: leaves alone what belongs to %s', (_, tags) => {
    expect(decide(absent(), seen({ deployment: deployment(), tags }), memory())).toEqual({ kind: 'succeed' });
  });

  test('H3: waits for the tags of what is only just made: it may be ours', () => {
    expect(decide(absent(), seen({ deployment: deployment({ createdAt: NOON }), tags: {} }, 5), memory())).toMatchObject({ kind: 'wait' });
  });

  test.each(['Creating', 'Active', 'Failed', 'unknown'] as const)('H16: asks for the deletion of ours when it is %s: whether it can go is for the service to say', (status) => {
    expect(decide(absent(), seen({ deployment: deployment({ status }), tags: OUR_TAGS }), memory())).toEqual({ kind: 'delete', arn: ARN, note: { ours: ARN } });
  });

  test('H16: waits while it is Deleting', () => {
    expect(decide(absent(), seen({ deployment: deployment({ status: 'Deleting' }), tags: OUR_TAGS }), memory())).toMatchObject({ kind: 'wait' });
  });

  test('does not ask again at once for what was accepted, but does after a minute', () => {
    const asked = memory({ ours: ARN, deleted: { arn: ARN, at: NOON } });
    expect(decide(absent(), seen({ deployment: deployment() }, 30), asked)).toMatchObject({ kind: 'wait' });
    expect(decide(absent(), seen({ deployment: deployment() }, 60), asked)).toMatchObject({ kind: 'delete' });
  });

  test('H16: the final error names what was seen', () => {
    expect(decide(absent(), seen({ deployment: deployment({ status: 'unknown', reported: 'Paused' }) }, 3480), memory({ ours: ARN, deleted: { arn: ARN, at: at(3470) } })))
      .toEqual({ kind: 'fail', reason: `out of time: after 58 min still waiting for the deletion of ${ARN}, which is still Paused` });
  });
});

describe('the deletion of a model', () => {
  const goal = absent({ spec: { kind: 'model' } });
  const there = { deployment: model(), tags: OUR_TAGS };
  const own = { arn: ARN, tags: OUR_TAGS };
  const theirs = { arn: `${ARN}-theirs`, tags: FOREIGN_TAGS };
  const nobodys = { arn: `${ARN}-nobodys`, tags: {} };

  test('first looks who uses it', () => {
    expect(decide(goal, seen(there), memory())).toMatchObject({ kind: 'look', at: 'users' });
  });

  test('that nobody uses is asked for', () => {
    expect(decide(goal, seen({ ...there, users: [] }), memory())).toMatchObject({ kind: 'delete', arn: MODEL_1 });
  });

  test('waits while this stack’s own deployments go', () => {
    expect(decide(goal, seen({ ...there, users: [own] }), memory())).toMatchObject({ kind: 'wait', awaiting: expect.stringContaining(ARN) });
  });

  test('that others use fails, and names each of them', () => {
    const action = decide(goal, seen({ ...there, users: [own, theirs, nobodys] }), memory());
    expect(action).toMatchObject({ kind: 'fail', reason: expect.stringContaining(`${theirs.arn}, ${nobodys.arn}`) });
    expect(action).not.toMatchObject({ reason: expect.stringContaining(`${ARN},`) });
  });

  test('that is already under way asks nobody', () => {
    expect(decide(goal, seen({ deployment: model({ status: 'Deleting' }), tags: OUR_TAGS }), memory())).toMatchObject({ kind: 'wait' });
    expect(decide(goal, seen(there, 10), memory({ deleted: { arn: MODEL_1, at: NOON } }))).toMatchObject({ kind: 'wait' });
  });

  test('H5: leaves alone what is not ours, whoever uses it', () => {
    expect(decide(goal, seen({ ...there, tags: FOREIGN_TAGS }), memory())).toEqual({ kind: 'succeed' });
  });
});
