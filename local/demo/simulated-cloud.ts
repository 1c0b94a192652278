import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { SimulatedAws } from '../aws-simulator/simulated-aws';
import type { LocalBedrock } from '../fake-bedrock/server';
import { CdkCli } from './cdk';
import type { Cloud } from './cloud';
import { ACCOUNT, NOWHERE, REGION, towardsBedrock } from './environment';
import { asksForExecutionData, type Evidence } from './log-search';
import type { Processes } from './processes';
import { runDirectory } from './run-directory';
import { SimulatedCdk } from './simulated-cdk';
import type { Terminal } from './terminal';

const MINUTE = 60_000;
/** AWS publishes no figures. Nobody waits for these. */
const DURATIONS = {
  modelCreate: 18 * MINUTE,
  deploymentCreate: 14 * MINUTE,
  deploymentUpdate: 11 * MINUTE,
  deploymentDelete: MINUTE,
};

/**
 * CloudFormation, Lambda and Step Functions simulated in this process, on virtual time, and beside them the same
 * Bedrock: it needs Node alone.
 */
export class SimulatedCloud implements Cloud {
  readonly bedrock: LocalBedrock;
  readonly alarms: Cloud['alarms'];
  readonly facts: Cloud['facts'];
  readonly settings: Cloud['settings'];

  private constructor(
    private readonly processes: Processes,
    private readonly terminal: Terminal,
    private readonly aws: SimulatedAws,
    readonly cdk: SimulatedCdk,
    readonly directory: string,
    private readonly assembly: string,
  ) {
    this.bedrock = aws.bedrock;
    this.alarms = aws.alarms;
    this.facts = {
      'CloudFormation, Lambda, Step Functions': 'simulated in this process, on virtual time',
      'Bedrock control plane': `${aws.bedrock.endpoint}, on the same time`,
    };
    this.settings = towardsBedrock(aws.bedrock.endpoint);
  }

  static async start(processes: Processes, terminal: Terminal): Promise<SimulatedCloud> {
    const directory = runDirectory();
    const assembly = mkdtempSync(join(directory, 'cdk.out-'));
    const aws = await SimulatedAws.open({
      assembly,
      accountId: ACCOUNT,
      region: REGION,
      bedrock: { durations: DURATIONS },
    });
    const cli = new CdkCli(processes, terminal, assembly, NOWHERE);
    return new SimulatedCloud(processes, terminal, aws, new SimulatedCdk(aws, cli, terminal), directory, assembly);
  }

  stacks(): Promise<string[]> {
    return Promise.resolve(this.cdk.stacks);
  }

  evidence(): Promise<Evidence> {
    return Promise.resolve({
      responseUrls: this.aws.responseUrls,
      logLines: this.aws.logLines,
      inputs: this.aws.account.executionInputs,
      includeExecutionData: asksForExecutionData(this.assembly),
    });
  }

  simulator(): Promise<Cloud> {
    return SimulatedCloud.start(this.processes, this.terminal);
  }

  stop(): Promise<void> {
    return this.aws.close();
  }
}
