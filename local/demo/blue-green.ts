import { FAILURE } from './acts';
import type { Cloud } from './cloud';
import { only, type TourReport } from './report';
import { RolloutScenario, type RolloutResult } from './rollout-acts';
import { cleanedUp } from './stack-events';

const WHAT_IT_IS = `With modelUpdate=REPLACE a new model gets a new deployment. What is replaced is deleted last, and an update that fails is rolled
back. MiniStack shows no event of the one and does not play the other; the simulator does both.`;

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
    this.report.check(only(green).arn !== only(blue).arn, 'The new deployment has an ARN of its own');
    this.report.check(serves(green, acts, 'fraud/2'), 'It serves the new model');
    this.report.check(
      isWhole(cleanedUp(green)),
      'The old deployment and then the old model were deleted in the clean-up',
    );
    this.report.terminal.line();
    const failed = await acts.deployBlueGreen(4);
    this.report.check(
      failed.exitCode !== 0 && failed.output.includes(FAILURE),
      "With fraud/4 it failed, with Bedrock's own message",
    );
    this.report.check(only(failed).arn === only(green).arn, 'The deployment is the one of before');
    this.report.check(serves(failed, acts, 'fraud/2'), 'It serves its model, as it has all along');
    this.report.check(
      isWhole(cleanedUp(failed)),
      'What was made of the new ones was deleted in the clean-up of the rollback',
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

function isWhole(types: readonly string[]): boolean {
  return types.join() === 'Custom::BedrockCustomModelDeployment,Custom::BedrockCustomModel';
}
