import { type DeployScenario, FAILING_STACK_NAME, FAILURE, STACK_NAME } from './deploy-scenario';
import type { DescribedDeployment } from './inventory';
import type { TourReport } from './report';
import type { Tour, TourStep } from './tour';

/** The steps of the default tour: the life of a deployment. */
export class DeployTour implements Tour {
  private deployed: DescribedDeployment | undefined;

  constructor(
    private readonly acts: DeployScenario,
    private readonly report: TourReport,
  ) {}

  get deploying(): readonly TourStep[] {
    return [
      { heading: 'Bootstrap the account, as for any CDK app', run: () => this.bootstrap() },
      { heading: 'Deploy: a stack with a deployment of a custom model', run: () => this.deployFirst() },
      { heading: 'Deploy again, with the second model', run: () => this.deploySecond() },
      { heading: 'Deploy a model that Bedrock cannot serve, in a separate stack', run: () => this.deployFailing() },
    ];
  }

  get destroying(): readonly TourStep[] {
    return [
      { heading: 'Destroy', run: () => this.destroy() },
      { heading: 'Search the logs for the ResponseURLs', run: () => this.report.searchLogs() },
    ];
  }

  get toTry(): readonly string[] {
    return [`npx cdk deploy -c modelArn=${this.acts.firstModel}     (in this directory: back to the first model)`];
  }

  private async bootstrap(): Promise<void> {
    const { exitCode } = await this.acts.bootstrap();
    this.report.check(exitCode === 0, 'The account is ready for the CDK');
  }

  private async deployFirst(): Promise<void> {
    const outcome = await this.acts.deployFirst();
    this.report.check(outcome.exitCode === 0, 'The stack is deployed');
    this.deployed = this.report.onlyDeployment(outcome);
    this.report.check(this.deployed.status === 'Active', 'Bedrock says that the deployment is Active');
    this.report.check(this.deployed.modelArn === this.acts.firstModel, 'It serves the first model');
  }

  private async deploySecond(): Promise<void> {
    const outcome = await this.acts.deploySecond();
    this.report.check(outcome.exitCode === 0, 'The stack is deployed');
    const deployment = this.report.onlyDeployment(outcome);
    this.report.check(deployment.arn === this.deployed?.arn, 'The ARN is the same: callers notice nothing');
    this.report.check(
      deployment.status === 'Active' && deployment.modelArn === this.acts.secondModel,
      'It serves the second model',
    );
  }

  private async deployFailing(): Promise<void> {
    const outcome = await this.acts.deployFailing();
    this.report.terminal.line();
    this.report.check(outcome.exitCode !== 0, 'The deployment of the stack failed');
    this.report.check(outcome.output.includes(FAILURE), "The output above contains Bedrock's own message:");
    this.report.terminal.line(`    ${FAILURE}`);
    this.report.check(
      isOnly(outcome.deployments, this.deployed),
      'Nothing of it is left in Bedrock; the first stack still has its deployment',
    );
  }

  private async destroy(): Promise<void> {
    const failing = await this.acts.destroyFailing();
    this.report.check(failing.exitCode === 0, `${FAILING_STACK_NAME} is destroyed`);
    const outcome = await this.acts.destroy();
    this.report.check(outcome.exitCode === 0, `${STACK_NAME} is destroyed`);
    this.report.check(outcome.stacks.length === 0, 'CloudFormation has no stack of this tour left');
    this.report.check(outcome.deployments.length === 0, 'Bedrock has no deployment left');
  }
}

function isOnly(deployments: readonly DescribedDeployment[], expected: DescribedDeployment | undefined): boolean {
  return deployments.length === 1 && deployments[0]?.arn === expected?.arn;
}
