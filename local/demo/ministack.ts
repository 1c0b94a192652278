import { once } from 'node:events';
import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LOCAL_ORIGIN_VARIABLE } from '../../lambda/cloudformation/request-guard';
import { Problem } from '../problem';
import { ACCOUNT, isolated, REGION } from './environment';
import { lastLines } from './last-lines';
import type { Processes, RunningProcess } from './processes';

const START_MS = 60_000;
/** Characters of its output that are enough to tell why it did not start. */
const TAIL = 4000;

export interface MiniStackOptions {
  readonly processes: Processes;
  /** The Python in whose environment MiniStack is installed. */
  readonly python: string;
  /** Where it keeps what it needs while it runs. */
  readonly directory: string;
  /** Seen by the functions too, since it hands its own environment on to them. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * The AWS emulator: CloudFormation, Lambda on this machine's node, Step Functions, IAM, S3, SSM and STS. It forgets all
 * when it stops.
 */
export class MiniStack {
  private constructor(
    readonly endpoint: string,
    private readonly process: RunningProcess,
    private readonly log: WriteStream,
    /** Each ResponseURL that it handed out, and each line that reached CloudWatch Logs: one JSON string per line. */
    readonly records: { readonly responseUrls: string; readonly logLines: string },
  ) {}

  static async start({ processes, python, directory, environment }: MiniStackOptions): Promise<MiniStack> {
    const temporary = join(directory, 'tmp');
    mkdirSync(temporary, { recursive: true });
    const records = {
      responseUrls: join(directory, 'response-urls.jsonl'),
      logLines: join(directory, 'log-lines.jsonl'),
    };
    const port = await freePort();
    const endpoint = `http://127.0.0.1:${port}`;
    const log = createWriteStream(join(directory, 'ministack.log'));
    let output = '';
    const running = processes.start(python, [join(__dirname, 'emulator.py'), records.responseUrls, records.logLines], {
      cwd: directory,
      env: isolated(process.env, {
        GATEWAY_PORT: String(port),
        BIND_HOST: '127.0.0.1',
        MINISTACK_HOST: '127.0.0.1',
        MINISTACK_ACCOUNT_ID: ACCOUNT,
        MINISTACK_REGION: REGION,
        S3_DATA_DIR: join(directory, 's3'),
        TMPDIR: temporary,
        IOT_MTLS_ENABLED: '0',
        SFTP_ENABLED: '0',
        DOCKER_HOST: `unix://${join(directory, 'no-docker')}`, // it would remove containers of other MiniStacks
        PYTHONDONTWRITEBYTECODE: '1',
        PYTHONUNBUFFERED: '1',
        [LOCAL_ORIGIN_VARIABLE]: endpoint, // for the functions: that is where it takes their answers
        ...environment,
      }),
      onOutput: (chunk) => {
        output = `${output}${chunk}`.slice(-TAIL);
        log.write(chunk);
      },
    });
    const miniStack = new MiniStack(endpoint, running, log, records);
    const trouble = await miniStack.troubleAtStart();
    if (trouble !== undefined) {
      await miniStack.stop();
      throw new Problem(`MiniStack, the AWS emulator of the local cloud, ${trouble}. It said\n${lastLines(output)}`);
    }
    return miniStack;
  }

  async stop(): Promise<void> {
    await this.process.stop();
    this.log.end();
  }

  /** Nothing, once it is healthy. */
  private async troubleAtStart(): Promise<string | undefined> {
    const deadline = Date.now() + START_MS;
    while (Date.now() < deadline) {
      if (this.process.hasEnded) {
        return `ended with exit code ${await this.process.exit} when it was started`;
      }
      if (await answers(`${this.endpoint}/_ministack/health`)) {
        return undefined;
      }
      await sleep(100);
    }
    return `did not answer within ${START_MS / 1000} s`;
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
