/** The executions of the state machine. Each call throws a `CallFailed` and nothing else. */
export interface Executions {
  /** Starts the execution, unless one of that name was ever started. */
  start(name: string, input: string): Promise<void>;
  /** The executions whose names start with `prefix`, running or not, as far back as that, if not further. */
  list(prefix: string, reach: Reach): Promise<Execution[]>;
  /** Stops the execution of that name, if it still runs. */
  stop(name: string, cause: string): Promise<void>;
}

/** How far back executions are looked for: to all that began since then, and to so many of those that count. */
export interface Reach {
  readonly since: number;
  readonly count: number;
}

export interface Execution {
  readonly name: string;
  readonly startedAt: number;
  /** `cut short`: somebody stopped it, or it took too long. */
  readonly status: 'running' | 'succeeded' | 'failed' | 'cut short';
  /** When it ended, if it has. */
  readonly endedAt?: number;
}
