import { EmulatedCloud } from '../../local/demo/emulated-cloud';
import { searchLogs } from '../../local/demo/log-search';
import { Processes } from '../../local/demo/processes';
import { type RolloutResult, RolloutScenario } from '../../local/demo/rollout-scenario';
import { Terminal } from '../../local/demo/terminal';

jest.setTimeout(1_800_000);

/**
 * The real CDK CLI on the reference app with a model that the stack makes itself: each test goes on where the one
 * before it ended.
 */
describe('cdk deploy, when the source of the model changes', () => {
  const processes = new Processes();
  let cloud: EmulatedCloud;
  let acts: RolloutScenario;
  let first: RolloutResult;
  let second: RolloutResult;
  let third: RolloutResult;

  beforeAll(async () => {
    cloud = await EmulatedCloud.start(processes, new Terminal());
    acts = new RolloutScenario(cloud);
  });

  afterAll(async () => {
    await cloud.stop();
    await processes.stop();
  });

  test('at first, makes the model and deploys it', async () => {
    expect((await acts.bootstrap()).exitCode).toBe(0);
    first = await acts.deploy();

    expect(first.exitCode).toBe(0);
    expect(served(first)).toMatchObject({ name: first.models[0]?.name, status: 'Active' });
    expect(sources(first)).toEqual(['fraud/1']);
  });

  test('DESTROY: the same deployment serves a new model, and the old one is gone', async () => {
    second = await acts.rollOut();

    expect(second.exitCode).toBe(0);
    expect(deploymentArns(second)).toEqual(deploymentArns(first));
    expect(sources(second)).toEqual(['fraud/2']);
    expect(served(second)).toEqual(second.models[0]);
    expect(second.changes).toEqual(['CreateCustomModel', 'UpdateCustomModelDeployment', 'DeleteCustomModel']);
  });

  test('RETAIN: the same deployment serves a new model, and the old one is kept', async () => {
    third = await acts.rollOutRetaining();

    expect(third.exitCode).toBe(0);
    expect(deploymentArns(third)).toEqual(deploymentArns(first));
    expect(sources(third)).toEqual(['fraud/2', 'fraud/3']);
    expect(served(third)).toEqual(third.models[1]);
    expect(third.changes).toEqual(['CreateCustomModel', 'UpdateCustomModelDeployment']);
  });

  test('fails when the new model cannot be served: the old one serves again, and the new one is gone', async () => {
    const failing = await acts.rollOutFailing();

    expect(failing.exitCode).not.toBe(0);
    expect(failing.output).toMatch(/the update to arn:\S+:custom-model\/imported\/\w+ failed/);
    expect(failing.deployments).toEqual([expect.objectContaining({ arn: deploymentArns(first)[0], status: 'Active' })]);
    expect(served(failing)).toEqual(served(third));
    expect(failing.models).toEqual(third.models);
    expect(failing.changes).toEqual(['CreateCustomModel', 'UpdateCustomModelDeployment', 'DeleteCustomModel']);
  });

  test('destroys all but the models that were to be retained', async () => {
    const destroyed = await acts.destroy();

    expect(destroyed.exitCode).toBe(0);
    expect(destroyed.stacks).toEqual([]);
    expect(destroyed.deployments).toEqual([]);
    expect(destroyed.models).toEqual(third.models);
    expect(await acts.removeModels(destroyed.models)).toEqual([]);
  });

  test('has logged no ResponseURL and no signature', async () => {
    const found = searchLogs(await cloud.evidence());

    expect(found.leaks).toEqual([]);
    expect(found.urlsInInputs).toBeGreaterThan(0); // the search does find them where they have to be
    expect(found.functionLines).toBeGreaterThan(0);
    expect(found.historyEvents).toBeGreaterThan(0);
  });

  /** What the models that there are were made of. */
  function sources({ models }: RolloutResult): string[] {
    return models.map(({ name }) => acts.packageOf(name));
  }
});

function deploymentArns({ deployments }: RolloutResult): string[] {
  return deployments.map(({ arn }) => arn);
}

/** The model that the only deployment serves. */
function served({ deployments: [deployment], models }: RolloutResult): RolloutResult['models'][number] | undefined {
  return models.find(({ arn }) => arn === deployment?.modelArn);
}
