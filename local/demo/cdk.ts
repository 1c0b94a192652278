import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { ACCOUNT, isolated, REGION } from './environment';
import type { Processes } from './processes';
import type { Terminal } from './terminal';

const REPOSITORY = join(__dirname, '../..');
const CLI = join(REPOSITORY, 'node_modules', '.bin', 'cdk');

export interface CdkRun {
  readonly exitCode: number;
  /** All that it wrote, without colours. */
  readonly output: string;
}

/** What the reference app is told with `-c`: which stack, and what is in it. */
export type StackArguments = Readonly<Record<'stackName', string> & Record<string, string>>;

/** What is done with an app: with the reference app in `bin/`, unless it is said otherwise. */
export interface Cdk {
  bootstrap(stack: StackArguments): Promise<CdkRun>;
  deploy(stack: StackArguments): Promise<CdkRun>;
  destroy(stack: StackArguments): Promise<CdkRun>;
  /** The same for another app. */
  withApp(app: string): Cdk;
}

/** The real CDK CLI. */
export class CdkCli implements Cdk {
  constructor(
    private readonly processes: Processes,
    private readonly terminal: Terminal,
    /** Where it synthesizes to. */
    readonly outputDirectory: string,
    /** Where it finds AWS. */
    private readonly settings: Readonly<Record<string, string>>,
    /** The command that runs another app than the reference app. */
    private readonly app?: string,
  ) {}

  withApp(app: string): CdkCli {
    return new CdkCli(this.processes, this.terminal, this.outputDirectory, this.settings, app);
  }

  bootstrap(stack: StackArguments): Promise<CdkRun> {
    return this.run(['bootstrap', `aws://${ACCOUNT}/${REGION}`, ...context(stack)]);
  }

  synth(stack: StackArguments): Promise<CdkRun> {
    return this.run(['synth', ...context(stack), '--quiet']);
  }

  deploy(stack: StackArguments): Promise<CdkRun> {
    return this.run(['deploy', ...context(stack), '--require-approval', 'never', '--progress', 'events']);
  }

  destroy(stack: StackArguments): Promise<CdkRun> {
    return this.run(['destroy', ...context(stack), '--force']);
  }

  private get appArguments(): readonly string[] {
    return this.app === undefined ? [] : ['--app', this.app];
  }

  private async run(given: readonly string[]): Promise<CdkRun> {
    let output = '';
    const args = [...given, ...this.appArguments];
    this.terminal.command(['npx', 'cdk', ...args.map(quoted)].join(' '));
    const exitCode = await this.processes.start(
      CLI,
      [...args, '--output', this.outputDirectory, '--ci', '--no-notices'],
      {
        cwd: REPOSITORY,
        env: isolated(process.env, {
          ...this.settings,
          ...this.terminal.colourSettings,
          CDK_DISABLE_CLI_TELEMETRY: '1',
          CDK_DISABLE_VERSION_CHECK: '1',
          npm_config_update_notifier: 'false',
        }),
        onOutput: (chunk) => {
          output += chunk;
          this.terminal.raw(chunk);
        },
      },
    ).exit;
    return { exitCode, output: stripVTControlCharacters(output) };
  }
}

function context(stack: StackArguments): string[] {
  return Object.entries(stack).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

function quoted(argument: string): string {
  return argument.includes(' ') ? `'${argument}'` : argument;
}
