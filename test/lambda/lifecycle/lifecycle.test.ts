import { LOGICAL_ID_TAG, STACK_ID_TAG } from '../../../lib/private/contract';
import { STACK_ID } from '../support/builders';
import { HandlerHarness } from '../support/handler-harness';
import { request } from '../support/requests';

/** A life without errors: what each request does to Bedrock, and what CloudFormation is told. */

let world: HandlerHarness;
let model1: string;
let model2: string;

beforeEach(() => {
  world = new HandlerHarness();
  model1 = world.bedrock.controlPlane.addModel({ name: 'model-1' });
  model2 = world.bedrock.controlPlane.addModel({ name: 'model-2' });
});
afterEach(() => {
  world.close();
});

const asked = (more: Record<string, unknown> = {}): Record<string, unknown> => ({ ModelArn: model1, ...more });

async function created(more: Record<string, unknown> = {}): Promise<string> {
  const answer = await world.finish(request('Create', { properties: asked(more) }));
  expect(answer.Status).toBe('SUCCESS');
  return answer.PhysicalResourceId;
}

test('a Create makes a deployment, waits until it is Active and tells its attributes', async () => {
  const create = request('Create', { properties: asked({ Description: 'Fraud model', Tags: { team: 'fraud' } }) });
  await world.deliver(create);
  await world.run(() => world.deployments.length === 1);
  expect(world.deployments[0]?.status).toBe('Creating');
  expect(world.answers).toEqual([]);

  await world.run();
  const [deployment] = world.deployments;
  expect(deployment).toMatchObject({
    status: 'Active',
    modelArn: model1,
    description: 'Fraud model',
    tags: { team: 'fraud', [STACK_ID_TAG]: STACK_ID, [LOGICAL_ID_TAG]: 'Deployment' },
  });
  expect(world.answerTo(create)).toEqual({
    Status: 'SUCCESS',
    PhysicalResourceId: deployment?.name,
    StackId: STACK_ID,
    RequestId: create.RequestId,
    LogicalResourceId: 'Deployment',
    Data: { Arn: deployment?.arn, Name: deployment?.name, ModelArn: model1, Status: 'Active' },
  });
});

test('a fixed name is used as it is', async () => {
  expect(await created({ DeploymentName: 'mine' })).toBe('mine');
  expect(world.deployments).toMatchObject([{ name: 'mine' }]);
});

test('an Update to another model happens in place: same id, same ARN, no second deployment', async () => {
  const physicalId = await created();
  const before = world.deployments[0];
  const answer = await world.finish(
    request('Update', { properties: asked({ ModelArn: model2 }), old: asked(), physicalId }),
  );
  expect(answer).toMatchObject({
    Status: 'SUCCESS',
    PhysicalResourceId: physicalId,
    Data: { Arn: before?.arn, ModelArn: model2, Status: 'Active' },
  });
  expect(world.deployments).toMatchObject([{ arn: before?.arn, modelArn: model2 }]);
  expect(world.performed('UpdateCustomModelDeployment')).toBe(1);
  expect(world.performed('CreateCustomModelDeployment')).toBe(1);
});

test.each([
  ['of the description', { Description: 'new' }, {}],
  ['of the name', { DeploymentName: 'another' }, { DeploymentName: 'one' }],
  ['of the model under REPLACE', { ModelUpdate: 'REPLACE', ModelArn: 'model2' }, { ModelUpdate: 'REPLACE' }],
])(
  'a change %s makes a new deployment, and the old one serves until CloudFormation deletes it',
  async (_, properties, old) => {
    const physicalId = await created(old);
    const after = asked('ModelArn' in properties ? { ...properties, ModelArn: model2 } : properties);
    const answer = await world.finish(request('Update', { properties: after, old: asked(old), physicalId }));
    expect(answer.Status).toBe('SUCCESS');
    expect(answer.PhysicalResourceId).not.toBe(physicalId);
    expect(world.deployments.map(({ name, status }) => [name, status]).sort()).toEqual(
      [
        [physicalId, 'Active'],
        [answer.PhysicalResourceId, 'Active'],
      ].sort(),
    );

    await world.finish(request('Delete', { properties: asked(old), physicalId }));
    expect(world.deployments).toMatchObject([{ name: answer.PhysicalResourceId, status: 'Active' }]);
  },
);

test('a replacement that is rolled back ends with the old deployment alone', async () => {
  const physicalId = await created();
  const replaced = await world.finish(
    request('Update', { properties: asked({ Description: 'new' }), old: asked(), physicalId }),
  );
  const rolledBack = await world.finish(
    request('Update', {
      properties: asked(),
      old: asked({ Description: 'new' }),
      physicalId: replaced.PhysicalResourceId,
    }),
  );
  expect(rolledBack).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: physicalId });
  await world.finish(
    request('Delete', { properties: asked({ Description: 'new' }), physicalId: replaced.PhysicalResourceId }),
  );
  expect(world.deployments).toMatchObject([{ name: physicalId, status: 'Active' }]);
});

test('tags are changed without touching the deployment, and those of others stay', async () => {
  const physicalId = await created({ Tags: { team: 'fraud', old: 'yes' } });
  const { arn } = world.deployments[0] ?? { arn: '' };
  world.bedrock.controlPlane.perform('TagResource', { resourceARN: arn, tags: [{ key: 'theirs', value: 'x' }] });
  const answer = await world.finish(
    request('Update', {
      properties: asked({ Tags: { team: 'risk' } }),
      old: asked({ Tags: { team: 'fraud', old: 'yes' } }),
      physicalId,
    }),
  );
  expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: physicalId });
  expect(world.deployments[0]?.tags).toEqual({
    team: 'risk',
    theirs: 'x',
    [STACK_ID_TAG]: STACK_ID,
    [LOGICAL_ID_TAG]: 'Deployment',
  });
  expect(world.performed('UpdateCustomModelDeployment')).toBe(0);
});

test('a change of the timeout alone calls for no change in Bedrock', async () => {
  const physicalId = await created();
  const changes = world.bedrock.calls.length;
  expect(
    await world.finish(request('Update', { properties: asked({ Timeout: '600' }), old: asked(), physicalId })),
  ).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: physicalId });
  expect(world.bedrock.calls.slice(changes).map(({ operation }) => operation)).toEqual([
    'GetCustomModelDeployment',
    'ListTagsForResource',
    'GetCustomModelDeployment',
    'ListTagsForResource',
  ]);
});

test('a Delete waits until nothing is left', async () => {
  const physicalId = await created();
  const answer = await world.finish(request('Delete', { properties: asked(), physicalId }));
  expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: physicalId });
  expect(answer).not.toHaveProperty('Data');
  expect(world.deployments).toEqual([]);
  expect(world.bedrock.calls.slice(-2)).toMatchObject([
    { operation: 'GetCustomModelDeployment', outcome: 'ResourceNotFoundException' },
    { operation: 'ListCustomModelDeployments', outcome: 'ok' },
  ]);
});

test("H18: a Delete has all of CloudFormation's hour: what ran out of time may not be deletable for longer than that", async () => {
  world.close();
  world = new HandlerHarness({ durations: { deploymentCreate: 1200_000 } });
  model1 = world.bedrock.controlPlane.addModel({ name: 'model-1' });
  const properties = asked({ Timeout: '60' });
  const failed = await world.finish(request('Create', { properties }));
  expect(failed).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('out of time') });
  expect(await world.finish(request('Delete', { properties, physicalId: failed.PhysicalResourceId }))).toMatchObject({
    Status: 'SUCCESS',
  });
  expect(world.deployments).toEqual([]);
});

test('a wait of twenty minutes costs fewer than 120 invocations, and is over within a quarter of a minute of the end', async () => {
  world.close();
  world = new HandlerHarness({ durations: { deploymentCreate: 1200_000 } });
  model1 = world.bedrock.controlPlane.addModel({ name: 'model-1' });
  const began = world.now;
  await created();
  const looks = world.bedrock.calls.filter(({ operation }) => operation === 'GetCustomModelDeployment').length;
  expect(looks).toBeLessThan(115);
  expect(world.now - began).toBeLessThan(1215_000);
});
