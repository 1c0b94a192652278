import { LOGICAL_ID_TAG, STACK_ID_TAG } from '../../lib/private/contract';
import type { Behaviour, Durations } from '../bedrock/behaviour';
import type { Stack, StackStatus, Template } from '../simulator/cloudformation';
import { Chance } from './chance';
import type { Launch } from './craft';
import { CALM, Sea, STATE_MACHINE_ARN, STORMY } from './sea';

/** What one life came to. */
export interface Life {
  readonly seed: number;
  /** What went wrong with it, in words; nothing, if it was a good life. */
  readonly findings: readonly string[];
  readonly story: readonly string[];
  readonly operations: number;
}

/** What a template asks for. */
interface Wish {
  /** A model of somebody's, or one that the stack makes of this version of a model package. */
  readonly model: { readonly given: string } | { readonly version: number };
  readonly description?: string;
  readonly name?: string;
  readonly replace: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

/** The lives with a stack's own models, with versions of which some cannot be deployed and some not even made. */
const VERSIONS = 6;
const UNDEPLOYABLE = 5;
const UNMAKEABLE = 6;
const FAILURE = 'Full-rank models cannot be served on demand.';

/**
 * A stack's life from create to delete, drawn by chance from its seed: a world of what AWS does not document, mishaps, changes, changes
 * by hand, cancelled operations. Whatever comes, nothing may be orphaned, doubled, stuck or touched that is not the stack's.
 */
export async function live(seed: number, launch: Launch): Promise<Life> {
  const life = new RandomLife(new Chance(seed));
  try {
    await life.sea.launch(launch);
    await life.live();
  } catch (error) {
    life.findings.push(`crash: ${error instanceof Error ? error.stack ?? error.message : String(error)}`);
  } finally {
    await life.sea.close();
  }
  return { seed, findings: life.findings, story: life.sea.story, operations: life.operations };
}

class RandomLife {
  readonly findings: string[] = [];
  operations = 0;
  readonly sea: Sea;
  private readonly models: readonly string[];
  private readonly makesModels: boolean;
  private readonly stack: Stack;

  constructor(private readonly chance: Chance) {
    const behaviour: Partial<Behaviour> = {
      duplicateName: chance.of(['ValidationException', 'ConflictException']),
      duplicateModelName: chance.of(['ValidationException', 'ConflictException']),
      deleteWhileCreating: chance.of(['ConflictException', 'allowed']),
      deleteWhileUpdating: chance.of(['ConflictException', 'allowed']),
      deleteWhileDeleting: chance.of(['ConflictException', 'allowed']),
      deleteModelWithDeployment: chance.of(['ConflictException', 'allowed']),
      concurrentUpdate: chance.of(['ValidationException', 'supersede']),
      staleUpdateDetails: chance.of([true, false]),
      staleUpdateReads: chance.of([0, 0, 5000, 30_000]),
      modelArnDuringUpdate: chance.of(['old', 'new']),
      modelArnAfterFailedUpdate: chance.of(['old', 'new']),
      failureMessageOfFailedUpdate: chance.of(['absent', 'shown']),
      updateCountsAgainstQuota: chance.of([true, false]),
      tokenOfDeleted: chance.of(['remembered', 'forgotten']),
    };
    const durations: Partial<Durations> = {
      deploymentCreate: chance.between(1, 600) * 1000,
      deploymentUpdate: chance.between(1, 600) * 1000,
      deploymentDelete: chance.of([0, 1000, 60_000]),
      modelCreate: chance.between(1, 600) * 1000,
      modelDelete: chance.of([0, 1000, 60_000]),
      visibility: chance.of([0, 0, 2000, 15_000]),
    };
    this.sea = new Sea(chance, behaviour, durations, chance.of([true, false]));
    this.sea.tell('world', JSON.stringify({ ...behaviour, ...durations, ...this.sea.cloudFormation.behaviour }));
    const { controlPlane } = this.sea;
    const sound = [1, 2, 3].map((index) => controlPlane.addModel({ name: `model-${index}` }));
    this.models = [...sound, controlPlane.addModel({ name: 'full-rank', deploymentFailure: FAILURE })];
    controlPlane.sourceFailures.set(packageOf(UNDEPLOYABLE), { deploymentFailure: FAILURE });
    controlPlane.sourceFailures.set(packageOf(UNMAKEABLE), { failureMessage: 'The artefacts are not a Nova model.' });
    this.makesModels = chance.happens(0.5);
    controlPlane.perform('CreateCustomModelDeployment', {
      modelDeploymentName: 'theirs', modelArn: sound[0] ?? '', tags: [{ key: STACK_ID_TAG, value: 'another' }],
    });
    this.stack = this.sea.cloudFormation.stack('storm');
  }

  async live(): Promise<void> {
    await this.sea.until(this.sea.time.sleep(3600_000));
    const foreign = this.notOurs();
    this.sea.turns(STORMY);
    const last = await this.grow();
    await this.end(last);
    if (this.notOurs() !== foreign) {
      this.findings.push(`foreign touched: ${foreign} became ${this.notOurs()}`);
    }
    this.findings.push(...this.sea.cloudFormation.complaints);
  }

  /** Create and updates, until one leaves nothing to go on with. */
  private async grow(): Promise<Wish> {
    let wish = this.wish(undefined);
    const created = await this.operate('create', wish);
    this.check('the create', created === 'CREATE_COMPLETE' ? wish : undefined, created);
    this.expectSuccess(created, 'CREATE_COMPLETE', wish);
    for (let updates = created === 'CREATE_COMPLETE' ? this.chance.between(0, 4) : 0; updates > 0; updates--) {
      this.meddle();
      const next = this.wish(wish);
      const updated = await this.operate('update', next);
      this.expectSuccess(updated, 'UPDATE_COMPLETE', next, wish);
      wish = updated === 'UPDATE_COMPLETE' ? next : wish;
      if (updated === 'UPDATE_ROLLBACK_FAILED') {
        break;
      }
      this.check('an update', wish, updated);
    }
    return wish;
  }

  private async end(last: Wish): Promise<void> {
    let status = await this.operate('delete', last);
    this.sea.turns(CALM);
    if (status === 'DELETE_FAILED') {
      status = await this.operate('delete', last);
    }
    if (status !== 'DELETE_COMPLETE') {
      this.findings.push(`stuck: ${status}: ${this.stack.reasons.join('; ')}`);
    }
    // Whatever is still on its way arrives.
    await this.sea.until(this.sea.time.sleep(2 * 3600_000));
    this.check('the end', undefined, status);
  }

  /** Mishaps pass, so that what can be had is had, unless it was cancelled. */
  private expectSuccess(status: StackStatus, wanted: StackStatus, wish: Wish, before?: Wish): void {
    const sound = 'version' in wish.model ? wish.model.version < UNDEPLOYABLE : wish.model.given !== this.models[3];
    const sameModel = before !== undefined && JSON.stringify(before.model) === JSON.stringify(wish.model);
    const replaces = before !== undefined && (before.description !== wish.description || (before.replace && wish.replace && !sameModel));
    const refused = wish.name === 'theirs' || (wish.name !== undefined && replaces);
    const cancelled = this.stack.reasons.some((reason) => reason.endsWith(': cancelled'));
    if (status !== wanted && sound && !refused && !cancelled) {
      this.findings.push(`needless failure: ${status}: ${this.stack.reasons.join('; ')}`);
    }
  }

  private async operate(operation: 'create' | 'update' | 'delete', wish: Wish): Promise<StackStatus> {
    this.operations += 1;
    this.sea.tell('==', operation, JSON.stringify(wish));
    if (operation !== 'delete' && this.chance.happens(0.15)) {
      this.sea.time.at(this.sea.time.now() + this.chance.between(100, 400_000), () => {
        this.sea.tell('== cancel');
        this.stack.cancelOperation();
      });
    }
    const status = await this.sea.until(operation === 'delete' ? this.stack.delete() : this.stack[operation](this.template(wish)));
    this.sea.tell('==', status, ...this.stack.reasons);
    if (status === 'ROLLBACK_FAILED' || status === 'UPDATE_ROLLBACK_FAILED') {
      this.findings.push(`stuck: ${status}: ${this.stack.reasons.join('; ')}`);
    }
    return status;
  }

  /** Somebody changes by hand what the stack has made. What they changed is put right only if the deployment is asked about again. */
  private meddle(): void {
    const [deployment] = this.ours('deployments');
    if (deployment === undefined || !this.chance.happens(0.1)) {
      return;
    }
    this.sea.tell('== by hand, its deployment becomes Failed');
    this.sea.controlPlane.setDeployment(deployment.arn, { status: 'Failed', failureMessage: 'became unavailable' });
    this.meddled = true;
  }

  private meddled = false;

  private wish(before: Wish | undefined): Wish {
    const { chance } = this;
    const another = (): Wish['model'] => this.makesModels
      ? { version: chance.happens(0.2) ? chance.of([UNDEPLOYABLE, UNMAKEABLE]) : chance.between(1, VERSIONS - 2) }
      : { given: chance.happens(0.1) ? this.models[3] ?? '' : this.models[chance.between(0, 2)] ?? '' };
    const description = chance.happens(0.2) ? chance.of(['a', 'b']) : before?.description;
    const name = before === undefined ? (chance.happens(0.3) ? chance.of(['mine', 'theirs']) : undefined) : before.name;
    return {
      model: before === undefined || chance.happens(0.7) ? another() : before.model,
      ...(description === undefined ? {} : { description }),
      ...(name === undefined ? {} : { name }),
      replace: before === undefined || chance.happens(0.1) ? chance.happens(0.3) : before.replace,
      tags: chance.happens(0.3) ? { [chance.of(['team', 'tier'])]: chance.of(['1', '2']) } : before?.tags ?? {},
    };
  }

  private template({ model, description, name, replace, tags }: Wish): Template {
    const tagged = Object.keys(tags).length === 0 ? {} : { Tags: tags };
    const common = { StateMachineArn: STATE_MACHINE_ARN, Timeout: 3480, ServiceTimeout: 3600, ...tagged };
    const deployment = {
      Type: 'Custom::BedrockCustomModelDeployment',
      Properties: {
        ...common,
        ModelArn: 'version' in model ? { 'Fn::GetAtt': ['Model', 'Arn'] } : model.given,
        ModelUpdate: replace ? 'REPLACE' : 'IN_PLACE',
        ...(description === undefined ? {} : { Description: description }),
        ...(name === undefined ? {} : { DeploymentName: name }),
      },
    };
    if ('given' in model) {
      return { Deployment: deployment };
    }
    const made = { Type: 'Custom::BedrockCustomModel', Properties: { ...common, ModelPackageArn: packageOf(model.version) } };
    return { Model: made, Deployment: deployment };
  }

  private ours(what: 'deployments'): ReturnType<Sea['controlPlane']['deployments']>;
  private ours(what: 'models'): ReturnType<Sea['controlPlane']['models']>;
  private ours(what: 'deployments' | 'models'): readonly { readonly tags: Readonly<Record<string, string>> }[] {
    return this.sea.controlPlane[what]().filter(({ tags }) => tags[STACK_ID_TAG] === this.stack.stackId && tags[LOGICAL_ID_TAG] !== undefined);
  }

  private notOurs(): string {
    const { controlPlane } = this.sea;
    const all = [...controlPlane.deployments(), ...controlPlane.models()];
    return JSON.stringify(all.filter(({ tags }) => tags[STACK_ID_TAG] !== this.stack.stackId));
  }

  /** Holds what is there against what was wished for last, or against nothing. */
  private check(after: string, wish: Wish | undefined, status: StackStatus): void {
    const [deployments, models] = [this.ours('deployments'), this.ours('models')];
    const there = [
      ...deployments.map((deployment) => `${deployment.name} ${deployment.status} ${deployment.modelArn}`),
      ...models.map((model) => `${model.name} ${model.status}`),
    ].join(', ');
    const find = (what: string): void => {
      this.findings.push(`${what} after ${after} (${status}): ${there}; wanted ${JSON.stringify(wish)}`);
    };
    const [wantedDeployments, wantedModels] = wish === undefined ? [0, 0] : [1, 'version' in wish.model ? 1 : 0];
    if (deployments.length > wantedDeployments || models.length > wantedModels) {
      find(wish === undefined ? 'orphan' : 'double');
    } else if (deployments.length < wantedDeployments || models.length < wantedModels) {
      find('missing');
    }
    const [deployment] = deployments;
    if (wish === undefined || deployment === undefined) {
      return;
    }
    const { Arn: modelArn = '' } = this.stack.attributes('Model');
    const wantedModel = 'version' in wish.model ? modelArn : wish.model.given;
    const spared = this.meddled && deployment.status === 'Failed' && !this.asked;
    const right = deployment.status === 'Active' && deployment.updateDetails?.updateStatus !== 'Updating';
    if (!spared && (!right || deployment.modelArn !== wantedModel || deployment.description !== wish.description)) {
      find('wrong end');
    }
    if (!this.stack.physicalIds.includes(deployment.name) || models.some(({ name }) => !this.stack.physicalIds.includes(name))) {
      find(`unknown to CloudFormation, which has ${this.stack.physicalIds.join(', ')},`);
    }
    if (!spared && Object.entries(wish.tags).some(([key, value]) => deployment.tags[key] !== value)) {
      find('wrong tags');
    }
    this.meddled = spared;
  }

  /** Whether the last operation sent the deployment's resource a request at all: CloudFormation does so only if a property changed. */
  private get asked(): boolean {
    const operation = this.sea.story.map((line) => line.includes('== update')).lastIndexOf(true);
    return this.sea.story.slice(operation).some((line) => line.includes('>> Update Deployment'));
  }
}

function packageOf(version: number): string {
  return `arn:aws:sagemaker:us-east-1:000000000000:model-package/fraud/${version}`;
}
