/** The executions of the state machine. Each call throws a `CallFailed` and nothing else. */
export interface Executions {
  /** Starts the execution, unless one of that name was ever started. */
  start(name: string, input: string): Promise<void>;
  /** The newest executions whose names start with `prefix`, running or not. */
  list(prefix: string): Promise<Execution[]>;
  stop(arn: string, cause: string): Promise<void>;
}

export interface Execution {
  readonly arn: string;
  readonly name: string;
  readonly startedAt: number;
  readonly status: 'running' | 'succeeded' | 'cut short';
  /** When it ended, if it has. */
  readonly endedAt?: number;
}
