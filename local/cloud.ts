import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LocalBedrock } from './bedrock/server';
import { Cdk } from './cdk';
import { ACCOUNT, REGION } from './environment';
import { MiniStack } from './ministack';
import type { Processes } from './processes';
import type { Terminal } from './terminal';
import { VirtualEnvironment } from './virtual-environment';

const DIRECTORY = join(__dirname, '..', '.local');
/** How long Bedrock takes here for what takes it minutes. */
const DURATIONS = { modelCreate: 1500, deploymentCreate: 3000, deploymentUpdate: 3000, deploymentDelete: 1000 };

/** AWS on this machine: MiniStack, and beside it the Bedrock control plane that it lacks. */
export class LocalCloud {
  private constructor(
    public readonly bedrock: LocalBedrock,
    public readonly miniStack: MiniStack,
    public readonly cdk: Cdk,
    private readonly directory: string,
  ) {}

  /** Installs MiniStack when it is not there yet; says so, since that takes a while. */
  public static async start(processes: Processes, terminal: Terminal): Promise<LocalCloud> {
    const virtualEnvironment = new VirtualEnvironment(join(DIRECTORY, 'venv'), join(__dirname, 'requirements.txt'));
    if (!virtualEnvironment.isReady()) {
      terminal.line('Installing MiniStack, the AWS emulator, into .local/venv (once) ...');
      await virtualEnvironment.install(processes, process.env);
    }
    const directory = runDirectory();
    const bedrock = await LocalBedrock.start({ accountId: ACCOUNT, region: REGION, durations: DURATIONS });
    try {
      const miniStack = await MiniStack.start({
        processes,
        python: virtualEnvironment.python,
        directory,
        environment: { AWS_ENDPOINT_URL_BEDROCK: bedrock.endpoint },
      });
      return new LocalCloud(bedrock, miniStack, new Cdk(processes, terminal, miniStack.endpoint, join(directory, 'cdk.out')), directory);
    } catch (error) {
      await bedrock.stop();
      throw error;
    }
  }

  public async stop(): Promise<void> {
    await Promise.all([this.miniStack.stop(), this.bedrock.stop()]);
  }

  /** What the run left on disk; kept when it failed, since MiniStack's log is there. */
  public forget(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** One of its own for each run, so that two can run at once. What a run that failed has left is kept until the next one. */
function runDirectory(): string {
  const earlier = existsSync(DIRECTORY) ? readdirSync(DIRECTORY).flatMap((name) => /^run-(\d+)$/.exec(name)?.[1] ?? []) : [];
  for (const pid of earlier.filter((id) => !isAlive(Number(id)))) {
    rmSync(join(DIRECTORY, `run-${pid}`), { recursive: true, force: true });
  }
  const directory = join(DIRECTORY, `run-${process.pid}`);
  mkdirSync(directory, { recursive: true });
  return directory;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
