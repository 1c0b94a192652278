import { LOGICAL_ID_TAG, STACK_ID_TAG } from '../../lib/private/contract';
import type { Behaviour, Durations } from '../bedrock/behaviour';
import type { Stack, StackStatus, Template } from '../simulator/cloudformation';
import { Chance } from './chance';
import { CALM, Sea, STATE_MACHINE_ARN, STORMY } from './sea';

/** What one life came to. */
export interface Life {
  readonly seed: number;
  /** What went wrong with it, in words; nothing, if it was a good life. */
  readonly findings: readonly string[];
  readonly story: readonly string[];
  readonly operations: number;
  readonly calls: number;
}

interface Wish {
  readonly model: number;
  readonly description?: string;
  readonly name?: string;
  readonly replace: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

const FAILURE = 'Full-rank models cannot be served on demand.';

/** A stack's life from create to delete, drawn by chance from its seed: a world, mishaps, changes, changes by hand, cancelled operations. */
export async function live(seed: number): Promise<Life> {
  const life = new RandomLife(seed);
  try {
    await life.live();
  } catch (error) {
    life.findings.push(`crash: ${error instanceof Error ? error.stack ?? error.message : String(error)}`);
  }
  return { seed, findings: life.findings, story: life.sea.story, operations: life.operations, calls: life.sea.time.now() };
}

class RandomLife {
  readonly findings: string[] = [];
  operations = 0;
  readonly sea: Sea;
  private readonly chance: Chance;
  private readonly models: string[];
  private readonly stack: Stack;
  private readonly foreign: string;

  constructor(seed: number) {
    const chance = new Chance(seed);
    this.chance = chance;
    const behaviour: Partial<Behaviour> = {
      duplicateName: chance.of(['ValidationException', 'ConflictException']),
      deleteWhileInProgress: chance.of(['ConflictException', 'allowed']),
      deleteWhileDeleting: chance.of(['ConflictException', 'allowed']),
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
      visibility: chance.of([0, 0, 2000, 15_000]),
    };
    this.sea = new Sea(chance, behaviour, durations, chance.of([true, false]));
    this.sea.tell('world', JSON.stringify({ ...behaviour, ...durations, ...this.sea.cloudFormation.behaviour }));
    const { controlPlane } = this.sea;
    this.models = [0, 1, 2].map((index) => controlPlane.addModel({ name: `model-${index}` }));
    this.models.push(controlPlane.addModel({ name: 'full-rank', deploymentFailure: FAILURE }));
    controlPlane.perform('CreateCustomModelDeployment', { modelDeploymentName: 'theirs', modelArn: this.models[0] ?? '', tags: [{ key: STACK_ID_TAG, value: 'another' }] });
    this.foreign = 'theirs';
    this.stack = this.sea.cloudFormation.stack('storm');
  }

  async live(): Promise<void> {
    await this.sea.until(this.sea.time.sleep(3600_000));
    const foreign = this.foreignState();
    this.sea.turns(STORMY);
    let wish = this.wish(undefined);
    let status = await this.operate('create', wish);
    if (status === 'ROLLBACK_COMPLETE') {
      this.check('a rolled back create', undefined);
    } else if (status === 'CREATE_COMPLETE') {
      this.check('a create', wish);
      for (let updates = this.chance.between(0, 4); updates > 0; updates--) {
        const next = this.wish(wish);
        status = await this.operate('update', next);
        wish = status === 'UPDATE_COMPLETE' ? next : wish;
        if (status !== 'UPDATE_COMPLETE' && status !== 'UPDATE_ROLLBACK_COMPLETE') {
          break;
        }
        this.check(status, wish);
      }
    }
    status = await this.operate('delete', wish);
    if (status === 'DELETE_FAILED') {
      this.sea.turns(CALM);
      status = await this.operate('delete', wish);
    }
    if (status !== 'DELETE_COMPLETE') {
      this.findings.push(`stuck: ${status}: ${this.stack.reasons.join('; ')}`);
    }
    this.sea.turns(CALM);
    await this.sea.until(this.sea.time.sleep(2 * 3600_000));
    this.check('the end', undefined);
    if (this.foreignState() !== foreign) {
      this.findings.push(`foreign touched: ${foreign} became ${this.foreignState()}`);
    }
    this.findings.push(...this.sea.cloudFormation.complaints);
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

  private wish(before: Wish | undefined): Wish {
    const { chance } = this;
    const model = chance.happens(0.1) ? 3 : chance.between(0, 2);
    const description = chance.happens(0.2) ? chance.of(['a', 'b']) : before?.description;
    const name = before === undefined ? (chance.happens(0.3) ? chance.of(['mine', 'theirs']) : undefined) : before.name;
    return {
      model: before === undefined || chance.happens(0.7) ? model : before.model,
      ...(description === undefined ? {} : { description }),
      ...(name === undefined ? {} : { name }),
      replace: before === undefined || chance.happens(0.1) ? chance.happens(0.3) : before.replace,
      tags: chance.happens(0.3) ? { [chance.of(['team', 'tier'])]: chance.of(['1', '2']) } : before?.tags ?? {},
    };
  }

  private template({ model, description, name, replace, tags }: Wish): Template {
    return {
      Deployment: {
        Type: 'Custom::BedrockCustomModelDeployment',
        Properties: {
          StateMachineArn: STATE_MACHINE_ARN,
          ModelArn: this.models[model] ?? '',
          ModelUpdate: replace ? 'REPLACE' : 'IN_PLACE',
          Timeout: 3480,
          ServiceTimeout: 3600,
          ...(description === undefined ? {} : { Description: description }),
          ...(name === undefined ? {} : { DeploymentName: name }),
          ...(Object.keys(tags).length === 0 ? {} : { Tags: tags }),
        },
      },
    };
  }

  private ours(): ReturnType<Sea['controlPlane']['deployments']> {
    return this.sea.controlPlane.deployments().filter(({ tags }) => tags[STACK_ID_TAG] === this.stack.stackId && tags[LOGICAL_ID_TAG] === 'Deployment');
  }

  private foreignState(): string {
    return JSON.stringify(this.sea.controlPlane.deployments().filter(({ name, tags }) => name === this.foreign && tags[STACK_ID_TAG] !== this.stack.stackId));
  }

  private check(after: string, wish: Wish | undefined): void {
    const ours = this.ours();
    const shown = ours.map(({ name, status, modelArn }) => `${name} ${status} ${modelArn.slice(-12)}`).join(', ');
    if (wish === undefined) {
      if (ours.length > 0) {
        this.findings.push(`orphan after ${after}: ${shown}`);
      }
      return;
    }
    const [only] = ours;
    if (ours.length !== 1 || only === undefined) {
      this.findings.push(`${ours.length > 1 ? 'double' : 'missing'} after ${after}: ${shown}`);
      return;
    }
    if (only.status !== 'Active' || only.modelArn !== this.models[wish.model] || only.description !== wish.description || only.updateDetails?.updateStatus === 'Updating') {
      this.findings.push(`wrong end after ${after}: ${shown} ${only.description ?? ''}, wanted ${JSON.stringify(wish)}`);
    }
    if (!this.stack.physicalIds.includes(only.name)) {
      this.findings.push(`after ${after} CloudFormation knows ${this.stack.physicalIds.join(', ')}, not ${only.name}`);
    }
    const theirsAndOurs = Object.entries(wish.tags).filter(([key, value]) => only.tags[key] !== value);
    if (theirsAndOurs.length > 0) {
      this.findings.push(`wrong tags after ${after}: ${JSON.stringify(only.tags)}, wanted ${JSON.stringify(wish.tags)}`);
    }
  }
}
