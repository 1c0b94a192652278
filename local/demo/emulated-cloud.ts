import { join } from 'node:path';
import { CloudFormationClient, ListStacksCommand } from '@aws-sdk/client-cloudformation';
import { LocalBedrock } from '../fake-bedrock/server';
import { CdkCli } from './cdk';
import type { Cloud } from './cloud';
import { EmulatedAlarms } from './emulated-alarms';
import { ACCOUNT, CREDENTIALS, REGION, towards, towardsBedrock } from './environment';
import type { Evidence } from './log-search';
import { MiniStack } from './ministack';
import { evidenceIn } from './ministack-evidence';
import type { Processes } from './processes';
import { findPython } from './python';
import { LOCAL_DIRECTORY, runDirectory } from './run-directory';
import { SimulatedCloud } from './simulated-cloud';
import type { Terminal } from './terminal';
import { VirtualEnvironment } from './virtual-environment';

/** How long Bedrock takes here for what takes it minutes. */
const DURATIONS = { modelCreate: 1500, deploymentCreate: 3000, deploymentUpdate: 3000, deploymentDelete: 1000 };

/** MiniStack, and beside it the Bedrock control plane that it lacks: the real CDK CLI deploys to it. */
export class EmulatedCloud implements Cloud {
  readonly alarms: EmulatedAlarms;
  readonly facts: Cloud['facts'];
  readonly settings: Cloud['settings'];

  private constructor(
    private readonly processes: Processes,
    private readonly terminal: Terminal,
    readonly bedrock: LocalBedrock,
    private readonly miniStack: MiniStack,
    readonly cdk: CdkCli,
    readonly directory: string,
  ) {
    this.alarms = new EmulatedAlarms(miniStack.endpoint, bedrock.controlPlane);
    this.facts = {
      'AWS (MiniStack)': miniStack.endpoint,
      'Bedrock control plane': bedrock.endpoint,
      'Added to MiniStack': 'calls of its Step Functions to DescribeStacks, Converse and InvokeModel, which gates need',
    };
    this.settings = { ...towards(miniStack.endpoint), ...towardsBedrock(bedrock.endpoint) };
  }

  /**
   * Installs MiniStack when it is not there yet; says so, since that takes a while.
   * @throws Problem when it cannot be had
   */
  static async start(processes: Processes, terminal: Terminal): Promise<EmulatedCloud> {
    // though MiniStack may be installed: what is on the PATH decides, not what an earlier run has left
    findPython(process.env);
    const virtualEnvironment = new VirtualEnvironment(
      join(LOCAL_DIRECTORY, 'venv'),
      join(__dirname, 'requirements.txt'),
    );
    if (!virtualEnvironment.isReady()) {
      terminal.line('Installing MiniStack, the AWS emulator, into .local/venv (once) ...');
      await virtualEnvironment.install(processes, process.env);
    }
    const directory = runDirectory();
    const bedrock = await LocalBedrock.start({ accountId: ACCOUNT, region: REGION, durations: DURATIONS });
    try {
      const miniStack = await MiniStack.start({
        processes,
        python: virtualEnvironment.python,
        directory,
        environment: towardsBedrock(bedrock.endpoint),
      });
      const cdk = new CdkCli(processes, terminal, join(directory, 'cdk.out'), towards(miniStack.endpoint));
      return new EmulatedCloud(processes, terminal, bedrock, miniStack, cdk, directory);
    } catch (error) {
      await bedrock.stop();
      throw error;
    }
  }

  async stacks(): Promise<string[]> {
    const client = new CloudFormationClient({
      endpoint: this.miniStack.endpoint,
      region: REGION,
      credentials: CREDENTIALS,
    });
    const { StackSummaries = [] } = await client.send(new ListStacksCommand({}));
    return StackSummaries.filter(
      ({ StackName, StackStatus }) => StackStatus !== 'DELETE_COMPLETE' && StackName !== 'CDKToolkit',
    ).map(({ StackName, StackStatus }) => `${StackName ?? '?'} ${StackStatus ?? '?'}`);
  }

  evidence(): Promise<Evidence> {
    return evidenceIn(this.miniStack, this.cdk.outputDirectory);
  }

  simulator(): Promise<Cloud> {
    return SimulatedCloud.start(this.processes, this.terminal);
  }

  async stop(): Promise<void> {
    await this.alarms.stop();
    await Promise.all([this.miniStack.stop(), this.bedrock.stop()]);
  }
}
