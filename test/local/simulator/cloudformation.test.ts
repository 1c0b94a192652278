import type { Answer } from '../../../lambda/cloudformation/answer';
import type { CloudFormationRequest } from '../../../lambda/cloudformation/request';
import { CloudFormation, type CloudFormationOptions, type Stack, type Template } from '../../../local/simulator/cloudformation';
import { VirtualTime } from '../../../local/simulator/virtual-time';

/** The rules of CloudFormation, each with a function that does what the test wants of it. */

const NOON = Date.UTC(2026, 10, 21, 12);
type Reply = (Partial<Answer> & { readonly after?: number }) | 'none';

let time: VirtualTime;
let cloudFormation: CloudFormation;
let stack: Stack;
let requests: CloudFormationRequest[];
let answered: string[];
/** What the function does with each request. Default: SUCCESS after ten seconds, under the logical id or the id that it had. */
let reply: (request: CloudFormationRequest) => Reply;

function open(options: Partial<CloudFormationOptions> = {}): void {
  let ids = 0;
  time = new VirtualTime(NOON);
  requests = [];
  answered = [];
  reply = () => ({});
  cloudFormation = new CloudFormation(time, deliver, { uuid: () => `0000000${ids++}-0000-4000-8000-000000000000`, ...options });
  stack = cloudFormation.stack('Stack');
}
beforeEach(() => { open(); });

function deliver(request: CloudFormationRequest): void {
  requests.push(request);
  const { RequestId, StackId, LogicalResourceId, ResponseURL } = request;
  const given = reply(request);
  if (given === 'none') return;
  const { after = 10_000, ...answer } = given;
  time.at(time.now() + after, () => {
    answered.push(`${request.RequestType} ${LogicalResourceId}`);
    const whole = { Status: 'SUCCESS', PhysicalResourceId: request.PhysicalResourceId ?? LogicalResourceId, RequestId, StackId, LogicalResourceId, ...answer };
    void cloudFormation.respond(ResponseURL, JSON.stringify(whole));
  });
}

const custom = (Properties: Template[string]['Properties'] = {}, more: Partial<Template[string]> = {}): Template[string] => ({ Type: 'Custom::Thing', Properties, ...more });
const create = (template: Template): Promise<string> => time.until(stack.create(template));
const update = (template: Template): Promise<string> => time.until(stack.update(template));
const sent = (): string[] => requests.map(({ RequestType, LogicalResourceId, PhysicalResourceId }) => [RequestType, LogicalResourceId, PhysicalResourceId ?? ''].join(' ').trim());
const failing = (...ids: readonly string[]): typeof reply => ({ RequestType, LogicalResourceId }) =>
  RequestType !== 'Delete' && ids.includes(LogicalResourceId) ? { Status: 'FAILED', Reason: 'it did not work' } : {};

describe('order', () => {
  test('resources that do not refer to each other are made side by side', async () => {
    expect(await create({ One: custom(), Two: custom() })).toBe('CREATE_COMPLETE');
    expect(time.now()).toBe(NOON + 10_000);
  });

  test('a resource waits for what it refers to and for what it depends on, and gets its attributes', async () => {
    reply = () => ({ Data: { Arn: 'the-arn' } });
    const template = {
      Three: custom({}, { DependsOn: ['Two'] }),
      Two: custom({ ref: { Ref: 'One' }, att: { 'Fn::GetAtt': ['One', 'Arn'] }, sub: { 'Fn::Sub': '${One}/${One.Arn}' }, join: { 'Fn::Join': ['-', [{ Ref: 'One' }, 'x']] } }),
      One: custom(),
    };

    expect(await create(template)).toBe('CREATE_COMPLETE');
    expect(sent()).toEqual(['Create One', 'Create Two', 'Create Three']);
    expect(requests[1]?.ResourceProperties).toEqual({ ref: 'One', att: 'the-arn', sub: 'One/the-arn', join: 'One-x' });
  });

  test('they are deleted in reverse', async () => {
    await create({ Two: custom({}, { DependsOn: 'One' }), One: custom() });

    expect(await time.until(stack.delete())).toBe('DELETE_COMPLETE');
    expect(sent().slice(2)).toEqual(['Delete Two Two', 'Delete One One']);
  });
});

describe('a create that fails', () => {
  test('cancels what is under way beside it, and deletes all: also what still runs, by an id made up', async () => {
    reply = (request) => request.LogicalResourceId === 'Slow' && request.RequestType === 'Create' ? { after: 100_000 } : failing('Bad')(request);

    expect(await create({ Bad: custom(), Slow: custom() })).toBe('ROLLBACK_COMPLETE');
    expect(sent()).toEqual(['Create Bad', 'Create Slow', 'Delete Bad Bad', expect.stringMatching(/^Delete Slow Stack-Slow-[0-9A-F]{13}$/)]);
    expect(answered).not.toContain('Create Slow');
    expect(stack.reasons).toEqual(['Bad: it did not work', 'Slow: cancelled']);
  });

  test('or waits for it', async () => {
    open({ behaviour: { cancelsOthers: false } });
    reply = (request) => request.LogicalResourceId === 'Slow' ? { after: 100_000 } : failing('Bad')(request);

    expect(await create({ Bad: custom(), Slow: custom() })).toBe('ROLLBACK_COMPLETE');
    expect(sent()).toEqual(['Create Bad', 'Create Slow', 'Delete Bad Bad', 'Delete Slow Slow']);
  });

  test('what waited for it is neither made nor deleted', async () => {
    reply = failing('Bad');

    expect(await create({ Bad: custom(), After: custom({}, { DependsOn: 'Bad' }) })).toBe('ROLLBACK_COMPLETE');
    expect(sent()).toEqual(['Create Bad', 'Delete Bad Bad']);
  });
});

describe('an update', () => {
  test('asks only for what has changed, with what was before; a changed scalar is a string in both', async () => {
    await create({ Same: custom({ a: 1 }), Other: custom({ on: true }) });

    expect(await update({ Same: custom({ a: '1' }), Other: custom({ on: false }) })).toBe('UPDATE_COMPLETE');
    expect(sent().slice(2)).toEqual(['Update Other Other']);
    expect(requests[2]).toMatchObject({ ResourceProperties: { on: 'false' }, OldResourceProperties: { on: 'true' } });
  });

  test('another id is another resource: the old one is deleted last, with its own properties', async () => {
    await create({ One: custom({ a: 1 }), Two: custom({ ref: { Ref: 'One' } }) });
    reply = ({ RequestType, LogicalResourceId }) => RequestType === 'Update' && LogicalResourceId === 'One' ? { PhysicalResourceId: 'new' } : {};

    expect(await update({ One: custom({ a: 2 }), Two: custom({ ref: { Ref: 'One' } }) })).toBe('UPDATE_COMPLETE');
    expect(sent().slice(2)).toEqual(['Update One One', 'Update Two Two', 'Delete One One']);
    expect(requests.at(-1)?.ResourceProperties).toEqual({ a: '1' });
  });

  test('UpdateReplacePolicy Retain: the old one is left', async () => {
    const retained = (a: number): Template => ({ One: custom({ a }, { UpdateReplacePolicy: 'Retain' }) });
    await create(retained(1));
    reply = () => ({ PhysicalResourceId: 'new' });

    expect(await update(retained(2))).toBe('UPDATE_COMPLETE');
    expect(sent().slice(1)).toEqual(['Update One One']);
  });

  test('what is no longer in the template is deleted last; with DeletionPolicy Retain it is left', async () => {
    await create({ Keep: custom({ a: 1 }), Gone: custom(), Left: custom({}, { DeletionPolicy: 'Retain' }) });

    expect(await update({ Keep: custom({ a: 2 }) })).toBe('UPDATE_COMPLETE');
    expect(sent().slice(3)).toEqual(['Update Keep Keep', 'Delete Gone Gone']);
  });

  test('a clean-up that fails is tried thrice, and the update is complete all the same', async () => {
    await create({ Gone: custom() });
    reply = () => ({ Status: 'FAILED', Reason: 'in use' });

    expect(await update({})).toBe('UPDATE_COMPLETE');
    expect(sent().slice(1)).toEqual(['Delete Gone Gone', 'Delete Gone Gone', 'Delete Gone Gone']);
  });

  test('of the service token or of the type is refused', async () => {
    await create({ One: custom({ ServiceToken: 'a' }), Two: custom() });

    expect(await update({ One: custom({ ServiceToken: 'b' }), Two: custom() })).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await update({ One: custom({ ServiceToken: 'a' }), Two: { Type: 'Custom::Other' } })).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(sent()).toHaveLength(2);
    expect(stack.reasons).toEqual([expect.stringContaining('Update of resource type is not permitted')]);
  });
});

describe('an update that fails', () => {
  test('asks each resource that was touched for what it was, the failed one too; what the update added is deleted', async () => {
    await create({ Good: custom({ a: 1 }), Bad: custom({ a: 1 }) });
    reply = ({ LogicalResourceId, ResourceProperties }) =>
      LogicalResourceId === 'Bad' && ResourceProperties['a'] === '2' ? { Status: 'FAILED', Reason: 'it did not work', after: 30_000 } : {};

    expect(await update({ Good: custom({ a: 2 }), Bad: custom({ a: 2 }), Added: custom() })).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(sent().slice(2)).toEqual(['Update Good Good', 'Update Bad Bad', 'Create Added', 'Update Good Good', 'Update Bad Bad', 'Delete Added Added']);
    expect(requests[5]).toMatchObject({ ResourceProperties: { a: '1' }, OldResourceProperties: { a: '2' } });
  });

  test('after a replacement goes back to the old id, and the new one is deleted', async () => {
    await create({ One: custom({ a: 1 }), Bad: custom({ a: 1 }, { DependsOn: 'One' }) });
    reply = ({ RequestType, LogicalResourceId, ResourceProperties }) => {
      if (RequestType !== 'Delete' && LogicalResourceId === 'One') return { PhysicalResourceId: ResourceProperties['a'] === '2' ? 'new' : 'One' };
      return RequestType === 'Update' && ResourceProperties['a'] === '2' ? { Status: 'FAILED', Reason: 'it did not work' } : {};
    };

    expect(await update({ One: custom({ a: 2 }), Bad: custom({ a: 2 }, { DependsOn: 'One' }) })).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(sent().slice(4)).toEqual(['Update Bad Bad', 'Update One new', 'Delete One new']);
    expect(stack.physicalIds).toEqual(['One', 'Bad']);
  });

  test('and cannot be rolled back leaves the new and the old: both go with the stack, after what needed either', async () => {
    const template = (a: number): Template => ({ One: custom({ a }), Bad: custom({ a }, { DependsOn: 'One' }) });
    await create(template(1));
    reply = ({ RequestType, LogicalResourceId, ResourceProperties }) => {
      if (LogicalResourceId === 'One') return RequestType === 'Update' ? { PhysicalResourceId: ResourceProperties['a'] === '2' ? 'new' : 'One' } : {};
      return RequestType === 'Update' ? { Status: 'FAILED', Reason: 'it did not work' } : {};
    };
    expect(await update(template(2))).toBe('UPDATE_ROLLBACK_FAILED');
    const before = sent().length;

    expect(await time.until(stack.delete())).toBe('DELETE_COMPLETE');
    expect(sent().slice(before)).toEqual(['Delete Bad Bad', expect.stringMatching(/^Delete One/), expect.stringMatching(/^Delete One/)]);
    expect(new Set(sent().slice(before)).size).toBe(3);
  });

  test('whose rollback fails can be continued; deleted instead, both the old and the new are', async () => {
    await create({ One: custom({ a: 1 }) });
    reply = () => ({ Status: 'FAILED', Reason: 'no' });
    expect(await update({ One: custom({ a: 2 }) })).toBe('UPDATE_ROLLBACK_FAILED');
    reply = () => ({});

    expect(await time.until(stack.continueUpdateRollback())).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(sent().slice(1)).toEqual(['Update One One', 'Update One One', 'Update One One']);
  });

  test('takes the id of a FAILED answer for the new one, or not', async () => {
    for (const keepsIdOfFailedUpdate of [true, false]) {
      open({ behaviour: { keepsIdOfFailedUpdate } });
      await create({ One: custom({ a: 1 }) });
      reply = ({ RequestType, ResourceProperties }) => RequestType === 'Update' && ResourceProperties['a'] === '2' ? { Status: 'FAILED', Reason: 'no', PhysicalResourceId: 'new' } : { PhysicalResourceId: 'One' };

      expect(await update({ One: custom({ a: 2 }) })).toBe('UPDATE_ROLLBACK_COMPLETE');
      expect(sent().slice(2)).toEqual(keepsIdOfFailedUpdate ? ['Update One new', 'Delete One new'] : ['Update One One']);
    }
  });

  test('goes back from the last to the first, or as an update goes', async () => {
    for (const rollsBackInReverse of [true, false]) {
      open({ behaviour: { rollsBackInReverse } });
      const template = (a: number): Template => ({ One: custom({ a }), Two: custom({ a }, { DependsOn: 'One' }) });
      await create(template(1));
      reply = ({ LogicalResourceId, ResourceProperties }) => LogicalResourceId === 'Two' && ResourceProperties['a'] === '2' ? { Status: 'FAILED', Reason: 'no' } : {};
      await update(template(2));

      expect(sent().slice(4)).toEqual(rollsBackInReverse ? ['Update Two Two', 'Update One One'] : ['Update One One', 'Update Two Two']);
    }
  });
});

describe('cancelling', () => {
  test.each([['create', 'ROLLBACK_COMPLETE', 'Delete'], ['update', 'UPDATE_ROLLBACK_COMPLETE', 'Update']])('an operation (%s) does not wait for the answer: the next request comes at once', async (operation, status, next) => {
    if (operation === 'update') await create({ One: custom({ a: 1 }) });
    reply = ({ ResourceProperties, RequestType }) => RequestType !== 'Delete' && ResourceProperties['a'] === '2' ? { after: 100_000 } : {};
    time.at(time.now() + 5000, () => { stack.cancelOperation(); });
    const began = time.now();

    expect(await (operation === 'update' ? update : create)({ One: custom({ a: 2 }) })).toBe(status);
    expect(requests.at(-1)?.RequestType).toBe(next);
    expect(time.now() - began).toBe(16_500);
  });
});

describe('an answer', () => {
  test.each([
    ['is too long', { Reason: 'x'.repeat(4096), Status: 'FAILED' as const }, /^One: Response object is too long/],
    ['has an id of more than 1 KB', { PhysicalResourceId: 'x'.repeat(1025) }, /^One: Invalid PhysicalResourceId/],
    ['has no id', { PhysicalResourceId: '' }, /^One: Invalid PhysicalResourceId/],
    ['is to another request', { RequestId: 'another' }, /^One: Invalid PhysicalResourceId/],
    ['fails without a reason', { Status: 'FAILED' as const }, /^One: a failure without a Reason/],
  ])('that %s is a failure', async (_, answer, reason) => {
    reply = ({ RequestType }) => RequestType === 'Create' ? answer : {};

    expect(await create({ One: custom() })).toBe('ROLLBACK_COMPLETE');
    expect(stack.reasons).toEqual([expect.stringMatching(reason)]);
    expect(cloudFormation.complaints).toHaveLength(1);
  });

  test.each([[undefined, 3600], ['60', 60]])('that never comes is waited for as long as ServiceTimeout (%s) says', async (ServiceTimeout, seconds) => {
    reply = ({ RequestType }) => RequestType === 'Create' ? 'none' : {};
    const properties = ServiceTimeout === undefined ? {} : { ServiceTimeout };

    expect(await create({ One: custom(properties) })).toBe('ROLLBACK_COMPLETE');
    expect(time.now()).toBe(NOON + (seconds + 10) * 1000 + 1500);
    expect(stack.reasons).toEqual(['One: CloudFormation did not receive a response from your Custom Resource']);
  });

  test('counts once: a second one to the same request is kept by nobody', async () => {
    const taken: Answer[] = [];
    open({ onAnswer: (_, answer) => { taken.push(answer); } });
    await create({ One: custom() });
    const [request] = requests;
    await cloudFormation.respond(request?.ResponseURL ?? '', JSON.stringify({ ...taken[0], Status: 'FAILED', Reason: 'late' }));

    expect(taken).toHaveLength(1);
    expect(cloudFormation.complaints).toEqual([]);
  });
});
