import type { Answer } from '../../../lambda/cloudformation/answer';
import { intentOf } from '../../../lambda/cloudformation/intent';
import type { CloudFormationRequest } from '../../../lambda/cloudformation/request';
import { LOGICAL_ID_TAG, STACK_ID_TAG } from '../../../lib/private/contract';
import type { Behaviour } from '../../../local/bedrock/behaviour';
import { CONFLICT, INVALID_IDENTIFIER, MUTATING, NOT_FOUND, type OperationName, type Refusal, UNHEARD_OF } from '../../../local/bedrock/server';
import { LAMBDA_ERRORS, LAMBDA_VPC_ERRORS } from '../../../local/simulator/outages';
import { FOREIGN_TAGS, PACKAGE_1, PACKAGE_2, STACK_ID } from '../support/builders';
import { type Given, modelRequest, request, type RequestOptions } from '../support/requests';
import { World, type WorldOptions } from '../support/world';

/** What was seen of AWS, and each way that it may be where nobody has seen it: the whole handler outlasts it, and says so where it cannot. */

const MINUTE = 60_000;

let world: World;
let model1: string;
let model2: string;

async function open(options: WorldOptions = {}): Promise<void> {
  world = await World.open(options);
  model1 = world.bedrock.controlPlane.addModel({ name: 'model-1' });
  model2 = world.bedrock.controlPlane.addModel({ name: 'model-2' });
}
afterEach(() => world.close());

type Type = CloudFormationRequest['RequestType'];

/** The second is all that a request tells of when it was made. */
function url(): string {
  const second = new Date(world.now).toISOString().replace(/[-:]|\.\d+/g, '');
  return `https://cloudformation.example/answer?X-Amz-Date=${second}&X-Amz-Signature=${world.answers.length}-signature`;
}

const asked = (more: Given = {}): Given => ({ ModelArn: model1, ...more });
const ofDeployment = (type: Type, options: RequestOptions = {}): CloudFormationRequest => request(type, { responseUrl: url(), ...options, properties: asked(options.properties), old: asked(options.old) });
const ofModel = (type: Type, options: RequestOptions = {}): CloudFormationRequest => modelRequest(type, { responseUrl: url(), ...options });

/** CloudFormation takes a moment from one request to the next. */
async function next<T>(ask: () => Promise<T>): Promise<T> {
  await world.pass(2000);
  return ask();
}

const finish = (type: Type, options?: RequestOptions): Promise<Answer> => next(() => world.finish(ofDeployment(type, options)));
const finishModel = (type: Type, options?: RequestOptions): Promise<Answer> => next(() => world.finish(ofModel(type, options)));

/** Begins an operation that is never to be heard of. */
async function begin(type: Type, options?: RequestOptions): Promise<CloudFormationRequest> {
  return next(async () => {
    const asking = ofDeployment(type, options);
    await world.deliver(asking);
    return asking;
  });
}

const models = (): ReturnType<World['bedrock']['controlPlane']['models']> => world.bedrock.controlPlane.models().filter(({ arn }) => ![model1, model2].includes(arn));
const calls = (operation: OperationName): World['bedrock']['calls'] => world.bedrock.calls.filter((call) => call.operation === operation);
const reason = (words: string | RegExp): Partial<Answer> => ({ Status: 'FAILED', Reason: expect.stringMatching(words) as unknown as string });

async function minutesOf<T>(run: () => Promise<T>): Promise<readonly [T, number]> {
  const began = world.now;
  return [await run(), (world.now - began) / MINUTE];
}

const MADE_UP = 'fraud-Deployment-0123456789ABC';

/** Begins an Update to the other model, which is under way then. */
async function updating(old: Given = {}): Promise<string> {
  const { PhysicalResourceId: physicalId } = await finish('Create', { properties: old });
  await begin('Update', { properties: { ModelArn: model2 }, old, physicalId });
  await world.run(() => world.performed('UpdateCustomModelDeployment') === 1);
  return physicalId;
}

/** 7 to 9 minutes were seen. What lasts longer than ten, no patience with refusals alone would outlast. */
const MUTATIONS: readonly (readonly [number, Refusal])[] = [
  [9, MUTATING], [9, CONFLICT], [9, UNHEARD_OF], [9, 'OperationNotPermittedException: The request could not be completed'],
  [20, MUTATING], [20, UNHEARD_OF],
];

describe.each(MUTATIONS)('H27: for %d minutes the deployment is in a mutating state, and what is asked of it meanwhile is refused with %s:', (minutes, refusal) => {
  const refusedDeletes = (): unknown[] => calls('DeleteCustomModelDeployment').filter(({ performed }) => !performed);

  beforeEach(() => open({
    durations: { deploymentCreate: minutes * MINUTE, deploymentUpdate: minutes * MINUTE },
    behaviour: { deleteWhileCreating: refusal, deleteWhileUpdating: refusal, updateWhileCreating: refusal, updateWhileUpdating: refusal },
  }));

  test('a Create that is cancelled leaves nothing', async () => {
    await begin('Create');
    await world.run(() => world.deployments.length === 1);
    world.stackStatus = 'ROLLBACK_IN_PROGRESS';
    expect(await finish('Delete', { physicalId: MADE_UP })).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: MADE_UP });
    expect(world.deployments).toEqual([]);
    expect(refusedDeletes()).not.toEqual([]);
  });

  test('a Create that is out of time leaves nothing', async () => {
    const failed = await finish('Create', { properties: { Timeout: '300' } });
    expect(failed).toMatchObject(reason('out of time'));
    world.stackStatus = 'ROLLBACK_IN_PROGRESS';
    expect(await finish('Delete', { properties: { Timeout: '300' }, physicalId: failed.PhysicalResourceId })).toMatchObject({ Status: 'SUCCESS' });
    expect(world.deployments).toEqual([]);
    expect(refusedDeletes()).not.toEqual([]);
  });

  test('an Update in the middle of which the stack is deleted leaves nothing', async () => {
    const physicalId = await updating();
    world.stackStatus = 'DELETE_IN_PROGRESS';
    expect(await finish('Delete', { properties: { ModelArn: model2 }, physicalId })).toMatchObject({ Status: 'SUCCESS' });
    expect(world.deployments).toEqual([]);
    expect(refusedDeletes()).not.toEqual([]);
  });

  test('an Update that is cancelled is rolled back: the old model serves', async () => {
    const physicalId = await updating();
    world.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';
    expect(await finish('Update', { old: { ModelArn: model2 }, physicalId })).toMatchObject({ Status: 'SUCCESS', Data: { ModelArn: model1 } });
    expect(world.deployments).toMatchObject([{ status: 'Active', servedModelArn: model1 }]);
  });
});

describe('H27: the time of an Update', () => {
  test('is all that CloudFormation gives, though its properties give five minutes, in a rollback, as the stack’s status tells', async () => {
    await open({ durations: { deploymentUpdate: 20 * MINUTE } });
    const old = { Timeout: '300' };
    const physicalId = await updating(old);
    world.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';
    expect(await finish('Update', { properties: old, old: { ModelArn: model2 }, physicalId })).toMatchObject({ Status: 'SUCCESS', Data: { ModelArn: model1 } });
    expect(world.deployments).toMatchObject([{ status: 'Active', servedModelArn: model1 }]);
  });

  test('is that of its properties, and no more, when it goes forward', async () => {
    await open({ durations: { deploymentUpdate: 20 * MINUTE } });
    const { PhysicalResourceId: physicalId } = await finish('Create');
    const [answer, lasted] = await minutesOf(() => finish('Update', { properties: { ModelArn: model2, Timeout: '300' }, old: {}, physicalId }));
    expect(answer).toMatchObject(reason('out of time'));
    expect(lasted).toBeLessThan(5.5);
  });
});

describe('H28: where Get', () => {
  const absent = [NOT_FOUND, INVALID_IDENTIFIER, UNHEARD_OF] as const;
  const variants: readonly Partial<Behaviour>[] = [...absent.map((getByAbsentName) => ({ getByAbsentName })), ...absent.map((getByName) => ({ getByName }))];

  describe.each(variants)('is answered so: %j,', (behaviour) => {
    beforeEach(() => open({ behaviour }));

    test('deployments are created, updated, deleted, and known to be gone', async () => {
      const { PhysicalResourceId: physicalId, Status } = await finish('Create');
      expect(Status).toBe('SUCCESS');
      expect(await finish('Update', { properties: { ModelArn: model2 }, old: {}, physicalId })).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: physicalId });
      expect(world.deployments).toMatchObject([{ name: physicalId, servedModelArn: model2 }]);
      for (let times = 0; times < 2; times++) {
        expect(await finish('Delete', { properties: { ModelArn: model2 }, physicalId })).toMatchObject({ Status: 'SUCCESS' });
        expect(world.deployments).toEqual([]);
      }
    });

    test('models are too, and others whose names contain theirs stay', async () => {
      world.bedrock.controlPlane.addModel({ name: 'mine-too' });
      const mine = { ModelName: 'mine' };
      expect(await finishModel('Create', { properties: mine })).toMatchObject({ Status: 'SUCCESS' });
      expect(await finishModel('Update', { properties: { ...mine, Tags: { team: 'fraud' } }, old: mine, physicalId: 'mine' })).toMatchObject({ Status: 'SUCCESS' });
      expect(models()).toMatchObject([{ name: 'mine-too' }, { name: 'mine', tags: { team: 'fraud' } }]);
      for (let times = 0; times < 2; times++) {
        expect(await finishModel('Delete', { properties: mine, physicalId: 'mine' })).toMatchObject({ Status: 'SUCCESS' });
        expect(models()).toMatchObject([{ name: 'mine-too' }]);
      }
    });
  });
});

describe('H29: the name of what was deleted is held', () => {
  const HOLDS: readonly Refusal[] = ['ValidationException: A {kind} with the name {name} already exists', 'ResourceInUseException (409): {name}', UNHEARD_OF];
  const held = (minutes: number, refusal: Refusal): Promise<void> => open({ behaviour: { nameHeldAfterDelete: minutes * MINUTE, duplicateName: refusal, duplicateModelName: refusal } });

  /** A resource whose name was freed just now, and what asks for that name then. */
  const CASES: readonly (readonly [string, () => Promise<() => Promise<Answer>>])[] = [
    ['an Update that makes a deployment again which was deleted by hand', async () => {
      const { PhysicalResourceId: physicalId } = await finish('Create');
      world.bedrock.controlPlane.removeDeployment(physicalId);
      return () => finish('Update', { properties: { Tags: { team: 'fraud' } }, old: {}, physicalId });
    }],
    ['an Update that replaces a deployment which has become Failed', async () => {
      const { PhysicalResourceId: physicalId } = await finish('Create');
      world.bedrock.controlPlane.setDeployment(physicalId, { status: 'Failed', failureMessage: 'became unavailable' });
      return () => finish('Update', { properties: { Tags: { team: 'fraud' } }, old: {}, physicalId });
    }],
    ['a Create after the Delete', async () => {
      const { PhysicalResourceId: physicalId } = await finish('Create');
      await finish('Delete', { physicalId });
      return () => finish('Create');
    }],
    ['the Create of a model after its Delete', async () => {
      const { PhysicalResourceId: physicalId } = await finishModel('Create');
      await finishModel('Delete', { physicalId });
      return () => finishModel('Create');
    }],
  ];

  describe.each(HOLDS)('(%s)', (refusal) => {
    test.each(CASES)('for five minutes: %s waits for it', async (_, prepare) => {
      await held(5, refusal);
      const ask = await prepare();
      const [answer, lasted] = await minutesOf(ask);
      expect(answer).toMatchObject({ Status: 'SUCCESS' });
      expect([...world.deployments, ...models()]).toMatchObject([{ name: answer.PhysicalResourceId, status: 'Active' }]);
      expect(lasted).toBeGreaterThan(4);
    });

  });

  test.each(CASES)('for an hour: %s ends in an error that says so', async (_, prepare) => {
    await held(60, UNHEARD_OF);
    const ask = await prepare();
    const [answer, lasted] = await minutesOf(ask);
    expect(answer).toMatchObject(reason(/OperationNotPermittedException.* the service may hold the name of what was deleted/));
    expect(lasted).toBeGreaterThan(9);
    expect(lasted).toBeLessThan(12);
  });
});

describe('H30: Lambda cannot run the function', () => {
  const ERRORS = [...LAMBDA_ERRORS, ...LAMBDA_VPC_ERRORS];
  const outage = (minutes: number): void => { world.outages.begin(minutes * MINUTE, ERRORS); };

  /** From the moment that the verdict is known. */
  function outageOfTheAnswer(minutes: number): void {
    const unsubscribe = world.bedrock.faults.on((operation) => {
      if (operation === 'GetCustomModelDeployment' && world.deployments[0]?.status === 'Active') {
        outage(minutes);
        unsubscribe();
      }
      return undefined;
    });
  }

  describe('for half an hour', () => {
    test('in the middle of a create: it goes on afterwards', async () => {
      await open({ durations: { deploymentCreate: MINUTE } });
      const create = await begin('Create');
      await world.run(() => world.deployments.length === 1);
      outage(30);
      await world.run();
      expect(world.answerTo(create)).toMatchObject({ Status: 'SUCCESS', Data: { ModelArn: model1 } });
      expect(world.deployments).toHaveLength(1);
    });

    test('from the first step of a create on', async () => {
      await open();
      const create = await begin('Create');
      outage(30);
      await world.run();
      expect(world.answerTo(create)).toMatchObject({ Status: 'SUCCESS' });
      expect(world.deployments).toHaveLength(1);
    });

    test('in the middle of an update', async () => {
      await open({ durations: { deploymentUpdate: MINUTE } });
      const { PhysicalResourceId: physicalId } = await finish('Create');
      const update = await begin('Update', { properties: { ModelArn: model2 }, old: {}, physicalId });
      await world.run(() => world.performed('UpdateCustomModelDeployment') === 1);
      outage(30);
      await world.run();
      expect(world.answerTo(update)).toMatchObject({ Status: 'SUCCESS', Data: { ModelArn: model2 } });
    });

    test('in the middle of a delete', async () => {
      await open({ durations: { deploymentDelete: MINUTE } });
      const { PhysicalResourceId: physicalId } = await finish('Create');
      const remove = await begin('Delete', { physicalId });
      await world.run(() => world.performed('DeleteCustomModelDeployment') === 1);
      outage(30);
      await world.run();
      expect(world.answerTo(remove)).toMatchObject({ Status: 'SUCCESS' });
      expect(world.deployments).toEqual([]);
    });

    test('while only the answer is left to send', async () => {
      await open();
      outageOfTheAnswer(30);
      const create = await begin('Create');
      const [, lasted] = await minutesOf(() => world.run());
      expect(world.answerTo(create)).toMatchObject({ Status: 'SUCCESS' });
      expect(lasted).toBeGreaterThan(30);
      expect((world.now - (world.bedrock.calls.at(-1)?.at ?? 0)) / MINUTE).toBeGreaterThan(30);
    });

    test('and a newer request comes meanwhile: nothing is left, and nobody answers for the old one', async () => {
      await open({ durations: { deploymentCreate: MINUTE } });
      const create = await begin('Create');
      await world.run(() => world.deployments.length === 1);
      const remove = await begin('Delete', { physicalId: MADE_UP });
      outage(30);
      await world.run();
      expect(world.answerTo(remove)).toMatchObject({ Status: 'SUCCESS' });
      expect(world.deployments).toEqual([]);
      expect(world.answers.map(({ RequestId }) => RequestId)).not.toContain(create.RequestId);
    });
  });

  test('for longer than a step is tried: CloudFormation is told so, and the rollback leaves nothing', async () => {
    await open({ durations: { deploymentCreate: MINUTE } });
    const create = await begin('Create');
    await world.run(() => world.deployments.length === 1);
    outage(70);
    await world.run();
    const failed = world.answerTo(create);
    expect(failed).toMatchObject(reason(/the handler could not be run: Lambda\.\w+/));
    world.stackStatus = 'ROLLBACK_IN_PROGRESS';
    expect(await finish('Delete', { physicalId: failed.PhysicalResourceId })).toMatchObject({ Status: 'SUCCESS' });
    expect(world.deployments).toEqual([]);
  });

  test.each([
    ['in the middle of a create', () => world.run(() => world.deployments.length === 1).then(() => { outage(180); })],
    ['while only the answer is left to send', () => Promise.resolve(outageOfTheAnswer(180))],
  ])('for three hours, %s: the execution ends as failed, CloudFormation’s own timeout is the last word, and the Delete that follows leaves nothing', async (_, strike) => {
    await open({ durations: { deploymentCreate: MINUTE } });
    await begin('Create');
    await strike();
    const [, lasted] = await minutesOf(() => world.run());
    expect(lasted).toBeGreaterThan(40);
    expect(world.answers).toEqual([]);
    expect(world.stateMachine.executions).toMatchObject([{ status: 'FAILED', failure: { name: expect.stringMatching(/^Lambda\./) } }]);

    await world.pass(180 * MINUTE);
    world.stackStatus = 'ROLLBACK_IN_PROGRESS';
    expect(await finish('Delete', { physicalId: MADE_UP })).toMatchObject({ Status: 'SUCCESS' });
    expect(world.deployments).toEqual([]);
  });
});

describe('H30: access is denied', () => {
  const deny = (operation: OperationName, minutes: number): void => {
    const until = world.now + minutes * MINUTE;
    world.bedrock.faults.on((called) => called === operation && world.now < until
      ? { kind: 'error', name: 'AccessDeniedException', message: `not authorized to perform: bedrock:${operation}` }
      : undefined);
  };
  const REMEDY = /service control policy.*resourceTagConditions: false/;
  const FOREVER = 1000;

  const created = async (): Promise<string> => (await finish('Create')).PhysicalResourceId;
  const updated = async (): Promise<string> => {
    const physicalId = await created();
    expect(await finish('Update', { properties: { ModelArn: model2 }, old: {}, physicalId })).toMatchObject({ Status: 'SUCCESS' });
    return physicalId;
  };
  const rollBack = (physicalId: string, old: Given = {}): Promise<Answer> => finish('Update', { properties: old, old: { ModelArn: model2 }, physicalId });

  beforeEach(() => open());

  test.each(['GetCustomModelDeployment', 'ListTagsForResource', 'DeleteCustomModelDeployment'] as const)('%s, for 20 minutes of a Delete: it is waited out', async (operation) => {
    const physicalId = await created();
    deny(operation, 20);
    expect(await finish('Delete', { physicalId })).toMatchObject({ Status: 'SUCCESS' });
    expect(world.deployments).toEqual([]);
  });

  test.each(['GetCustomModelDeployment', 'GetCustomModel', 'UpdateCustomModelDeployment'] as const)('%s, for 20 minutes of a rollback: it is waited out', async (operation) => {
    const physicalId = await updated();
    deny(operation, 20);
    world.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';
    expect(await rollBack(physicalId)).toMatchObject({ Status: 'SUCCESS', Data: { ModelArn: model1 } });
    expect(world.deployments).toMatchObject([{ servedModelArn: model1 }]);
  });

  test('for 20 minutes of an Update of which nobody can say whether it is a rollback: it is waited out', async () => {
    const physicalId = await updated();
    deny('UpdateCustomModelDeployment', 20);
    world.stackStatus = undefined;
    expect(await rollBack(physicalId)).toMatchObject({ Status: 'SUCCESS', Data: { ModelArn: model1 } });
  });

  test.each(['GetCustomModelDeployment', 'GetCustomModel', 'CreateCustomModelDeployment'] as const)('%s, for 20 minutes of a Create: that is the verdict, and says what to do', async (operation) => {
    deny(operation, 20);
    const [answer, lasted] = await minutesOf(() => finish('Create'));
    expect(answer).toMatchObject(reason(REMEDY));
    expect(answer.Reason).toContain(`bedrock:${operation}`);
    expect(lasted).toBeGreaterThan(3);
    expect(lasted).toBeLessThan(4.5);
  });

  test.each(['GetCustomModelDeployment', 'GetCustomModel', 'UpdateCustomModelDeployment'] as const)('%s, for 20 minutes of an Update that goes forward: that is the verdict, and says what to do', async (operation) => {
    const physicalId = await created();
    deny(operation, 20);
    const [answer, lasted] = await minutesOf(() => finish('Update', { properties: { ModelArn: model2 }, old: {}, physicalId }));
    expect(answer).toMatchObject(reason(REMEDY));
    expect(lasted).toBeGreaterThan(3);
    expect(lasted).toBeLessThan(4.5);
  });

  test('for good: a Delete and a rollback say what to do when CloudFormation would wait no longer, however short their own time', async () => {
    const physicalId = await updated();
    deny('UpdateCustomModelDeployment', FOREVER);
    deny('DeleteCustomModelDeployment', FOREVER);
    world.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';
    const [rollback, lasted] = await minutesOf(() => rollBack(physicalId, { Timeout: '300' }));
    const [removal, removalLasted] = await minutesOf(() => finish('Delete', { physicalId }));
    for (const answer of [rollback, removal]) {
      expect(answer).toMatchObject({ ...reason(REMEDY), PhysicalResourceId: physicalId });
    }
    for (const minutes of [lasted, removalLasted]) {
      expect(minutes).toBeGreaterThan(55);
      expect(minutes).toBeLessThan(60);
    }
  });
});
