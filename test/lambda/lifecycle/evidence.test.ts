import type { Answer } from '../../../lambda/cloudformation/answer';
import type { CloudFormationRequest } from '../../../lambda/cloudformation/request';
import { LOGICAL_ID_TAG, STACK_ID_TAG } from '../../../lib/private/contract';
import { LAMBDA_ERRORS, LAMBDA_VPC_ERRORS } from '../../../local/aws-simulator/lambda-outages';
import type { Behaviour } from '../../../local/fake-bedrock/behaviour';
import {
  CONFLICT,
  INVALID_IDENTIFIER,
  MUTATING,
  NOT_FOUND,
  type OperationName,
  type Refusal,
  UNHEARD_OF,
} from '../../../local/fake-bedrock/server';
import { FOREIGN_TAGS, PACKAGE_1, PACKAGE_2, STACK_ID } from '../support/builders';
import { HandlerHarness, type HandlerHarnessOptions } from '../support/handler-harness';
import { modelRequest, request, type RequestOptions, type RequestProperties } from '../support/requests';

/**
 * What was seen of AWS, and each way that it may be where nobody has seen it: the whole handler outlasts it, and says
 * so where it cannot.
 */

const MINUTE = 60_000;

let world: HandlerHarness;
let model1: string;
let model2: string;

function open(options: HandlerHarnessOptions = {}): void {
  [world, model1, model2] = HandlerHarness.withModels(options);
}
afterEach(() => {
  world.close();
});

type Type = CloudFormationRequest['RequestType'];

/** The second is all that a request tells of when it was made. */
function url(): string {
  const second = new Date(world.now).toISOString().replace(/[-:]|\.\d+/g, '');
  return `https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com/answer?X-Amz-Date=${second}&X-Amz-Signature=${world.answers.length}-signature`;
}

const asked = (more: RequestProperties = {}): RequestProperties => ({ ModelArn: model1, ...more });
const ofDeployment = (type: Type, options: RequestOptions = {}): CloudFormationRequest =>
  request(type, { responseUrl: url(), ...options, properties: asked(options.properties), old: asked(options.old) });
const ofModel = (type: Type, options: RequestOptions = {}): CloudFormationRequest =>
  modelRequest(type, { responseUrl: url(), ...options });

/** CloudFormation takes a moment from one request to the next. */
async function next<T>(ask: () => Promise<T>): Promise<T> {
  await world.pass(2000);
  return ask();
}

const finish = (type: Type, options?: RequestOptions): Promise<Answer> =>
  next(() => world.finish(ofDeployment(type, options)));
const finishModel = (type: Type, options?: RequestOptions): Promise<Answer> =>
  next(() => world.finish(ofModel(type, options)));

/** Begins an operation that is never to be heard of. */
async function begin(type: Type, options?: RequestOptions): Promise<CloudFormationRequest> {
  return next(async () => {
    const asking = ofDeployment(type, options);
    await world.deliver(asking);
    return asking;
  });
}

const models = (): ReturnType<HandlerHarness['bedrock']['controlPlane']['models']> =>
  world.bedrock.controlPlane.models().filter(({ arn }) => ![model1, model2].includes(arn));
const calls = (operation: OperationName): HandlerHarness['bedrock']['calls'] =>
  world.bedrock.calls.filter((call) => call.operation === operation);
const reason = (words: string | RegExp): Partial<Answer> => ({
  Status: 'FAILED',
  Reason: expect.stringMatching(words) as string,
});

async function minutesOf<T>(run: () => Promise<T>): Promise<readonly [T, number]> {
  const began = world.now;
  return [await run(), (world.now - began) / MINUTE];
}

const MADE_UP = 'fraud-Deployment-0123456789ABC';

/** Begins an Update to the other model, which is under way then. */
async function updating(old: RequestProperties = {}): Promise<string> {
  const { PhysicalResourceId: physicalId } = await finish('Create', { properties: old });
  await begin('Update', { properties: { ModelArn: model2 }, old, physicalId });
  await world.run(() => world.performed('UpdateCustomModelDeployment') === 1);
  return physicalId;
}

/** 7 to 9 minutes were seen. What lasts longer than ten, no patience with refusals alone would outlast. */
const MUTATIONS: readonly (readonly [number, Refusal])[] = [
  [9, MUTATING],
  [9, CONFLICT],
  [9, UNHEARD_OF],
  [9, 'OperationNotPermittedException: The request could not be completed'],
  [20, MUTATING],
  [20, UNHEARD_OF],
];

describe.each(MUTATIONS)(
  'H27: for %d minutes the deployment is in a mutating state, and what is asked of it meanwhile is refused with %s:',
  (minutes, refusal) => {
    const refusedDeletes = (): unknown[] => calls('DeleteCustomModelDeployment').filter(({ performed }) => !performed);

    beforeEach(() => {
      open({
        durations: { deploymentCreate: minutes * MINUTE, deploymentUpdate: minutes * MINUTE },
        behaviour: {
          deleteWhileCreating: refusal,
          deleteWhileUpdating: refusal,
          updateWhileCreating: refusal,
          updateWhileUpdating: refusal,
        },
      });
    });

    test('a Create that is cancelled leaves nothing', async () => {
      await begin('Create');
      await world.run(() => world.deployments.length === 1);
      world.stackStatus = 'ROLLBACK_IN_PROGRESS';
      expect(await finish('Delete', { physicalId: MADE_UP })).toMatchObject({
        Status: 'SUCCESS',
        PhysicalResourceId: MADE_UP,
      });
      expect(world.deployments).toEqual([]);
      expect(refusedDeletes()).not.toEqual([]);
    });

    test('a Create that is out of time leaves nothing', async () => {
      const failed = await finish('Create', { properties: { Timeout: '300' } });
      expect(failed).toMatchObject(reason('out of time'));
      world.stackStatus = 'ROLLBACK_IN_PROGRESS';
      expect(
        await finish('Delete', { properties: { Timeout: '300' }, physicalId: failed.PhysicalResourceId }),
      ).toMatchObject({ Status: 'SUCCESS' });
      expect(world.deployments).toEqual([]);
      expect(refusedDeletes()).not.toEqual([]);
    });

    test('an Update in the middle of which the stack is deleted leaves nothing', async () => {
      const physicalId = await updating();
      world.stackStatus = 'DELETE_IN_PROGRESS';
      expect(await finish('Delete', { properties: { ModelArn: model2 }, physicalId })).toMatchObject({
        Status: 'SUCCESS',
      });
      expect(world.deployments).toEqual([]);
      expect(refusedDeletes()).not.toEqual([]);
    });

    test('an Update that is cancelled is rolled back: the old model serves', async () => {
      const physicalId = await updating();
      world.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';
      expect(await finish('Update', { old: { ModelArn: model2 }, physicalId })).toMatchObject({
        Status: 'SUCCESS',
        Data: { ModelArn: model1 },
      });
      await world.pass(minutes * MINUTE);
      expect(world.deployments).toMatchObject([{ status: 'Active', servedModelArn: model1 }]);
    });
  },
);

describe('H27: the time of an Update', () => {
  test('is all that CloudFormation gives, though its properties give five minutes, in a rollback, as the stack’s status tells', async () => {
    open({ durations: { deploymentUpdate: 20 * MINUTE } });
    const old = { Timeout: '300' };
    const physicalId = await updating(old);
    world.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';
    expect(await finish('Update', { properties: old, old: { ModelArn: model2 }, physicalId })).toMatchObject({
      Status: 'SUCCESS',
      Data: { ModelArn: model1 },
    });
    await world.pass(20 * MINUTE);
    expect(world.deployments).toMatchObject([{ status: 'Active', servedModelArn: model1 }]);
  });

  test('is that of its properties, and no more, when it goes forward', async () => {
    open({ durations: { deploymentUpdate: 20 * MINUTE } });
    const { PhysicalResourceId: physicalId } = await finish('Create');
    const [answer, lasted] = await minutesOf(() =>
      finish('Update', { properties: { ModelArn: model2, Timeout: '300' }, old: {}, physicalId }),
    );
    expect(answer).toMatchObject(reason('out of time'));
    expect(lasted).toBeLessThan(5.5);
  });
});

describe('H28: where Get', () => {
  const absent = [NOT_FOUND, INVALID_IDENTIFIER, UNHEARD_OF] as const;
  const variants: readonly Partial<Behaviour>[] = [
    ...absent.map((getByAbsentName) => ({ getByAbsentName })),
    ...absent.map((getByName) => ({ getByName })),
  ];

  describe.each(variants)('is answered so: %j,', (behaviour) => {
    beforeEach(() => {
      open({ behaviour });
    });

    test('deployments are created, updated, deleted, and known to be gone', async () => {
      const { PhysicalResourceId: physicalId, Status } = await finish('Create');
      expect(Status).toBe('SUCCESS');
      expect(await finish('Update', { properties: { ModelArn: model2 }, old: {}, physicalId })).toMatchObject({
        Status: 'SUCCESS',
        PhysicalResourceId: physicalId,
      });
      expect(world.deployments).toMatchObject([{ name: physicalId, servedModelArn: model2 }]);
      for (let times = 0; times < 2; times++) {
        expect(await finish('Delete', { properties: { ModelArn: model2 }, physicalId })).toMatchObject({
          Status: 'SUCCESS',
        });
        expect(world.deployments).toEqual([]);
      }
    });

    test('models are too, and others whose names contain theirs stay', async () => {
      world.bedrock.controlPlane.addModel({ name: 'mine-too' });
      const mine = { ModelName: 'mine' };
      expect(await finishModel('Create', { properties: mine })).toMatchObject({ Status: 'SUCCESS' });
      expect(
        await finishModel('Update', {
          properties: { ...mine, Tags: { team: 'fraud' } },
          old: mine,
          physicalId: 'mine',
        }),
      ).toMatchObject({ Status: 'SUCCESS' });
      expect(models()).toMatchObject([{ name: 'mine-too' }, { name: 'mine', tags: { team: 'fraud' } }]);
      for (let times = 0; times < 2; times++) {
        expect(await finishModel('Delete', { properties: mine, physicalId: 'mine' })).toMatchObject({
          Status: 'SUCCESS',
        });
        expect(models()).toMatchObject([{ name: 'mine-too' }]);
      }
    });
  });
});

describe('H29: the name of what was deleted is held', () => {
  const HOLDS: readonly Refusal[] = [
    'ValidationException: A {kind} with the name {name} already exists',
    'ResourceInUseException (409): {name}',
    UNHEARD_OF,
  ];
  const held = (minutes: number, refusal: Refusal): void => {
    open({ behaviour: { nameHeldAfterDelete: minutes * MINUTE, duplicateName: refusal, duplicateModelName: refusal } });
  };

  /** A resource whose name was freed just now, and what asks for that name then. */
  const CASES: readonly (readonly [string, () => Promise<() => Promise<Answer>>])[] = [
    [
      'an Update that makes a deployment again which was deleted by hand',
      async () => {
        const { PhysicalResourceId: physicalId } = await finish('Create');
        world.bedrock.controlPlane.removeDeployment(physicalId);
        return () => finish('Update', { properties: { Tags: { team: 'fraud' } }, old: {}, physicalId });
      },
    ],
    [
      'an Update that replaces a deployment which has become Failed',
      async () => {
        const { PhysicalResourceId: physicalId } = await finish('Create');
        world.bedrock.controlPlane.setDeployment(physicalId, {
          status: 'Failed',
          failureMessage: 'became unavailable',
        });
        return () => finish('Update', { properties: { Tags: { team: 'fraud' } }, old: {}, physicalId });
      },
    ],
    [
      'a Create after the Delete',
      async () => {
        const { PhysicalResourceId: physicalId } = await finish('Create');
        await finish('Delete', { physicalId });
        return () => finish('Create');
      },
    ],
    [
      'the Create of a model after its Delete',
      async () => {
        const { PhysicalResourceId: physicalId } = await finishModel('Create');
        await finishModel('Delete', { physicalId });
        return () => finishModel('Create');
      },
    ],
  ];

  describe.each(HOLDS)('(%s)', (refusal) => {
    test.each(CASES)('for five minutes: %s waits for it', async (_, prepare) => {
      held(5, refusal);
      const ask = await prepare();
      const [answer, lasted] = await minutesOf(ask);
      expect(answer).toMatchObject({ Status: 'SUCCESS' });
      expect([...world.deployments, ...models()]).toMatchObject([
        { name: answer.PhysicalResourceId, status: 'Active' },
      ]);
      expect(lasted).toBeGreaterThan(4);
    });
  });

  test.each(CASES)('for an hour: %s ends in an error that says so', async (_, prepare) => {
    held(60, UNHEARD_OF);
    const ask = await prepare();
    const [answer, lasted] = await minutesOf(ask);
    expect(answer).toMatchObject(
      reason(/OperationNotPermittedException.* Amazon Bedrock may hold the name of what was deleted/),
    );
    expect(lasted).toBeGreaterThan(9);
    expect(lasted).toBeLessThan(12);
  });
});

describe('H30: Lambda cannot run the function', () => {
  const ERRORS = [...LAMBDA_ERRORS, ...LAMBDA_VPC_ERRORS];
  const outage = (minutes: number): void => {
    world.outages.begin(minutes * MINUTE, ERRORS);
  };

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
      open({ durations: { deploymentCreate: MINUTE } });
      const create = await begin('Create');
      await world.run(() => world.deployments.length === 1);
      outage(30);
      await world.run();
      expect(world.answerTo(create)).toMatchObject({ Status: 'SUCCESS', Data: { ModelArn: model1 } });
      expect(world.deployments).toHaveLength(1);
    });

    test('from the first step of a create on', async () => {
      open();
      const create = await begin('Create');
      outage(30);
      await world.run();
      expect(world.answerTo(create)).toMatchObject({ Status: 'SUCCESS' });
      expect(world.deployments).toHaveLength(1);
    });

    test('in the middle of an update', async () => {
      open({ durations: { deploymentUpdate: MINUTE } });
      const { PhysicalResourceId: physicalId } = await finish('Create');
      const update = await begin('Update', { properties: { ModelArn: model2 }, old: {}, physicalId });
      await world.run(() => world.performed('UpdateCustomModelDeployment') === 1);
      outage(30);
      await world.run();
      expect(world.answerTo(update)).toMatchObject({ Status: 'SUCCESS', Data: { ModelArn: model2 } });
    });

    test('in the middle of a delete', async () => {
      open({ durations: { deploymentDelete: MINUTE } });
      const { PhysicalResourceId: physicalId } = await finish('Create');
      const remove = await begin('Delete', { physicalId });
      await world.run(() => world.performed('DeleteCustomModelDeployment') === 1);
      outage(30);
      await world.run();
      expect(world.answerTo(remove)).toMatchObject({ Status: 'SUCCESS' });
      expect(world.deployments).toEqual([]);
    });

    test('while only the answer is left to send', async () => {
      open();
      outageOfTheAnswer(30);
      const create = await begin('Create');
      const [, lasted] = await minutesOf(() => world.run());
      expect(world.answerTo(create)).toMatchObject({ Status: 'SUCCESS' });
      expect(lasted).toBeGreaterThan(30);
      expect((world.now - (world.bedrock.calls.at(-1)?.at ?? 0)) / MINUTE).toBeGreaterThan(30);
    });

    test('and a newer request comes meanwhile: nothing is left, and nobody answers for the old one', async () => {
      open({ durations: { deploymentCreate: MINUTE } });
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
    open({ durations: { deploymentCreate: MINUTE } });
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
    [
      'in the middle of a create',
      async () => {
        await world.run(() => world.deployments.length === 1);
        outage(300);
      },
    ],
    [
      'while only the answer is left to send',
      async () => {
        outageOfTheAnswer(300);
        await world.run(() => world.deployments.length === 1);
      },
    ],
  ])(
    'for as long as an execution may take, %s: it times out, CloudFormation’s own timeout is the last word, and the Delete that follows leaves nothing',
    async (_, strike) => {
      open({ durations: { deploymentCreate: MINUTE } });
      await begin('Create');
      await strike();
      await world.run();
      expect(world.answers).toEqual([]);
      expect(world.stateMachine.executions).toMatchObject([{ status: 'TIMED_OUT' }]);

      await world.pass(180 * MINUTE);
      world.stackStatus = 'ROLLBACK_IN_PROGRESS';
      expect(await finish('Delete', { physicalId: MADE_UP })).toMatchObject({ Status: 'SUCCESS' });
      expect(world.deployments).toEqual([]);
    },
  );
});

describe('H30: access is denied', () => {
  const deny = (operation: OperationName, minutes: number): void => {
    const until = world.now + minutes * MINUTE;
    world.bedrock.faults.on((called) =>
      called === operation && world.now < until
        ? { kind: 'error', name: 'AccessDeniedException', message: `not authorized to perform: bedrock:${operation}` }
        : undefined,
    );
  };
  const REMEDY = /service control policy.*resourceTagConditions: false/;
  const FOREVER = 1000;

  const created = async (): Promise<string> => (await finish('Create')).PhysicalResourceId;
  const updated = async (): Promise<string> => {
    const physicalId = await created();
    expect(await finish('Update', { properties: { ModelArn: model2 }, old: {}, physicalId })).toMatchObject({
      Status: 'SUCCESS',
    });
    return physicalId;
  };
  const rollBack = (physicalId: string, old: RequestProperties = {}): Promise<Answer> =>
    finish('Update', { properties: old, old: { ModelArn: model2 }, physicalId });

  beforeEach(() => {
    open();
  });

  test.each(['GetCustomModelDeployment', 'ListTagsForResource', 'DeleteCustomModelDeployment'] as const)(
    '%s, for 20 minutes of a Delete: it is waited out',
    async (operation) => {
      const physicalId = await created();
      deny(operation, 20);
      expect(await finish('Delete', { physicalId })).toMatchObject({ Status: 'SUCCESS' });
      expect(world.deployments).toEqual([]);
    },
  );

  test.each(['GetCustomModelDeployment', 'GetCustomModel', 'UpdateCustomModelDeployment'] as const)(
    '%s, for 20 minutes of a rollback: it is waited out',
    async (operation) => {
      const physicalId = await updated();
      deny(operation, 20);
      world.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';
      expect(await rollBack(physicalId)).toMatchObject({ Status: 'SUCCESS', Data: { ModelArn: model1 } });
      expect(world.deployments).toMatchObject([{ servedModelArn: model1 }]);
    },
  );

  test('for 20 minutes of an Update of which nobody can say whether it is a rollback: it is waited out', async () => {
    const physicalId = await updated();
    deny('UpdateCustomModelDeployment', 20);
    world.stackStatus = undefined;
    expect(await rollBack(physicalId)).toMatchObject({ Status: 'SUCCESS', Data: { ModelArn: model1 } });
  });

  test.each(['GetCustomModelDeployment', 'GetCustomModel', 'CreateCustomModelDeployment'] as const)(
    '%s, for 20 minutes of a Create: that is the verdict, and says what to do',
    async (operation) => {
      deny(operation, 20);
      const [answer, lasted] = await minutesOf(() => finish('Create'));
      expect(answer).toMatchObject(reason(REMEDY));
      expect(answer.Reason).toContain(`bedrock:${operation}`);
      expect(lasted).toBeGreaterThan(3);
      expect(lasted).toBeLessThan(4.5);
    },
  );

  test.each(['GetCustomModelDeployment', 'GetCustomModel', 'UpdateCustomModelDeployment'] as const)(
    '%s, for 20 minutes of an Update that goes forward: that is the verdict, and says what to do',
    async (operation) => {
      const physicalId = await created();
      deny(operation, 20);
      const [answer, lasted] = await minutesOf(() =>
        finish('Update', { properties: { ModelArn: model2 }, old: {}, physicalId }),
      );
      expect(answer).toMatchObject(reason(REMEDY));
      expect(lasted).toBeGreaterThan(3);
      expect(lasted).toBeLessThan(4.5);
    },
  );

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

describe('H32: the operation that asked for it is rolled back', () => {
  const mine = { ModelName: 'mine' };
  const ROLLBACKS = ['ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS'];

  beforeEach(() => {
    open();
  });

  /** As RETAIN leaves it: nobody was asked to delete it. */
  const retained = async (properties: RequestProperties): Promise<string> =>
    (await finishModel('Create', { properties })).PhysicalResourceId;
  const there = (): unknown => models().map(({ arn, status }) => [arn, status]);

  describe.each(ROLLBACKS)('(%s)', (status) => {
    test.each([
      ['its own name', mine],
      ['a generated name', {}],
    ])('a model with %s that was there before, and that a Create took up again, stays', async (_, properties) => {
      const physicalId = await retained(properties);
      const before = there();
      expect(await finishModel('Create', { properties })).toMatchObject({
        Status: 'SUCCESS',
        PhysicalResourceId: physicalId,
      });
      world.stackStatus = status;
      expect(await finishModel('Delete', { properties, physicalId })).toMatchObject({ Status: 'SUCCESS' });
      expect(there()).toEqual(before);
    });

    test('a model that the operation made goes', async () => {
      const { PhysicalResourceId: physicalId } = await finishModel('Create');
      world.stackStatus = status;
      expect(await finishModel('Delete', { physicalId })).toMatchObject({ Status: 'SUCCESS' });
      expect(models()).toEqual([]);
    });
  });

  test('a model to which an Update went back stays as well, whether CloudFormation asks for its deletion or not', async () => {
    const first = await retained({});
    const { PhysicalResourceId: second } = await finishModel('Update', {
      properties: { ModelPackageArn: PACKAGE_2 },
      old: {},
      physicalId: first,
    });
    const before = there();
    expect(
      await finishModel('Update', { properties: {}, old: { ModelPackageArn: PACKAGE_2 }, physicalId: second }),
    ).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: first });
    world.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';
    expect(
      await finishModel('Update', { properties: { ModelPackageArn: PACKAGE_2 }, old: {}, physicalId: first }),
    ).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: second });
    world.stackStatus = 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS';
    expect(await finishModel('Delete', { physicalId: first })).toMatchObject({ Status: 'SUCCESS' });
    expect(there()).toEqual(before);
  });

  test('what was taken up stays although throttling is all that there is at first', async () => {
    const physicalId = await retained({});
    world.bedrock.faults.next('TagResource', { kind: 'error', name: 'ThrottlingException' }, 3);
    await finishModel('Create');
    world.stackStatus = 'ROLLBACK_IN_PROGRESS';
    await finishModel('Delete', { physicalId });
    expect(models()).toHaveLength(1);
  });

  test('a model that cannot be marked is taken up all the same', async () => {
    await retained({});
    world.bedrock.faults.on((operation) =>
      operation === 'TagResource' ? { kind: 'error', name: 'AccessDeniedException' } : undefined,
    );
    expect(await finishModel('Create')).toMatchObject({ Status: 'SUCCESS' });
  });

  test.each(['DELETE_IN_PROGRESS', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'])(
    'but not when it is later deleted for good (%s): then what was taken up goes',
    async (status) => {
      const physicalId = await retained({});
      await finishModel('Create');
      world.stackStatus = status;
      expect(await finishModel('Delete', { physicalId })).toMatchObject({ Status: 'SUCCESS' });
      expect(models()).toEqual([]);
    },
  );

  test('a deployment that was there before, and that a Create took up again, stays, and goes when it is later deleted for good', async () => {
    const { PhysicalResourceId: physicalId } = await finish('Create');
    await finish('Create');
    world.stackStatus = 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS';
    expect(await finish('Delete', { physicalId })).toMatchObject({ Status: 'SUCCESS' });
    expect(world.deployments).toHaveLength(1);
    world.stackStatus = 'DELETE_IN_PROGRESS';
    expect(await finish('Delete', { physicalId })).toMatchObject({ Status: 'SUCCESS' });
    expect(world.deployments).toEqual([]);
  });
});

describe('H36: a quota is full', () => {
  const IN_WORDS: readonly Refusal[] = [
    'ServiceQuotaExceededException: You have reached the quota of {max}',
    'ThrottlingException: Rate exceeded',
    'ValidationException: You have reached your quota',
    'LimitExceededException (409): There are {max} already',
    UNHEARD_OF,
  ];
  const tagsOf = (tags: Readonly<Record<string, string>>): { key: string; value: string }[] =>
    Object.entries(tags).map(([key, value]) => ({ key, value }));
  const others = (count: number, tags: Readonly<Record<string, string>> = FOREIGN_TAGS): void => {
    for (let index = 0; index < count; index++) {
      world.bedrock.controlPlane.perform('CreateCustomModelDeployment', {
        modelDeploymentName: `other-${world.deployments.length}`,
        modelArn: model1,
        tags: tagsOf(tags),
      });
    }
  };
  /** All that there may be. */
  const ofOthers = async (count: number, ofStack = 0): Promise<void> => {
    world.bedrock.controlPlane.behaviour.maxInProgressDeployments = 100;
    others(count);
    others(ofStack, { [STACK_ID_TAG]: STACK_ID, [LOGICAL_ID_TAG]: 'Another' });
    await world.pass(MINUTE);
  };
  const COUNT_AND_REMEDY = /None of the 10 .*Delete what you no longer need.*Service Quotas/;

  describe.each(IN_WORDS.filter((words) => !words.startsWith('Throttling')))(
    'of deployments in all (%s):',
    (tooManyDeployments) => {
      beforeEach(() => {
        open({ behaviour: { tooManyDeployments } });
      });

      test('a stack that holds none of them is told after ten minutes how many there are, and what to do', async () => {
        await ofOthers(10);
        const [answer, lasted] = await minutesOf(() => finish('Create'));
        expect(answer).toMatchObject({
          Status: 'FAILED',
          PhysicalResourceId: expect.stringMatching(/^failed-create:.*$/),
        });
        expect(answer.Reason).toContain(/^\w+/.exec(tooManyDeployments)?.[0]);
        expect(lasted).toBeLessThan(12);
      });
    },
  );

  describe('of deployments in all, as the API’s model has it:', () => {
    beforeEach(() => {
      open();
    });

    test('a stack that holds none of them is told after ten minutes how many there are, and what to do', async () => {
      await ofOthers(10);
      const [answer, lasted] = await minutesOf(() => finish('Create'));
      expect(answer).toMatchObject(reason(COUNT_AND_REMEDY));
      expect(lasted).toBeGreaterThan(9);
      expect(lasted).toBeLessThan(12);
    });

    test('one that holds some may yet give one up, and is told after the hour, whatever its timeout', async () => {
      await ofOthers(9, 1);
      const [answer, lasted] = await minutesOf(() => finish('Create', { properties: { Timeout: '1500' } }));
      expect(answer).toMatchObject(reason(COUNT_AND_REMEDY));
      expect(lasted).toBeGreaterThan(55);
    });

    test('and once it has given one up it is served', async () => {
      await ofOthers(9, 1);
      const create = await begin('Create');
      await world.pass(20 * MINUTE);
      world.bedrock.controlPlane.removeDeployment('other-9');
      await world.run();
      expect(world.answerTo(create)).toMatchObject({ Status: 'SUCCESS' });
    });
  });

  test('of models: the same', async () => {
    open({ behaviour: { maxCustomModels: 2 } });
    const [answer, lasted] = await minutesOf(() => finishModel('Create'));
    expect(answer).toMatchObject(reason(/None of the 2 custom models .*Service Quotas/));
    expect(lasted).toBeLessThan(12);
  });

  // What throttles may be anything: nobody looks for a full quota behind it, and the time of the resource counts.
  const withTimeouts = IN_WORDS.flatMap((words) =>
    ['3480', ...(words.startsWith('Throttling') ? [] : ['900'])].map((timeout) => [words, timeout] as const),
  );

  test.each(withTimeouts)(
    'of deployments in progress, for 40 minutes (%s): it is waited out with a timeout of %s s',
    async (tooManyInProgress, Timeout) => {
      open({ behaviour: { tooManyInProgress }, durations: { deploymentCreate: 40 * MINUTE } });
      others(2);
      world.bedrock.controlPlane.durations.deploymentCreate = MINUTE;
      const [answer, lasted] = await minutesOf(() => finish('Create', { properties: { Timeout } }));
      expect(answer).toMatchObject({ Status: 'SUCCESS' });
      expect(lasted).toBeGreaterThan(40);
      expect(lasted).toBeLessThan(45);
    },
  );

  // Whoever looks 60 s after the refusal sees nothing of them yet, or already nothing any more.
  test.each(IN_WORDS)(
    'of deployments in progress that no list shows before they are over (%s): it is waited out',
    async (tooManyInProgress) => {
      open({
        behaviour: { tooManyInProgress, flickeringReads: 5000 },
        durations: { deploymentCreate: 66_000, visibility: MINUTE },
      });
      others(2);
      // The turn of the reads is such that the look for the quota shows what was.
      world.bedrock.faults.on((operation) => {
        if (operation === 'GetCustomModelDeployment') {
          world.bedrock.controlPlane.perform('ListCustomModelDeployments', {});
        }
        return undefined;
      });
      expect(await finish('Create')).toMatchObject({ Status: 'SUCCESS' });
    },
  );

  test.each(withTimeouts)(
    'of deployments in progress, for 40 minutes (%s): an Update waits it out as well with a timeout of %s s',
    async (tooManyInProgress, Timeout) => {
      open({ behaviour: { tooManyInProgress } });
      const { PhysicalResourceId: physicalId } = await finish('Create');
      world.bedrock.controlPlane.durations.deploymentCreate = 40 * MINUTE;
      others(2);
      const properties = { ModelArn: model2, Timeout };
      expect(await finish('Update', { properties, old: {}, physicalId })).toMatchObject({
        Status: 'SUCCESS',
        Data: { ModelArn: model2 },
      });
    },
  );
});

/** The definition of the last release, d7e3e75, to the letter. */
const RETRY = (MaxAttempts: number): object[] => [
  {
    ErrorEquals: ['States.ALL'],
    IntervalSeconds: 2,
    BackoffRate: 2,
    MaxAttempts,
    MaxDelaySeconds: 60,
    JitterStrategy: 'FULL',
  },
];
const LAST_RELEASE = {
  Comment: 'Waits for Bedrock on behalf of a custom resource, and answers CloudFormation',
  StartAt: 'Reconcile',
  TimeoutSeconds: 7200,
  States: {
    Reconcile: {
      Type: 'Task',
      Resource: '${HandlerArn}',
      Parameters: { 'action': 'reconcile', 'state.$': '$' },
      TimeoutSeconds: 120,
      Retry: RETRY(8),
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'GiveUp' }],
      Next: 'WhatNext',
    },
    WhatNext: {
      Type: 'Choice',
      Choices: [
        { Variable: '$.next', StringEquals: 'wait', Next: 'Wait' },
        { Variable: '$.next', StringEquals: 'answer', Next: 'Answer' },
      ],
      Default: 'Superseded',
    },
    Wait: { Type: 'Wait', SecondsPath: '$.wait', Next: 'Reconcile' },
    GiveUp: {
      Type: 'Task',
      Resource: '${HandlerArn}',
      Parameters: { 'action': 'giveUp', 'state.$': '$' },
      TimeoutSeconds: 120,
      Retry: RETRY(8),
      Next: 'Answer',
    },
    Answer: {
      Type: 'Task',
      Resource: '${HandlerArn}',
      Parameters: { 'action': 'answer', 'state.$': '$' },
      TimeoutSeconds: 120,
      Retry: RETRY(10),
      End: true,
    },
    Superseded: { Type: 'Fail', Error: 'Superseded', Cause: 'A newer request for the same resource has come' },
  },
};

describe('H37: in an execution that the last release has begun', () => {
  const NAME = 'fraud-Deployment-0123456789ab';

  /** The execution goes on with this state, as the last release left it. */
  async function resume(create: CloudFormationRequest, state: RequestProperties): Promise<Answer> {
    const { RequestType, RequestId, StackId, LogicalResourceId, ResourceType, ResponseURL, PhysicalResourceId } =
      create;
    const run = {
      name: `0123456789abcdef0123_${world.now}_${RequestId}`,
      prefix: '0123456789abcdef0123_',
      stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:Waiter',
      acceptedAt: world.now,
    };
    const origin = {
      RequestType,
      RequestId,
      StackId,
      LogicalResourceId,
      ResourceType,
      ResponseURL,
      PhysicalResourceId,
    };
    const { memory = {}, ...rest } = state;
    await world.startExecution(run.name, {
      run,
      request: origin,
      physicalId: NAME,
      goal: 0,
      next: 'wait',
      wait: 0,
      ...rest,
      memory: { startedAt: world.now, deadline: world.now + 3480_000, ...(memory as object) },
    });
    expect(world.stateMachine.executions.map(({ status }) => status)).not.toContain('FAILED');
    return world.answerTo(create);
  }

  const OWNER = { stackId: STACK_ID, logicalId: 'Deployment' };
  const wanted = (modelArn: string, more: RequestProperties = {}): RequestProperties => ({
    want: 'present',
    owner: OWNER,
    name: NAME,
    nameIsFixed: false,
    nameIsNew: true,
    spec: { kind: 'deployment', modelArn, updatesInPlace: true },
    tags: {},
    ...more,
  });
  const tags = [
    { key: STACK_ID_TAG, value: STACK_ID },
    { key: LOGICAL_ID_TAG, value: 'Deployment' },
  ];
  const make = (): string =>
    world.bedrock.controlPlane.perform('CreateCustomModelDeployment', {
      modelDeploymentName: NAME,
      modelArn: model1,
      tags,
    }).customModelDeploymentArn;
  const deny = (operation: OperationName): void => {
    world.bedrock.faults.on((called) =>
      called === operation ? { kind: 'error', name: 'AccessDeniedException' } : undefined,
    );
  };

  beforeEach(() => {
    open({ definition: LAST_RELEASE });
  });

  test('a Create goes on in the middle, and is answered', async () => {
    const arn = make();
    const answer = await resume(ofDeployment('Create'), {
      goals: [wanted(model1)],
      memory: { create: { arn, acceptedAt: world.now }, ours: arn },
    });
    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: NAME, Data: { Arn: arn, ModelArn: model1 } });
    expect(world.performed('CreateCustomModelDeployment')).toBe(0);
  });

  test('a Create that fails answers the id of a failure, by which its Delete is known', async () => {
    const answer = await resume(ofDeployment('Create'), { goals: [wanted(model1.replace(/.{12}$/, 'zzzzzzzzzzzz'))] });
    expect(answer).toMatchObject(reason('does not exist'));
    expect(await finish('Delete', { physicalId: answer.PhysicalResourceId })).toMatchObject({ Status: 'SUCCESS' });
  });

  test('an Update that is denied for more than three minutes is answered, though that definition cannot look at the stack', async () => {
    make();
    deny('UpdateCustomModelDeployment');
    const goals = [
      wanted(model2, { nameIsNew: false, previous: { modelArn: model1, updatesInPlace: true, tags: {} } }),
    ];
    expect(await resume(ofDeployment('Update', { physicalId: NAME }), { goals })).toMatchObject(reason('AccessDenied'));
  });

  test('an Update that is out of its own time is answered too', async () => {
    make();
    world.bedrock.controlPlane.durations.deploymentUpdate = 20 * MINUTE;
    const goals = [
      wanted(model2, { nameIsNew: false, previous: { modelArn: model1, updatesInPlace: true, tags: {} } }),
    ];
    expect(
      await resume(ofDeployment('Update', { physicalId: NAME }), {
        goals,
        memory: { deadline: world.now + 5 * MINUTE },
      }),
    ).toMatchObject(reason('out of time'));
  });

  test('the Delete of what was taken up is answered too', async () => {
    const { PhysicalResourceId: physicalId } = await finishModel('Create');
    await finishModel('Create');
    const goals = [
      { want: 'absent', owner: { ...OWNER, logicalId: 'Model' }, name: physicalId, spec: { kind: 'model' } },
    ];
    expect(await resume(ofModel('Delete', { physicalId }), { goals })).toMatchObject({ Status: 'SUCCESS' });
    expect(models()).toEqual([]);
  });

  test('while Lambda cannot run the function for a minute, which that definition can outlast', async () => {
    const create = ofDeployment('Create');
    world.outages.begin(MINUTE);
    expect(await resume(create, { goals: [wanted(model1)] })).toMatchObject({ Status: 'SUCCESS' });
  });
});

test('H37: in an execution that a newer release has begun, the answer says so', async () => {
  open();
  const create = await begin('Create');
  const [execution] = world.stateMachine.executions;
  await world.run();
  const state = JSON.parse(execution?.input ?? '') as { run: { name: string } };
  world.answers.length = 0;
  world.stateMachine.startExecution(
    'newer',
    JSON.stringify({ ...state, version: 3, goals: 'told otherwise', run: { ...state.run, name: 'newer' } }),
  );
  await world.run();
  expect(world.answerTo(create)).toMatchObject(reason('newer version'));
});

describe('H39: a role or policy was changed just now, and Bedrock does not know it for three minutes', () => {
  const importing = async (options: HandlerHarnessOptions = {}): Promise<readonly [Answer, number]> => {
    open({ ...options, behaviour: { accessLag: 3 * MINUTE, ...options.behaviour } });
    world.bedrock.controlPlane.accessChangedAt = world.now;
    return minutesOf(() => finishModel('Create'));
  };

  test.each([0.1, 1, 8])('an import that fails over it after %d min is tried once more', async (minutes) => {
    const [answer] = await importing({ durations: { modelCreate: minutes * MINUTE } });
    expect(answer).toMatchObject({ Status: 'SUCCESS' });
    expect(models()).toMatchObject([{ name: answer.PhysicalResourceId, status: 'Active' }]);
    expect(world.performed('CreateCustomModel')).toBe(2);
  });

  test('an import that is refused over it is tried until it is accepted', async () => {
    const [answer] = await importing({
      behaviour: { importWithoutAccess: 'ValidationException: Could not assume provided IAM role' },
    });
    expect(answer).toMatchObject({ Status: 'SUCCESS' });
  });

  test.each(['remembered', 'forgotten'] as const)(
    'a source that is wrong fails with its message after the second try (tokens of what is deleted: %s)',
    async (tokenOfDeleted) => {
      open({ behaviour: { tokenOfDeleted, tokenOfFailed: tokenOfDeleted } });
      world.bedrock.controlPlane.sourceFailures.set(PACKAGE_1, {
        failureMessage: 'The artefacts are not a Nova model.',
      });
      expect(await finishModel('Create')).toMatchObject(reason('The artefacts are not a Nova model.'));
      expect(calls('CreateCustomModel')).toHaveLength(2);
      expect(models()).toEqual([]);
    },
  );
});

describe('H41: the stack keeps a deployment of a model that it deletes', () => {
  test('the Delete of the model fails after ten minutes, and says what to do', async () => {
    open();
    const { PhysicalResourceId: physicalId, Data } = await finishModel('Create');
    await finish('Create', { properties: { ModelArn: Data?.['Arn'] } });
    const [answer, lasted] = await minutesOf(() => finishModel('Delete', { physicalId }));
    expect(answer).toMatchObject(reason(/Delete that deployment, or retain the model/));
    expect(answer.Reason).toContain(world.deployments[0]?.arn);
    expect(lasted).toBeGreaterThan(9);
    expect(lasted).toBeLessThan(12);
    expect(models()).toHaveLength(1);
  });

  test('a deployment that takes longer than that to go is waited for', async () => {
    open({ durations: { deploymentDelete: 20 * MINUTE } });
    const { PhysicalResourceId: physicalId, Data } = await finishModel('Create');
    const { PhysicalResourceId: deployment } = await finish('Create', { properties: { ModelArn: Data?.['Arn'] } });
    await begin('Delete', { properties: { ModelArn: Data?.['Arn'] }, physicalId: deployment });
    expect(await finishModel('Delete', { physicalId })).toMatchObject({ Status: 'SUCCESS' });
    expect(models()).toEqual([]);
  });
});
