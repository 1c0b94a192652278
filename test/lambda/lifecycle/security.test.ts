import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { intentOf } from '../../../lambda/cloudformation/intent';
import type { CloudFormationRequest } from '../../../lambda/cloudformation/request';
import { respondByFetch } from '../../../lambda/cloudformation/respond';
import { executionName } from '../../../lambda/executions/precedence';
import { LOGICAL_ID_TAG, STACK_ID_TAG } from '../../../lib/private/contract';
import { FOREIGN_TAGS, OTHER_STACK_ID, OUR_TAGS, STACK_ID } from '../support/builders';
import { HandlerHarness, type HandlerHarnessOptions } from '../support/handler-harness';
import { request, type RequestProperties, STATE_MACHINE_ARN } from '../support/requests';

/** What somebody can do who may invoke the function, start executions of its state machine, or change tags. */

let world: HandlerHarness;
let model1: string;
let model2: string;

function open(options: HandlerHarnessOptions = {}): void {
  [world, model1, model2] = HandlerHarness.withModels(options);
}

function reopen(options: HandlerHarnessOptions): void {
  world.close();
  open(options);
}

beforeEach(() => {
  open();
});
afterEach(() => {
  world.close();
});

const BOX = 'https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com/answer';
const asked = (more: RequestProperties = {}): RequestProperties => ({ ModelArn: model1, ...more });
const listed = (tags: Readonly<Record<string, string>>): { key: string; value: string }[] =>
  Object.entries(tags).map(([key, value]) => ({ key, value }));
const everything = (): string => JSON.stringify([world.deployments, world.bedrock.controlPlane.models()]);
const changes = (): string[] =>
  world.bedrock.calls.map(({ operation }) => operation).filter((operation) => !/^(Get|List)/.test(operation));

/** Somebody's own. */
function deploymentOf(tags: Readonly<Record<string, string>>, name = 'theirs'): string {
  return world.bedrock.controlPlane.perform('CreateCustomModelDeployment', {
    modelDeploymentName: name,
    modelArn: model1,
    tags: listed(tags),
  }).customModelDeploymentArn;
}

const owner = { stackId: STACK_ID, logicalId: 'Deployment' };
const presence = (more: RequestProperties = {}): RequestProperties => ({
  want: 'present',
  owner,
  name: 'theirs',
  nameIsFixed: true,
  nameIsNew: false,
  spec: { kind: 'deployment', modelArn: model2, updatesInPlace: true },
  tags: {},
  ...more,
});
const absence = (more: RequestProperties = {}): RequestProperties => ({
  want: 'absent',
  owner,
  name: 'theirs',
  spec: { kind: 'deployment' },
  ...more,
});

/** A state that the function never made. */
function forged({ memory = {}, ...rest }: { readonly memory?: object } & RequestProperties): RequestProperties {
  const { RequestId, ...origin } = request('Update', { physicalId: 'theirs' });
  return {
    version: 2,
    run: {
      ...executionName(STACK_ID, 'Deployment', RequestId, world.now, {}),
      stateMachineArn: STATE_MACHINE_ARN,
      acceptedAt: world.now,
    },
    request: { ...origin, RequestId, ResourceProperties: undefined, OldResourceProperties: undefined },
    physicalId: 'theirs',
    goal: 0,
    next: 'wait',
    wait: 0,
    memory: { startedAt: world.now, deadline: world.now + 3480_000, ...memory },
    ...rest,
  };
}

async function execute(state: RequestProperties): Promise<void> {
  await world.startExecution((state['run'] as { name: string }).name, state);
}

describe('a state that claims ownership', () => {
  const MEMORIES: readonly [string, (arn: string) => object][] = [
    ['that it was proven before', (ours) => ({ ours })],
    ['that this request has made it', (arn) => ({ create: { arn, acceptedAt: world.now } })],
    ['that this request has made it, and failed', (arn) => ({ create: { arn, acceptedAt: world.now }, failure: 'no' })],
    ['that this request has updated it', (ours) => ({ ours, update: { before: {} } })],
    ['that this request has deleted it', (arn) => ({ ours: arn, deleted: { arn, at: world.now - 61_000 } })],
  ];
  const GOALS: readonly [string, () => RequestProperties][] = [
    ['deletes', () => absence()],
    [
      'deletes, as what a failed attempt made,',
      () => absence({ attempt: { until: world.now, arn: world.deployments[0]?.arn } }),
    ],
    ['updates', () => presence({ previous: { tags: {} } })],
    [
      'tags',
      () =>
        presence({
          spec: { kind: 'deployment', modelArn: model1, updatesInPlace: true },
          tags: { team: 'evil' },
          previous: { tags: {} },
        }),
    ],
    [
      'untags',
      () =>
        presence({
          spec: { kind: 'deployment', modelArn: model1, updatesInPlace: true },
          previous: { tags: { team: 'fraud' } },
        }),
    ],
  ];
  const OWNERS: readonly [string, Readonly<Record<string, string>>][] = [
    ['of nobody', {}],
    ['of another stack', FOREIGN_TAGS],
  ];

  test.each(
    MEMORIES.flatMap(([claim, memory]) =>
      GOALS.flatMap(([does, goal]) => OWNERS.map(([whose, tags]) => [claim, does, whose, memory, goal, tags] as const)),
    ),
  )('%s %s no deployment %s', async (_claim, _does, _whose, memory, goal, tags) => {
    const arn = deploymentOf({ team: 'fraud', ...tags });
    await world.pass(120_000);
    const before = everything();
    await execute(forged({ goals: [goal()], memory: memory(arn) }));
    expect(changes()).toEqual([]);
    expect(everything()).toBe(before);
  });

  test.each(MEMORIES)('%s deletes no custom model of nobody', async (_, memory) => {
    const before = everything();
    await execute(forged({ goals: [absence({ name: 'model-1', spec: { kind: 'model' } })], memory: memory(model1) }));
    expect(changes()).toEqual([]);
    expect(everything()).toBe(before);
  });

  test('tells no success of what is somebody else’s, and none of its attributes', async () => {
    const arn = deploymentOf(FOREIGN_TAGS);
    await world.pass(120_000);
    const spec = { kind: 'deployment', modelArn: model1, updatesInPlace: true };
    await execute(
      forged({ goals: [presence({ spec })], memory: { ours: arn, create: { arn, acceptedAt: world.now } } }),
    );
    expect(world.answers).toMatchObject([{ Status: 'FAILED' }]);
    expect(world.answers[0]).not.toHaveProperty('Data');
  });

  test('for another stack is refused, and nothing is looked at', async () => {
    deploymentOf(FOREIGN_TAGS);
    await world.pass(120_000);
    const before = everything();
    await execute(forged({ goals: [absence({ owner: { ...owner, stackId: OTHER_STACK_ID } })] }));
    expect(world.bedrock.calls).toEqual([]);
    expect(everything()).toBe(before);
    expect(world.answers).toMatchObject([
      { Status: 'FAILED', Reason: expect.stringContaining('it is about what another stack has made') },
    ]);
  });
});

describe('a claim to be the newest request', () => {
  const YEAR_2099 = Date.UTC(2099, 0);
  const dated = (moment: number): string =>
    `${BOX}?X-Amz-Date=${new Date(moment).toISOString().replace(/[-:]|\.\d+/g, '')}&X-Amz-Signature=abc`;
  const create = (): CloudFormationRequest => request('Create', { properties: asked(), responseUrl: dated(world.now) });

  test('by an execution’s name of the future silences nobody', async () => {
    const { name } = executionName(STACK_ID, 'Deployment', 'forged', YEAR_2099, {});
    await execute(forged({ run: { ...(forged({})['run'] as object), name }, goals: [] }));
    await world.pass(1000);
    const created = await world.finish(create());
    expect(created).toMatchObject({ Status: 'SUCCESS' });
    expect(
      await world.finish(
        request('Delete', {
          properties: asked(),
          responseUrl: dated(world.now),
          physicalId: created.PhysicalResourceId,
        }),
      ),
    ).toMatchObject({ Status: 'SUCCESS' });
    expect(world.deployments).toEqual([]);
  });

  test('by a date of the future in the URL silences nobody, and stops nobody who comes after', async () => {
    await world.deliver(
      request('Update', {
        properties: asked(),
        responseUrl: dated(YEAR_2099),
        physicalId: intentOf(create()).physicalId,
      }),
    );
    await world.steps(1);
    await world.pass(1000);
    const created = await world.finish(create());
    expect(created).toMatchObject({ Status: 'SUCCESS' });
    expect(
      await world.finish(
        request('Delete', {
          properties: asked(),
          responseUrl: dated(world.now),
          physicalId: created.PhysicalResourceId,
        }),
      ),
    ).toMatchObject({ Status: 'SUCCESS' });
    expect(world.deployments).toEqual([]);
  });
});

describe('a stack that shares the role', () => {
  beforeEach(() => {
    reopen({ stackId: STACK_ID });
  });

  test.each(['Create', 'Update', 'Delete'] as const)(
    'gets nothing of this stack’s function for a %s, not even an answer',
    async (type) => {
      deploymentOf(FOREIGN_TAGS);
      await world.pass(120_000);
      const before = everything();
      await world.deliver({
        ...request(type, { properties: asked({ DeploymentName: 'theirs' }), old: asked(), physicalId: 'theirs' }),
        StackId: OTHER_STACK_ID,
      });
      await world.run();
      expect(world.stateMachine.executions).toEqual([]);
      expect(world.bedrock.calls).toEqual([]);
      expect(everything()).toBe(before);
      expect(world.answers).toEqual([]);
      expect(world.log.at(-1)).toContain('it belongs to another stack');
    },
  );

  test.each(['reconcile', 'giveUp', 'answer'])('gets nothing of it either for the task %s', async (action) => {
    deploymentOf(FOREIGN_TAGS);
    await world.pass(120_000);
    const foreign = { ...owner, stackId: OTHER_STACK_ID };
    const state = forged({ goals: [absence({ owner: foreign })] });
    const answer = { Status: 'SUCCESS', PhysicalResourceId: 'theirs' };
    await expect(
      world.invoke({
        action,
        state: { ...state, answer, request: { ...(state['request'] as object), StackId: OTHER_STACK_ID } },
      }),
    ).rejects.toThrow('it belongs to another stack');
    expect(world.bedrock.calls).toEqual([]);
    expect(world.answers).toEqual([]);
  });

  test('is the only one that is refused: its own stack is served', async () => {
    expect(await world.finish(request('Create', { properties: asked() }))).toMatchObject({ Status: 'SUCCESS' });
  });
});

describe('tags that somebody changes', () => {
  const { [STACK_ID_TAG]: stack, [LOGICAL_ID_TAG]: logicalId } = OUR_TAGS;
  const tag = (arn: string, tags: Readonly<Record<string, string>>): void => {
    world.bedrock.controlPlane.perform('TagResource', { resourceARN: arn, tags: listed(tags) });
  };
  const untag = (arn: string): void => {
    world.bedrock.controlPlane.perform('UntagResource', { resourceARN: arn, tagKeys: Object.keys(OUR_TAGS) });
  };
  const HIJACKS = [
    [
      'moved to another stack',
      (arn: string) => {
        tag(arn, FOREIGN_TAGS);
      },
    ],
    ['deleted', untag],
  ] as const;

  async function created(): Promise<{ readonly physicalId: string; readonly arn: string }> {
    const { PhysicalResourceId: physicalId, Data } = await world.finish(request('Create', { properties: asked() }));
    await world.pass(120_000);
    return { physicalId, arn: Data?.['Arn'] ?? '' };
  }

  test.each(HIJACKS)(
    '%s: an Update fails, says how to give them back, and works when they are back',
    async (_, hijack) => {
      const { physicalId, arn } = await created();
      hijack(arn);
      const update = { properties: asked({ ModelArn: model2 }), old: asked(), physicalId };
      const { Status, Reason } = await world.finish(request('Update', update));
      expect(Status).toBe('FAILED');
      expect(Reason).toContain(`restore its tags: ${STACK_ID_TAG}=${stack} and ${LOGICAL_ID_TAG}=${logicalId}`);
      expect(world.performed('UpdateCustomModelDeployment')).toBe(0);
      tag(arn, OUR_TAGS);
      expect(await world.finish(request('Update', update))).toMatchObject({
        Status: 'SUCCESS',
        Data: { ModelArn: model2 },
      });
    },
  );

  test.each(HIJACKS)('%s: a Delete leaves it, and says so in log and reason: it is an orphan', async (_, hijack) => {
    const { physicalId, arn } = await created();
    hijack(arn);
    const warning = `the deployment ${physicalId} (${arn}) was left as it is, since its tags do not prove that it belongs to this resource`;
    expect(await world.finish(request('Delete', { properties: asked(), physicalId }))).toMatchObject({
      Status: 'SUCCESS',
      Reason: expect.stringContaining(warning),
    });
    expect(world.log.filter((line) => line.includes('"warning"') && line.includes(warning))).toHaveLength(1);
    expect(world.deployments).toMatchObject([{ arn }]);
  });

  test.each(HIJACKS)('%s while it is being made: the Create fails, and so does nothing to it', async (_, hijack) => {
    await world.deliver(request('Create', { properties: asked() }));
    await world.run(() => world.performed('CreateCustomModelDeployment') === 1);
    hijack(world.deployments[0]?.arn ?? '');
    world.bedrock.controlPlane.durations.deploymentCreate = 120_000;
    await world.run();
    expect(world.answers).toMatchObject([
      { Status: 'FAILED', Reason: expect.stringContaining('no longer prove that it belongs to this resource') },
    ]);
    expect(changes()).toEqual(['CreateCustomModelDeployment']);
  });

  test.each(HIJACKS)('%s after the intent to update it, and before the call: it is not updated', async (_, hijack) => {
    const { physicalId, arn } = await created();
    world.bedrock.faults.next('UpdateCustomModelDeployment', { kind: 'error', name: 'ThrottlingException' });
    await world.deliver(request('Update', { properties: asked({ ModelArn: model2 }), old: asked(), physicalId }));
    await world.run(() => world.bedrock.calls.some(({ operation }) => operation === 'UpdateCustomModelDeployment'));
    hijack(arn);
    await world.run();
    expect(world.answers.at(-1)).toMatchObject({ Status: 'FAILED' });
    expect(world.performed('UpdateCustomModelDeployment')).toBe(0);
  });

  test('given to what is somebody else’s hand it over: who may tag may do that, which nothing here can tell from the truth', async () => {
    const arn = deploymentOf(FOREIGN_TAGS);
    await world.pass(120_000);
    tag(arn, OUR_TAGS);
    expect(
      await world.finish(request('Delete', { properties: asked({ DeploymentName: 'theirs' }), physicalId: 'theirs' })),
    ).toMatchObject({ Status: 'SUCCESS' });
    expect(world.deployments).toEqual([]);
  });
});

describe('an answer', () => {
  let server: Server;
  let origin: string;
  const received: string[] = [];

  beforeEach(async () => {
    received.length = 0;
    server = createServer((message, response) => {
      received.push(message.url ?? '');
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    reopen({ respond: respondByFetch });
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  test('to a forged request does not go to a server of somebody’s choice, and nothing is done', async () => {
    await world.invoke(request('Create', { properties: { ModelArn: 'nonsense' }, responseUrl: `${origin}/secret` }));
    await world.invoke(request('Create', { properties: asked(), responseUrl: `${origin}/secret` }));
    await world.run();
    expect(received).toEqual([]);
    expect(world.stateMachine.executions).toEqual([]);
    expect(world.log.at(-1)).toContain('its answer would not go to CloudFormation');
  });

  test('in a forged state does not either', async () => {
    const state = forged({ goals: [], answer: { Status: 'SUCCESS', PhysicalResourceId: 'x' } });
    const elsewhere = { ...state, request: { ...(state['request'] as object), ResponseURL: `${origin}/secret` } };
    await expect(world.invoke({ action: 'answer', state: elsewhere })).rejects.toThrow(
      'its answer would not go to CloudFormation',
    );
    await execute(elsewhere);
    expect(received).toEqual([]);
  });
});

describe('the answer in a forged state', () => {
  const bodies: unknown[] = [];
  const sent = async (answer: unknown): Promise<unknown> =>
    world.invoke({ action: 'answer', state: forged({ goals: [], answer }) });
  const SUCCESS = { Status: 'SUCCESS', PhysicalResourceId: 'theirs', Reason: 'why', Data: { Arn: 'arn' } };

  beforeEach(() => {
    bodies.length = 0;
    reopen({
      respond: (_, body) => {
        bodies.push(JSON.parse(body));
        return Promise.resolve();
      },
    });
  });

  test('has the members of an answer and no other, and is to this request', async () => {
    await sent({
      ...SUCCESS,
      StackId: OTHER_STACK_ID,
      RequestId: 'y',
      LogicalResourceId: 'z',
      NoEcho: true,
      evil: '<html>',
    });
    expect(bodies).toEqual([
      { ...SUCCESS, StackId: STACK_ID, RequestId: expect.stringMatching(/^0{8}-/), LogicalResourceId: 'Deployment' },
    ]);
  });

  test.each(
    Object.entries({
      Status: 'OWNED',
      PhysicalResourceId: ['x'],
      Reason: { evil: true },
      Data: { Arn: { evil: true } },
    }),
  )('is not sent with such a %s', async (member, value) => {
    await expect(sent({ ...SUCCESS, [member]: value })).rejects.toThrow('there is no answer to send');
    expect(bodies).toEqual([]);
  });
});
