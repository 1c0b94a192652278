import { rmSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { Problem } from '../problem';
import type { Cloud } from './cloud';
import { Interruption } from './interruption';
import { openToOthers } from './open-to-others';
import { optionsOf, type TourOptions, usage } from './options';
import { Processes } from './processes';
import { startCloud } from './start-cloud';
import { Terminal } from './terminal';
import type { TourStep } from './tour';

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true'; // of Node 20, once more by every program
const STARTED = Date.now();

/**
 * `npm run local`: a guided tour of the local cloud. With `-- --keep` it leaves the cloud running instead of destroying
 * what it deployed; with `-- --tour rollout` it runs another tour; with `-- --simulator` it uses the simulator,
 * which it also does where there is no emulator.
 */
class TourCommand {
  private readonly terminal = new Terminal();
  private readonly processes = new Processes();
  private cloud: Cloud | undefined;

  async run(args: readonly string[]): Promise<number> {
    let options: TourOptions | undefined;
    try {
      options = optionsOf(args);
    } catch (error) {
      this.explain(error);
      return 1;
    }
    if (options === undefined) {
      this.terminal.line(usage());
      return 0;
    }
    return this.guide(options);
  }

  private async guide(options: TourOptions): Promise<number> {
    const interruption = new Interruption();
    try {
      const interrupted = await Promise.race([this.visit(options), interruption.exitCode]);
      if (interrupted !== undefined) {
        this.terminal.line('\nInterrupted.');
      }
      await this.stop();
      this.forget();
      return interrupted ?? 0;
    } catch (error) {
      this.explain(error);
      await this.stop();
      return 1;
    }
  }

  private async visit(options: TourOptions): Promise<void> {
    this.terminal.heading('Start the local cloud');
    const cloud = await startCloud(options, this.processes, this.terminal);
    this.cloud = cloud;
    this.terminal.facts(cloud.facts);
    const itinerary = options.plan(cloud, this.terminal);
    await this.show(itinerary.deploying);
    if (options.keep) {
      this.terminal.heading('The local cloud keeps running');
      openToOthers(cloud, itinerary, this.terminal);
      await new Promise<never>(() => undefined);
    }
    await this.show(itinerary.destroying);
  }

  private async show(steps: readonly TourStep[]): Promise<void> {
    for (const { heading, run } of steps) {
      this.terminal.heading(heading);
      await run();
    }
  }

  private async stop(): Promise<void> {
    await this.cloud?.stop();
    await this.processes.stop();
    await setImmediate(); // whatever waited for a stopped process cleans up first
    this.terminal.line(`\nEverything is stopped. It took ${((Date.now() - STARTED) / 1000).toFixed(0)} s.`);
  }

  private explain(error: unknown): void {
    this.terminal.line();
    this.terminal.failure(
      error instanceof Problem
        ? error.message
        : error instanceof Error
          ? (error.stack ?? error.message)
          : String(error),
    );
    if (this.cloud !== undefined) {
      this.terminal.line(`  The logs and templates of this run are in ${this.cloud.directory}`);
    }
  }

  private forget(): void {
    if (this.cloud !== undefined) {
      rmSync(this.cloud.directory, { recursive: true, force: true });
    }
  }
}

void new TourCommand().run(process.argv.slice(2)).then((exitCode) => process.exit(exitCode));
