import type { Cloud } from './cloud';
import { FAILURE } from './deploy-scenario';
import { only, type TourReport } from './report';
import { type RolloutResult, RolloutScenario } from './rollout-scenario';
import { cleanedUp } from './stack-events';

const WHAT_IT_IS = `With modelUpdate=REPLACE, a new model gets a new deployment. CloudFormation deletes the replaced resources last, and rolls back an update
that fails. MiniStack shows no events of that clean-up and has no such rollback; the simulator has both.`;

/** A rollout by replacement: first one that works, then one that fails. */
export class BlueGreenStep {
  constructor(
    private readonly openSimulator: () => Promise<Cloud>,
    private readonly report: TourReport,
  ) {}

  async run(): Promise<void> {
    this.report.terminal.line(`${WHAT_IT_IS}\n`);
    const simulator = await this.openSimulator();
    try {
      await this.play(new RolloutScenario(simulator));
    } finally {
      await simulator.stop();
    }
  }

  private async play(acts: RolloutScenario): Promise<void> {
    const blue = await acts.deployBlueGreen(1);
    this.report.check(blue.exitCode === 0, 'The stack is deployed, with a model made of fraud/1');
    this.report.terminal.line();
    const green = await acts.deployBlueGreen(2);
    this.report.check(green.exitCode === 0, 'The stack is deployed, with a model made of fraud/2');
    this.report.check(only(green).arn !== only(blue).arn, 'The new deployment has its own ARN');
    this.report.check(serves(green, acts, 'fraud/2'), 'It serves the new model');
    const [deployment, model] = ['Custom::BedrockCustomModelDeployment', 'Custom::BedrockCustomModel'];
    this.report.check(
      cleanedUp(green).join() === `${deployment},${model}`,
      'The clean-up deleted the old deployment and then the old model',
    );
    this.report.terminal.line();
    const failed = await acts.deployBlueGreen(4);
    this.report.check(
      failed.exitCode !== 0 && failed.output.includes(FAILURE),
      "The update to fraud/4 failed with Bedrock's own message",
    );
    this.report.check(only(failed).arn === only(green).arn, 'The deployment has not changed');
    this.report.check(serves(failed, acts, 'fraud/2'), 'It still serves its model');
    this.report.check(
      cleanedUp(failed).includes(model) && failed.models.length === 1,
      'The failed deployment is gone, and the clean-up of the rollback deleted the new model',
    );
  }
}

/** That there is one model, of that package, and that the deployment serves it. */
function serves(outcome: RolloutResult, acts: RolloutScenario, modelPackage: string): boolean {
  const [model, ...others] = outcome.models;
  const { status, modelArn } = only(outcome);
  return (
    status === 'Active' && modelArn === model?.arn && acts.packageOf(model.name) === modelPackage && others.length === 0
  );
}
