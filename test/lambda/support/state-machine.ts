import type { Execution, Executions } from '../../../lambda/executions/executions';
import type { State, WaiterTask } from '../../../lambda/state';

interface Clock {
  readonly now: () => number;
  readonly goTo: (time: number) => void;
}

interface Running {
  readonly arn: string;
  readonly name: string;
  readonly startedAt: number;
  running: boolean;
  cutShortAt?: number;
  state: State;
  dueAt: number;
  /** What is due; at the end nothing but to end. */
  action: WaiterTask['action'] | 'end';
  tries: number;
}

const RETRIES = { reconcile: 8, giveUp: 8, answer: 10 };

/**
 * Step Functions with our state machine, as far as the handler can tell: names are never given twice, tasks are retried when the
 * function dies, and waiting takes no time.
 */
export class StateMachine implements Executions {
  private readonly executions: Running[] = [];
  /** New executions are listed only after so many ms. */
  listingDelay = 0;
  /** What is told of a task that could not be run, as a Cause. */
  causeOf = (_state: State, error: Error): string => JSON.stringify({ errorType: error.name, errorMessage: error.message, trace: [] });
  /** An execution ends only so many ms after its last task. */
  lingers = 0;

  constructor(private readonly lambda: (task: WaiterTask) => Promise<State | undefined>, private readonly clock: Clock) {}

  start(name: string, input: string): Promise<void> {
    if (!this.executions.some((execution) => execution.name === name)) {
      this.executions.push({
        arn: `arn:aws:states:us-east-1:000000000000:execution:Waiter:${name}`,
        name, startedAt: this.clock.now(), running: true, state: JSON.parse(input) as State, dueAt: this.clock.now(), action: 'reconcile', tries: 0,
      });
    }
    return Promise.resolve();
  }

  list(prefix: string): Promise<Execution[]> {
    const visible = this.executions.filter(({ name, startedAt }) => name.startsWith(prefix) && this.clock.now() - startedAt >= this.listingDelay);
    return Promise.resolve(visible.map(({ arn, name, running, startedAt, cutShortAt }) => ({
      arn, name, startedAt, status: running ? 'running' : cutShortAt === undefined ? 'succeeded' : 'cut short', ...(cutShortAt === undefined ? {} : { endedAt: cutShortAt }),
    })));
  }

  stop(arn: string): Promise<void> {
    for (const execution of this.executions.filter((candidate) => candidate.arn === arn)) {
      execution.running = false;
      execution.cutShortAt = this.clock.now();
    }
    return Promise.resolve();
  }

  /** The invocations now due are under way, and will not return while anyone looks. */
  hold(): void {
    for (const execution of this.executions) {
      execution.dueAt = Infinity;
    }
  }

  get started(): number {
    return this.executions.length;
  }

  get isRunning(): boolean {
    return this.executions.some(({ running }) => running);
  }

  /** Runs until nothing is left to run, or until `enough`. */
  async run(enough: () => boolean = () => false): Promise<void> {
    while (this.isRunning && !enough()) {
      await this.tick();
    }
  }

  /** Runs what is due until then, and lets it be then. */
  async runUntil(time: number): Promise<void> {
    while (this.executions.some(({ running, dueAt }) => running && dueAt <= time)) {
      await this.tick();
    }
    this.clock.goTo(time);
  }

  /** The next task of the execution that is due first. */
  async tick(): Promise<void> {
    const [execution] = this.executions.filter(({ running }) => running).sort((a, b) => a.dueAt - b.dueAt);
    if (execution === undefined) {
      return;
    }
    this.clock.goTo(execution.dueAt);
    if (execution.action === 'end') {
      execution.running = false;
      return;
    }
    let after: State | undefined;
    try {
      // What crosses into Lambda and back is JSON.
      after = JSON.parse(JSON.stringify(await this.lambda({ action: execution.action, state: execution.state }))) as State;
    } catch (error) {
      this.retry(execution, error);
      return;
    }
    if (!execution.running) {
      return;
    }
    execution.tries = 0;
    execution.state = after;
    switch (execution.action === 'answer' ? 'end' : after.next) {
      case 'wait':
        execution.dueAt = this.clock.now() + after.wait * 1000;
        execution.action = 'reconcile';
        break;
      case 'answer':
        execution.dueAt = this.clock.now();
        execution.action = 'answer';
        break;
      case 'stop':
        execution.running = false;
        execution.cutShortAt = this.clock.now();
        break;
      case 'end':
        execution.dueAt = this.clock.now() + this.lingers;
        execution.action = 'end';
    }
  }

  private retry(execution: Running, error: unknown): void {
    execution.tries += 1;
    execution.dueAt = this.clock.now() + Math.min(60, 2 ** execution.tries) * 1000;
    if (execution.action === 'end' || execution.tries <= RETRIES[execution.action]) {
      return;
    }
    if (execution.action === 'reconcile') {
      execution.action = 'giveUp';
      execution.tries = 0;
      execution.state = { ...execution.state, error: { Error: (error as Error).name, Cause: this.causeOf(execution.state, error as Error) } };
    } else {
      execution.running = false;
    }
  }
}
