import type { CloudFormationRequest } from '../../lambda/cloudformation/request';
import type { Tags } from '../../lambda/reconcile/goal';
import { LOGICAL_ID_TAG, STACK_ID_TAG } from '../../lib/private/contract';
import type { Durations } from '../../local/fake-bedrock/behaviour';
import { BedrockError } from '../../local/fake-bedrock/errors';
import type { OwnershipLedger } from '../checkers/ownership-ledger';
import type { Environment } from '../environment';
import { actionInWords } from '../report/trace';
import { type Models, needsRepair } from '../workload/models';
import type { DesiredResources, ExternalAction, LogicalId, ModelUse, ScheduledAction } from '../workload/plan';
import { fixedName } from '../workload/templates';

/** Longer than CloudFormation waits for an answer. */
const SLOW = 65 * 60_000;

interface ForeignDeployment {
  readonly modelDeploymentName: string;
  readonly modelArn?: string;
  readonly tags?: { key: string; value: string }[];
}

/** The other users of the account: what they do, and which findings of the checkers that explains. */
export class ExternalActors {
  isSlow = false;
  /** The most of the quota of deployments that was not available to the stack in this operation. */
  quotaTaken = 0;
  /** Permissions to read artefacts work too late in Bedrock: even the second attempt of an import may fail. */
  importsDenied = false;
  private accessChanges = 0;
  /** They have filled the account: what the stack gives up may leave no place for what it must create. */
  private isFilled = false;
  /** An external actor changed a resource of the stack during this operation. */
  interfered = false;
  /** ARNs of the stack's resources that they have deleted. */
  readonly deleted = new Set<string>();
  /** When they changed a resource of the stack, by logical id, until a request for it succeeds. */
  private readonly touched = new Map<string, number>();
  /** The logical ids in `touched` when this operation began. */
  private touchedBefore: ReadonlySet<string> = new Set();
  private readonly foreignTags = new Map<string, Map<string, string>>();
  private readonly durations: Durations;
  /** For how long reads may not show a change. */
  private readonly hiddenFor: number;
  private deployed: DesiredResources | undefined;
  private deployedNames: readonly string[] = [];
  private created = 0;

  constructor(
    private readonly environment: Environment,
    private readonly ledger: OwnershipLedger,
    private readonly models: Models,
  ) {
    const { durations, behaviour } = environment.controlPlane;
    this.durations = { ...durations };
    const deletion = behaviour.statusDuringDelete === 'unchanged' ? durations.deploymentDelete : 0;
    this.hiddenFor = Math.max(behaviour.staleUpdateReads, deletion) + behaviour.flickeringReads;
  }

  /** Takes the actions that come before the operation. */
  actBefore(
    actions: readonly ScheduledAction[],
    deployed: DesiredResources | undefined,
    deployedNames: readonly string[],
  ): void {
    Object.assign(this.environment.controlPlane.durations, this.durations);
    this.isSlow = false;
    this.quotaTaken = this.ledger.quotaTaken();
    this.importsDenied = false;
    this.accessChanges = 0;
    this.interfered = false;
    this.models.beginOperation();
    this.deployed = deployed;
    this.deployedNames = deployedNames;
    actions
      .filter(({ after }) => after === undefined)
      .forEach(({ action }) => {
        this.take(action, false);
      });
    this.touchedBefore = new Set(this.touched.keys());
  }

  actDuring({ action }: ScheduledAction): void {
    this.take(action, true);
  }

  /**
   * A tag that the template changes is the stack's again, and so is each tag of a retained deployment that it reuses.
   */
  onRequest({
    RequestType,
    LogicalResourceId,
    ResourceProperties,
    OldResourceProperties,
  }: CloudFormationRequest): void {
    const [wanted = {}, before = {}] = [ResourceProperties, OldResourceProperties].map(
      (properties) => properties?.['Tags'] as Tags | undefined,
    );
    const changed = RequestType === 'Delete' ? [] : Object.keys(wanted).filter((key) => wanted[key] !== before[key]);
    const retained = this.ledger.retained('deployment').filter(({ logicalId }) => logicalId === LogicalResourceId);
    const asked = RequestType === 'Delete' ? [] : Object.keys(wanted);
    for (const [deployments, keys] of [
      [this.ledger.deploymentsOf(LogicalResourceId), changed],
      [retained, [...changed, ...asked]],
    ] as const) {
      deployments.forEach(({ arn }) => {
        keys.forEach((key) => this.foreignTags.get(arn)?.delete(key));
      });
    }
  }

  /** The resource is as the stack wants it again. A Delete does not count: it may be about a replaced predecessor. */
  onSuccess({ LogicalResourceId }: CloudFormationRequest): void {
    this.touched.delete(LogicalResourceId);
  }

  /**
   * Whether the resource is exempt from checks: external actors changed it after `since`, or so shortly before that
   * reads may not have shown the change.
   */
  exempts(logicalId: string, since = 0): boolean {
    const at = this.touched.get(logicalId);
    return at !== undefined && at + this.hiddenFor >= since;
  }

  /** Whether external actors had changed the resource before this operation. */
  hadTouchedBefore(logicalId: string): boolean {
    return this.touchedBefore.has(logicalId);
  }

  /** The tags that external actors have set, and no template has changed since. */
  foreignTagsOn(arn: string): ReadonlyMap<string, string> {
    return this.foreignTags.get(arn) ?? new Map<string, string>();
  }

  private take(action: ExternalAction, during: boolean): void {
    this.environment.record('external action:', actionInWords(action));
    const cannotBeRecreated = this.isSlow || this.isFilled || this.ledger.isFull;
    const obstacle =
      cannotBeRecreated && 'of' in action
        ? 'the stack could not create the deployment again'
        : this.attempt(action, during);
    if (obstacle !== undefined) {
      this.environment.record('  not possible:', obstacle);
    }
  }

  /** @returns why the action is not possible, if it is not */
  private attempt(action: ExternalAction, during: boolean): string | undefined {
    switch (action.kind) {
      case 'delete':
        return this.touch(action.of, during, (arn) => {
          this.environment.controlPlane.perform('DeleteCustomModelDeployment', {
            customModelDeploymentIdentifier: arn,
          });
          this.deleted.add(arn);
        });
      case 'fail':
        return this.touch(action.of, during, (arn) => {
          this.environment.controlPlane.setDeployment(arn, { status: 'Failed', failureMessage: 'became unavailable' });
        });
      case 'move':
        return this.touch(action.of, during, (arn) => {
          this.environment.controlPlane.perform('UpdateCustomModelDeployment', {
            customModelDeploymentIdentifier: arn,
            modelArn: this.models.existing[action.to],
          });
          this.models.willServe(this.models.existing[action.to]);
        });
      case 'tag':
        return during || this.environment.controlPlane.behaviour.flickeringReads > 0
          ? "the order of this and the stack's change could not be observed"
          : this.tag(action.of, action.key);
      case 'take the name':
        return this.takeTheName(action.of, action.tagged);
      case 'use the model':
        return during
          ? "the order of this and the stack's change could not be observed"
          : this.useTheModel(action.users);
      case 'hold the quota':
        return this.holdTheQuota(action.count, action.ms);
      case 'fill the account':
        return this.fillTheAccount(action.ms);
      case 'change access':
        this.changeAccess();
        return undefined;
      case 'repair':
        this.models.repair();
        return undefined;
      case 'break':
        if (during || (this.deployed !== undefined && needsRepair(this.deployed))) {
          return 'a broken model is in use';
        }
        this.models.break();
        return undefined;
      case 'slow down':
        return this.slowDown();
    }
  }

  private touch(logicalId: LogicalId, during: boolean, change: (arn: string) => void): string | undefined {
    const [deployment] = this.ledger.deploymentsOf(logicalId);
    if (deployment === undefined) {
      return 'there is none';
    }
    const refusal = refusalOf(() => {
      change(deployment.arn);
    });
    if (refusal === undefined) {
      this.touched.set(logicalId, this.environment.time.now());
      this.interfered ||= during;
    }
    return refusal;
  }

  private tag(logicalId: LogicalId, key: string): string | undefined {
    const [deployment] = this.ledger.deploymentsOf(logicalId);
    if (deployment === undefined) {
      return 'there is none';
    }
    const { arn } = deployment;
    const refusal = refusalOf(() => {
      this.environment.controlPlane.perform('TagResource', { resourceARN: arn, tags: [{ key, value: 'external' }] });
    });
    if (refusal === undefined) {
      this.foreignTags.set(arn, new Map([...this.foreignTagsOn(arn), [key, 'external']]));
    }
    return refusal;
  }

  private takeTheName(logicalId: LogicalId, tagged: boolean): string | undefined {
    const modelDeploymentName = fixedName(logicalId, 'fixed') ?? '';
    if (this.deployedNames.includes(modelDeploymentName)) {
      return 'the stack has the name';
    }
    if (this.environment.controlPlane.behaviour.nameIndexLag > 0) {
      return 'in this world both would get the name';
    }
    const tags = tagged
      ? [
          { key: STACK_ID_TAG, value: 'another' },
          { key: LOGICAL_ID_TAG, value: logicalId },
        ]
      : [];
    return this.tryToCreate({ modelDeploymentName, tags });
  }

  private useTheModel(uses: readonly ModelUse[]): string | undefined {
    const model = this.ledger.owned('model').find(({ status }) => status === 'Active');
    if (model === undefined) {
      return 'there is none';
    }
    const refusals = uses.map((use) =>
      refusalOf(() => {
        this.ledger.recordForeign(() => {
          this.use(model.arn, use);
        });
      }),
    );
    return refusals.find((refusal) => refusal !== undefined);
  }

  /** Where this world would not list the deployment under the model, it is created with the model and keeps it. */
  private use(own: string, use: ModelUse): void {
    const { modelArnAfterUpdate, modelArnDuringUpdate, modelArnAfterFailedUpdate } =
      this.environment.controlPlane.behaviour;
    const { one, 'full-rank': fullRank } = this.models.existing;
    const make = (modelArn: string): string => {
      this.created += 1;
      return this.create({ modelDeploymentName: `user-${this.created}`, modelArn });
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
    this.environment.controlPlane.perform('UpdateCustomModelDeployment', { customModelDeploymentIdentifier, modelArn });
  }

  /** So that the stack can be deleted. */
  deleteModelUsers(): void {
    const { controlPlane } = this.environment;
    this.environment.record("external action: deletes whatever uses the stack's models");
    const users = this.ledger.usersOfStackModels();
    users.forEach(({ arn }) => {
      controlPlane.removeDeployment(arn);
    });
    this.ledger.forgetDeleted(users);
  }

  private holdTheQuota(count: number, ms: number): string | undefined {
    const obstacles = this.within(ms, () =>
      Array.from({ length: count }, () => {
        this.created += 1;
        return this.tryToCreate({ modelDeploymentName: `other-${this.created}` });
      }),
    );
    return obstacles.find((obstacle) => obstacle !== undefined);
  }

  private changeAccess(): void {
    const { controlPlane, time } = this.environment;
    controlPlane.accessChangedAt = time.now();
    this.accessChanges += 1;
    // each of two changes can take one of the two attempts
    this.importsDenied = this.accessChanges > 1 || controlPlane.behaviour.accessLag > this.durations.modelCreate;
  }

  /** Not if the stack must create a resource again that external actors deleted. */
  private fillTheAccount(ms: number | undefined): string | undefined {
    const { controlPlane, time } = this.environment;
    if (this.touched.size > 0) {
      return 'the stack could not create the deployment again';
    }
    const before = new Set(controlPlane.deployments().map(({ arn }) => arn));
    const free = controlPlane.behaviour.maxDeployments - before.size;
    this.holdTheQuota(free, 0);
    this.quotaTaken = Math.max(this.quotaTaken, this.ledger.quotaTaken());
    this.isFilled = true;
    const created = controlPlane.deployments().filter(({ arn }) => !before.has(arn));
    if (ms !== undefined) {
      time.at(time.now() + ms, () => {
        this.environment.record('external action: deletes what filled the account');
        created.forEach(({ arn }) => {
          controlPlane.removeDeployment(arn);
        });
        this.ledger.forgetDeleted(created);
        this.isFilled = false;
      });
    }
    return undefined;
  }

  private tryToCreate(deployment: ForeignDeployment): string | undefined {
    return refusalOf(() => this.ledger.recordForeign(() => this.create(deployment)));
  }

  private create(deployment: ForeignDeployment): string {
    const input = { modelArn: this.models.existing.one, ...deployment };
    return this.environment.controlPlane.perform('CreateCustomModelDeployment', input).customModelDeploymentArn;
  }

  /** Whatever starts in `begin` takes so many ms in Bedrock. */
  private within<T>(ms: number, begin: () => T): T {
    const { durations } = this.environment.controlPlane;
    const { deploymentCreate, deploymentUpdate } = durations;
    Object.assign(durations, { deploymentCreate: ms, deploymentUpdate: ms });
    try {
      return begin();
    } finally {
      Object.assign(durations, { deploymentCreate, deploymentUpdate });
    }
  }

  /**
   * Only in worlds where a resource can be deleted while it is created, so that a rollback is possible; and not if the
   * stack must create a resource again that external actors, or a failed update, have broken.
   */
  private slowDown(): string | undefined {
    const { durations, behaviour } = this.environment.controlPlane;
    const slow = {
      ...(behaviour.deleteWhileCreating === 'allowed' ? { deploymentCreate: SLOW } : {}),
      ...(behaviour.deleteModelWhileCreating === 'allowed' ? { modelCreate: SLOW } : {}),
    };
    if (Object.keys(slow).length === 0 || behaviour.statusAfterFailedUpdate === 'Failed' || this.touched.size > 0) {
      return 'the stack could not roll back';
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
