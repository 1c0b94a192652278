import { FAILING_STACK_NAME, FAILURE, STACK_NAME, type Acts, type Outcome } from './acts';
import type { LocalCloud } from './cloud';
import type { Deployment } from './inventory';
import { searchLogs } from './log-search';
import { Problem } from './problem';
import type { Terminal } from './terminal';

export interface Step {
  readonly heading: string;
  readonly run: () => Promise<void>;
}

/** The steps of the tour. Each one shows what it does, and fails the tour when what it announces does not hold. */
export class Steps {
  private deployed: Deployment | undefined;

  public constructor(private readonly cloud: LocalCloud, private readonly acts: Acts, private readonly terminal: Terminal) {}

  public get deploying(): readonly Step[] {
    return [
      { heading: 'Bootstrap the account, as for any CDK app', run: () => this.bootstrap() },
      { heading: 'Deploy: a stack with a deployment of a custom model', run: () => this.deployFirst() },
      { heading: 'Deploy again, with the second model', run: () => this.deploySecond() },
      { heading: 'Deploy a model that Bedrock cannot serve, in a stack of its own', run: () => this.deployFailing() },
    ];
  }

  public get destroying(): readonly Step[] {
    return [
      { heading: 'Destroy', run: () => this.destroy() },
      { heading: 'Search the logs for the ResponseURLs', run: () => this.searchLogs() },
    ];
  }

  private async bootstrap(): Promise<void> {
    const { exitCode } = await this.acts.bootstrap();
    this.check(exitCode === 0, 'cdk bootstrap succeeded');
  }

  private async deployFirst(): Promise<void> {
    const outcome = await this.acts.deployFirst();
    this.check(outcome.exitCode === 0, 'cdk deploy succeeded');
    this.deployed = this.onlyDeployment(outcome);
    this.check(this.deployed.status === 'Active', 'Bedrock says that the deployment is Active');
    this.check(this.deployed.modelArn === this.acts.firstModel, 'It serves the first model');
  }

  private async deploySecond(): Promise<void> {
    const outcome = await this.acts.deploySecond();
    this.check(outcome.exitCode === 0, 'cdk deploy succeeded');
    const deployment = this.onlyDeployment(outcome);
    this.check(deployment.arn === this.deployed?.arn, 'The ARN is the same: whoever calls the deployment notices nothing');
    this.check(deployment.status === 'Active' && deployment.modelArn === this.acts.secondModel, 'It serves the second model');
  }

  private async deployFailing(): Promise<void> {
    const outcome = await this.acts.deployFailing();
    this.terminal.line();
    this.check(outcome.exitCode !== 0, `cdk deploy failed, with exit code ${outcome.exitCode}`);
    this.check(outcome.output.includes(FAILURE), "Bedrock's own message is in what the user reads above:");
    this.terminal.line(`    ${FAILURE}`);
    this.check(isOnly(outcome.deployments, this.deployed), 'Bedrock has no deployment left of it; the first stack still has its own');
  }

  private async destroy(): Promise<void> {
    const failing = await this.acts.destroyFailing();
    this.check(failing.exitCode === 0, `${FAILING_STACK_NAME} is destroyed`);
    const outcome = await this.acts.destroy();
    this.check(outcome.exitCode === 0, `${STACK_NAME} is destroyed`);
    this.check(outcome.stacks.length === 0, 'CloudFormation has no stack left, but that of the bootstrap');
    this.check(outcome.deployments.length === 0, 'Bedrock has no deployment left');
  }

  private async searchLogs(): Promise<void> {
    const found = await searchLogs(this.cloud);
    this.terminal.facts({
      'ResponseURLs of this run': `${found.responseUrls}, each searched for by its path, its token and its signature`,
      'Log of the functions': `${found.logLines} lines in CloudWatch Logs, ${found.functionLines} of them written by the functions`,
      'Log of the state machines': `${found.historyEvents} events of ${found.executions} executions, ${found.includeExecutionData ? 'with' : 'without'} their data, as the template says`,
      'Input of the executions': `${found.urlsInInputs} of the ${found.responseUrls} ResponseURLs found, where they have to be`,
    });
    this.terminal.line('  (MiniStack writes no log for a state machine: the events are what Step Functions would write there.)');
    const searched = Math.min(found.responseUrls, found.logLines, found.historyEvents, found.urlsInInputs);
    this.check(searched > 0, 'There was something to search for, and something to search in');
    this.check(found.leaks.length === 0, `No ResponseURL and no signature is in the logs${found.leaks.map((line) => `\n    ${line.slice(0, 200)}`).join('')}`);
  }

  /** Asked of Bedrock with the AWS SDK, and shown. */
  private onlyDeployment({ deployments }: Outcome): Deployment {
    const [deployment] = deployments;
    if (deployment === undefined || deployments.length > 1) {
      throw new Problem(`Bedrock should have one deployment, and has ${deployments.length}.`);
    }
    this.terminal.line();
    this.terminal.line('Asked with the AWS SDK, Bedrock says (GetCustomModelDeployment, ListTagsForResource):');
    this.terminal.facts({
      'Status': deployment.status,
      'Name': deployment.name,
      'ARN': deployment.arn,
      'Model': deployment.modelArn,
      ...Object.fromEntries(deployment.tags.map(({ key, value }) => [`Tag ${key ?? ''}`, value ?? ''])),
    });
    this.terminal.line();
    return deployment;
  }

  private check(holds: boolean, statement: string): void {
    if (!holds) {
      throw new Problem(`This should hold and does not: ${statement}`);
    }
    this.terminal.holds(statement);
  }
}

function isOnly(deployments: readonly Deployment[], expected: Deployment | undefined): boolean {
  return deployments.length === 1 && deployments[0]?.arn === expected?.arn;
}
