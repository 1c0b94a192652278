import { Problem } from '../problem';
import type { BlueGreenStep } from './blue-green';
import { STACK_NAME } from './deploy-scenario';
import type { DescribedDeployment, ListedModel } from './inventory';
import { only, type TourReport } from './report';
import { modelPackage, type RolloutResult, type RolloutScenario } from './rollout-scenario';
import { cleanedUp } from './stack-events';
import type { Tour, TourStep } from './tour';

/** What there is at one moment. */
interface BedrockSnapshot {
  readonly deployment: DescribedDeployment;
  readonly models: readonly ListedModel[];
}

/** A change of source, and what came of it. */
interface ModelRollout {
  readonly before: BedrockSnapshot;
  readonly after: BedrockSnapshot;
  readonly oldModel: ListedModel;
  readonly outcome: RolloutResult;
}

/** The steps of the tour `rollout`: the model is part of the stack, and its source changes. */
export class RolloutTour implements Tour {
  private scene: BedrockSnapshot | undefined;

  constructor(
    private readonly acts: RolloutScenario,
    private readonly blueGreen: BlueGreenStep,
    private readonly report: TourReport,
  ) {}

  get deploying(): readonly TourStep[] {
    return [
      { heading: 'Bootstrap the account, as for any CDK app', run: () => this.bootstrap() },
      { heading: 'Deploy: a model made of fraud/1, and its deployment', run: () => this.deploy() },
      { heading: 'Roll out fraud/2; the old model is to be destroyed', run: () => this.rollOut() },
      { heading: 'Roll out fraud/3; from now on, old models are to be retained', run: () => this.rollOutRetaining() },
      { heading: 'Roll out fraud/4, which Bedrock cannot serve', run: () => this.rollOutFailing() },
    ];
  }

  get destroying(): readonly TourStep[] {
    return [
      { heading: 'Destroy, and see what is left', run: () => this.destroy() },
      { heading: 'Blue/green on the simulator: the clean-up and the rollback', run: () => this.blueGreen.run() },
      { heading: 'Search the logs for the ResponseURLs', run: () => this.report.searchLogs() },
    ];
  }

  get toTry(): readonly string[] {
    return [
      'aws bedrock list-custom-models',
      `npx cdk deploy -c modelPackageArn=${modelPackage(5)} -c modelRemoval=destroy     (in this directory: the next rollout)`,
    ];
  }

  private async bootstrap(): Promise<void> {
    const { exitCode } = await this.acts.bootstrap();
    this.report.check(exitCode === 0, 'The account is ready for the CDK');
  }

  private async deploy(): Promise<void> {
    const outcome = await this.acts.deploy();
    this.report.check(outcome.exitCode === 0, 'The stack is deployed');
    const { deployment, models } = this.look(outcome);
    this.report.check(
      models.length === 1 && models[0]?.status === 'Active',
      'The stack made one model, and waited until it was Active',
    );
    this.report.check(isServed(models[0], deployment), 'The deployment is Active and serves it');
  }

  private async rollOut(): Promise<void> {
    const { before, after, oldModel, newModel, outcome } = await this.successful(this.acts.rollOut());
    this.report.check(after.deployment.arn === before.deployment.arn, 'The ARN is the same: callers notice nothing');
    this.report.check(isServed(newModel, after.deployment), 'It serves a new model');
    this.report.check(
      !has(after.models, oldModel) && isLast('DeleteCustomModel', outcome),
      'The old model is gone; it was deleted last',
    );
    if (cleanedUp(outcome).length === 0) {
      this.report.terminal.line(
        '    (CloudFormation shows this as DELETE_COMPLETE. MiniStack sends the Delete too, but shows no event for it above.)',
      );
    }
  }

  private async rollOutRetaining(): Promise<void> {
    const { before, after, oldModel, newModel } = await this.successful(this.acts.rollOutRetaining());
    this.report.check(after.deployment.arn === before.deployment.arn, 'The ARN of the deployment is the same');
    this.report.check(isServed(newModel, after.deployment), 'It serves a new model');
    this.report.check(
      has(after.models, oldModel),
      'The old model is still there, but no stack manages it any longer. To delete it:',
    );
    this.report.terminal.line(`    ${removalOf(oldModel)}`);
  }

  private async rollOutFailing(): Promise<void> {
    const { before, after, outcome } = await this.change(this.acts.rollOutFailing());
    this.report.check(outcome.exitCode !== 0, 'The deployment of the stack failed');
    this.report.check(
      /the update to arn:\S+ failed/.test(outcome.output),
      'The output above names the cause: the deployment could not be updated to the new model',
    );
    this.report.check(after.deployment.arn === before.deployment.arn, 'The ARN of the deployment is the same');
    this.report.check(isServed(modelOf(before), after.deployment), 'It still serves the old model');
    this.report.check(
      isSame(before.models, after.models),
      'The new model, which Bedrock could create but not serve, is gone; the others are untouched',
    );
    this.report.terminal.line(
      '    (With modelRemoval=retain it stays here. CloudFormation does not document what it does in that case.)',
    );
  }

  private async destroy(): Promise<void> {
    const outcome = await this.acts.destroy();
    this.report.check(outcome.exitCode === 0, `${STACK_NAME} is destroyed`);
    this.report.check(outcome.stacks.length === 0, 'CloudFormation has no stack of this tour left');
    this.report.check(outcome.deployments.length === 0, 'Bedrock has no deployment left');
    const models = this.scene?.models ?? [];
    this.report.check(
      isSame(models, outcome.models),
      'It still has the retained models: a replaced one and the last one',
    );
    this.report.terminal.line();
    this.report.terminal.line(
      'Such models must be deleted by hand. The tour uses the AWS SDK; with the AWS CLI you would run',
    );
    outcome.models.forEach((model) => {
      this.report.terminal.line(`    ${removalOf(model)}`);
    });
    this.report.terminal.line();
    this.report.check((await this.acts.removeModels(outcome.models)).length === 0, 'Bedrock has no model left');
  }

  private async successful(
    rolling: Promise<RolloutResult>,
  ): Promise<ModelRollout & { readonly newModel: ListedModel | undefined }> {
    const change = await this.change(rolling);
    this.report.check(change.outcome.exitCode === 0, 'The stack is deployed');
    return { ...change, newModel: change.after.models.find((model) => !has(change.before.models, model)) };
  }

  private async change(rolling: Promise<RolloutResult>): Promise<ModelRollout> {
    const before = this.scene;
    const outcome = await rolling;
    if (before === undefined) {
      throw new Error('There is nothing to change yet.');
    }
    return { before, after: this.look(outcome, before), oldModel: modelOf(before), outcome };
  }

  /** Shows what there is now, beside what there was. */
  private look(outcome: RolloutResult, before?: BedrockSnapshot): BedrockSnapshot {
    const after = { deployment: only(outcome), models: outcome.models };
    this.scene = after;
    this.report.terminal.line();
    this.report.terminal.line('What Bedrock returns to the AWS SDK (GetCustomModelDeployment, ListCustomModels):');
    if (before !== undefined) {
      this.show('Before', before);
    }
    this.show(before === undefined ? 'Now' : 'After', after);
    this.report.terminal.line(`  Calls that made the change: ${outcome.changes.join(', ')}`);
    this.report.terminal.line();
    return after;
  }

  private show(when: string, { deployment, models }: BedrockSnapshot): void {
    this.report.terminal.line(`  ${when}`);
    this.report.terminal.facts({
      '  Deployment': `${deployment.arn}  ${deployment.status}`,
      '  It serves': deployment.modelArn,
      ...Object.fromEntries(
        models.map(({ name, arn, status }) => [`  Model of ${this.acts.packageOf(name)}`, `${arn}  ${status}`]),
      ),
    });
  }
}

function modelOf({ deployment, models }: BedrockSnapshot): ListedModel {
  const served = models.find(({ arn }) => arn === deployment.modelArn);
  if (served === undefined) {
    throw new Problem(`The deployment serves ${deployment.modelArn}, and Bedrock has no such model.`);
  }
  return served;
}

function isServed(model: ListedModel | undefined, deployment: DescribedDeployment): boolean {
  return model?.status === 'Active' && deployment.status === 'Active' && deployment.modelArn === model.arn;
}

function has(models: readonly ListedModel[], { arn }: ListedModel): boolean {
  return models.some((model) => model.arn === arn);
}

function isSame(models: readonly ListedModel[], others: readonly ListedModel[]): boolean {
  return models.length === others.length && models.every((model) => has(others, model));
}

function isLast(operation: string, { changes }: RolloutResult): boolean {
  return changes.at(-1) === operation;
}

function removalOf({ arn }: ListedModel): string {
  return `aws bedrock delete-custom-model --model-identifier ${arn}`;
}
