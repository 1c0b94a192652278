import type { VirtualTime } from '../virtual-time';
import type { ChoiceState, Definition, FailState, StateDefinition, TaskState, WaitState } from './definition';
import { Failure, failureOf, matches } from './failure';
import { at, filled, placed } from './paths';
import { Retrying } from './retrying';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export interface ExecutionContext {
  readonly time: VirtualTime;
  /** 0 to 1, for the jitter of retries. */
  readonly random: () => number;
  /**
   * Calls what a task names: a function, or another service. What it throws fails the task, under the name of the
   * error.
   */
  readonly call: (resource: string, input: unknown) => Promise<unknown>;
}

/** What comes of a state. */
interface StateTransition {
  readonly data: unknown;
  /** Absent: the execution is over. */
  readonly next?: string | undefined;
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const MAX_BYTES = 256 * 1024;

/** One execution of a state machine, on virtual time. To the end it has the definition that it was started with. */
export class StateMachineExecution {
  readonly startedAt: number;
  status: ExecutionStatus = 'RUNNING';
  endedAt: number | undefined;
  output: unknown;
  failure: Failure | undefined;
  /** As they are charged: each state that is entered, and each retry. https://aws.amazon.com/step-functions/pricing/ */
  transitions = 0;
  private readonly alarms = new Set<() => void>();

  constructor(
    readonly arn: string,
    readonly name: string,
    readonly input: string,
    private readonly definition: Definition,
    private readonly surroundings: ExecutionContext,
  ) {
    this.startedAt = surroundings.time.now();
    if (definition.TimeoutSeconds !== undefined) {
      this.after(definition.TimeoutSeconds, () => {
        this.end('TIMED_OUT');
      });
    }
    this.after(0, () => {
      void this.run(JSON.parse(input));
    });
  }

  /** Whatever it waits for goes on without it. */
  end(status: ExecutionStatus): void {
    if (this.status === 'RUNNING') {
      this.status = status;
      this.endedAt = this.surroundings.time.now();
      this.alarms.forEach((callOff) => {
        callOff();
      });
    }
  }

  private async run(input: unknown): Promise<void> {
    try {
      let { data, next }: StateTransition = { data: input, next: this.definition.StartAt };
      while (next !== undefined) {
        ({ data, next } = await this.visit(this.stateOf(next), data));
      }
      this.output = data;
      this.end('SUCCEEDED');
    } catch (thrown) {
      this.failure = asFailure(thrown);
      this.end('FAILED');
    }
  }

  private stateOf(name: string): StateDefinition {
    const state = this.definition.States[name];
    if (state === undefined) {
      throw new Error(`the definition has no state ${name}`);
    }
    return state;
  }

  private async visit(state: StateDefinition, data: unknown): Promise<StateTransition> {
    this.transitions += 1;
    switch (state.Type) {
      case 'Task':
        return this.perform(state, data);
      case 'Wait':
        await this.pause(secondsOf(state, data));
        return { data, next: state.Next };
      case 'Choice':
        return { data, next: chosen(state, data) };
      case 'Succeed':
        return { data };
      case 'Fail':
        throw new Failure(state.Error, causeOf(state, data));
    }
  }

  private async perform(task: TaskState, data: unknown): Promise<StateTransition> {
    const retrying = new Retrying(task.Retry ?? [], this.surroundings.random);
    for (;;) {
      try {
        return { data: await this.attempt(task, data), next: task.Next };
      } catch (thrown) {
        const failure = asFailure(thrown);
        const seconds = retrying.after(failure.name);
        if (seconds === undefined) {
          return caught(failure, task, data);
        }
        await this.pause(seconds);
        this.transitions += 1;
      }
    }
  }

  private async attempt(task: TaskState, data: unknown): Promise<unknown> {
    const { Resource, TimeoutSeconds, ResultSelector, ResultPath } = task;
    const reply = withinLimit(await this.call(Resource, inputOf(task, data), TimeoutSeconds));
    const result = JSON.parse(reply) as unknown;
    const selected = ResultSelector === undefined ? result : filled(ResultSelector, result, 'States.Runtime');
    const output = placed(selected, ResultPath, data);
    if (output !== result) {
      withinLimit(jsonOf(output));
    }
    return output;
  }

  /**
   * The reply, as JSON. What is called goes on after its time-out, and after the end of the execution, which then hears
   * of it no more.
   */
  private call(resource: string, input: unknown, timeoutSeconds: number | undefined): Promise<string> {
    return new Promise((resolve, reject) => {
      const callOff =
        timeoutSeconds === undefined
          ? () => undefined
          : this.after(timeoutSeconds, () => {
              reject(new Failure('States.Timeout'));
            });
      const settle = (how: () => void): void => {
        callOff();
        if (this.status === 'RUNNING') {
          how();
        }
      };
      this.surroundings.call(resource, JSON.parse(jsonOf(input))).then(
        (result) => {
          settle(() => {
            resolve(jsonOf(result));
          });
        },
        (error: unknown) => {
          settle(() => {
            reject(failureOf(error));
          });
        },
      );
    });
  }

  private pause(seconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(seconds, resolve);
    });
  }

  /** Happens unless the execution is over by then. Returns how to call it off. */
  private after(seconds: number, happens: () => void): () => void {
    const { time } = this.surroundings;
    const callOff = time.at(time.now() + Math.round(seconds * 1000), () => {
      this.alarms.delete(callOff);
      happens();
    });
    this.alarms.add(callOff);
    return () => {
      this.alarms.delete(callOff);
      callOff();
    };
  }
}

function caught(failure: Failure, { Catch = [] }: TaskState, data: unknown): StateTransition {
  const catcher = Catch.find(({ ErrorEquals }) => matches(ErrorEquals, failure.name));
  if (catcher === undefined) {
    throw failure;
  }
  return { data: placed({ Error: failure.name, Cause: failure.cause }, catcher.ResultPath, data), next: catcher.Next };
}

function inputOf({ InputPath = '$', Parameters }: TaskState, data: unknown): unknown {
  const input = InputPath === null ? {} : at(InputPath, data);
  if (input === undefined) {
    throw new Failure('States.Runtime', `Invalid path '${String(InputPath)}': there is nothing in the input`);
  }
  return Parameters === undefined ? input : filled(Parameters, input, 'States.ParameterPathFailure');
}

function causeOf({ Cause, CausePath }: FailState, data: unknown): string | undefined {
  if (CausePath === undefined) {
    return Cause;
  }
  const cause = at(CausePath, data);
  if (typeof cause !== 'string') {
    throw new Failure('States.Runtime', `The CausePath parameter does not reference a string: ${CausePath}`);
  }
  return cause;
}

function secondsOf({ SecondsPath }: WaitState, data: unknown): number {
  const seconds = at(SecondsPath, data);
  if (typeof seconds !== 'number' || !Number.isInteger(seconds) || seconds < 0) {
    throw new Failure(
      'States.Runtime',
      `The SecondsPath parameter does not reference a non-negative integer: ${SecondsPath} == ${String(seconds)}`,
    );
  }
  return seconds;
}

function chosen({ Choices, Default }: ChoiceState, data: unknown): string {
  const value = (path: string): unknown => {
    const found = at(path, data);
    if (found === undefined) {
      throw new Failure(
        'States.Runtime',
        `Invalid path '${path}': The choice state's condition path references an invalid value.`,
      );
    }
    return found;
  };
  const next = Choices.find(({ Variable, StringEquals }) => value(Variable) === StringEquals)?.Next ?? Default;
  if (next === undefined) {
    throw new Failure('States.NoChoiceMatched');
  }
  return next;
}

/** What is no failure is a mistake in here, and should be seen. */
function asFailure(thrown: unknown): Failure {
  if (thrown instanceof Failure) {
    return thrown;
  }
  throw thrown;
}

function withinLimit(json: string): string {
  if (Buffer.byteLength(json) > MAX_BYTES) {
    throw new Failure(
      'States.DataLimitExceeded',
      'The state returned a result with a size exceeding the maximum number of bytes service limit.',
    );
  }
  return json;
}

/** What crosses from one to the other. */
function jsonOf(value: unknown): string {
  return JSON.stringify(value ?? null);
}
