import type { StackStatus, TemplateResources } from '../../../local/aws-simulator/cloudformation';
import { CONFLICT } from '../../../local/fake-bedrock/refusal';
import { Environment, type EnvironmentOptions } from '../../../simulation/environment';
import { providerSubject } from '../../../simulation/subjects/provider/subject';
import { STATE_MACHINE_ARN } from '../../../simulation/workload/templates';

/**
 * Without faults the hand-written handler works as well as the library's, so that the comparison under faults is fair.
 */

const PACKAGE = 'arn:aws:sagemaker:us-east-1:000000000000:model-package/fraud/';
const UNDEPLOYABLE = `${PACKAGE}5`;
const FAILURE = 'Full-rank models cannot be served on demand.';
const common = { StateMachineArn: STATE_MACHINE_ARN, Timeout: 3480, ServiceTimeout: 3600 };

let environment: Environment;
let stack: ReturnType<Environment['cloudFormation']['stack']>;
let first: string;
let second: string;
let fullRank: string;

/** Refusals as AWS documents them: the author of a hand-written handler knows no others. */
const DOCUMENTED = { deleteWhileCreating: CONFLICT, deleteWhileUpdating: CONFLICT } as const;

async function start({ behaviour = {}, durations = {} }: Partial<EnvironmentOptions> = {}): Promise<void> {
  environment = new Environment({
    seed: 1,
    behaviour: { ...DOCUMENTED, ...behaviour },
    durations: { deploymentCreate: 600_000, deploymentUpdate: 600_000, modelCreate: 600_000, ...durations },
  });
  await environment.start(providerSubject);
  const { controlPlane } = environment;
  first = controlPlane.addModel({ name: 'first' });
  second = controlPlane.addModel({ name: 'second' });
  fullRank = controlPlane.addModel({ name: 'full-rank', deploymentFailure: FAILURE });
  controlPlane.sourceFailures.set(UNDEPLOYABLE, { deploymentFailure: FAILURE });
  stack = environment.cloudFormation.stack('Stack');
}
beforeEach(() => start());
afterEach(() => environment.close());

function deployment(ModelArn: unknown, more: object = {}): TemplateResources {
  return {
    Deployment: {
      Type: 'Custom::BedrockCustomModelDeployment',
      Properties: { ...common, ModelArn, ModelUpdate: 'IN_PLACE', ...more },
    },
  };
}

function rollout(ModelPackageArn: string): TemplateResources {
  const Model = { Type: 'Custom::BedrockCustomModel', Properties: { ...common, ModelPackageArn } };
  return { Model, ...deployment({ 'Fn::GetAtt': ['Model', 'Arn'] }) };
}

const create = (template: TemplateResources): Promise<StackStatus> => environment.time.until(stack.create(template));
const update = (template: TemplateResources): Promise<StackStatus> => environment.time.until(stack.update(template));
const remove = (): Promise<StackStatus> => environment.time.until(stack.delete());
const there = (): unknown[][] =>
  environment.controlPlane.deployments().map(({ status, modelArn, description }) => [status, modelArn, description]);
const models = (): string[] =>
  environment.controlPlane
    .models()
    .filter(({ arn }) => arn.includes('imported'))
    .map(({ status }) => status);
function only(): ReturnType<Environment['controlPlane']['deployments']>[number] {
  const [one] = environment.controlPlane.deployments();
  if (one === undefined) {
    throw new Error('there is no deployment');
  }
  return one;
}
const inAMinute = (act: () => void): void => {
  environment.time.at(environment.time.now() + 60_000, act);
};

describe('create', () => {
  test('is answered when the deployment is Active', async () => {
    expect(await create(deployment(first, { Description: 'for fraud', Tags: { team: 'fraud' } }))).toBe(
      'CREATE_COMPLETE',
    );

    expect(there()).toEqual([['Active', first, 'for fraud']]);
    expect(only().tags).toMatchObject({ 'team': 'fraud', 'cdk-bedrock-custom-models:logical-id': 'Deployment' });
    expect(stack.attributes('Deployment')).toEqual({
      Arn: only().arn,
      Name: only().name,
      ModelArn: first,
      Status: 'Active',
    });
  });

  test('that fails is rolled back with its reason, and leaves nothing', async () => {
    expect(await create(deployment(fullRank))).toBe('ROLLBACK_COMPLETE');
    expect(stack.reasons).toEqual([expect.stringContaining(FAILURE)]);
    expect(there()).toEqual([]);
  });

  test('under a name that is taken is refused, and leaves alone whose it is', async () => {
    environment.controlPlane.perform('CreateCustomModelDeployment', { modelDeploymentName: 'theirs', modelArn: first });

    expect(await create(deployment(second, { DeploymentName: 'theirs' }))).toBe('ROLLBACK_COMPLETE');
    expect(stack.reasons).toEqual([expect.stringContaining('already exists')]);
    expect(there()).toEqual([['Creating', first, undefined]]);
  });

  test('waits for a place among the deployments in progress', async () => {
    for (const modelDeploymentName of ['one', 'other']) {
      environment.controlPlane.perform('CreateCustomModelDeployment', { modelDeploymentName, modelArn: first });
    }
    expect(await create(deployment(second))).toBe('CREATE_COMPLETE');
  });

  test('and what is seen late', async () => {
    await environment.close();
    await start({ durations: { visibility: 15_000, deploymentCreate: 1000 } });

    expect(await create(deployment(first))).toBe('CREATE_COMPLETE');
    expect(there()).toHaveLength(1);
  });
});

describe('update', () => {
  beforeEach(async () => {
    await create(deployment(first, { Tags: { team: 'fraud', tier: '1' } }));
  });

  test('to another model is done in place', async () => {
    const { arn } = only();

    expect(await update(deployment(second))).toBe('UPDATE_COMPLETE');
    expect(there()).toEqual([['Active', second, undefined]]);
    expect(only().arn).toBe(arn);
  });

  test('of tags leaves those of externalActors', async () => {
    environment.controlPlane.perform('TagResource', {
      resourceARN: only().arn,
      tags: [{ key: 'theirs', value: 'too' }],
    });

    expect(await update(deployment(first, { Tags: { team: 'credit' } }))).toBe('UPDATE_COMPLETE');
    expect(only().tags).toMatchObject({ team: 'credit', theirs: 'too' });
    expect(only().tags).not.toHaveProperty('tier');
  });

  test('that fails is rolled back to the model before, with its reason', async () => {
    expect(await update(deployment(fullRank))).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(stack.reasons).toEqual([expect.stringContaining(`could not be updated to ${fullRank}`)]);
    expect(there()).toEqual([['Active', first, undefined]]);
  });

  test('that is cancelled is waited out, and gone back from', async () => {
    inAMinute(() => {
      stack.cancelOperation();
    });

    expect(await update(deployment(second))).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(there()).toEqual([['Active', first, undefined]]);
  });

  test.each([
    ['another description', (): TemplateResources => deployment(first, { Description: 'new' })],
    ['another name', (): TemplateResources => deployment(first, { DeploymentName: 'mine' })],
    ['another model with REPLACE', (): TemplateResources => deployment(second, { ModelUpdate: 'REPLACE' })],
  ])('replaces for %s, and rolls back to what was there if that fails', async (_, template) => {
    const before = only();
    const [Other] = Object.values(deployment(fullRank));
    expect(
      await update({
        ...template(),
        Other: { ...Other, Type: 'Custom::BedrockCustomModelDeployment', DependsOn: 'Deployment' },
      }),
    ).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(environment.controlPlane.deployments().map(({ arn }) => arn)).toEqual([before.arn]);

    expect(await update(template())).toBe('UPDATE_COMPLETE');
    expect(environment.controlPlane.deployments()).toHaveLength(1);
    expect(only().arn).not.toBe(before.arn);
  });

  test('H26 of the description under a fixed name is refused, and its rollback goes through', async () => {
    await update(deployment(first, { DeploymentName: 'mine' }));

    expect(await update(deployment(first, { DeploymentName: 'mine', Description: 'new' }))).toBe(
      'UPDATE_ROLLBACK_COMPLETE',
    );
    expect(stack.reasons).toEqual([expect.stringContaining('give it another deploymentName')]);
    expect(there()).toEqual([['Active', first, undefined]]);
  });

  test('of what was deleted by hand makes it again', async () => {
    environment.controlPlane.perform('DeleteCustomModelDeployment', { customModelDeploymentIdentifier: only().arn });
    await environment.time.until(environment.time.sleep(60_000));

    expect(await update(deployment(second))).toBe('UPDATE_COMPLETE');
    expect(there()).toEqual([['Active', second, undefined]]);
  });

  test('of what has become Failed makes it again, under its name', async () => {
    const { arn, name } = only();
    environment.controlPlane.setDeployment(arn, { status: 'Failed', failureMessage: 'became unavailable' });

    expect(await update(deployment(second))).toBe('UPDATE_COMPLETE');
    expect(there()).toEqual([['Active', second, undefined]]);
    expect(only().name).toBe(name);
  });
});

describe('models of the stack', () => {
  test('are made first, replaced with the deployment moving, and deleted last', async () => {
    expect(await create(rollout(`${PACKAGE}1`))).toBe('CREATE_COMPLETE');
    const { arn, modelArn } = only();

    expect(await update(rollout(`${PACKAGE}2`))).toBe('UPDATE_COMPLETE');
    expect(only().arn).toBe(arn);
    expect(only().modelArn).not.toBe(modelArn);
    expect(models()).toEqual(['Active']);

    expect(await remove()).toBe('DELETE_COMPLETE');
    expect([...there(), ...models()]).toEqual([]);
  });

  test('that cannot be deployed are taken back', async () => {
    await create(rollout(`${PACKAGE}1`));
    const { modelArn } = only();

    expect(await update(rollout(UNDEPLOYABLE))).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(there()).toEqual([['Active', modelArn, undefined]]);
    expect(models()).toEqual(['Active']);
  });
});

describe('delete', () => {
  test('waits for what is under way, and is done when it is not there', async () => {
    await create(deployment(first));
    const { arn } = only();
    environment.controlPlane.perform('UpdateCustomModelDeployment', {
      customModelDeploymentIdentifier: arn,
      modelArn: second,
    });

    expect(await remove()).toBe('DELETE_COMPLETE');
    expect(there()).toEqual([]);
  });

  test('of what was deleted by hand succeeds', async () => {
    await create(deployment(first));
    environment.controlPlane.perform('DeleteCustomModelDeployment', { customModelDeploymentIdentifier: only().arn });

    expect(await remove()).toBe('DELETE_COMPLETE');
  });
});

describe('the framework that runs is its own', () => {
  test('it answers with its own marker for a create that failed, and ignores the Delete that follows', async () => {
    const ids: unknown[] = [];
    const respond = environment.cloudFormation.respond.bind(environment.cloudFormation);
    jest.spyOn(environment.cloudFormation, 'respond').mockImplementation((url, body) => {
      ids.push((JSON.parse(body) as { PhysicalResourceId: string }).PhysicalResourceId);
      return respond(url, body);
    });
    await create(deployment('arn:aws:bedrock:us-east-1:000000000000:custom-model/imported/nosuchmodel0'));

    expect(ids).toEqual(Array(2).fill('AWSCDK::CustomResourceProviderFramework::CREATE_FAILED'));
  });

  test('a function that dies in isComplete fails the request at once', async () => {
    environment.beginOperation(1, [{ at: 3, to: 'call', what: { death: 'before' } }]);

    expect(await create(deployment(first))).toBe('ROLLBACK_COMPLETE');
    expect(stack.reasons).toEqual([expect.stringContaining('Runtime exited with error: signal: killed')]);
    expect(there()).toEqual([]);
  });

  test.each([
    ['throttled', { kind: 'error', name: 'ThrottlingException' }, 10],
    ['denied', { kind: 'error', name: 'AccessDeniedException' }, 1],
    ['left without a reply', { kind: 'lostReply' }, 10],
  ] as const)('a call that is %s does not', async (_, fault, tries) => {
    environment.beginOperation(
      1,
      [1, 3].map((at) => ({ at, to: 'call', what: { fault, tries: at === 1 ? 1 : tries } })),
    );

    expect(await create(deployment(first))).toBe('CREATE_COMPLETE');
    expect(there()).toHaveLength(1);
  });
});
