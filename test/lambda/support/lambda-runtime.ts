import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

/** What Lambda does around a function: it calls the handler, and logs what that throws, whole. */
const RUNTIME = `
  const { inspect } = require('node:util');
  const { handler } = require(process.env.BUNDLE);
  process.on('message', async ({ event }) => {
    try {
      process.send({ result: await handler(event, { logGroupName: '/aws/lambda/handler' }) });
    } catch (error) {
      console.error(inspect(error, { depth: Infinity, showHidden: true }), JSON.stringify(error, Object.getOwnPropertyNames(error)));
      process.send({ error: String(error) });
    }
  });
`;

export interface Returned {
  readonly result?: unknown;
  readonly error?: string;
}

/** The built function in a process of its own, whose environment is all that it is given. */
export class LambdaRuntime {
  /** All that it has written, to whichever stream. */
  written = '';
  private readonly child: ChildProcess;

  constructor(environment: Readonly<Record<string, string>>) {
    this.child = spawn(process.execPath, ['-e', RUNTIME], {
      env: { ...environment, BUNDLE: resolve('assets/handler/index.js') },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.written += chunk.toString();
      });
    }
  }

  async invoke(event: unknown): Promise<Returned> {
    this.child.send({ event });
    const [returned] = (await once(this.child, 'message')) as [Returned];
    return returned;
  }

  async stop(): Promise<void> {
    const closed = once(this.child, 'close');
    this.child.kill();
    await closed;
  }
}
