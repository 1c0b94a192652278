import { LOGICAL_ID_TAG, STACK_ID_TAG } from '../lib/private/contract';
import type { SimulatedStack, StackStatus } from '../local/aws-simulator/cloudformation';
import { EndOfTime } from '../local/aws-simulator/virtual-time';
import { allowedFailure, requestsRetainedName } from './checkers/allowed-failures';
import { EventChecker } from './checkers/event-checker';
import { OwnershipLedger } from './checkers/ownership-ledger';
import { ProvenGates } from './checkers/proven-gates';
import { RetentionChecker } from './checkers/retention-checker';
import { checkState } from './checkers/state-checker';
import { timedOut } from './checkers/timeout';
import type { Violation, ViolationName } from './checkers/violation';
import { Environment } from './environment';
import { ExternalActors } from './faults/external-actors';
import { desiredInWords } from './report/trace';
import type { SubjectFactory } from './subjects/subject';
import { GATE_ALARM, gateFunction } from './workload/gates';
import { Models } from './workload/models';
import type { DesiredResources, LifePlan, PlannedOperation, PlannedUpdate } from './workload/plan';
import { changed, templateOf } from './workload/templates';

/** The outcome of one life. */
export interface LifeResult {
  readonly violations: readonly Violation[];
  readonly trace: readonly string[];
  /** What the subject logged. */
  readonly log: readonly string[];
  readonly operations: number;
}

/** Plays one planned life of a stack, from create to delete, with this subject. */
export async function runLife(plan: LifePlan, createSubject: SubjectFactory): Promise<LifeResult> {
  const life = new PlannedLife(plan);
  const { environment } = life;
  try {
    await environment.start(createSubject);
    await life.play();
  } catch (error) {
    life.report(
      error instanceof EndOfTime ? 'stuck stack' : 'simulation error',
      error instanceof Error ? (error.stack ?? error.message) : String(error),
    );
  } finally {
    await environment.close();
  }
  return { violations: life.violations, trace: environment.trace, log: environment.log, operations: life.operations };
}

const HOUR = 3600_000;
/** By then every read shows what was created, in every world. */
const VISIBLE_AFTER = 90_000;
/** The longest pause of the retries after an outage of Lambda, and time to answer. */
const LAMBDA_RETRY = 6 * 60_000;
/**
 * How long a life waits before it requests the name of a retained resource: within two hours of the last answer, the
 * Delete of a late Create cannot distinguish the retained resource from what that Create may have made.
 */
const RETENTION_SETTLED = 3 * HOUR;
/**
 * By then late deliveries have come and running executions have ended. CloudFormation sends no Delete for what a
 * cancelled Create under `Retain` makes: that Create goes on, and makes its deployment again if somebody deletes it.
 */
const RUNS_OVER = 2 * HOUR;
const NO_NAME = /the description of a deployment cannot be changed|with modelUpdate REPLACE another model/;

function defined(...versions: (DesiredResources | undefined)[]): DesiredResources[] {
  return versions.filter((each) => each !== undefined);
}

interface LifeOperationOutcome {
  readonly status: StackStatus;
  readonly cancelled: boolean;
  /** A call was denied for minutes. */
  readonly wasDenied: boolean;
  /** Lambda was unavailable for too long. */
  readonly timedOut: boolean;
  readonly gateHasFailed: boolean;
}

class PlannedLife {
  operations = 0;
  readonly environment: Environment;
  private readonly ledger: OwnershipLedger;
  private readonly models: Models;
  private readonly externalActors: ExternalActors;
  private readonly retention: RetentionChecker;
  private readonly eventChecker: EventChecker;
  private readonly stack: SimulatedStack;
  /** The desired resources of each operation that succeeded, in order. */
  private readonly deployed: DesiredResources[] = [];
  private wasCancelled = false;

  constructor(private readonly plan: LifePlan) {
    this.environment = new Environment({ seed: plan.seed, ...plan.world });
    const { controlPlane, time } = this.environment;
    this.ledger = new OwnershipLedger(controlPlane);
    const { runtime, alarms } = this.environment;
    alarms.create(GATE_ALARM);
    this.models = new Models(controlPlane, this.ledger, runtime, alarms);
    this.environment.gateFunctions = gateFunction(({ modelArn }) => this.models.failsGates(modelArn));
    this.externalActors = new ExternalActors(this.environment, this.ledger, this.models);
    this.retention = new RetentionChecker(this.ledger, this.externalActors, this.environment.time.now);
    this.stack = this.environment.cloudFormation.stack('storm');
    this.eventChecker = new EventChecker(
      time.now,
      this.ledger,
      this.externalActors,
      this.retention,
      new ProvenGates(
        time.now,
        (deployment) => controlPlane.deployments().find(({ arn }) => arn === deployment)?.servedModelArn,
      ),
      () => this.stack.status?.includes('ROLLBACK') === true,
    );
    this.environment.observer = this.eventChecker;
  }

  get violations(): readonly Violation[] {
    return this.eventChecker.violations;
  }

  report(name: ViolationName, detail: string): void {
    this.eventChecker.report(name, this.environment.controlPlane.inWords(detail));
  }

  async play(): Promise<void> {
    await this.createForeignResources();
    await this.createAndUpdate();
    await this.delete();
    this.environment.cloudFormation.complaints.forEach((complaint) => {
      this.report('invalid answer', complaint);
    });
  }

  /** Resources of external actors that exist before the stack. */
  private async createForeignResources(): Promise<void> {
    const { controlPlane, time } = this.environment;
    const tags = [
      { key: STACK_ID_TAG, value: 'another' },
      { key: LOGICAL_ID_TAG, value: 'Deployment' },
    ];
    this.ledger.recordForeign(() => {
      controlPlane.perform('CreateCustomModelDeployment', {
        modelDeploymentName: 'foreign',
        modelArn: this.models.existing.one,
        tags,
      });
      controlPlane.addModel({ name: 'foreign' });
    });
    await this.environment.time.until(time.sleep(HOUR));
  }

  /** Plays the create and the updates, until one leaves the stack in a status that cannot be updated. */
  private async createAndUpdate(): Promise<void> {
    const { create, updates } = this.plan;
    let status = await this.deploy('create', create.desired, create);
    for (const update of status === 'CREATE_COMPLETE' ? updates : []) {
      const desired = this.desiredBy(update);
      status = await this.deploy('update', desired, update);
      if (status === 'UPDATE_ROLLBACK_COMPLETE' && update.retry !== undefined) {
        this.environment.record('external action: repairs the models');
        this.models.repair();
        status = await this.deploy('update', desired, update.retry);
      }
      if (status === 'UPDATE_ROLLBACK_FAILED') {
        return;
      }
    }
  }

  private desiredBy({ to }: PlannedUpdate): DesiredResources {
    const [first, last] = [this.deployed[0], this.deployed.at(-1)] as [DesiredResources, DesiredResources];
    return 'back' in to ? (this.deployed.at(-1 - to.back) ?? first) : changed(last, to);
  }

  private async deploy(
    verb: 'create' | 'update',
    desired: DesiredResources,
    operation: PlannedOperation,
  ): Promise<StackStatus> {
    const before = this.deployed.at(-1);
    const template = templateOf(desired, this.models.existing, this.environment.knowsGates);
    if (requestsRetainedName(desired, this.ledger)) {
      await this.environment.time.until(this.environment.time.sleep(RETENTION_SETTLED));
    }
    const outcome = await this.runOperation(verb, desiredInWords(desired, before), operation, () =>
      this.stack[verb](template),
    );
    const { status } = outcome;
    const isStuck =
      status === 'ROLLBACK_FAILED' ||
      (status === 'UPDATE_ROLLBACK_FAILED' && !this.externalActors.interfered && !this.isKnownLimitation());
    if (isStuck && !outcome.timedOut) {
      this.report('stuck stack', `${status}: ${this.stack.reasons.join('; ')}`);
    }
    if (status === 'CREATE_COMPLETE' || status === 'UPDATE_COMPLETE') {
      this.deployed.push(desired);
    } else if (
      allowedFailure({
        desired,
        before,
        ...outcome,
        ledger: this.ledger,
        models: this.models,
        externalActors: this.externalActors,
      }) === undefined
    ) {
      this.report('unexpected failure', `${status}: ${this.stack.reasons.join('; ')}`);
    }
    if (status.endsWith('ROLLBACK_FAILED')) {
      this.retention.failRollback(defined(desired, before));
    } else {
      this.checkRetention(desired, before, status);
      this.checkState(this.deployed.at(-1));
    }
    return status;
  }

  private async delete(): Promise<void> {
    const outcome = await this.runOperation('delete', '', this.plan.remove, () => this.stack.delete());
    const { status } = outcome.status === 'DELETE_FAILED' ? await this.deleteAgain(outcome) : outcome;
    if (status !== 'DELETE_COMPLETE') {
      this.report('stuck stack', `${status}: ${this.stack.reasons.join('; ')}`);
    }
    await this.environment.time.until(this.environment.time.sleep(RUNS_OVER));
    this.checkRetention(this.deployed.at(-1), undefined, status);
    this.checkState(undefined);
  }

  private async deleteAgain({ status, timedOut: hadTimedOut }: LifeOperationOutcome): Promise<LifeOperationOutcome> {
    this.checkRetention(this.deployed.at(-1), undefined, status);
    if (!hadTimedOut && this.ledger.usersOfStackModels().length === 0) {
      this.report('unexpected failure', `${status}: ${this.stack.reasons.join('; ')}`);
    }
    if (this.wasCancelled) {
      await this.environment.time.until(this.environment.time.sleep(RUNS_OVER));
    }
    this.externalActors.deleteModelUsers();
    const withoutFaults = { ...this.plan.remove, externalActions: [], faults: [] };
    return this.runOperation('delete', 'again', withoutFaults, () => this.stack.delete());
  }

  private checkRetention(
    desired: DesiredResources | undefined,
    before: DesiredResources | undefined,
    status: StackStatus,
  ): void {
    const failed = !['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'DELETE_COMPLETE'].includes(status);
    this.retention.endOperation(this.stack, defined(desired, before), failed).forEach(({ name, detail }) => {
      this.report(name, detail);
    });
  }

  private async runOperation(
    verb: string,
    words: string,
    { seed, externalActions, faults, cancelAfter }: PlannedOperation,
    operation: () => Promise<StackStatus>,
  ): Promise<LifeOperationOutcome> {
    const { environment, externalActors, stack } = this;
    this.operations += 1;
    environment.record('==', verb, words);
    environment.beginOperation(seed, []);
    externalActors.actBefore(externalActions, this.deployed.at(-1), stack.physicalIds);
    await environment.time.until(
      environment.time.sleep(
        externalActions.some(({ action }) => action.kind === 'use the model') ? VISIBLE_AFTER : 1000,
      ),
    );
    this.retention.beginOperation();
    this.eventChecker.beginOperation();

    let [cancelled, over] = [false, false];
    const after = (ms: number, run: () => void): void => {
      environment.time.at(environment.time.now() + ms, () => {
        if (!over) {
          run();
        }
      });
    };
    externalActions.forEach((scheduled) => {
      if (scheduled.after !== undefined) {
        after(scheduled.after, () => {
          externalActors.actDuring(scheduled);
        });
      }
    });
    if (cancelAfter !== undefined) {
      after(cancelAfter, () => {
        environment.record('== cancelled');
        stack.cancelOperation();
        cancelled = true;
        this.wasCancelled = true;
      });
    }
    const before = stack.events.length;
    const begun = environment.time.now();
    environment.beginOperation(seed, faults);
    const status = await environment.time.until(operation());
    over = true;
    environment.record('==', status);
    const events = stack.events.slice(before);
    for (const { logicalId = '', reason = '', at } of events) {
      if (reason.includes('did not receive a response') && environment.lambdaBackAt + LAMBDA_RETRY < at) {
        this.report('no answer', `for ${logicalId}`);
      }
    }
    const wasDenied = environment.allowedAgainAt > begun;
    const { gateHasFailed } = this.eventChecker;
    const hasTimedOut = environment.lambdaBackAt > begun && timedOut(events);
    return { status, cancelled, wasDenied, timedOut: hasTimedOut, gateHasFailed };
  }

  /**
   * Two documented limitations of a rollback, each after external actors deleted or moved a deployment. With a fixed
   * name, the update could create a new one under it, and the rollback needs another, but the name is taken. And what
   * was deleted cannot be created again once others have filled the account.
   */
  private isKnownLimitation(): boolean {
    const { events } = this.stack;
    const began = events.map(({ status }) => status).lastIndexOf('UPDATE_ROLLBACK_IN_PROGRESS');
    const failed = events
      .slice(began)
      .filter(({ status, logicalId }) => status === 'UPDATE_FAILED' && logicalId !== undefined);
    return failed.every(
      ({ logicalId = '', reason = '' }) =>
        this.externalActors.hadTouchedBefore(logicalId) &&
        (NO_NAME.test(reason) || (this.ledger.isFull && this.ledger.deploymentsOf(logicalId).length === 0)),
    );
  }

  private checkState(desired: DesiredResources | undefined): void {
    checkState(desired, this.stack, this.ledger, this.models, this.externalActors).forEach(({ name, detail }) => {
      this.report(name, detail);
    });
    this.ledger.foreignChanges().forEach((detail) => {
      this.report('foreign resource changed', detail);
    });
  }
}
