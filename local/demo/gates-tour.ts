import { STACK_NAME } from './deploy-scenario';
import { checkLines } from './gate-checks-log';
import { BAKE_SECONDS, ERRORS_ALARM } from './gates-alarm';
import { GATES_APP, type GatesResult, type GatesScenario } from './gates-scenario';
import type { DescribedDeployment } from './inventory';
import type { TourReport } from './report';
import type { Tour, TourStep } from './tour';

const THE_GATES = `The app (local/demo/gates-app.ts) has three gates. The deploy goes on only when they have passed, one after the other:

  1. converse   the deployment answers a question at all
  2. lambda     a function (local/demo/golden-prompts.ts) asks it what customers ask, and finds the answers short enough
  3. alarms     the alarm ${ERRORS_ALARM} does not go off for ${BAKE_SECONDS} s (so short for this tour)
`;
const THE_ALARM = `The new model already serves everybody while its gates are checked. Nothing counts errors here, so the tour sets the
alarm off, as "aws cloudwatch set-alarm-state" does:
`;

/** The steps of the tour `gates`: models that pass what must hold before a deploy succeeds, and that do not. */
export class GatesTour implements Tour {
  private first: DescribedDeployment | undefined;

  constructor(
    private readonly acts: GatesScenario,
    private readonly report: TourReport,
  ) {}

  get deploying(): readonly TourStep[] {
    return [
      { heading: 'Bootstrap the account, as for any CDK app', run: () => this.bootstrap() },
      { heading: 'Deploy a model that passes all gates', run: () => this.deploy() },
      { heading: 'Roll out a model whose answers are too long', run: () => this.rollOutEndless() },
      { heading: 'Roll out a model that sets off the alarm', run: () => this.rollOutFailing() },
    ];
  }

  get destroying(): readonly TourStep[] {
    return [
      { heading: 'Destroy', run: () => this.destroy() },
      { heading: 'Search the logs for the ResponseURLs', run: () => this.report.searchLogs() },
    ];
  }

  get toTry(): readonly string[] {
    return [
      `npx cdk deploy --app '${GATES_APP}' -c modelArn=${this.acts.endlessModel}     (in this directory: fails at the second gate)`,
    ];
  }

  private async bootstrap(): Promise<void> {
    const { exitCode } = await this.acts.bootstrap();
    this.report.check(exitCode === 0, 'The account is ready for the CDK');
  }

  private async deploy(): Promise<void> {
    this.report.terminal.line(THE_GATES);
    const outcome = await this.acts.deploy();
    this.report.check(outcome.exitCode === 0, 'The stack is deployed');
    this.first = this.look(outcome);
    this.report.check(
      this.first.status === 'Active' && this.first.modelArn === this.acts.firstModel,
      'The deployment is Active and serves the model',
    );
    this.report.check(
      isRefused(outcome, 'ModelNotReadyException') && has(outcome, 'Converse', 'the deployment answers'),
      'It was not ready yet when it became Active: the first gate waited until it answered',
    );
    this.report.check(has(outcome, 'Function', 'READY'), 'The second gate passed: the function says READY');
    this.report.check(
      has(outcome, 'Alarms', 'there is no such alarm yet'),
      'The third gate passed: the alarm comes later, with the same stack. Where it is missing in an update, the gate fails',
    );
  }

  private async rollOutEndless(): Promise<void> {
    const outcome = await this.acts.rollOutEndless();
    const reason = outcome.checks.at(-1)?.outcome.replace('FAILED: ', '') ?? '?';
    this.report.check(outcome.exitCode !== 0, 'The deployment of the stack failed');
    this.report.check(outcome.output.includes(reason), 'The output above contains the reason that the function gives:');
    this.report.terminal.line(`    ${reason}`);
    this.checkWayBack(outcome, 'Function');
  }

  private async rollOutFailing(): Promise<void> {
    this.report.terminal.line(THE_ALARM);
    const outcome = await this.acts.rollOutFailing();
    this.report.check(outcome.exitCode !== 0, 'The deployment of the stack failed');
    this.report.check(
      outcome.output.includes(`the alarm ${ERRORS_ALARM} is in ALARM`),
      'The output above names the alarm that went off, and why',
    );
    this.checkWayBack(outcome, 'Alarms');
    this.report.check(has(outcome, 'Function', 'READY'), 'The first two gates had passed: only the alarm could tell');
  }

  private checkWayBack(outcome: GatesResult, failed: string): void {
    const deployment = this.look(outcome);
    this.report.check(deployment.arn === this.first?.arn, 'The ARN of the deployment is the same');
    this.report.check(
      deployment.status === 'Active' && deployment.modelArn === this.acts.firstModel,
      'It serves the first model again: CloudFormation rolled back',
    );
    this.report.check(outcome.checks.at(-1)?.gate === failed, 'No gate was checked in the rollback');
  }

  private async destroy(): Promise<void> {
    const outcome = await this.acts.destroy();
    this.report.check(outcome.exitCode === 0, `${STACK_NAME} is destroyed`);
    this.report.check(outcome.stacks.length === 0, 'CloudFormation has no stack of this tour left');
    this.report.check(outcome.deployments.length === 0, 'Bedrock has no deployment left');
  }

  private look(outcome: GatesResult): DescribedDeployment {
    this.report.terminal.line();
    this.report.terminal.line('What the gates found, from the log of the handler:');
    checkLines(outcome.checks).forEach((line) => {
      this.report.terminal.line(line);
    });
    return this.report.onlyDeployment(outcome);
  }
}

function has({ checks }: GatesResult, gate: string, outcome: string): boolean {
  return checks.some((check) => check.gate === gate && check.outcome === outcome);
}

function isRefused({ checks }: GatesResult, error: string): boolean {
  return checks.some(({ outcome }) => outcome.includes(error));
}
