import { LOGICAL_ID_TAG, STACK_ID_TAG } from '../../lib/private/contract';
import { DeployScenario, FAILURE } from '../../local/demo/deploy-scenario';
import { EmulatedCloud } from '../../local/demo/emulated-cloud';
import type { CdkRunResult } from '../../local/demo/inventory';
import { searchLogs } from '../../local/demo/log-search';
import { Processes } from '../../local/demo/processes';
import { Terminal } from '../../local/demo/terminal';

jest.setTimeout(1_800_000);

/**
 * The real CDK CLI on the reference app, from bootstrap to destroy: each test goes on where the one before it ended.
 */
describe('cdk deploy', () => {
  const processes = new Processes();
  let cloud: EmulatedCloud;
  let acts: DeployScenario;
  let first: CdkRunResult;

  beforeAll(async () => {
    cloud = await EmulatedCloud.start(processes, new Terminal());
    acts = new DeployScenario(cloud);
  });

  afterAll(async () => {
    await cloud.stop();
    await processes.stop();
  });

  test('bootstraps the account', async () => {
    expect((await acts.bootstrap()).exitCode).toBe(0);
  });

  test('creates a deployment, and is done when that is Active', async () => {
    first = await acts.deployFirst();

    expect(first.exitCode).toBe(0);
    expect(first.deployments).toEqual([expect.objectContaining({ status: 'Active', modelArn: acts.firstModel })]);
    expect(first.deployments[0]?.tags.map(({ key }) => key)).toEqual(
      expect.arrayContaining([STACK_ID_TAG, LOGICAL_ID_TAG]),
    );
    expect(first.output).toContain(first.deployments[0]?.arn);
  });

  test('moves the deployment to another model under the same ARN', async () => {
    const second = await acts.deploySecond();

    expect(second.exitCode).toBe(0);
    expect(second.deployments).toEqual([
      expect.objectContaining({
        arn: first.deployments[0]?.arn,
        status: 'Active',
        modelArn: acts.secondModel,
      }),
    ]);
    expect(performed('CreateCustomModelDeployment')).toBe(1);
    expect(performed('UpdateCustomModelDeployment')).toBe(1);
  });

  test("H7: fails with Bedrock's own message when a model cannot be deployed, and leaves nothing of it", async () => {
    const failing = await acts.deployFailing();

    expect(failing.exitCode).not.toBe(0);
    expect(failing.output).toContain(FAILURE);
    expect(failing.deployments.map(({ arn }) => arn)).toEqual([first.deployments[0]?.arn]);
    expect((await acts.destroyFailing()).exitCode).toBe(0);
  });

  test('destroys all that it made', async () => {
    const destroyed = await acts.destroy();

    expect(destroyed.exitCode).toBe(0);
    expect(destroyed.deployments).toEqual([]);
    expect(destroyed.stacks).toEqual([]);
  });

  test('has logged no ResponseURL and no signature', async () => {
    const found = searchLogs(await cloud.evidence());

    expect(found.leaks).toEqual([]);
    expect(found.urlsInInputs).toBeGreaterThan(0); // the search does find them where they have to be
    expect(found.functionLines).toBeGreaterThan(0);
    expect(found.historyEvents).toBeGreaterThan(0);
  });

  function performed(operation: string): number {
    return cloud.bedrock.calls.filter((call) => call.operation === operation && call.performed).length;
  }
});
