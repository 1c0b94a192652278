import { LOGICAL_ID_TAG, STACK_ID_TAG } from '../lib/private/contract';
import type { SimulatedStack, StackStatus } from '../local/aws-simulator/cloudformation';
import { EndOfTime } from '../local/aws-simulator/virtual-time';
import { Account } from './checkers/account';
import { asksForWhatWasLeft, excuse } from './checkers/allowed-failures';
import { inspect } from './checkers/inspection';
import { ranOutOfTime } from './checkers/out-of-time';
import { Retention } from './checkers/retention';
import type { Finding, FindingName } from './checkers/violation';
import { Witness } from './checkers/watcher';
import { Sea } from './environment';
import { Others } from './faults/others';
import { wishInWords } from './report/story';
import type { Launch } from './subjects/subject';
import { Models } from './workload/models';
import type { Attempt, Plan, Update, Wish } from './workload/plan';
import { changed, templateOf } from './workload/templates';

/** What one life came to. */
export interface Life {
  /** What went wrong with it; nothing, if it was a good life. */
  readonly findings: readonly Finding[];
  readonly story: readonly string[];
  /** What the function logged. */
  readonly log: readonly string[];
  readonly operations: number;
}

/** Lives a stack's life as planned, from create to delete, in what is launched. */
export async function live(plan: Plan, launch: Launch): Promise<Life> {
  const life = new PlannedLife(plan);
  const { sea } = life;
  try {
    await sea.launch(launch);
    await life.live();
  } catch (error) {
    life.find(
      error instanceof EndOfTime ? 'stuck' : 'crash',
      error instanceof Error ? (error.stack ?? error.message) : String(error),
    );
  } finally {
    await sea.close();
  }
  return { findings: life.findings, story: sea.story, log: sea.log, operations: life.operations };
}

const HOUR = 3600_000;
/** By then what others made is seen by all, however long it takes to be visible, and reads to be steady. */
const KNOWN = 90_000;
/** Longest pause after which Lambda, once it is back, is tried again, and time to answer. */
const LAMBDA_TRIED_AGAIN = 6 * 60_000;
/**
 * Nobody asks sooner for what the stack was made to let go of: so long a deletion cannot tell what was retained from
 * what was asked for again.
 */
const AFTERTHOUGHT = 3 * HOUR;
const NO_NAME = /the description of a deployment cannot be changed|with modelUpdate REPLACE another model/;

function both(...wishes: (Wish | undefined)[]): Wish[] {
  return wishes.filter((each) => each !== undefined);
}

/** What became of an operation. */
interface Outcome {
  readonly status: StackStatus;
  readonly cancelled: boolean;
  /** There was something in it that a policy denied for long. */
  readonly wasDenied: boolean;
  /** Lambda was away in it, and too long. */
  readonly ranOutOfTime: boolean;
}

class PlannedLife {
  operations = 0;
  readonly sea: Sea;
  private readonly account: Account;
  private readonly models: Models;
  private readonly others: Others;
  private readonly retention: Retention;
  private readonly witness: Witness;
  private readonly stack: SimulatedStack;
  /** The wishes that came true. */
  private readonly history: Wish[] = [];

  constructor(private readonly plan: Plan) {
    this.sea = new Sea({ seed: plan.seed, ...plan.world });
    const { controlPlane, time } = this.sea;
    this.account = new Account(controlPlane);
    this.models = new Models(controlPlane, this.account);
    this.others = new Others(this.sea, this.account, this.models);
    this.retention = new Retention(this.account, this.others);
    this.witness = new Witness(time.now, this.account, this.others, this.retention);
    this.sea.onlooker = this.witness;
    this.stack = this.sea.cloudFormation.stack('storm');
  }

  get findings(): readonly Finding[] {
    return this.witness.findings;
  }

  find(name: FindingName, detail: string): void {
    this.witness.find(name, this.sea.controlPlane.inWords(detail));
  }

  async live(): Promise<void> {
    await this.settle();
    await this.grow();
    await this.end();
    this.sea.cloudFormation.complaints.forEach((complaint) => {
      this.find('bad answer', complaint);
    });
  }

  /** There are others in the account, who have been there for long. */
  private async settle(): Promise<void> {
    const { controlPlane, time } = this.sea;
    const tags = [
      { key: STACK_ID_TAG, value: 'another' },
      { key: LOGICAL_ID_TAG, value: 'Deployment' },
    ];
    this.account.theirs(() => {
      controlPlane.perform('CreateCustomModelDeployment', {
        modelDeploymentName: 'theirs',
        modelArn: this.models.given.one,
        tags,
      });
      controlPlane.addModel({ name: 'theirs' });
    });
    await this.sea.time.until(time.sleep(HOUR));
  }

  /** Create and updates, until one leaves nothing to go on with. */
  private async grow(): Promise<void> {
    const { create, updates } = this.plan;
    let status = await this.ask('create', create.wish, create);
    for (const update of status === 'CREATE_COMPLETE' ? updates : []) {
      const wish = this.wishOf(update);
      status = await this.ask('update', wish, update);
      if (status === 'UPDATE_ROLLBACK_COMPLETE' && update.again !== undefined) {
        this.sea.tell('what it failed over is mended');
        this.models.mend();
        status = await this.ask('update', wish, update.again);
      }
      if (status === 'UPDATE_ROLLBACK_FAILED') {
        return;
      }
    }
  }

  private wishOf({ to }: Update): Wish {
    const [first, last] = [this.history[0], this.history.at(-1)] as [Wish, Wish];
    return 'back' in to ? (this.history.at(-1 - to.back) ?? first) : changed(last, to);
  }

  private async ask(verb: 'create' | 'update', wish: Wish, attempt: Attempt): Promise<StackStatus> {
    const before = this.history.at(-1);
    const template = templateOf(wish, this.models.given);
    if (asksForWhatWasLeft(wish, this.account)) {
      await this.sea.time.until(this.sea.time.sleep(AFTERTHOUGHT));
    }
    const outcome = await this.operate(verb, wishInWords(wish, before), attempt, () => this.stack[verb](template));
    const { status } = outcome;
    const isStuck =
      status === 'ROLLBACK_FAILED' ||
      (status === 'UPDATE_ROLLBACK_FAILED' && !this.others.interfered && !this.isKnownCorner());
    if (isStuck && !outcome.ranOutOfTime) {
      this.find('stuck', `${status}: ${this.stack.reasons.join('; ')}`);
    }
    if (status === 'CREATE_COMPLETE' || status === 'UPDATE_COMPLETE') {
      this.history.push(wish);
    } else if (
      excuse({ wish, before, ...outcome, account: this.account, models: this.models, others: this.others }) ===
      undefined
    ) {
      this.find('needless failure', `${status}: ${this.stack.reasons.join('; ')}`);
    }
    if (status.endsWith('ROLLBACK_FAILED')) {
      this.retention.neglect(both(wish, before));
    } else {
      this.retain(wish, before, status);
      this.inspect(this.history.at(-1));
    }
    return status;
  }

  private async end(): Promise<void> {
    const outcome = await this.operate('delete', '', this.plan.remove, () => this.stack.delete());
    const { status } = outcome.status === 'DELETE_FAILED' ? await this.deleteAgain(outcome) : outcome;
    if (status !== 'DELETE_COMPLETE') {
      this.find('stuck', `${status}: ${this.stack.reasons.join('; ')}`);
    }
    // Whatever is still on its way arrives.
    await this.sea.time.until(this.sea.time.sleep(2 * HOUR));
    this.retain(this.history.at(-1), undefined, status);
    this.inspect(undefined);
  }

  private async deleteAgain({ status, ranOutOfTime: hadNoTime }: Outcome): Promise<Outcome> {
    this.retain(this.history.at(-1), undefined, status);
    if (!hadNoTime && !this.account.usesOurModels()) {
      this.find('needless failure', `${status}: ${this.stack.reasons.join('; ')}`);
    }
    this.others.letGoOfModels();
    const calm = { ...this.plan.remove, byHand: [], mishaps: [] };
    return this.operate('delete', 'again', calm, () => this.stack.delete());
  }

  private retain(wish: Wish | undefined, before: Wish | undefined, status: StackStatus): void {
    const failed = !['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'DELETE_COMPLETE'].includes(status);
    this.retention.end(this.stack, both(wish, before), failed).forEach(({ name, detail }) => {
      this.find(name, detail);
    });
  }

  private async operate(
    verb: string,
    words: string,
    { seed, byHand, mishaps, cancelAfter }: Attempt,
    operation: () => Promise<StackStatus>,
  ): Promise<Outcome> {
    const { sea, others, stack } = this;
    this.operations += 1;
    sea.tell('==', verb, words);
    sea.begin(seed, []);
    others.act(byHand, this.history.at(-1), stack.physicalIds);
    await sea.time.until(sea.time.sleep(byHand.some(({ act }) => act.act === 'use the model') ? KNOWN : 1000));
    this.retention.begin();

    let [cancelled, over] = [false, false];
    const after = (ms: number, happens: () => void): void => {
      sea.time.at(sea.time.now() + ms, () => {
        if (!over) {
          happens();
        }
      });
    };
    byHand.forEach((deed) => {
      if (deed.after !== undefined) {
        after(deed.after, () => {
          others.actDuring(deed);
        });
      }
    });
    if (cancelAfter !== undefined) {
      after(cancelAfter, () => {
        sea.tell('== is cancelled');
        stack.cancelOperation();
        cancelled = true;
      });
    }
    const before = stack.events.length;
    const begun = sea.time.now();
    sea.begin(seed, mishaps);
    const status = await sea.time.until(operation());
    over = true;
    sea.tell('==', status);
    const events = stack.events.slice(before);
    for (const { logicalId = '', reason = '', at } of events) {
      if (reason.includes('did not receive a response') && sea.lambdaBackAt + LAMBDA_TRIED_AGAIN < at) {
        this.find('no answer', `for ${logicalId}`);
      }
    }
    const wasDenied = sea.allowedAgainAt > begun;
    return { status, cancelled, wasDenied, ranOutOfTime: sea.lambdaBackAt > begun && ranOutOfTime(events) };
  }

  /**
   * Known, documented and allowed: what has a fixed name was deleted or moved by hand, so that the update could have
   * what there is no name for otherwise, and was then rolled back. To go back takes a new deployment, for which there
   * is no name.
   */
  private isKnownCorner(): boolean {
    const { events } = this.stack;
    const began = events.map(({ status }) => status).lastIndexOf('UPDATE_ROLLBACK_IN_PROGRESS');
    const failed = events
      .slice(began)
      .filter(({ status, logicalId }) => status === 'UPDATE_FAILED' && logicalId !== undefined);
    return failed.every(({ logicalId = '', reason = '' }) => this.others.hadTouched(logicalId) && NO_NAME.test(reason));
  }

  private inspect(wish: Wish | undefined): void {
    inspect(wish, this.stack, this.account, this.models, this.others).forEach(({ name, detail }) => {
      this.find(name, detail);
    });
    this.account.disturbed().forEach((detail) => {
      this.find('foreign touched', detail);
    });
  }
}
