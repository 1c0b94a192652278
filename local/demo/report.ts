import { Problem } from '../problem';
import type { Cloud } from './cloud';
import type { CdkRunResult, DescribedDeployment } from './inventory';
import { type LogSearch, searchLogs } from './log-search';
import type { Terminal } from './terminal';

/** What a tour tells of what it finds. It fails the tour when what is announced does not hold. */
export class TourReport {
  constructor(
    private readonly cloud: Cloud,
    readonly terminal: Terminal,
  ) {}

  check(holds: boolean, statement: string): void {
    if (!holds) {
      throw new Problem(`This check failed: ${statement}`);
    }
    this.terminal.holds(statement);
  }

  /** Asked of Bedrock with the AWS SDK, and shown. */
  onlyDeployment(outcome: CdkRunResult): DescribedDeployment {
    const deployment = only(outcome);
    this.terminal.line();
    this.terminal.line('What Bedrock returns to the AWS SDK (GetCustomModelDeployment, ListTagsForResource):');
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

  async searchLogs(): Promise<void> {
    const found = searchLogs(await this.cloud.evidence());
    this.terminal.facts({
      'ResponseURLs of this run': `${found.responseUrls}, each searched for by its path, its token and its signature`,
      'Log of the functions': `${found.logLines} lines, ${found.functionLines} of them from the functions themselves`,
      'Log of the state machines': stateMachineLog(found),
      'Input of the executions': `${found.urlsInInputs} of the ${found.responseUrls} ResponseURLs found; the state machine needs them there`,
    });
    const searched = Math.min(
      found.responseUrls,
      found.functionLines,
      found.historyEvents ?? Infinity,
      found.urlsInInputs,
    );
    this.check(searched > 0, 'There were ResponseURLs to search for, and logs to search');
    this.check(
      found.leaks.length === 0,
      `The logs contain no ResponseURL and no signature${found.leaks.map((line) => `\n    ${line.slice(0, 200)}`).join('')}`,
    );
  }
}

export function only({ deployments }: CdkRunResult): DescribedDeployment {
  const [deployment] = deployments;
  if (deployment === undefined || deployments.length > 1) {
    throw new Problem(`Bedrock should have one deployment, but it has ${deployments.length}.`);
  }
  return deployment;
}

/** Neither MiniStack nor the simulator writes one. */
function stateMachineLog({ historyEvents, executions, includeExecutionData }: LogSearch): string {
  const data = `${includeExecutionData ? 'with' : 'without'} their data, as the template says`;
  return historyEvents === undefined
    ? `none is written here; it would cover ${executions} executions, ${data}`
    : `none is written here; it would have ${historyEvents} events of ${executions} executions, ${data}`;
}
