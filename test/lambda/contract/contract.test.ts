import { readFileSync } from 'node:fs';
import { BedrockClient } from '@aws-sdk/client-bedrock';
import { type Answer, body } from '../../../lambda/cloudformation/answer';
import type { CloudFormationRequest } from '../../../lambda/cloudformation/request';
import { LOGICAL_ID_TAG, STACK_ID_TAG } from '../../../lib/private/contract';
import { LocalBedrock } from '../../../local/fake-bedrock/server';
import { PAGE, page } from '../../../scripts/pages/contract';
import { MODEL_1, MODEL_2, STACK_ID } from '../support/builders';
import { HandlerHarness } from '../support/handler-harness';
import type { RequestOptions, RequestProperties } from '../support/requests';
import { type Demand, type DemandName, DEMANDS, NOT_HERE } from './demands';
import { type Subject, SUBJECTS } from './subjects';
import { SUITES } from './suites';

/**
 * What the CloudFormation CLI demands of every resource type, test by test under its names, with deployments and with
 * models.
 */

let world: HandlerHarness;
/** Whoever looks at Bedrock from outside. */
let bedrock: BedrockClient;
let server: LocalBedrock;
let subject: Subject;

const played = new Set<string>();

function demand(name: DemandName, tests: (subject: Subject) => void): void {
  played.add(name);
  describe(name, () => {
    describe.each(SUBJECTS)('$kind', (given) => {
      beforeEach(async () => {
        subject = given;
        world = new HandlerHarness();
        const { controlPlane } = world.bedrock;
        server = await LocalBedrock.start({ controlPlane, now: world.time.now });
        controlPlane.addModel({ name: 'model-1', arn: MODEL_1 });
        controlPlane.addModel({ name: 'model-2', arn: MODEL_2 });
        bedrock = new BedrockClient({
          endpoint: server.endpoint,
          region: 'us-east-1',
          credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
          maxAttempts: 1,
        });
      });
      afterEach(async () => {
        bedrock.destroy();
        await server.stop();
        world.close();
      });
      tests(given);
    });
  });
}

/** One request and its only answer, which must be one that CloudFormation takes, whatever the test is about. */
async function send(sent: CloudFormationRequest): Promise<Answer> {
  const answer = await world.finish(sent);
  const { Status, Reason, PhysicalResourceId, Data, ...echo } = answer;
  expect(echo).toEqual({ StackId: STACK_ID, RequestId: sent.RequestId, LogicalResourceId: sent.LogicalResourceId });
  expect(PhysicalResourceId).not.toBe('');
  expect(Buffer.byteLength(body(answer))).toBeLessThanOrEqual(4096);
  if (Status === 'FAILED') {
    expect(Reason).toMatch(/ failed: .+ Log: /);
  }
  if (Status === 'FAILED' || sent.RequestType === 'Delete') {
    expect(Data).toBeUndefined();
  }
  return answer;
}

const request = (type: CloudFormationRequest['RequestType'], options: RequestOptions = {}): CloudFormationRequest =>
  subject.make(type, options);
const create = (properties: RequestProperties = {}, logicalId?: string): Promise<Answer> =>
  send(request('Create', { properties, ...(logicalId === undefined ? {} : { logicalId }) }));
const update = (physicalId: string, old: RequestProperties, properties: RequestProperties): Promise<Answer> =>
  send(request('Update', { physicalId, old, properties }));
const remove = (physicalId: string, properties: RequestProperties = {}, logicalId?: string): Promise<Answer> =>
  send(request('Delete', { physicalId, properties, ...(logicalId === undefined ? {} : { logicalId }) }));

const named = (properties: RequestProperties = {}, name = 'mine'): RequestProperties => ({
  ...properties,
  [subject.nameProperty]: name,
});
const read = (name: string): Promise<RequestProperties> => subject.read(bedrock, name);
const list = async (): Promise<string[]> => (await subject.list(bedrock)).filter((name) => !name.startsWith('model-'));
const notFound = { name: 'ResourceNotFoundException' };

async function created(properties: RequestProperties = {}): Promise<string> {
  const answer = await create(properties);
  expect(answer.Status).toBe('SUCCESS');
  return answer.PhysicalResourceId;
}

/** How many calls have changed anything. */
function changes(): number {
  return world.bedrock.calls.filter(({ operation }) => /^(Create|Update|Delete|Tag|Untag)/.test(operation)).length;
}

demand('contract_create_create', () => {
  test('the second fails, and neither it nor its rollback touches the first', async () => {
    const name = await created(named());
    const before = await read(name);
    const second = await create(named(), 'Second');
    expect(second).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining(`named mine exists already (${String(before['Arn'])})`),
    });
    expect(await read(name)).toEqual(before);
    expect(await remove(second.PhysicalResourceId, named(), 'Second')).toMatchObject({ Status: 'SUCCESS' });
    expect(await read(name)).toEqual(before);
    expect(await list()).toEqual([name]);
  });
});

demand('test_create_create_primary_id_check', () => {
  test("the second is another one, and its end is not the first one's", async () => {
    const first = await create(subject.whole);
    const second = await create(subject.whole, 'Second');
    expect(second).toMatchObject({ Status: 'SUCCESS' });
    expect(second.PhysicalResourceId).not.toBe(first.PhysicalResourceId);
    expect(second.Data?.['Arn']).not.toBe(first.Data?.['Arn']);
    expect((await list()).sort()).toEqual([first.PhysicalResourceId, second.PhysicalResourceId].sort());
    expect(await remove(second.PhysicalResourceId, subject.whole, 'Second')).toMatchObject({ Status: 'SUCCESS' });
    expect(await read(first.PhysicalResourceId)).toMatchObject({ Arn: first.Data?.['Arn'], Status: 'Active' });
  });
});

demand('contract_create_delete', () => {
  test('what was created is deleted', async () => {
    const answer = await create(subject.whole);
    expect(answer).toMatchObject({ Status: 'SUCCESS', Data: { Name: answer.PhysicalResourceId } });
    expect(await remove(answer.PhysicalResourceId, subject.whole)).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: answer.PhysicalResourceId,
    });
    expect(await list()).toEqual([]);
  });
});

demand('contract_create_read', () => {
  test('every property is told as it was asked, as soon as the answer is there', async () => {
    const name = await created(named(subject.whole));
    expect(name).toBe('mine');
    expect(await read(name)).toMatchObject({ ...subject.whole, Name: 'mine', Status: 'Active' });
  });
});

demand('test_read_return_readonly_properties', ({ attributes }) => {
  test('every attribute is there, in its form, and as Get says', async () => {
    const { Data = {}, PhysicalResourceId } = await create(subject.whole);
    expect(Object.keys(Data).sort()).toEqual(Object.keys(attributes).sort());
    for (const [attribute, form] of Object.entries(attributes)) {
      expect(Data[attribute]).toMatch(form);
    }
    expect(await read(PhysicalResourceId)).toMatchObject(Data);
    const updated = await update(PhysicalResourceId, subject.whole, subject.changed);
    expect(Object.keys(updated.Data ?? {}).sort()).toEqual(Object.keys(attributes).sort());
    expect(await read(PhysicalResourceId)).toMatchObject(updated.Data ?? {});
  });
});

demand('contract_create_list', () => {
  test('what was created is listed, and what is listed can be read', async () => {
    const name = await created();
    const listed = await list();
    expect(listed).toEqual([name]);
    expect(await Promise.all(listed.map(read))).toMatchObject([{ Name: name }]);
  });
});

demand('contract_create_taggable', () => {
  test('the tags are there from the beginning', async () => {
    await created(subject.whole);
    const creation = world.bedrock.calls.find(
      ({ operation, input }) => operation.startsWith('CreateCustomModel') && input['clientRequestToken'] !== undefined,
    );
    expect(creation?.input[subject.kind === 'model' ? 'modelTags' : 'tags']).toEqual(
      expect.arrayContaining([
        { key: 'team', value: 'fraud' },
        { key: 'tier', value: 'gold' },
        { key: STACK_ID_TAG, value: STACK_ID },
        { key: LOGICAL_ID_TAG, value: expect.any(String) },
      ]),
    );
    expect(world.performed('TagResource')).toBe(0);
  });
});

demand('contract_create_ack', () => {
  test.each(['Create', 'Update', 'Delete'] as const)(
    '%s is taken at once, and answered when it is done',
    async (type) => {
      const physicalId = type === 'Create' ? undefined : await created(subject.whole);
      const sent = request(type, {
        properties: subject.whole,
        ...(physicalId === undefined ? {} : { physicalId }),
        old: subject.changed,
      });
      const { now: began, answers, stateMachine } = world;
      const [before, started] = [answers.length, stateMachine.executions.length];
      await world.deliver(sent);
      expect({
        passed: world.now - began,
        answers: answers.length - before,
        started: stateMachine.executions.length - started,
      }).toEqual({ passed: 0, answers: 0, started: 1 });
      await world.run();
      expect(world.answerTo(sent).Status).toBe('SUCCESS');
    },
  );
});

demand('contract_invalid_create', ({ invalid }) => {
  test.each(invalid)('with %s', async (_, properties, property) => {
    const refused = await create(properties);
    expect(refused).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringMatching(new RegExp(`failed: ${property}\\b.* must be `)),
    });
    expect(await remove(refused.PhysicalResourceId, properties)).toMatchObject({ Status: 'SUCCESS' });
    expect(world.bedrock.calls).toEqual([]);
  });
});

demand('contract_crud_exerciser', () => {
  test('the same request twice is one; another fails; and once it is deleted, it can be had again', async () => {
    const once = request('Create', { properties: named() });
    expect(await send(once)).toMatchObject({ Status: 'SUCCESS' });
    await world.finish(once);
    expect(world.answers).toHaveLength(1);
    expect(await list()).toEqual(['mine']);
    expect(await create(named(), 'Second')).toMatchObject({ Status: 'FAILED' });
    expect(await remove('mine', named())).toMatchObject({ Status: 'SUCCESS' });
    expect(await remove('mine', named())).toMatchObject({ Status: 'SUCCESS' });
    expect(await create(named())).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'mine' });
    expect(await remove('mine', named())).toMatchObject({ Status: 'SUCCESS' });
    expect(await list()).toEqual([]);
  });
});

demand('contract_update_read', () => {
  test('every property is told as the update asked, under the same identifiers', async () => {
    const first = await create(subject.whole);
    const updated = await update(first.PhysicalResourceId, subject.whole, subject.changed);
    expect(updated).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: first.PhysicalResourceId,
      Data: { Arn: first.Data?.['Arn'] },
    });
    const told = await read(updated.PhysicalResourceId);
    expect(told).toMatchObject({ ...subject.changed, Status: 'Active' });
    expect(told['Tags']).toEqual(subject.changed['Tags']);
    expect(await read(first.Data?.['Arn'] ?? '')).toEqual(told);
  });
});

demand('contract_update_list', () => {
  test('what was updated is listed, once', async () => {
    const name = await created(subject.whole);
    await update(name, subject.whole, subject.changed);
    expect(await list()).toEqual([name]);
  });
});

demand('contract_update_update', () => {
  test('there, and back again', async () => {
    const name = await created(subject.whole);
    expect(await update(name, subject.whole, subject.changed)).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: name,
    });
    expect(await update(name, subject.changed, subject.whole)).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: name,
    });
    expect(await read(name)).toMatchObject(subject.whole);
  });
});

demand('contract_update_create', () => {
  test('the create fails, and leaves what was updated alone', async () => {
    const name = await created(named(subject.whole));
    await update(name, named(subject.whole), named(subject.changed));
    const before = await read(name);
    expect(await create(named(subject.changed), 'Second')).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining('exists already'),
    });
    expect(await read(name)).toEqual(before);
  });
});

demand('contract_create_update_noop', () => {
  test('it succeeds, and nothing is changed', async () => {
    const name = await created(subject.whole);
    const before = changes();
    expect(await update(name, subject.whole, subject.whole)).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: name,
    });
    expect(changes()).toBe(before);
  });
});

demand('contract_update_tag_updatable', () => {
  test('tags are added, changed and removed; those of others stay, and those that say whose it is', async () => {
    const properties = (Tags: RequestProperties): RequestProperties => ({ Tags });
    const old = properties({ kept: 'a', changed: 'a', removed: 'a' });
    const now = properties({ kept: 'a', changed: 'b', added: 'b' });
    const { PhysicalResourceId: name, Data } = await create(old);
    world.bedrock.controlPlane.perform('TagResource', {
      resourceARN: Data?.['Arn'] ?? '',
      tags: [{ key: 'theirs', value: 'c' }],
    });
    expect(await update(name, old, now)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: name, Data });
    expect((await read(name))['Tags']).toEqual({ kept: 'a', changed: 'b', added: 'b', theirs: 'c' });
    expect(await remove(name, now)).toMatchObject({ Status: 'SUCCESS' });
    expect(await list()).toEqual([]);
  });
});

demand('contract_update_without_create', () => {
  test('it is made, under the name that it should have had', async () => {
    expect(await update('mine', named(subject.whole), named(subject.changed))).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: 'mine',
    });
    expect(await read('mine')).toMatchObject(subject.changed);
    expect(await list()).toEqual(['mine']);
  });
});

demand('contract_update_create_only_property', ({ replacing }) => {
  test.each(replacing)(
    '%s: another one is made, and the old one is there until it is deleted',
    async (_, old, properties) => {
      const first = await create(old);
      const second = await update(first.PhysicalResourceId, old, properties);
      expect(second.Status).toBe('SUCCESS');
      expect(second.PhysicalResourceId).not.toBe(first.PhysicalResourceId);
      expect(second.Data?.['Arn']).not.toBe(first.Data?.['Arn']);
      expect(await read(first.PhysicalResourceId)).toMatchObject({ Arn: first.Data?.['Arn'], Status: 'Active' });
      expect(await remove(first.PhysicalResourceId, old)).toMatchObject({ Status: 'SUCCESS' });
      expect(await list()).toEqual([second.PhysicalResourceId]);
    },
  );

  test.each(replacing)('%s, under a fixed name: refused, and nothing is changed', async (_, old, properties) => {
    const name = await created(named(old));
    const [before, calls] = [await read(name), changes()];
    expect(await update(name, named(old), named(properties))).toMatchObject({
      Status: 'FAILED',
      PhysicalResourceId: name,
      Reason: expect.stringContaining('Nothing was changed'),
    });
    expect(await update(name, named(properties), named(old))).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: name,
    });
    expect(await read(name)).toEqual(before);
    expect(changes()).toBe(calls);
  });

  test('the name: another one is made', async () => {
    await created(named());
    expect(await update('mine', named(), named({}, 'another'))).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: 'another',
    });
    expect((await list()).sort()).toEqual(['another', 'mine']);
  });
});

demand('contract_update_invalid_property', ({ invalid }) => {
  test.each(invalid)('with %s', async (_, properties, property) => {
    const name = await created();
    const [before, calls] = [await read(name), changes()];
    expect(await update(name, {}, properties)).toMatchObject({
      Status: 'FAILED',
      PhysicalResourceId: name,
      Reason: expect.stringMatching(new RegExp(`failed: ${property}\\b.* must be `)),
    });
    expect(await update(name, properties, {})).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: name });
    expect(await read(name)).toEqual(before);
    expect(changes()).toBe(calls);
  });
});

demand('contract_delete_read', () => {
  test('is not found', async () => {
    const { PhysicalResourceId: name, Data } = await create();
    await remove(name);
    await expect(read(name)).rejects.toMatchObject(notFound);
    await expect(read(Data?.['Arn'] ?? '')).rejects.toMatchObject(notFound);
  });
});

demand('contract_delete_list', () => {
  test('is not listed', async () => {
    await remove(await created());
    expect(await list()).toEqual([]);
  });
});

demand('contract_delete_update', () => {
  test('it is made again, as asked and under the same name', async () => {
    const first = await create(subject.whole);
    const name = first.PhysicalResourceId;
    await remove(name, subject.whole);
    const again = await update(name, subject.whole, subject.changed);
    expect(again).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: name });
    expect(again.Data?.['Arn']).not.toBe(first.Data?.['Arn']);
    expect(await read(name)).toMatchObject(subject.changed);
  });
});

demand('contract_delete_delete', () => {
  test('the second succeeds, and does nothing', async () => {
    const name = await created();
    await remove(name);
    const before = changes();
    expect(await remove(name)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: name });
    expect(changes()).toBe(before);
  });
});

demand('contract_delete_create', () => {
  test.each(['generated', 'fixed'])('under the same %s name', async (which) => {
    const properties = which === 'fixed' ? named(subject.whole) : subject.whole;
    const first = await create(properties);
    await remove(first.PhysicalResourceId, properties);
    const second = await create(properties);
    expect(second).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: first.PhysicalResourceId });
    expect(second.Data?.['Arn']).not.toBe(first.Data?.['Arn']);
    expect(await list()).toEqual([first.PhysicalResourceId]);
  });
});

demand('contract_check_asserts_work', () => {
  test('what is not so fails', async () => {
    await expect(send({ ...request('Create'), LogicalResourceId: 'Mine', StackId: `${STACK_ID}0` })).rejects.toThrow(
      'StackId',
    );
  });
});

describe('the list', () => {
  const told = [
    ...Object.entries<Demand>(DEMANDS).flatMap(([name, { also }]) => [name, ...also]),
    ...Object.keys(NOT_HERE),
  ];

  test('is whole: every name of every suite is in it, once', () => {
    expect(told.sort()).toEqual(Object.values(SUITES).flat().sort());
  });

  test('is tested, every line', () => {
    expect([...played].sort()).toEqual(Object.keys(DEMANDS).sort());
  });

  test(`is ${PAGE}`, () => {
    expect(readFileSync(PAGE, 'utf8')).toBe(page());
  });
});
