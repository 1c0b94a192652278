import type { CloudFormationRequest } from '../../lambda/cloudformation/request';
import type { Tags } from '../../lambda/reconcile/goal';
import { LOGICAL_ID_TAG, STACK_ID_TAG } from '../../lib/private/contract';
import type { Durations } from '../../local/fake-bedrock/behaviour';
import { BedrockError } from '../../local/fake-bedrock/errors';
import type { Account } from '../checkers/account';
import type { Sea } from '../environment';
import { actInWords } from '../report/story';
import { type Models, needsMending } from '../workload/models';
import type { Act, ByHand, LogicalId, ModelUse, Wish } from '../workload/plan';
import { fixedName } from '../workload/templates';

/** Longer than CloudFormation waits for anything. */
const SLOW = 65 * 60_000;

interface NewDeployment {
  readonly modelDeploymentName: string;
  readonly modelArn?: string;
  readonly tags?: { key: string; value: string }[];
}

/** Others in the account: what they do by hand, and how far that goes to explain what is found. */
export class Others {
  isSlow = false;
  /** The most places for deployments that the stack could not have in this operation. */
  placesTaken = 0;
  /** Bedrock learns too late who may read what models are made of: an import that is tried once more fails again. */
  isBarred = false;
  /** Somebody touched what is the stack's while the operation was under way. */
  interfered = false;
  /** What they have deleted of what is the stack's. */
  readonly deleted = new Set<string>();
  /** When what is the stack's was touched, until the stack has been asked about it again. */
  private readonly touched = new Map<string, number>();
  /** The same, as it was before this operation. */
  private touchedBefore: ReadonlySet<string> = new Set();
  private readonly marks = new Map<string, Map<string, string>>();
  private readonly durations: Durations;
  /** For how long reads may not show what was done. */
  private readonly hiddenFor: number;
  private inForce: Wish | undefined;
  private namesInForce: readonly string[] = [];
  private made = 0;

  constructor(
    private readonly sea: Sea,
    private readonly account: Account,
    private readonly models: Models,
  ) {
    const { durations, behaviour } = sea.controlPlane;
    this.durations = { ...durations };
    const deletion = behaviour.statusDuringDelete === 'unchanged' ? durations.deploymentDelete : 0;
    this.hiddenFor = Math.max(behaviour.staleUpdateReads, deletion) + behaviour.flickeringReads;
  }

  /** Before an operation. */
  act(deeds: readonly ByHand[], inForce: Wish | undefined, namesInForce: readonly string[]): void {
    Object.assign(this.sea.controlPlane.durations, this.durations);
    this.isSlow = false;
    this.placesTaken = this.account.placesTaken();
    this.isBarred = false;
    this.interfered = false;
    this.models.begin();
    this.inForce = inForce;
    this.namesInForce = namesInForce;
    deeds
      .filter(({ after }) => after === undefined)
      .forEach(({ act }) => {
        this.do(act, false);
      });
    this.touchedBefore = new Set(this.touched.keys());
  }

  actDuring({ act }: ByHand): void {
    this.do(act, true);
  }

  /** A tag that is asked to be otherwise than before is no longer what others made it. */
  onRequest({
    RequestType,
    LogicalResourceId,
    ResourceProperties,
    OldResourceProperties,
  }: CloudFormationRequest): void {
    const [wanted = {}, before = {}] = [ResourceProperties, OldResourceProperties].map(
      (properties) => properties?.['Tags'] as Tags | undefined,
    );
    const news = RequestType === 'Delete' ? [] : Object.keys(wanted).filter((key) => wanted[key] !== before[key]);
    const left = this.account.left('deployment').filter(({ logicalId }) => logicalId === LogicalResourceId);
    for (const { arn } of [...this.account.deploymentsOf(LogicalResourceId), ...left]) {
      news.forEach((key) => this.marks.get(arn)?.delete(key));
    }
  }

  /** It was made what the stack wants. What is deleted may be another, which this one replaces, and says nothing. */
  onSuccess({ LogicalResourceId }: CloudFormationRequest): void {
    this.touched.delete(LogicalResourceId);
  }

  /**
   * Whether it was touched since then, or so shortly before that reads need not have shown it: so that nobody knows
   * what it is like.
   */
  spares(logicalId: string, since = 0): boolean {
    const at = this.touched.get(logicalId);
    return at !== undefined && at + this.hiddenFor >= since;
  }

  /** Whether the resource was not what the stack had made of it when the operation began. */
  hadTouched(logicalId: string): boolean {
    return this.touchedBefore.has(logicalId);
  }

  /** The tags that others put on it, and nobody has asked to be otherwise since. */
  marksOn(arn: string): ReadonlyMap<string, string> {
    return this.marks.get(arn) ?? new Map<string, string>();
  }

  private do(act: Act, during: boolean): void {
    this.sea.tell('by hand:', actInWords(act));
    const isHard = this.isSlow || this.account.isFull;
    const obstacle = isHard && 'of' in act ? 'what is gone could not be made again' : this.attempt(act, during);
    if (obstacle !== undefined) {
      this.sea.tell('  which cannot be done:', obstacle);
    }
  }

  /** @returns why it cannot be done */
  private attempt(act: Act, during: boolean): string | undefined {
    switch (act.act) {
      case 'delete':
        return this.touch(act.of, during, (arn) => {
          this.sea.controlPlane.perform('DeleteCustomModelDeployment', { customModelDeploymentIdentifier: arn });
          this.deleted.add(arn);
        });
      case 'fail':
        return this.touch(act.of, during, (arn) => {
          this.sea.controlPlane.setDeployment(arn, { status: 'Failed', failureMessage: 'became unavailable' });
        });
      case 'move':
        return this.touch(act.of, during, (arn) => {
          this.sea.controlPlane.perform('UpdateCustomModelDeployment', {
            customModelDeploymentIdentifier: arn,
            modelArn: this.models.given[act.to],
          });
        });
      case 'tag':
        return during || this.sea.controlPlane.behaviour.flickeringReads > 0
          ? 'nobody could tell who was first'
          : this.tag(act.of, act.key);
      case 'take the name':
        return this.takeTheName(act.of, act.marked);
      case 'use the model':
        return during ? 'nobody could tell who was first' : this.useTheModel(act.users);
      case 'hold the quota':
        return this.holdTheQuota(act.places, act.ms);
      case 'fill the account':
        return this.fillTheAccount(act.ms);
      case 'change access':
        this.changeAccess();
        return undefined;
      case 'mend':
        this.models.mend();
        return undefined;
      case 'break':
        if (during || (this.inForce !== undefined && needsMending(this.inForce))) {
          return 'it is in use';
        }
        this.models.break();
        return undefined;
      case 'slow down':
        return this.slowDown();
    }
  }

  private touch(logicalId: LogicalId, during: boolean, change: (arn: string) => void): string | undefined {
    const [deployment] = this.account.deploymentsOf(logicalId);
    if (deployment === undefined) {
      return 'there is none';
    }
    const refusal = refusalOf(() => {
      change(deployment.arn);
    });
    if (refusal === undefined) {
      this.touched.set(logicalId, this.sea.time.now());
      this.interfered ||= during;
    }
    return refusal;
  }

  private tag(logicalId: LogicalId, key: string): string | undefined {
    const [deployment] = this.account.deploymentsOf(logicalId);
    if (deployment === undefined) {
      return 'there is none';
    }
    const { arn } = deployment;
    const refusal = refusalOf(() => {
      this.sea.controlPlane.perform('TagResource', { resourceARN: arn, tags: [{ key, value: 'by hand' }] });
    });
    if (refusal === undefined) {
      this.marks.set(arn, new Map([...this.marksOn(arn), [key, 'by hand']]));
    }
    return refusal;
  }

  private takeTheName(logicalId: LogicalId, marked: boolean): string | undefined {
    const modelDeploymentName = fixedName(logicalId, 'mine') ?? '';
    if (this.namesInForce.includes(modelDeploymentName)) {
      return 'the stack has it';
    }
    if (this.sea.controlPlane.behaviour.nameIndexLag > 0) {
      return 'both could have it, and nobody could tell which is which';
    }
    const tags = marked
      ? [
          { key: STACK_ID_TAG, value: 'another' },
          { key: LOGICAL_ID_TAG, value: logicalId },
        ]
      : [];
    return this.tryToMake({ modelDeploymentName, tags });
  }

  private useTheModel(uses: readonly ModelUse[]): string | undefined {
    const model = this.account.ours('model').find(({ status }) => status === 'Active');
    if (model === undefined) {
      return 'there is none';
    }
    const refusals = uses.map((use) =>
      refusalOf(() => {
        this.account.theirs(() => {
          this.use(model.arn, use);
        });
      }),
    );
    return refusals.find((refusal) => refusal !== undefined);
  }

  /**
   * What this world lists under another model nobody could know of: then it is made with the model, and stays with it.
   */
  private use(own: string, use: ModelUse): void {
    const { modelArnAfterUpdate, modelArnDuringUpdate, modelArnAfterFailedUpdate } = this.sea.controlPlane.behaviour;
    const { one, 'full-rank': fullRank } = this.models.given;
    const make = (modelArn: string): string => {
      this.made += 1;
      return this.make({ modelDeploymentName: `user-${this.made}`, modelArn });
    };
    if (use === 'moved to' && modelArnAfterUpdate === 'new') {
      this.within(0, () => {
        this.move(make(one), own);
      });
    } else if (use === 'moved away') {
      this.within(0, () => {
        this.move(make(own), one);
      });
    } else if (use === 'stuck' && modelArnAfterFailedUpdate === 'old') {
      this.within(0, () => {
        this.move(make(own), fullRank);
      });
    } else {
      const arn = this.within(0, () => make(own));
      if (use === 'moving away' && modelArnDuringUpdate === 'old') {
        this.move(arn, one);
      }
    }
  }

  private move(customModelDeploymentIdentifier: string, modelArn: string): void {
    this.sea.controlPlane.perform('UpdateCustomModelDeployment', { customModelDeploymentIdentifier, modelArn });
  }

  /** They need the stack's models no longer, nor does anybody need what the stack has left. */
  letGoOfModels(): void {
    const { controlPlane } = this.sea;
    this.sea.tell("by hand: whatever else uses the stack's models is deleted");
    const users = this.account.ours('model').flatMap(({ arn }) => this.account.usersOf(arn));
    users.forEach(({ arn }) => {
      controlPlane.removeDeployment(arn);
    });
    this.account.forget(users);
  }

  private holdTheQuota(places: number, ms: number): string | undefined {
    const obstacles = this.within(ms, () =>
      Array.from({ length: places }, () => {
        this.made += 1;
        return this.tryToMake({ modelDeploymentName: `other-${this.made}` });
      }),
    );
    return obstacles.find((obstacle) => obstacle !== undefined);
  }

  private changeAccess(): void {
    const { controlPlane, time } = this.sea;
    controlPlane.accessChangedAt = time.now();
    this.isBarred = controlPlane.behaviour.accessLag > this.durations.modelCreate;
  }

  /** Only where nothing of the stack's is gone that must be made again. */
  private fillTheAccount(ms: number | undefined): string | undefined {
    const { controlPlane, time } = this.sea;
    if (this.touched.size > 0) {
      return 'what is gone could not be made again';
    }
    const before = new Set(controlPlane.deployments().map(({ arn }) => arn));
    const places = controlPlane.behaviour.maxDeployments - before.size;
    this.holdTheQuota(places, 0);
    this.placesTaken = Math.max(this.placesTaken, this.account.placesTaken());
    const made = controlPlane.deployments().filter(({ arn }) => !before.has(arn));
    if (ms !== undefined) {
      time.at(time.now() + ms, () => {
        this.sea.tell('by hand: what filled the account is deleted');
        made.forEach(({ arn }) => {
          controlPlane.removeDeployment(arn);
        });
        this.account.forget(made);
      });
    }
    return undefined;
  }

  private tryToMake(deployment: NewDeployment): string | undefined {
    return refusalOf(() => this.account.theirs(() => this.make(deployment)));
  }

  private make(deployment: NewDeployment): string {
    const input = { modelArn: this.models.given.one, ...deployment };
    return this.sea.controlPlane.perform('CreateCustomModelDeployment', input).customModelDeploymentArn;
  }

  /** What begins here takes so long. */
  private within<T>(ms: number, begin: () => T): T {
    const { durations } = this.sea.controlPlane;
    const { deploymentCreate, deploymentUpdate } = durations;
    Object.assign(durations, { deploymentCreate: ms, deploymentUpdate: ms });
    try {
      return begin();
    } finally {
      Object.assign(durations, { deploymentCreate, deploymentUpdate });
    }
  }

  /**
   * Only where what takes too long can be given up, and nothing that is gone, or that a failed update has broken, must
   * be made again in time.
   */
  private slowDown(): string | undefined {
    const { durations, behaviour } = this.sea.controlPlane;
    const slow = {
      ...(behaviour.deleteWhileCreating === 'allowed' ? { deploymentCreate: SLOW } : {}),
      ...(behaviour.deleteModelWhileCreating === 'allowed' ? { modelCreate: SLOW } : {}),
    };
    if (Object.keys(slow).length === 0 || behaviour.statusAfterFailedUpdate === 'Failed' || this.touched.size > 0) {
      return 'nothing could be given up';
    }
    this.isSlow = true;
    Object.assign(durations, slow);
    return undefined;
  }
}

function refusalOf(change: () => unknown): string | undefined {
  try {
    change();
    return undefined;
  } catch (error) {
    if (error instanceof BedrockError) {
      return error.message;
    }
    throw error;
  }
}
