import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ProcessOptions {
  readonly cwd?: string;
  readonly env: NodeJS.ProcessEnv;
  /** Standard output and standard error, as they come. */
  readonly onOutput: (chunk: string) => void;
}

/** Nothing here has anything to save. */
const GRACE_MS = 1000;

/**
 * A program with all that it starts: a process group of its own, so that a signal reaches every member and no one else.
 */
export class RunningProcess {
  /** The exit code; of a program that a signal ended, the one that a shell would show. */
  readonly exit: Promise<number>;
  private readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  private readonly group: number;

  constructor(command: string, args: readonly string[], options: ProcessOptions) {
    this.child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.child.on('error', () => undefined);
    if (this.child.pid === undefined) {
      throw new Error(`Could not start ${command}.`);
    }
    this.group = this.child.pid;
    this.child.stdin.on('error', () => undefined); // it may end without having read
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.setEncoding('utf8').on('data', options.onOutput);
    }
    this.child.once('exit', () => {
      this.kill();
    }); // nothing outlives the program that started it
    this.exit = new Promise((resolve) => {
      this.child.once('close', (code, signal) => {
        resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']);
      });
    });
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  async stop(): Promise<void> {
    const deadline = Date.now() + GRACE_MS;
    this.signal('SIGTERM');
    while (this.signal(0) && Date.now() < deadline) {
      await sleep(20);
    }
    this.kill();
    await this.exit;
  }

  /** At once and without waiting. */
  kill(): void {
    this.signal('SIGKILL');
  }

  /** False when no member of the group is left. */
  private signal(signal: NodeJS.Signals | 0): boolean {
    try {
      return process.kill(-this.group, signal);
    } catch {
      return false;
    }
  }
}

/** All that this run starts, so that all of it can be stopped. */
export class Processes {
  private readonly running = new Set<RunningProcess>();
  private stopping = false;
  private readonly onExit = (): void => {
    this.running.forEach((running) => {
      running.kill();
    });
  };

  constructor() {
    process.once('exit', this.onExit);
  }

  get areBeingStopped(): boolean {
    return this.stopping;
  }

  start(command: string, args: readonly string[], options: ProcessOptions): RunningProcess {
    if (this.stopping) {
      throw new Error('The local cloud is being stopped.');
    }
    const started = new RunningProcess(command, args, options);
    this.running.add(started);
    void started.exit.then(() => this.running.delete(started));
    return started;
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all([...this.running].map((running) => running.stop()));
    process.off('exit', this.onExit);
  }
}
