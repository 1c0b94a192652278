import type { Answer } from '../../../lambda/cloudformation/answer';
import type { CloudFormationRequest } from '../../../lambda/cloudformation/request';
import {
  CloudFormation,
  type CloudFormationOptions,
  type SimulatedStack,
  type TemplateResources,
} from '../../../local/aws-simulator/cloudformation';
import { NotProvisioned, type Provisioner } from '../../../local/aws-simulator/provisioner';
import type { OperationOptions } from '../../../local/aws-simulator/stack';
import { VirtualTime } from '../../../local/aws-simulator/virtual-time';

/** The rules of CloudFormation, each with a function that does what the test wants of it. */

const NOON = Date.UTC(2026, 10, 21, 12);
type ResourceReply = (Partial<Answer> & { readonly after?: number }) | 'none';

let time: VirtualTime;
let cloudFormation: CloudFormation;
let stack: SimulatedStack;
let requests: CloudFormationRequest[];
let answered: string[];
/**
 * What the function does with each request. Default: SUCCESS after ten seconds, under the logical id or the id that it
 * had.
 */
let reply: (request: CloudFormationRequest) => ResourceReply;

function open(options: Partial<CloudFormationOptions> = {}): void {
  let ids = 0;
  time = new VirtualTime(NOON);
  requests = [];
  answered = [];
  reply = () => ({});
  cloudFormation = new CloudFormation(time, deliver, {
    uuid: () => `0000000${ids++}-0000-4000-8000-000000000000`,
    ...options,
  });
  stack = cloudFormation.stack('Stack');
}
beforeEach(() => {
  open();
});

function deliver(request: CloudFormationRequest): void {
  requests.push(request);
  const { RequestId, StackId, LogicalResourceId, ResponseURL } = request;
  const given = reply(request);
  if (given === 'none') {
    return;
  }
  const { after = 10_000, ...answer } = given;
  time.at(time.now() + after, () => {
    answered.push(`${request.RequestType} ${LogicalResourceId}`);
    const whole = {
      Status: 'SUCCESS',
      PhysicalResourceId: request.PhysicalResourceId ?? LogicalResourceId,
      RequestId,
      StackId,
      LogicalResourceId,
      ...answer,
    };
    void cloudFormation.respond(ResponseURL, JSON.stringify(whole));
  });
}

const custom = (
  Properties: TemplateResources[string]['Properties'] = {},
  more: Partial<TemplateResources[string]> = {},
): TemplateResources[string] => ({ Type: 'Custom::Thing', Properties, ...more });
const create = (template: TemplateResources, options?: OperationOptions): Promise<string> =>
  time.until(stack.create(template, options));
const update = (template: TemplateResources, options?: OperationOptions): Promise<string> =>
  time.until(stack.update(template, options));
const sent = (): string[] =>
  requests.map(({ RequestType, LogicalResourceId, PhysicalResourceId }) =>
    [RequestType, LogicalResourceId, PhysicalResourceId ?? ''].join(' ').trim(),
  );
const failing =
  (...ids: readonly string[]): typeof reply =>
  ({ RequestType, LogicalResourceId }) =>
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
      Two: custom({
        ref: { Ref: 'One' },
        att: { 'Fn::GetAtt': ['One', 'Arn'] },
        sub: { 'Fn::Sub': '${One}/${One.Arn}' },
        join: { 'Fn::Join': ['-', [{ Ref: 'One' }, 'x']] },
      }),
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
    reply = (request) =>
      request.LogicalResourceId === 'Slow' && request.RequestType === 'Create'
        ? { after: 100_000 }
        : failing('Bad')(request);

    expect(await create({ Bad: custom(), Slow: custom() })).toBe('ROLLBACK_COMPLETE');
    expect(sent()).toEqual([
      'Create Bad',
      'Create Slow',
      'Delete Bad Bad',
      expect.stringMatching(/^Delete Slow Stack-Slow-[0-9A-F]{13}$/),
    ]);
    expect(answered).not.toContain('Create Slow');
    expect(stack.reasons).toEqual(['Bad: it did not work', 'Slow: cancelled']);
  });

  test('or waits for it', async () => {
    open({ behaviour: { cancelsOthers: false } });
    reply = (request) => (request.LogicalResourceId === 'Slow' ? { after: 100_000 } : failing('Bad')(request));

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
    reply = ({ RequestType, LogicalResourceId }) =>
      RequestType === 'Update' && LogicalResourceId === 'One' ? { PhysicalResourceId: 'new' } : {};

    expect(await update({ One: custom({ a: 2 }), Two: custom({ ref: { Ref: 'One' } }) })).toBe('UPDATE_COMPLETE');
    expect(sent().slice(2)).toEqual(['Update One One', 'Update Two Two', 'Delete One One']);
    expect(requests.at(-1)?.ResourceProperties).toEqual({ a: '1' });
  });

  test('UpdateReplacePolicy Retain: the old one is left', async () => {
    const retained = (a: number): TemplateResources => ({ One: custom({ a }, { UpdateReplacePolicy: 'Retain' }) });
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
    expect(await update({ One: custom({ ServiceToken: 'a' }), Two: { Type: 'Custom::Other' } })).toBe(
      'UPDATE_ROLLBACK_COMPLETE',
    );
    expect(sent()).toHaveLength(2);
    expect(stack.reasons).toEqual([expect.stringContaining('Update of resource type is not permitted')]);
  });
});

describe('an update that fails', () => {
  test('asks each resource that was touched for what it was, the failed one too; what the update added is deleted', async () => {
    await create({ Good: custom({ a: 1 }), Bad: custom({ a: 1 }) });
    reply = ({ LogicalResourceId, ResourceProperties }) =>
      LogicalResourceId === 'Bad' && ResourceProperties['a'] === '2'
        ? { Status: 'FAILED', Reason: 'it did not work', after: 30_000 }
        : {};

    expect(await update({ Good: custom({ a: 2 }), Bad: custom({ a: 2 }), Added: custom() })).toBe(
      'UPDATE_ROLLBACK_COMPLETE',
    );
    expect(sent().slice(2)).toEqual([
      'Update Good Good',
      'Update Bad Bad',
      'Create Added',
      'Update Good Good',
      'Update Bad Bad',
      'Delete Added Added',
    ]);
    expect(requests[5]).toMatchObject({ ResourceProperties: { a: '1' }, OldResourceProperties: { a: '2' } });
  });

  test('after a replacement goes back to the old id, and the new one is deleted', async () => {
    await create({ One: custom({ a: 1 }), Bad: custom({ a: 1 }, { DependsOn: 'One' }) });
    reply = ({ RequestType, LogicalResourceId, ResourceProperties }) => {
      if (RequestType !== 'Delete' && LogicalResourceId === 'One') {
        return { PhysicalResourceId: ResourceProperties['a'] === '2' ? 'new' : 'One' };
      }
      return RequestType === 'Update' && ResourceProperties['a'] === '2'
        ? { Status: 'FAILED', Reason: 'it did not work' }
        : {};
    };

    expect(await update({ One: custom({ a: 2 }), Bad: custom({ a: 2 }, { DependsOn: 'One' }) })).toBe(
      'UPDATE_ROLLBACK_COMPLETE',
    );
    expect(sent().slice(4)).toEqual(['Update Bad Bad', 'Update One new', 'Delete One new']);
    expect(stack.physicalIds).toEqual(['One', 'Bad']);
  });

  test('and cannot be rolled back leaves the new and the old: both go with the stack, after what needed either', async () => {
    const template = (a: number): TemplateResources => ({
      One: custom({ a }),
      Bad: custom({ a }, { DependsOn: 'One' }),
    });
    await create(template(1));
    reply = ({ RequestType, LogicalResourceId, ResourceProperties }) => {
      if (LogicalResourceId === 'One') {
        return RequestType === 'Update' ? { PhysicalResourceId: ResourceProperties['a'] === '2' ? 'new' : 'One' } : {};
      }
      return RequestType === 'Update' ? { Status: 'FAILED', Reason: 'it did not work' } : {};
    };
    expect(await update(template(2))).toBe('UPDATE_ROLLBACK_FAILED');
    const before = sent().length;

    expect(await time.until(stack.delete())).toBe('DELETE_COMPLETE');
    expect(sent().slice(before)).toEqual([
      'Delete Bad Bad',
      expect.stringMatching(/^Delete One/),
      expect.stringMatching(/^Delete One/),
    ]);
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
      reply = ({ RequestType, ResourceProperties }) =>
        RequestType === 'Update' && ResourceProperties['a'] === '2'
          ? { Status: 'FAILED', Reason: 'no', PhysicalResourceId: 'new' }
          : { PhysicalResourceId: 'One' };

      expect(await update({ One: custom({ a: 2 }) })).toBe('UPDATE_ROLLBACK_COMPLETE');
      expect(sent().slice(2)).toEqual(
        keepsIdOfFailedUpdate ? ['Update One new', 'Delete One new'] : ['Update One One'],
      );
    }
  });

  test('goes back from the last to the first, or as an update goes', async () => {
    for (const rollsBackInReverse of [true, false]) {
      open({ behaviour: { rollsBackInReverse } });
      const template = (a: number): TemplateResources => ({
        One: custom({ a }),
        Two: custom({ a }, { DependsOn: 'One' }),
      });
      await create(template(1));
      reply = ({ LogicalResourceId, ResourceProperties }) =>
        LogicalResourceId === 'Two' && ResourceProperties['a'] === '2' ? { Status: 'FAILED', Reason: 'no' } : {};
      await update(template(2));

      expect(sent().slice(4)).toEqual(
        rollsBackInReverse ? ['Update Two Two', 'Update One One'] : ['Update One One', 'Update Two Two'],
      );
    }
  });
});

describe('what the rollback of the operation that made it deletes', () => {
  const kept = (DeletionPolicy: string): TemplateResources => ({
    Kept: custom({}, { DeletionPolicy, UpdateReplacePolicy: 'Retain' }),
  });
  const bad: TemplateResources = { Bad: custom({}, { DependsOn: 'Kept' }) };

  test.each([
    ['RetainExceptOnCreate', ['Delete Bad Bad', 'Delete Kept Kept']],
    ['Retain', ['Delete Bad Bad']],
  ])('%s: the create', async (policy, deleted) => {
    reply = failing('Bad');

    expect(await create({ ...kept(policy), ...bad })).toBe('ROLLBACK_COMPLETE');
    expect(sent().slice(2)).toEqual(deleted);
  });

  test.each([
    ['RetainExceptOnCreate', ['Delete Bad Bad', 'Delete Kept Kept']],
    ['Retain', ['Delete Bad Bad']],
  ])('%s: the update that added it', async (policy, deleted) => {
    await create({ Other: custom() });
    reply = failing('Bad');

    expect(await update({ Other: custom(), ...kept(policy), ...bad })).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(sent().slice(3)).toEqual(deleted);
  });

  test('RetainExceptOnCreate: nothing else does, neither a later rollback, nor the update that takes it out, nor the stack’s end', async () => {
    await create(kept('RetainExceptOnCreate'));
    reply = failing('Bad');
    expect(await update({ ...kept('RetainExceptOnCreate'), ...bad })).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await update({})).toBe('UPDATE_COMPLETE');
    stack = cloudFormation.stack('Second');
    await create(kept('RetainExceptOnCreate'));

    expect(await time.until(stack.delete())).toBe('DELETE_COMPLETE');
    expect(sent().filter((line) => line.includes('Delete Kept'))).toEqual([]);
  });

  test.each([
    [true, []],
    [false, ['Delete Kept new']],
  ])(
    'H32 UpdateReplacePolicy Retain keeps the new copy of a rolled-back replacement (%s), which no page says',
    async (retainsRolledBackReplacement, deleted) => {
      open({ behaviour: { retainsRolledBackReplacement } });
      const template = (a: number): TemplateResources => ({
        Kept: custom({ a }, { UpdateReplacePolicy: 'Retain' }),
        Bad: custom({ a }, { DependsOn: 'Kept' }),
      });
      await create(template(1));
      reply = ({ LogicalResourceId, ResourceProperties }) => {
        if (LogicalResourceId === 'Kept') {
          return { PhysicalResourceId: ResourceProperties['a'] === '2' ? 'new' : 'Kept' };
        }
        return ResourceProperties['a'] === '2' ? { Status: 'FAILED', Reason: 'no' } : {};
      };

      expect(await update(template(2))).toBe('UPDATE_ROLLBACK_COMPLETE');
      expect(sent().filter((line) => line.startsWith('Delete'))).toEqual(deleted);
    },
  );
});

describe('without rollback', () => {
  const NO_ROLLBACK = { disableRollback: true };
  const bad = ({ LogicalResourceId, RequestType }: CloudFormationRequest): ResourceReply =>
    LogicalResourceId === 'Bad' && RequestType !== 'Delete'
      ? { Status: 'FAILED', Reason: 'no', PhysicalResourceId: 'wreck' }
      : {};

  test('a create that fails stays as it is; only what waits for the failed one is not made', async () => {
    reply = (request) => (request.LogicalResourceId === 'Slow' ? { after: 100_000 } : bad(request));

    expect(
      await create(
        {
          Bad: custom(),
          Slow: custom(),
          AfterBad: custom({}, { DependsOn: 'Bad' }),
          AfterSlow: custom({}, { DependsOn: 'Slow' }),
        },
        NO_ROLLBACK,
      ),
    ).toBe('CREATE_FAILED');
    expect(sent()).toEqual(['Create Bad', 'Create Slow', 'Create AfterSlow']);
  });

  test('H38 the next update makes the failed one anew, and deletes it at its end by the id of its failure', async () => {
    reply = bad;
    await create({ Good: custom(), Bad: custom() }, NO_ROLLBACK);
    reply = () => ({});

    expect(await update({ Good: custom(), Bad: custom() }, NO_ROLLBACK)).toBe('UPDATE_COMPLETE');
    expect(sent().slice(2)).toEqual(['Create Bad', 'Delete Bad wreck']);
    expect(stack.physicalIds).toEqual(['Good', 'Bad']);
  });

  test('or by an id made up, where no answer came', async () => {
    reply = ({ LogicalResourceId }) => (LogicalResourceId === 'Bad' ? 'none' : {});
    await create({ Bad: custom() }, NO_ROLLBACK);
    reply = () => ({});

    expect(await update({ Bad: custom() }, NO_ROLLBACK)).toBe('UPDATE_COMPLETE');
    expect(sent().slice(1)).toEqual(['Create Bad', expect.stringMatching(/^Delete Bad Stack-Bad-[0-9A-F]{13}$/)]);
  });

  test('each that failed is deleted when at last one works, or when it is no longer in the template', async () => {
    reply = (request) => ({ ...(bad(request) as object), PhysicalResourceId: `wreck-${sent().length}` });
    await create({ Bad: custom() }, NO_ROLLBACK);
    expect(await update({ Bad: custom() }, NO_ROLLBACK)).toBe('UPDATE_FAILED');

    expect(await update({}, NO_ROLLBACK)).toBe('UPDATE_COMPLETE');
    expect(sent().slice(2).sort()).toEqual(['Delete Bad wreck-1', 'Delete Bad wreck-2']);
  });

  test.each([
    [true, ['Update Bad Bad', 'Update Bad wreck', 'Update Bad Bad']],
    [false, ['Update Bad Bad', 'Update Bad wreck']],
  ])(
    'an update that fails asks the failed one alone for what it was (%s); the next one tries again',
    async (restoresFailedUpdate, updates) => {
      open({ behaviour: { restoresFailedUpdate } });
      const template = (a: number): TemplateResources => ({ Good: custom({ a }), Bad: custom({ a }) });
      await create(template(1));
      reply = ({ LogicalResourceId, ResourceProperties: { a } }) =>
        LogicalResourceId === 'Bad' && a === '2'
          ? { Status: 'FAILED', Reason: 'no', PhysicalResourceId: 'wreck' }
          : { PhysicalResourceId: LogicalResourceId };
      expect(await update(template(2), NO_ROLLBACK)).toBe('UPDATE_FAILED');
      reply = () => ({});

      expect(await update(template(2), NO_ROLLBACK)).toBe('UPDATE_COMPLETE');
      expect(sent().filter((line) => line.startsWith('Update Bad'))).toEqual(updates);
      expect(sent().filter((line) => line.startsWith('Update Good'))).toHaveLength(1);
    },
  );

  test('what is there can be deleted, the failed one too', async () => {
    reply = bad;
    await create({ Good: custom(), Bad: custom() }, NO_ROLLBACK);

    expect(await time.until(stack.delete())).toBe('DELETE_COMPLETE');
    expect(sent().slice(2).sort()).toEqual(['Delete Bad wreck', 'Delete Good Good']);
  });

  test('a stack can be rolled back after all: a create to nothing, an update to where it was before the first that failed', async () => {
    reply = bad;
    await create({ Good: custom({ a: 1 }), Bad: custom() }, NO_ROLLBACK);
    expect(await time.until(stack.rollback())).toBe('ROLLBACK_COMPLETE');
    stack = cloudFormation.stack('Second');
    await create({ Good: custom({ a: 1 }) });
    const before = sent().length;
    await update({ Good: custom({ a: 2 }), Bad: custom() }, NO_ROLLBACK);
    await update({ Good: custom({ a: 3 }), Bad: custom() }, NO_ROLLBACK);

    expect(await time.until(stack.rollback())).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(
      sent()
        .slice(before)
        .filter((line) => line.includes('Good')),
    ).toEqual(['Update Good Good', 'Update Good Good', 'Update Good Good']);
    expect(requests.filter(({ LogicalResourceId }) => LogicalResourceId === 'Good').at(-1)?.ResourceProperties).toEqual(
      { a: '1' },
    );
    expect(sent().slice(-2)).toEqual(['Delete Bad wreck', 'Delete Bad wreck']);
  });
});

describe('a clean-up', () => {
  test.each([
    [true, 30_000],
    [false, 20_000],
  ])('deletes what depends on another first (%s), or all at once', async (cleansUpInOrder, takes) => {
    open({ behaviour: { cleansUpInOrder } });
    await create({ One: custom(), Two: custom({}, { DependsOn: 'One' }), Same: custom({ a: 1 }) });
    const began = time.now();

    expect(await update({ Same: custom({ a: 2 }) })).toBe('UPDATE_COMPLETE');
    expect(time.now() - began).toBe(takes);
  });

  test('that gives a resource up tells which: nobody deletes it any more', async () => {
    await create({ Gone: custom() });
    reply = () => ({ Status: 'FAILED', Reason: 'in use' });
    await update({});

    expect(stack.givenUp).toEqual([{ logicalId: 'Gone', type: 'Custom::Thing', physicalId: 'Gone' }]);
    reply = () => ({});
    await time.until(stack.delete());
    expect(sent()).toHaveLength(4);
  });
});

describe('DescribeStacks', () => {
  test('tells the status of the moment', async () => {
    const seen: string[] = [];
    reply = (request) => {
      seen.push(`${request.RequestType} ${cloudFormation.describeStack(stack.stackId).Stacks[0]?.StackStatus ?? ''}`);
      return failing('Bad')(request);
    };
    expect(() => cloudFormation.describeStack(stack.stackId)).toThrow(/does not exist/);
    await create({ One: custom({ a: 1 }) });
    await update({ One: custom({ a: 2 }), Added: custom() });
    await update({ One: custom({ a: 2 }), Added: custom(), Bad: custom({}, { DependsOn: ['One', 'Added'] }) });
    await update({ One: custom({ a: 2 }) });
    await time.until(stack.delete());
    stack = cloudFormation.stack('Stack');
    await create({ Bad: custom() });

    expect(seen).toEqual([
      'Create CREATE_IN_PROGRESS',
      'Update UPDATE_IN_PROGRESS',
      'Create UPDATE_IN_PROGRESS',
      'Create UPDATE_IN_PROGRESS',
      'Delete UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
      'Delete UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      'Delete DELETE_IN_PROGRESS',
      'Create CREATE_IN_PROGRESS',
      'Delete ROLLBACK_IN_PROGRESS',
    ]);
  });

  test('finds a deleted stack by its id alone', async () => {
    await create({ One: custom() });
    expect(cloudFormation.describeStack('Stack').Stacks).toEqual([
      { StackId: stack.stackId, StackName: 'Stack', StackStatus: 'CREATE_COMPLETE', CreationTime: new Date(NOON) },
    ]);
    await time.until(stack.delete());

    expect(cloudFormation.describeStack(stack.stackId).Stacks).toEqual([
      expect.objectContaining({ StackStatus: 'DELETE_COMPLETE' }),
    ]);
    expect(() => cloudFormation.describeStack('Stack')).toThrow(/does not exist/);
  });
});

describe('H35 exports', () => {
  const Export = { Name: { 'Fn::Sub': '${AWS::StackName}:One' } };
  const exporting = { sections: { Outputs: { One: { Value: { 'Fn::GetAtt': ['One', 'Arn'] }, Export } } } };
  const importing: TemplateResources = { Uses: custom({ arn: { 'Fn::ImportValue': 'Stack:One' } }) };
  let consumer: SimulatedStack;

  beforeEach(async () => {
    reply = ({ LogicalResourceId, ResourceProperties }) => ({
      Data: { Arn: `arn-${String(ResourceProperties['a'])}` },
      PhysicalResourceId: LogicalResourceId,
    });
    await create({ One: custom({ a: 1 }) }, exporting);
    consumer = cloudFormation.stack('Consumer');
  });

  test('another stack gets the value', async () => {
    expect(await time.until(consumer.create(importing))).toBe('CREATE_COMPLETE');
    expect(requests.at(-1)?.ResourceProperties).toEqual({ arn: 'arn-1' });
  });

  test('that nobody has fail what imports them', async () => {
    expect(await time.until(consumer.create({ Uses: custom({ arn: { 'Fn::ImportValue': 'Stack:Two' } }) }))).toBe(
      'ROLLBACK_COMPLETE',
    );
    expect(consumer.reasons).toEqual(['Uses: No export named Stack:Two found.']);
  });

  test('that are in use can be neither changed nor taken out, nor can their stack be deleted; when everything has been done, it is undone', async () => {
    await time.until(consumer.create(importing));

    expect(await update({ One: custom({ a: 2 }) }, exporting)).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(stack.reasons).toEqual(['Export Stack:One cannot be updated as it is in use by Consumer']);
    expect(await update({ One: custom({ a: 1 }) })).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(stack.reasons).toEqual(['Export Stack:One cannot be deleted as it is in use by Consumer']);
    const requested = sent().length;
    expect(await time.until(stack.delete())).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(stack.reasons).toEqual(['Export Stack:One cannot be deleted as it is in use by Consumer']);
    expect(sent()).toHaveLength(requested);
  });

  test('that are no longer in use can', async () => {
    await time.until(consumer.create(importing));
    await time.until(consumer.update({ Uses: custom({ arn: 'given' }) }));

    expect(await update({ One: custom({ a: 2 }) }, exporting)).toBe('UPDATE_COMPLETE');
    expect(await time.until(consumer.update(importing))).toBe('UPDATE_COMPLETE');
    expect(requests.at(-1)?.ResourceProperties).toEqual({ arn: 'arn-2' });
    await time.until(consumer.delete());
    expect(await time.until(stack.delete())).toBe('DELETE_COMPLETE');
  });

  test('are one stack’s alone', async () => {
    const taken = { sections: { Outputs: { One: { Value: 'x', Export: { Name: 'Stack:One' } } } } };

    expect(await time.until(consumer.create({ Two: custom() }, taken))).toBe('ROLLBACK_COMPLETE');
    expect(consumer.reasons).toEqual([expect.stringContaining('is already exported by stack Stack')]);
  });

  test.each([
    ['a parameter of the template', { arn: { Ref: 'Given' } }],
    ['a dynamic reference', { arn: '{{resolve:ssm:/one/arn}}' }],
    ['a dynamic reference in a text', { arn: { 'Fn::Join': ['', ['{{resolve:ssm:', '/one/arn', '}}']] } }],
  ])(
    'may be replaced by a parameter of Systems Manager, read by %s: its value changes freely',
    async (_, properties) => {
      const Parameters = { Given: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/one/arn' } };
      const publishing = (a: number): TemplateResources => ({
        One: custom({ a }),
        Arn: {
          Type: 'AWS::SSM::Parameter',
          Properties: { Name: '/one/arn', Type: 'String', Value: { 'Fn::GetAtt': ['One', 'Arn'] } },
        },
      });
      stack = cloudFormation.stack('Publisher');
      await create(publishing(1));
      await time.until(consumer.create({ Uses: custom(properties) }, { sections: { Parameters } }));
      expect(requests.at(-1)?.ResourceProperties).toEqual({ arn: 'arn-1' });

      expect(await update(publishing(2))).toBe('UPDATE_COMPLETE');
      expect(await time.until(consumer.update({ Uses: custom(properties) }, { sections: { Parameters } }))).toBe(
        'UPDATE_COMPLETE',
      );
      expect(requests.at(-1)?.ResourceProperties).toEqual({ arn: 'arn-2' });
    },
  );
});

describe('what is not a custom resource', () => {
  let told: string[];
  let refused: string | undefined;
  const provisioner: Provisioner = {
    put: (logicalId, _type, { says }) => {
      if (says === refused) {
        throw new NotProvisioned('it may not');
      }
      told.push(`put ${logicalId} ${String(says)}`);
      return { physicalId: logicalId, attributes: {} };
    },
    remove: (_, physicalId) => {
      told.push(`remove ${physicalId}`);
    },
  };
  const policy = (says: string): TemplateResources[string] => ({ Type: 'AWS::IAM::Policy', Properties: { says } });
  const template = (says: string, more: TemplateResources = {}): TemplateResources => ({
    Policy: policy(says),
    Thing: custom({ says }, { DependsOn: 'Policy' }),
    ...more,
  });

  beforeEach(() => {
    told = [];
    refused = 'refused';
    open({ provisioner });
    reply = (request) => {
      told.push(`${request.RequestType} ${request.LogicalResourceId}`);
      return failing('Bad')(request);
    };
  });

  test('is changed in its turn, and deleted in the clean-up, after what needs it', async () => {
    await create({ ...template('one'), More: policy('more'), Needs: custom({}, { DependsOn: 'More' }) });
    told = [];

    expect(await update(template('two'))).toBe('UPDATE_COMPLETE');
    expect(told).toEqual(['put Policy two', 'Update Thing', 'Delete Needs', 'remove More']);
  });

  test('is brought back in its turn of a rollback, before the clean-up', async () => {
    await create(template('one'));
    told = [];

    expect(await update(template('two', { Bad: custom({}, { DependsOn: 'Thing' }) }))).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(told).toEqual([
      'put Policy two',
      'Update Thing',
      'Create Bad',
      'Update Thing',
      'put Policy one',
      'Delete Bad',
    ]);
  });

  test('can fail as well', async () => {
    expect(await create(template('refused'))).toBe('ROLLBACK_COMPLETE');
    expect(stack.reasons).toEqual(['Policy: it may not']);
    expect(told).toEqual([]);
    stack = cloudFormation.stack('Second');
    await create(template('one'));
    told = [];

    expect(await update(template('refused'))).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(told).toEqual([]);
  });
});

describe('cancelling', () => {
  test.each([
    ['create', 'ROLLBACK_COMPLETE', 'Delete'],
    ['update', 'UPDATE_ROLLBACK_COMPLETE', 'Update'],
  ])(
    'an operation (%s) does not wait for the answer: the next request comes at once',
    async (operation, status, next) => {
      if (operation === 'update') {
        await create({ One: custom({ a: 1 }) });
      }
      reply = ({ ResourceProperties, RequestType }) =>
        RequestType !== 'Delete' && ResourceProperties['a'] === '2' ? { after: 100_000 } : {};
      time.at(time.now() + 5000, () => {
        stack.cancelOperation();
      });
      const began = time.now();

      expect(await (operation === 'update' ? update : create)({ One: custom({ a: 2 }) })).toBe(status);
      expect(requests.at(-1)?.RequestType).toBe(next);
      expect(time.now() - began).toBe(16_500);
    },
  );
});

describe('an answer', () => {
  test.each([
    ['is too long', { Reason: 'x'.repeat(4096), Status: 'FAILED' as const }, /^One: Response object is too long/],
    ['has an id of more than 1 KB', { PhysicalResourceId: 'x'.repeat(1025) }, /^One: Invalid PhysicalResourceId/],
    ['has no id', { PhysicalResourceId: '' }, /^One: Invalid PhysicalResourceId/],
    ['is to another request', { RequestId: 'another' }, /^One: Invalid PhysicalResourceId/],
    ['fails without a reason', { Status: 'FAILED' as const }, /^One: a failure without a Reason/],
  ])('that %s is a failure', async (_, answer, reason) => {
    reply = ({ RequestType }) => (RequestType === 'Create' ? answer : {});

    expect(await create({ One: custom() })).toBe('ROLLBACK_COMPLETE');
    expect(stack.reasons).toEqual([expect.stringMatching(reason)]);
    expect(cloudFormation.complaints).toHaveLength(1);
  });

  test.each([
    [undefined, 3600],
    ['60', 60],
  ])('that never comes is waited for as long as ServiceTimeout (%s) says', async (ServiceTimeout, seconds) => {
    reply = ({ RequestType }) => (RequestType === 'Create' ? 'none' : {});
    const properties = ServiceTimeout === undefined ? {} : { ServiceTimeout };

    expect(await create({ One: custom(properties) })).toBe('ROLLBACK_COMPLETE');
    expect(time.now()).toBe(NOON + (seconds + 10) * 1000 + 1500);
    expect(stack.reasons).toEqual(['One: CloudFormation did not receive a response from your Custom Resource']);
  });

  test('counts once: a second one to the same request is kept by nobody', async () => {
    const taken: Answer[] = [];
    open({
      onAnswer: (_, answer) => {
        taken.push(answer);
      },
    });
    await create({ One: custom() });
    const [request] = requests;
    await cloudFormation.respond(
      request?.ResponseURL ?? '',
      JSON.stringify({ ...taken[0], Status: 'FAILED', Reason: 'late' }),
    );

    expect(taken).toHaveLength(1);
    expect(cloudFormation.complaints).toEqual([]);
  });
});
