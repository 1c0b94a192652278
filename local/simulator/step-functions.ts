import type { Execution, Executions } from '../../lambda/executions/executions';
import type { VirtualTime } from './virtual-time';

/** As much of the Amazon States Language as our definition is written in. https://states-language.net */
export interface Definition {
  readonly StartAt: string;
  readonly TimeoutSeconds?: number;
  readonly States: Readonly<Record<string, StateDefinition>>;
}

interface StateDefinition {
  readonly Type: string;
  readonly Resource?: string;
  readonly Next?: string;
  readonly End?: boolean;
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly SecondsPath?: string;
  readonly Choices?: readonly { readonly Variable: string; readonly StringEquals: string; readonly Next: string }[];
  readonly Default?: string;
  readonly Retry?: readonly Retry[];
  readonly Catch?: readonly { readonly ResultPath?: string; readonly Next: string }[];
}

interface Retry {
  readonly MaxAttempts: number;
  readonly IntervalSeconds: number;
  readonly BackoffRate: number;
  readonly MaxDelaySeconds?: number;
}

type Data = Record<string, unknown>;

interface Run {
  readonly arn: string;
  readonly name: string;
  readonly input: string;
  readonly startedAt: number;
  status: Execution['status'];
  endedAt?: number;
}

/**
 * AWS Step Functions on virtual time: interprets the state machine's own definition. A name is given once; stopping an execution does not
 * stop the invocation that it waits for; new executions may be listed late.
 */
export class StepFunctions implements Executions {
  readonly runs: Run[] = [];

  constructor(
    private readonly definition: Definition,
    /** A task of that resource. */
    private readonly invoke: (payload: unknown, resource: string) => Promise<unknown>,
    private readonly time: VirtualTime,
    /** ListExecutions is eventually consistent: ms until a new execution is listed. */
    private readonly listingDelay: () => number = () => 0,
    private readonly arn = 'arn:aws:states:us-east-1:000000000000:stateMachine:Waiter',
  ) {}

  arnOf(name: string): string {
    return `${this.arn.replace(':stateMachine:', ':execution:')}:${name}`;
  }

  start(name: string, input: string): Promise<void> {
    if (!this.runs.some((run) => run.name === name)) {
      const run: Run = { arn: this.arnOf(name), name, input, startedAt: this.time.now(), status: 'running' };
      this.runs.push(run);
      void this.execute(run, JSON.parse(input) as Data);
    }
    return Promise.resolve();
  }

  list(prefix: string): Promise<Execution[]> {
    const listed = this.runs.filter(({ name, startedAt }) => name.startsWith(prefix) && this.time.now() - startedAt >= this.listingDelay());
    return Promise.resolve(listed.map((run) => ({ ...run })));
  }

  stop(arn: string): Promise<void> {
    for (const run of this.runs.filter((candidate) => candidate.arn === arn)) {
      this.end(run, 'cut short');
    }
    return Promise.resolve();
  }

  private async execute(run: Run, input: Data): Promise<void> {
    let data = input;
    let name: string | undefined = this.definition.StartAt;
    const deadline = run.startedAt + (this.definition.TimeoutSeconds ?? Infinity) * 1000;
    while (name !== undefined && run.status === 'running' && this.time.now() < deadline) {
      const state: StateDefinition | undefined = this.definition.States[name];
      switch (state?.Type) {
        case 'Task': {
          const result = await this.task(state, data, run);
          data = result.data;
          name = result.next;
          break;
        }
        case 'Wait':
          await this.time.sleep(Number(at(data, state.SecondsPath ?? '$')) * 1000);
          name = state.Next;
          break;
        case 'Choice':
          name = state.Choices?.find((choice) => at(data, choice.Variable) === choice.StringEquals)?.Next ?? state.Default;
          break;
        case 'Fail':
          this.end(run, 'cut short');
          break;
        default:
          throw new Error(`the interpreter knows no state ${name} of type ${state?.Type ?? 'none'}`);
      }
    }
    this.end(run, name === undefined ? 'succeeded' : 'cut short');
  }

  private end(run: Run, status: 'succeeded' | 'cut short'): void {
    if (run.status === 'running') {
      run.status = status;
      run.endedAt = this.time.now();
    }
  }

  private async task(state: StateDefinition, data: Data, run: Run): Promise<{ readonly data: Data; readonly next: string | undefined }> {
    const retry = state.Retry?.[0];
    for (let tries = 0; ; tries++) {
      try {
        const payload = state.Parameters === undefined ? data : fill(state.Parameters, data);
        // What goes to a function is JSON, and a copy; so is then what comes back, before it is seen by another.
        const result = await this.invoke(JSON.parse(JSON.stringify(payload)), state.Resource ?? '');
        return { data: (result ?? null) as Data, next: state.Next };
      } catch (error) {
        if (retry !== undefined && tries < retry.MaxAttempts && run.status === 'running') {
          await this.time.sleep(Math.min(retry.MaxDelaySeconds ?? Infinity, retry.IntervalSeconds * retry.BackoffRate ** tries) * 1000);
          continue;
        }
        const caught = state.Catch?.[0];
        if (caught === undefined) {
          this.end(run, 'cut short');
          return { data, next: undefined };
        }
        const { name, message } = error as Error;
        const cause = { Error: name, Cause: JSON.stringify({ errorType: name, errorMessage: message }) };
        return { data: caught.ResultPath === undefined ? cause : { ...data, [caught.ResultPath.slice(2)]: cause }, next: caught.Next };
      }
    }
  }
}

function fill(parameters: Readonly<Record<string, unknown>>, data: Data): Data {
  const filled = ([key, value]: [string, unknown]): [string, unknown] =>
    key.endsWith('.$') ? [key.slice(0, -2), at(data, value as string)] : [key, value];
  return Object.fromEntries(Object.entries(parameters).map(filled));
}

/** A JSONPath of names alone. */
function at(data: unknown, path: string): unknown {
  return path.split('.').slice(1).reduce<unknown>((part, name) => (part as Data)[name], data);
}
