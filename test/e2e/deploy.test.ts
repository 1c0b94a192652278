import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { LOGICAL_ID_TAG, STACK_ID_TAG } from '../../lib/private/contract';
import { DeployScenario, FAILURE } from '../../local/demo/deploy-scenario';
import { EmulatedCloud } from '../../local/demo/emulated-cloud';
import { CREDENTIALS, REGION } from '../../local/demo/environment';
import { type GatesResult, GatesScenario } from '../../local/demo/gates-scenario';
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

  describe('with gates', () => {
    let gates: GatesScenario;
    let passed: GatesResult;

    test('is done when the deployment answers, the function says READY, and no alarm has gone off', async () => {
      gates = new GatesScenario(cloud);
      passed = await gates.deploy();

      expect(passed.exitCode).toBe(0);
      expect(passed.deployments).toEqual([expect.objectContaining({ status: 'Active', modelArn: gates.firstModel })]);
      expect(inWords(passed)).toEqual([
        'Converse: BedrockRuntime.ModelNotReadyException: The model is not ready for inference yet',
        'Converse: the deployment answers',
        'Function: READY',
        'Alarms: there is no such alarm yet',
      ]);
    });

    test('fails when an alarm goes off, and the old model serves again under the same ARN', async () => {
      const failing = await gates.rollOutFailing();

      expect(failing.exitCode).not.toBe(0);
      expect(failing.output).toMatch(/gate 3 of 3 \(help-desk-errors\)\s+did not pass:\s+the alarm help-desk-errors/);
      expect(failing.deployments).toEqual(passed.deployments);
      expect(inWords(failing).at(-1)).toBe('Alarms: help-desk-errors is in ALARM: The tour has set it off');
    });

    test('asks with InvokeModel as well: the emulator has what its Step Functions lacks', async () => {
      const [{ arn } = { arn: '' }] = passed.deployments;
      const body = { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] };

      await expect(invoked({ ModelId: arn, Body: body })).resolves.toMatchObject({
        status: 'SUCCEEDED',
        output: expect.stringContaining('The question was: Hello') as string,
      });
      await expect(invoked({ ModelId: arn, Body: {} })).resolves.toMatchObject({
        status: 'FAILED',
        error: 'Bedrock.ValidationException',
        cause: expect.stringMatching(/required key \[messages\].*Status Code: 400/) as string,
      });
    });

    /** What its checks came to, once where they came to the same in a row. */
    function inWords({ checks }: GatesResult): string[] {
      const all = checks.map(({ gate, outcome }) => `${gate}: ${outcome}`);
      return all.filter((one, index) => one !== all[index - 1]);
    }

    async function invoked(request: object): Promise<DescribeExecutionCommandOutput> {
      const client = new SFNClient({
        endpoint: cloud.settings['AWS_ENDPOINT_URL'] ?? '',
        region: REGION,
        credentials: CREDENTIALS,
      });
      const { stateMachineArn } = await client.send(
        new CreateStateMachineCommand({
          name: randomUUID(),
          roleArn: 'arn:aws:iam::111122223333:role/Invoke',
          definition: JSON.stringify({
            StartAt: 'Invoke',
            States: { Invoke: { Type: 'Task', Resource: 'arn:aws:states:::bedrock:invokeModel', End: true } },
          }),
        }),
      );
      const { executionArn } = await client.send(
        new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(request) }),
      );
      for (;;) {
        const execution = await client.send(new DescribeExecutionCommand({ executionArn }));
        if (execution.status !== 'RUNNING') {
          return execution;
        }
        await sleep(100);
      }
    }
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
