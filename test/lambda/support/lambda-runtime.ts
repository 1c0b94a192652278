import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

/**
 * What Lambda does around a function: it calls the handler, and logs what that throws, whole. In the JSON format what
 * is logged as one object stays one.
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html
 */
const RUNTIME = `
  const { format, inspect } = require('node:util');
  if (process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON') {
    for (const level of ['debug', 'info', 'warn', 'error']) {
      console[level] = (...logged) => {
        const message = logged.length === 1 ? logged[0] : format(...logged);
        const timestamp = new Date().toISOString();
        process.stdout.write(JSON.stringify({ timestamp, level: level.toUpperCase(), requestId: '0', message }) + '\\n');
      };
    }
  }
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
