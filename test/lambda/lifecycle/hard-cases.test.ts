import type { Answer } from '../../../lambda/cloudformation/answer';
import { intentOf } from '../../../lambda/cloudformation/intent';
import { CONFLICT, MUTATING } from '../../../local/fake-bedrock/server';
import { FOREIGN_TAGS } from '../support/builders';
import { HandlerHarness, type HandlerHarnessOptions } from '../support/handler-harness';
import { request } from '../support/requests';

/** The numbered hard cases, each played against Bedrock on the wire. */

let world: HandlerHarness;
let model1: string;
let model2: string;
let undeployable: string;

function open(options: HandlerHarnessOptions = {}): void {
  world = new HandlerHarness(options);
  const { controlPlane } = world.bedrock;
  model1 = controlPlane.addModel({ name: 'model-1' });
  model2 = controlPlane.addModel({ name: 'model-2' });
  undeployable = controlPlane.addModel({
    name: 'full-rank',
    deploymentFailure: 'Full-rank models cannot be served on demand.',
  });
}

/** The same world, but as it would be with these options. */
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

const asked = (more: Record<string, unknown> = {}): Record<string, unknown> => ({ ModelArn: model1, ...more });

async function created(more: Record<string, unknown> = {}): Promise<string> {
  const answer = await world.finish(request('Create', { properties: asked(more) }));
  expect(answer.Status).toBe('SUCCESS');
  return answer.PhysicalResourceId;
}

/** What CloudFormation does after a failed Create. */
async function rolledBack(failed: Answer, properties: Record<string, unknown> = asked()): Promise<void> {
  expect(failed.Status).toBe('FAILED');
  expect(await world.finish(request('Delete', { properties, physicalId: failed.PhysicalResourceId }))).toMatchObject({
    Status: 'SUCCESS',
  });
}

function setDeployment(patch: Parameters<HandlerHarness['bedrock']['controlPlane']['setDeployment']>[1]): void {
  world.bedrock.controlPlane.setDeployment(world.deployments[0]?.arn ?? '', patch);
}

async function foreignDeployment(name: string, tags: Record<string, string>): Promise<void> {
  world.bedrock.controlPlane.perform('CreateCustomModelDeployment', {
    modelDeploymentName: name,
    modelArn: model1,
    tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
  });
  await world.pass(120_000);
}

describe('H1: the reply to Create is lost', () => {
  test('and the deployment is found, not made again', async () => {
    world.bedrock.faults.next('CreateCustomModelDeployment', { kind: 'lostReply' });
    await created();
    expect(world.deployments).toHaveLength(1);
  });

  test('and the SDK’s own retry carries the same token', async () => {
    reopen({ maxAttempts: 3 });
    world.bedrock.faults.next('CreateCustomModelDeployment', { kind: 'lostReply' });
    await created();
    const tokens = world.bedrock.calls
      .filter(({ operation }) => operation === 'CreateCustomModelDeployment')
      .map(({ input }) => input['clientRequestToken']);
    expect(tokens).toHaveLength(2);
    expect(new Set(tokens).size).toBe(1);
    expect(tokens[0]).toMatch(/^[a-zA-Z0-9]([-a-zA-Z0-9]{0,254}[a-zA-Z0-9])?$/);
    expect(world.deployments).toHaveLength(1);
  });

  test.each(['before', 'after'] as const)('because Lambda dies right %s the call', async (when) => {
    world.die(when, 'CreateCustomModelDeployment');
    await created();
    expect(world.deployments).toMatchObject([{ status: 'Active' }]);
  });

  test('because Lambda dies, and nothing is visible for half a minute: whoever calls again has the same token', async () => {
    reopen({ durations: { visibility: 30_000 } });
    world.die('after', 'CreateCustomModelDeployment');
    await created();
    expect(world.deployments).toHaveLength(1);
    const creations = world.bedrock.calls.filter(({ operation }) => operation === 'CreateCustomModelDeployment');
    expect(creations.map(({ outcome }) => outcome)).toEqual(['ok', 'ok']);
    expect(new Set(creations.map(({ input }) => input['clientRequestToken'])).size).toBe(1);
  });

  test('and what it made becomes Failed: that is known to be this request’s wreck', async () => {
    world.die('after', 'CreateCustomModelDeployment');
    const answer = await world.finish(request('Create', { properties: asked({ ModelArn: undeployable }) }));
    expect(answer).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining('Full-rank models cannot be served on demand.'),
    });
    expect(world.deployments).toEqual([]);
    expect(world.performed('CreateCustomModelDeployment')).toBe(1);
  });
});

describe('H2: the same request is delivered twice', () => {
  test('at once: one execution, one answer, one deployment', async () => {
    const create = request('Create', { properties: asked() });
    await world.deliver(create, create);
    await world.run();
    expect(world.stateMachine.executions).toHaveLength(1);
    expect(world.answers).toHaveLength(1);
    expect(world.deployments).toHaveLength(1);
  });

  test('while it runs, and long after it was answered and its deployment deleted', async () => {
    const create = request('Create', { properties: asked() });
    await world.deliver(create);
    await world.steps(1);
    await world.deliver(create);
    await world.run();
    await world.finish(
      request('Delete', { properties: asked(), physicalId: world.answerTo(create).PhysicalResourceId }),
    );
    await world.finish(create);
    expect(world.answers).toHaveLength(2);
    expect(world.deployments).toEqual([]);
  });

  test('and an old one for the first time after a newer one was done, as the signature of its URL tells', async () => {
    const url = (second: number): string =>
      `https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com/answer?X-Amz-Date=20261121T1200${second}Z&X-Amz-Signature=abc`;
    const create = request('Create', { properties: asked(), responseUrl: url(10) });
    const remove = request('Delete', {
      properties: asked(),
      physicalId: 'made-up-by-cloudformation',
      responseUrl: url(20),
    });
    await world.finish(remove);
    await world.deliver(create);
    await world.run();
    expect(world.deployments).toEqual([]);
    expect(world.answers).toHaveLength(1);
  });

  test('a Create after the Delete that was sent in the same second, which is as much as the signature tells', async () => {
    const responseUrl =
      'https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com/answer?X-Amz-Date=20261121T120010Z&X-Amz-Signature=abc';
    const create = request('Create', { properties: asked(), responseUrl });
    const remove = request('Delete', { properties: asked(), physicalId: 'made-up-by-cloudformation', responseUrl });
    await world.deliver(remove);
    await world.steps(1);
    await world.pass(100);
    await world.deliver(create);
    await world.run();
    expect(world.answerTo(remove).Status).toBe('SUCCESS');
    expect(world.deployments).toEqual([]);
  });
});

describe('H3: after a Create that failed, Delete', () => {
  test.each([
    ['because the deployment became Failed', () => ({ ModelArn: undeployable })],
    ['because the model does not exist', () => ({ ModelArn: model1.replace(/.{12}$/, 'zzzzzzzzzzzz') })],
    ['because the properties were wrong', () => ({ ModelArn: 'nonsense' })],
  ])('%s leaves nothing', async (_, properties) => {
    await rolledBack(await world.finish(request('Create', { properties: asked(properties()) })), asked(properties()));
    expect(world.deployments).toEqual([]);
  });

  test('with the id that was answered removes what was still being made', async () => {
    reopen({ durations: { deploymentCreate: 4000_000 } });
    await rolledBack(await world.finish(request('Create', { properties: asked() })));
    expect(world.deployments).toEqual([]);
  });

  test.each(['fraud-Deployment-1ABCDEFGHIJKL', '2026/11/21/[$LATEST]0123456789abcdef'])(
    'with the id %s that CloudFormation made up removes it too',
    async (madeUp) => {
      await created();
      await world.finish(request('Delete', { properties: asked(), physicalId: madeUp }));
      expect(world.deployments).toEqual([]);
    },
  );

  test('of a deployment that was never made is SUCCESS', async () => {
    expect(await world.finish(request('Delete', { properties: asked(), physicalId: 'never-made' }))).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: 'never-made',
    });
  });

  test('does not take for absent what is only not visible yet', async () => {
    reopen({ durations: { visibility: 15_000, deploymentCreate: 1000 } });
    const create = request('Create', { properties: asked() });
    const { physicalId } = intentOf(create);
    await world.deliver(create);
    await world.run(() => world.deployments.length === 1);
    await world.finish(request('Delete', { properties: asked(), physicalId }));
    expect(world.deployments).toEqual([]);
  });
});

describe('H4: Delete comes while', () => {
  test.each([1, 2, 3, 4])('Create runs and has taken %d steps: the older run stops, nothing is left', async (steps) => {
    reopen({ durations: { deploymentCreate: 60_000 } });
    const create = request('Create', { properties: asked() });
    await world.deliver(create);
    await world.steps(steps);
    const answer = await world.finish(
      request('Delete', { properties: asked(), physicalId: intentOf(create).physicalId }),
    );
    expect(answer.Status).toBe('SUCCESS');
    expect(world.deployments).toEqual([]);
    expect(world.answers).toHaveLength(1);
  });

  test('a call of the older run is still on its way to Bedrock: its deployment goes as well', async () => {
    const create = request('Create', { properties: asked() });
    await world.deliver(create);
    await world.steps(1);
    world.hold();
    const remove = request('Delete', { properties: asked(), physicalId: intentOf(create).physicalId });
    await world.deliver(remove);
    await world.pass(45_000);
    // The stopped execution's invocation is cut off from Step Functions, not from Bedrock.
    const tags = [
      ['cdk-bedrock-custom-models:stack-id', create.StackId],
      ['cdk-bedrock-custom-models:logical-id', 'Deployment'],
    ] as const;
    world.bedrock.controlPlane.perform('CreateCustomModelDeployment', {
      modelDeploymentName: intentOf(create).physicalId,
      modelArn: model1,
      tags: tags.map(([key, value]) => ({ key, value })),
    });
    await world.run();
    expect(world.answerTo(remove).Status).toBe('SUCCESS');
    expect(world.deployments).toEqual([]);
  });

  test('an Update has just been answered, and its execution is about to end: that is not waited out', async () => {
    world.lingers = 1000;
    const physicalId = await created();
    const failing = request('Update', { properties: asked({ ModelArn: undeployable }), old: asked(), physicalId });
    await world.deliver(failing);
    await world.run(() => world.answers.length === 2);
    const began = world.now;
    await world.finish(request('Update', { properties: asked(), old: asked({ ModelArn: undeployable }), physicalId }));
    expect(world.now - began).toBeLessThan(20_000);
  });

  test('Create runs, and its execution is not listed yet', async () => {
    world.listingDelay = 15_000;
    const create = request('Create', { properties: asked() });
    await world.deliver(create);
    await world.finish(request('Delete', { properties: asked(), physicalId: intentOf(create).physicalId }));
    expect(world.deployments).toEqual([]);
  });

  test('Update runs', async () => {
    const physicalId = await created();
    await world.deliver(request('Update', { properties: asked({ ModelArn: model2 }), old: asked(), physicalId }));
    await world.run(() => world.performed('UpdateCustomModelDeployment') === 1);
    const answer = await world.finish(request('Delete', { properties: asked({ ModelArn: model2 }), physicalId }));
    expect(answer.Status).toBe('SUCCESS');
    expect(world.deployments).toEqual([]);
    expect(world.isRunning).toBe(false);
  });
});

describe('H5: a deployment of that name exists and', () => {
  test.each([
    ['is of another stack', FOREIGN_TAGS, 'stack/other/'],
    ['of nobody', {}, 'it carries no tag of any stack'],
  ])('%s: Create fails saying so, and the rollback’s Delete leaves it alone', async (_, tags, says) => {
    await foreignDeployment('mine', tags);
    const before = JSON.stringify(world.deployments);
    const answer = await world.finish(request('Create', { properties: asked({ DeploymentName: 'mine' }) }));
    expect(answer).toMatchObject({
      Status: 'FAILED',
      PhysicalResourceId: expect.stringMatching(/^failed-create:.*:mine:gone$/),
      Reason: expect.stringContaining('a deployment named mine exists already'),
    });
    expect(answer.Reason).toContain(says);
    await rolledBack(answer, asked({ DeploymentName: 'mine' }));
    expect(JSON.stringify(world.deployments)).toBe(before);
    expect(world.bedrock.calls.map(({ operation }) => operation)).not.toContain('UpdateCustomModelDeployment');
  });

  test('was asked for at the same moment, so that both were given the name: Create takes down what it made itself, and fails', async () => {
    reopen({ behaviour: { nameIndexLag: 30_000 }, durations: { deploymentCreate: 60_000 } });
    world.bedrock.faults.on((operation) => {
      if (operation === 'CreateCustomModelDeployment' && world.deployments.length === 0) {
        world.bedrock.controlPlane.perform(operation, {
          modelDeploymentName: 'mine',
          modelArn: model1,
          tags: Object.entries(FOREIGN_TAGS).map(([key, value]) => ({ key, value })),
        });
      }
      return undefined;
    });
    const answer = await world.finish(request('Create', { properties: asked({ DeploymentName: 'mine' }) }));
    expect(answer).toMatchObject({
      Status: 'FAILED',
      PhysicalResourceId: expect.stringMatching(/^failed-create:.*:mine:gone$/),
      Reason: expect.stringContaining('a deployment named mine exists already'),
    });
    expect(world.deployments).toMatchObject([{ name: 'mine', tags: FOREIGN_TAGS }]);
  });

  test('an Update to its name fails too, and changes neither', async () => {
    await foreignDeployment('theirs', FOREIGN_TAGS);
    const physicalId = await created({ DeploymentName: 'ours' });
    const before = JSON.stringify(world.deployments);
    expect(
      await world.finish(
        request('Update', {
          properties: asked({ DeploymentName: 'theirs' }),
          old: asked({ DeploymentName: 'ours' }),
          physicalId,
        }),
      ),
    ).toMatchObject({ Status: 'FAILED' });
    expect(JSON.stringify(world.deployments)).toBe(before);
  });
});

test('H7: a deployment that becomes Failed fails the Create with the service’s message, and the wreck is deleted', async () => {
  const answer = await world.finish(request('Create', { properties: asked({ ModelArn: undeployable }) }));
  expect(answer).toMatchObject({
    Status: 'FAILED',
    PhysicalResourceId: expect.stringMatching(/^failed-create:.*:fraud-Deployment-\w+:gone$/),
  });
  expect(answer.Reason).toMatch(
    /^Create of custom model deployment Deployment \(fraud-Deployment-\w+\) failed: the deployment became Failed: Full-rank models cannot be served on demand\. Log: \/aws\/lambda\/handler, execution [\w-]+ \(.*--no-rollback.*\)$/,
  );
  expect(world.deployments).toEqual([]);
});

test('H7: so too when Lambda dies as it deletes the wreck', async () => {
  world.die('after', 'DeleteCustomModelDeployment');
  const answer = await world.finish(request('Create', { properties: asked({ ModelArn: undeployable }) }));
  expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('Full-rank') });
  expect(world.deployments).toEqual([]);
});

describe('H8: an update', () => {
  test('that fails is FAILED, and the rollback ends on the old model', async () => {
    const physicalId = await created();
    const update = request('Update', { properties: asked({ ModelArn: undeployable }), old: asked(), physicalId });
    expect(await world.finish(update)).toMatchObject({
      Status: 'FAILED',
      PhysicalResourceId: physicalId,
      Reason: expect.stringContaining(`the update to ${undeployable} failed`),
    });
    expect(
      await world.finish(
        request('Update', { properties: asked(), old: asked({ ModelArn: undeployable }), physicalId }),
      ),
    ).toMatchObject({ Status: 'SUCCESS', Data: { ModelArn: model1 } });
    expect(world.deployments).toMatchObject([{ status: 'Active', modelArn: model1 }]);
  });

  test('is not fooled by the UpdateFailed that an earlier one for the same model left, however long that is still shown', async () => {
    reopen({ behaviour: { staleUpdateReads: 20_000 } });
    const physicalId = await created();
    const update = { properties: asked({ ModelArn: model2 }), old: asked(), physicalId };
    world.bedrock.controlPlane.setModel(model2, { deploymentFailure: 'no capacity' });
    expect(await world.finish(request('Update', update))).toMatchObject({ Status: 'FAILED' });
    await world.pass(60_000);
    world.bedrock.controlPlane.setModel(model2, { deploymentFailure: undefined });
    expect(await world.finish(request('Update', update))).toMatchObject({
      Status: 'SUCCESS',
      Data: { ModelArn: model2 },
    });
    expect(world.deployments).toMatchObject([{ modelArn: model2 }]);
  });

  test('is not fooled either when that shows again after the new one was seen under way, whose reply was lost', async () => {
    reopen({ behaviour: { flickeringReads: 15_000 }, durations: { deploymentUpdate: 10_000 } });
    const physicalId = await created();
    const update = { properties: asked({ ModelArn: model2 }), old: asked(), physicalId };
    world.bedrock.controlPlane.setModel(model2, { deploymentFailure: 'no capacity' });
    expect(await world.finish(request('Update', update))).toMatchObject({ Status: 'FAILED' });
    await world.pass(60_000);
    world.bedrock.controlPlane.setModel(model2, { deploymentFailure: undefined });
    world.bedrock.faults.next('UpdateCustomModelDeployment', { kind: 'lostReply' });
    expect(await world.finish(request('Update', update))).toMatchObject({
      Status: 'SUCCESS',
      Data: { ModelArn: model2 },
    });
  });

  test('is not fooled by the UpdateCompleted of an earlier one', async () => {
    reopen({ behaviour: { staleUpdateReads: 20_000 } });
    const physicalId = await created();
    await world.finish(request('Update', { properties: asked({ ModelArn: model2 }), old: asked(), physicalId }));
    await world.finish(request('Update', { properties: asked(), old: asked({ ModelArn: model2 }), physicalId }));
    const answered = world.deployments[0];
    expect(answered).toMatchObject({ modelArn: model1, updateDetails: { updateStatus: 'UpdateCompleted' } });
    expect(world.performed('UpdateCustomModelDeployment')).toBe(2);
  });
});

describe('H9: a rollback to the old model while the new one is still Updating', () => {
  test.each([MUTATING, 'allowed'] as const)(
    'waits, updates back and ends on the old model (a second update meanwhile: %s)',
    async (updateWhileUpdating) => {
      reopen({ behaviour: { updateWhileUpdating }, durations: { deploymentUpdate: 300_000 } });
      const physicalId = await created();
      await world.deliver(request('Update', { properties: asked({ ModelArn: model2 }), old: asked(), physicalId }));
      await world.run(() => world.performed('UpdateCustomModelDeployment') === 1);
      const rollback = request('Update', { properties: asked(), old: asked({ ModelArn: model2 }), physicalId });
      expect(await world.finish(rollback)).toMatchObject({ Status: 'SUCCESS', Data: { ModelArn: model1 } });
      expect(world.deployments).toMatchObject([{ status: 'Active', modelArn: model1 }]);
      expect(world.answers.filter(({ Status }) => Status === 'FAILED')).toEqual([]);
    },
  );

  test('is not done because the old model is still to be seen, when the older run has just given way of itself', async () => {
    reopen({ behaviour: { staleUpdateReads: 30_000 } });
    const physicalId = await created();
    await world.deliver(request('Update', { properties: asked({ ModelArn: model2 }), old: asked(), physicalId }));
    await world.run(() => world.performed('UpdateCustomModelDeployment') === 1);
    const rollback = request('Update', { properties: asked(), old: asked({ ModelArn: model2 }), physicalId });
    expect(await world.finish(rollback)).toMatchObject({ Status: 'SUCCESS' });
    await world.pass(600_000);
    expect(world.deployments).toMatchObject([{ status: 'Active', modelArn: model1 }]);
  });

  test('is not done because the old model is still to be seen, when the older run has just begun and is not listed yet', async () => {
    const physicalId = await created();
    world.listingDelay = 5000;
    await world.deliver(request('Update', { properties: asked({ ModelArn: model2 }), old: asked(), physicalId }));
    world.hold();
    const rollback = request('Update', { properties: asked(), old: asked({ ModelArn: model2 }), physicalId });
    await world.deliver(rollback);
    await world.pass(4000);
    world.bedrock.controlPlane.perform('UpdateCustomModelDeployment', {
      customModelDeploymentIdentifier: physicalId,
      modelArn: model2,
    });
    await world.run();
    expect(world.answerTo(rollback)).toMatchObject({ Status: 'SUCCESS' });
    expect(world.deployments).toMatchObject([{ status: 'Active', modelArn: model1 }]);
  });

  test('is not done because the old model is still to be seen, while the call for the new one is on its way', async () => {
    const physicalId = await created();
    await world.deliver(request('Update', { properties: asked({ ModelArn: model2 }), old: asked(), physicalId }));
    await world.steps(1);
    world.hold();
    const rollback = request('Update', { properties: asked(), old: asked({ ModelArn: model2 }), physicalId });
    await world.deliver(rollback);
    await world.pass(45_000);
    world.bedrock.controlPlane.perform('UpdateCustomModelDeployment', {
      customModelDeploymentIdentifier: physicalId,
      modelArn: model2,
    });
    await world.run();
    expect(world.answerTo(rollback)).toMatchObject({ Status: 'SUCCESS' });
    expect(world.deployments).toMatchObject([{ status: 'Active', modelArn: model1 }]);
  });
});

describe('H10: before an Update comes, the deployment', () => {
  test('was deleted by hand: it is made again under the same name', async () => {
    const physicalId = await created();
    world.bedrock.controlPlane.removeDeployment(physicalId);
    expect(
      await world.finish(request('Update', { properties: asked({ ModelArn: model2 }), old: asked(), physicalId })),
    ).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: physicalId });
    expect(world.deployments).toMatchObject([{ name: physicalId, status: 'Active', modelArn: model2 }]);
  });

  test('was made so recently that reads, of others as well, go back to before: it is not made twice', async () => {
    reopen({
      behaviour: { flickeringReads: 18_000, nameIndexLag: 30_000 },
      durations: { deploymentCreate: 1000 },
    });
    const physicalId = await created();
    const others = (): void => {
      world.bedrock.controlPlane.perform('ListCustomModelDeployments', {});
    };
    world.bedrock.faults.on((operation) => {
      if (operation === 'GetCustomModelDeployment') {
        others();
      }
      return undefined;
    });
    others();
    const answer = await world.finish(
      request('Update', { properties: asked({ ModelArn: model2 }), old: asked(), physicalId }),
    );
    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: physicalId });
    expect(world.deployments).toMatchObject([{ name: physicalId, modelArn: model2 }]);
  });

  test('was given another model by hand: it is given the right one', async () => {
    const physicalId = await created();
    world.bedrock.controlPlane.perform('UpdateCustomModelDeployment', {
      customModelDeploymentIdentifier: physicalId,
      modelArn: model2,
    });
    expect(
      await world.finish(request('Update', { properties: asked({ Tags: { a: 'b' } }), old: asked(), physicalId })),
    ).toMatchObject({ Status: 'SUCCESS' });
    expect(world.deployments).toMatchObject([{ modelArn: model1, tags: { a: 'b' } }]);
  });
});

test('H11: a deployment that became Failed since is replaced under the same name by the next Update', async () => {
  const physicalId = await created({ DeploymentName: 'mine' });
  const before = world.deployments[0]?.arn;
  setDeployment({ status: 'Failed', failureMessage: 'became unavailable' });
  const answer = await world.finish(
    request('Update', {
      properties: asked({ DeploymentName: 'mine', ModelArn: model2 }),
      old: asked({ DeploymentName: 'mine' }),
      physicalId,
    }),
  );
  expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'mine' });
  expect(world.deployments).toMatchObject([{ name: 'mine', status: 'Active', modelArn: model2 }]);
  expect(answer.Data?.['Arn']).not.toBe(before);
});

test('H11: a deployment that became Failed since is replaced, though its name is held and reads go back to it for a while', async () => {
  reopen({ behaviour: { flickeringReads: 30_000, nameHeldAfterDelete: 30_000 } });
  const physicalId = await created({});
  setDeployment({ status: 'Failed', failureMessage: 'became unavailable' });
  const answer = await world.finish(
    request('Update', { properties: asked({ ModelArn: model2 }), old: asked({}), physicalId }),
  );
  expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: physicalId });
  expect(world.deployments).toMatchObject([{ name: physicalId, status: 'Active', modelArn: model2 }]);
});

describe('H12: the model', () => {
  test('is still Creating: it is waited for', async () => {
    const slow = world.bedrock.controlPlane.addModel({ name: 'slow', status: 'Creating' });
    await created({ ModelArn: slow });
    expect(world.deployments).toMatchObject([{ status: 'Active', modelArn: slow }]);
    expect(world.bedrock.calls.filter(({ operation }) => operation === 'CreateCustomModelDeployment')).toHaveLength(1);
  });

  test('is Failed: its message is the user’s', async () => {
    const broken = world.bedrock.controlPlane.addModel({
      name: 'broken',
      status: 'Failed',
      failureMessage: 'artefacts unreadable',
    });
    expect(await world.finish(request('Create', { properties: asked({ ModelArn: broken }) }))).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining('artefacts unreadable'),
    });
  });

  test('does not exist: the error names it', async () => {
    const gone = model1.replace(/.{12}$/, 'zzzzzzzzzzzz');
    expect(await world.finish(request('Create', { properties: asked({ ModelArn: gone }) }))).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining(`the custom model ${gone} does not exist`),
    });
  });
});

describe('H13: no transient error fails a deploy', () => {
  const operations = [
    'GetCustomModelDeployment',
    'GetCustomModel',
    'ListTagsForResource',
    'CreateCustomModelDeployment',
    'UpdateCustomModelDeployment',
    'TagResource',
    'UntagResource',
    'DeleteCustomModelDeployment',
  ] as const;
  const faults = [
    ['throttling', { kind: 'error', name: 'ThrottlingException' }],
    ['a server’s fault', { kind: 'error', name: 'InternalServerException' }],
    ['a server’s fault after the work was done', { kind: 'errorAfter', name: 'InternalServerException' }],
    ['a cut connection', { kind: 'cut' }],
    ['a lost reply', { kind: 'lostReply' }],
    ['no reply', { kind: 'hang' }],
  ] as const;

  test.each(operations.flatMap((operation) => faults.map(([name, fault]) => [operation, name, fault] as const)))(
    '%s: %s',
    async (operation, _, fault) => {
      const physicalId = await created({ Tags: { old: 'yes' } });
      world.bedrock.faults.next(operation, fault, fault.kind === 'hang' ? 1 : 2);
      const update = {
        properties: asked({ ModelArn: model2, Tags: { team: 'fraud' } }),
        old: asked({ Tags: { old: 'yes' } }),
        physicalId,
      };
      expect(await world.finish(request('Update', update))).toMatchObject({
        Status: 'SUCCESS',
        Data: { ModelArn: model2 },
      });
      expect(world.deployments).toMatchObject([{ modelArn: model2, tags: { team: 'fraud' } }]);
      expect(await world.finish(request('Delete', { properties: update.properties, physicalId }))).toMatchObject({
        Status: 'SUCCESS',
      });
      expect(world.deployments).toEqual([]);
      await created();
    },
  );
});

describe('H14: on a fresh stack', () => {
  const denied = {
    kind: 'error',
    name: 'AccessDeniedException',
    message:
      'User: arn:aws:sts::000000000000:assumed-role/Handler is not authorized to perform: bedrock:CreateCustomModelDeployment on resource: arn:x because no identity-based policy allows the action',
  } as const;

  test.each(['GetCustomModelDeployment', 'GetCustomModel', 'CreateCustomModelDeployment'] as const)(
    '%s is denied for a minute: it is tried until it is allowed',
    async (operation) => {
      const until = world.now + 60_000;
      world.bedrock.faults.on((called) => (called === operation && world.now < until ? denied : undefined));
      await created();
    },
  );

  test('a role that Bedrock cannot assume yet is the same', async () => {
    world.bedrock.faults.next(
      'CreateCustomModelDeployment',
      { kind: 'error', name: 'ValidationException', message: 'Could not assume provided IAM role' },
      3,
    );
    await created();
  });

  test('what is still denied after three minutes is an error that names action and resource', async () => {
    world.bedrock.faults.on((called) => (called === 'CreateCustomModelDeployment' ? denied : undefined));
    const began = world.now;
    const answer = await world.finish(request('Create', { properties: asked() }));
    expect(answer).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining(
        'not authorized to perform: bedrock:CreateCustomModelDeployment on resource: arn:x',
      ),
    });
    expect(world.now - began).toBeLessThan(240_000);
    await rolledBack(answer);
  });
});

describe('H16: Delete', () => {
  test.each(['Creating', 'Updating'])('conflicts while the deployment is %s: it is waited for', async (state) => {
    const behaviour = { deleteWhileCreating: CONFLICT, deleteWhileUpdating: CONFLICT } as const;
    reopen({ behaviour, durations: { deploymentCreate: 200_000, deploymentUpdate: 200_000 } });
    const create = request('Create', { properties: asked() });
    let physicalId = intentOf(create).physicalId;
    if (state === 'Creating') {
      await world.deliver(create);
      await world.run(() => world.deployments.length === 1);
    } else {
      physicalId = await created();
      world.bedrock.controlPlane.perform('UpdateCustomModelDeployment', {
        customModelDeploymentIdentifier: physicalId,
        modelArn: model2,
      });
    }
    expect(await world.finish(request('Delete', { properties: asked(), physicalId }))).toMatchObject({
      Status: 'SUCCESS',
    });
    expect(world.bedrock.calls.map(({ outcome }) => outcome)).toContain('ConflictException');
    expect(world.deployments).toEqual([]);
  });

  test('waits through Deleting', async () => {
    reopen({ durations: { deploymentDelete: 600_000 } });
    const physicalId = await created();
    const began = world.now;
    expect(await world.finish(request('Delete', { properties: asked(), physicalId }))).toMatchObject({
      Status: 'SUCCESS',
    });
    expect(world.now - began).toBeGreaterThanOrEqual(600_000);
    expect(world.performed('DeleteCustomModelDeployment')).toBe(1);
  });

  test('that conflicts to the end fails, naming what was seen', async () => {
    const physicalId = await created();
    world.bedrock.faults.on((called) =>
      called === 'DeleteCustomModelDeployment'
        ? { kind: 'error', name: 'ConflictException', message: 'The deployment is in use' }
        : undefined,
    );
    expect(await world.finish(request('Delete', { properties: asked(), physicalId }))).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining('ConflictException: The deployment is in use'),
    });
  });

  test('a status never seen before is waited for, and named when it does not pass', async () => {
    const physicalId = await created();
    setDeployment({ status: 'Paused' });
    const answer = await world.finish(
      request('Update', { properties: asked({ ModelArn: model2 }), old: asked(), physicalId }),
    );
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('Paused') });
  });
});

test.each([5, 30, 55])(
  'H17: Get does not find the deployment for %d s after Create: it is neither made twice nor given up',
  async (seconds) => {
    reopen({ durations: { visibility: seconds * 1000 } });
    await created();
    expect(world.bedrock.calls.filter(({ operation }) => operation === 'CreateCustomModelDeployment')).toHaveLength(1);
  },
);

test('H18: the deadline passes: FAILED two minutes before CloudFormation gives up, saying what was awaited and for how long', async () => {
  reopen({ durations: { deploymentCreate: 10_000_000 } });
  const began = world.now;
  const answer = await world.finish(request('Create', { properties: asked() }));
  expect(answer).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringMatching(
      /out of time: after 58 min( \d s)? still waiting for arn:.* to become Active; it is Creating/,
    ),
  });
  expect(world.now - began).toBeLessThanOrEqual(3500_000);
});

test('H18: the time runs from when CloudFormation asked, not from when Lambda was told', async () => {
  reopen({ durations: { deploymentCreate: 10_000_000 } });
  const began = world.now;
  await world.pass(600_000);
  await world.finish(
    request('Create', {
      properties: asked(),
      responseUrl:
        'https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com/answer?X-Amz-Date=20261121T120000Z',
    }),
  );
  expect(world.now - began).toBeLessThanOrEqual(3500_000);
});

test('H19: a failure message of 2 KB and the longest of names fit the answer', async () => {
  world.bedrock.controlPlane.setModel(undeployable, { deploymentFailure: 'é'.repeat(2048) });
  const answer = await world.finish(
    request('Create', { properties: asked({ ModelArn: undeployable, DeploymentName: 'n'.repeat(63) }) }),
  );
  expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThanOrEqual(4096);
  expect(answer.Reason).toMatch(/the deployment became Failed: é+ … .*execution/);
});

describe('H20: the PUT of the answer fails', () => {
  test('and is tried again until it gets through', async () => {
    world.answersToLose = 4;
    await created();
  });

  test('for an answer that needs no execution as well', async () => {
    world.answersToLose = 3;
    expect(await world.finish(request('Create', { properties: asked({ ModelArn: 'nonsense' }) }))).toMatchObject({
      Status: 'FAILED',
    });
  });

  test('for good: the execution ends, and CloudFormation’s own timeout is the last word', async () => {
    world.answersToLose = 1000;
    await world.deliver(request('Create', { properties: asked() }));
    await world.run();
    expect(world.answers).toEqual([]);
    expect(world.isRunning).toBe(false);
  });
});

describe('H24: no permission', () => {
  test.each(['GetCustomModel', 'GetCustomModelDeployment', 'ListTagsForResource'] as const)(
    'for %s is a clear error, not a hang',
    async (operation) => {
      const physicalId = await created();
      world.bedrock.faults.on((called) =>
        called === operation
          ? { kind: 'error', name: 'AccessDeniedException', message: `not authorized to perform: bedrock:${operation}` }
          : undefined,
      );
      const began = world.now;
      expect(
        await world.finish(request('Update', { properties: asked({ ModelArn: model2 }), old: asked(), physicalId })),
      ).toMatchObject({
        Status: 'FAILED',
        Reason: expect.stringContaining(
          `${operation}: AccessDeniedException: not authorized to perform: bedrock:${operation}`,
        ),
      });
      expect(world.now - began).toBeLessThan(240_000);
    },
  );
});

describe('H25: the reply is lost and the SDK’s own retry is refused', () => {
  test.each(['ValidationException', 'ConflictException'])(
    'Create: the name is taken (%s), by our own deployment',
    async (name) => {
      reopen({ maxAttempts: 3 });
      world.bedrock.faults.next('CreateCustomModelDeployment', { kind: 'lostReply' });
      world.bedrock.faults.next('CreateCustomModelDeployment', { kind: 'error', name, message: 'name taken' });
      await created();
      expect(world.deployments).toHaveLength(1);
    },
  );

  test('Create: and the deployment stays invisible for half a minute', async () => {
    reopen({ maxAttempts: 3, durations: { visibility: 30_000 } });
    world.bedrock.faults.next('CreateCustomModelDeployment', { kind: 'lostReply' });
    world.bedrock.faults.next(
      'CreateCustomModelDeployment',
      { kind: 'error', name: 'ValidationException', message: 'name taken' },
      5,
    );
    await created();
    expect(world.deployments).toHaveLength(1);
  });

  test('Update: another update is in progress, and it is ours', async () => {
    reopen({ maxAttempts: 3 });
    const physicalId = await created();
    world.bedrock.faults.next('UpdateCustomModelDeployment', { kind: 'lostReply' });
    expect(
      await world.finish(request('Update', { properties: asked({ ModelArn: model2 }), old: asked(), physicalId })),
    ).toMatchObject({ Status: 'SUCCESS', Data: { ModelArn: model2 } });
    expect(world.bedrock.calls.map(({ outcome }) => outcome)).toContain('ValidationException');
    expect(world.performed('UpdateCustomModelDeployment')).toBe(1);
  });

  test('Update: for the second time, and reads do not show it yet: it is ours all the same', async () => {
    reopen({ maxAttempts: 3, behaviour: { staleUpdateReads: 30_000 } });
    const physicalId = await created();
    world.bedrock.faults.next('UpdateCustomModelDeployment', {
      kind: 'error',
      name: 'ValidationException',
      message: 'an older update is in progress',
    });
    world.bedrock.faults.next('UpdateCustomModelDeployment', { kind: 'errorAfter', name: 'InternalServerException' });
    expect(
      await world.finish(request('Update', { properties: asked({ ModelArn: model2 }), old: asked(), physicalId })),
    ).toMatchObject({ Status: 'SUCCESS', Data: { ModelArn: model2 } });
    expect(world.performed('UpdateCustomModelDeployment')).toBe(1);
  });

  test('a refusal that nothing explains fails the request a minute after the second', async () => {
    world.bedrock.faults.on((called) =>
      called === 'CreateCustomModelDeployment'
        ? { kind: 'error', name: 'ValidationException', message: 'this model is not supported' }
        : undefined,
    );
    const began = world.now;
    expect(await world.finish(request('Create', { properties: asked() }))).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining('ValidationException: this model is not supported'),
    });
    expect(world.bedrock.calls.filter(({ operation }) => operation === 'CreateCustomModelDeployment')).toHaveLength(2);
    expect(world.now - began).toBeLessThan(125_000);
  });
});

describe('H26: a replacing change while the name is fixed', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['of the description', { Description: 'new' }, 'IN_PLACE'],
    ['of the model under REPLACE', { ModelArn: 'model2' }, 'REPLACE'],
  ])(
    '%s is refused before anything is touched, and CloudFormation’s rollback succeeds',
    async (_, change, ModelUpdate) => {
      const before = asked({ DeploymentName: 'mine', Description: 'old', ModelUpdate });
      const after = { ...before, ...change, ...('ModelArn' in change ? { ModelArn: model2 } : {}) };
      const physicalId = await created(before);
      const there = JSON.stringify(world.deployments);
      const refused = await world.finish(request('Update', { properties: after, old: before, physicalId }));
      expect(refused).toMatchObject({
        Status: 'FAILED',
        PhysicalResourceId: 'mine',
        Reason: expect.stringContaining('deploymentName is fixed to mine'),
      });
      expect(await world.finish(request('Update', { properties: before, old: after, physicalId }))).toMatchObject({
        Status: 'SUCCESS',
        PhysicalResourceId: 'mine',
      });
      expect(JSON.stringify(world.deployments)).toBe(there);
      expect(world.performed('UpdateCustomModelDeployment')).toBe(0);
    },
  );
});

test('quota: what cannot be begun yet is waited for', async () => {
  reopen({ behaviour: { maxInProgressDeployments: 1 } });
  const first = request('Create', { properties: asked(), logicalId: 'First' });
  const second = request('Create', { properties: asked(), logicalId: 'Second' });
  await world.deliver(first);
  await world.deliver(second);
  await world.run();
  expect([world.answerTo(first).Status, world.answerTo(second).Status]).toEqual(['SUCCESS', 'SUCCESS']);
  expect(world.bedrock.calls.map(({ outcome }) => outcome)).toContain('ServiceQuotaExceededException');
});

test('a handler that cannot be run at all is answered for: the user learns why', async () => {
  world.die('before', 'GetCustomModelDeployment', Infinity);
  const answer = await world.finish(request('Create', { properties: asked() }));
  expect(answer).toMatchObject({
    Status: 'FAILED',
    PhysicalResourceId: expect.stringMatching(/^failed-create:.*:fraud-Deployment-\w+:gone$/),
    Reason: expect.stringContaining('the handler could not be run: Killed'),
  });
});
