import { setImmediate } from 'node:timers/promises';
import { Acts } from './acts';
import { LocalCloud } from './cloud';
import { Interruption } from './interruption';
import { explainAccess } from './keep';
import { Problem } from './problem';
import { Processes } from './processes';
import { Steps, type Step } from './steps';
import { Terminal } from './terminal';

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true'; // of Node 20, once more by every program
const STARTED = Date.now();

/** `npm run local`: a guided tour of the local cloud. With `-- --keep` it leaves the cloud running instead of destroying what it deployed. */
class Tour {
  private readonly terminal = new Terminal();
  private readonly processes = new Processes();
  private cloud: LocalCloud | undefined;

  public async run(keep: boolean): Promise<number> {
    const interruption = new Interruption();
    try {
      const interrupted = await Promise.race([this.visit(keep), interruption.exitCode]);
      if (interrupted !== undefined) {
        this.terminal.line('\nInterrupted.');
      }
      await this.stop();
      this.cloud?.forget();
      return interrupted ?? 0;
    } catch (error) {
      this.explain(error);
      await this.stop();
      return 1;
    }
  }

  private async visit(keep: boolean): Promise<void> {
    this.terminal.heading('Start the local cloud');
    const cloud = await this.start();
    const acts = new Acts(cloud);
    const steps = new Steps(cloud, acts, this.terminal);
    await this.show(steps.deploying);
    if (keep) {
      this.terminal.heading('The local cloud is yours');
      explainAccess(cloud, acts, this.terminal);
      await new Promise<never>(() => undefined);
    }
    await this.show(steps.destroying);
  }

  private async show(steps: readonly Step[]): Promise<void> {
    for (const { heading, run } of steps) {
      this.terminal.heading(heading);
      await run();
    }
  }

  private async start(): Promise<LocalCloud> {
    this.cloud = await LocalCloud.start(this.processes, this.terminal);
    this.terminal.facts({
      'AWS (MiniStack)': this.cloud.miniStack.endpoint,
      'Bedrock control plane': this.cloud.bedrock.endpoint,
    });
    return this.cloud;
  }

  private async stop(): Promise<void> {
    await this.cloud?.stop();
    await this.processes.stop();
    await setImmediate(); // what waited for a process that was stopped tidies up first
    this.terminal.line(`\nAll that was started is stopped. ${((Date.now() - STARTED) / 1000).toFixed(0)} s in all.`);
  }

  private explain(error: unknown): void {
    this.terminal.line();
    this.terminal.failure(error instanceof Problem ? error.message : error instanceof Error ? error.stack ?? error.message : String(error));
    if (this.cloud !== undefined) {
      this.terminal.line(`  MiniStack's log: ${this.cloud.miniStack.logFile}`);
    }
  }
}

void new Tour().run(process.argv.includes('--keep')).then((exitCode) => process.exit(exitCode));
