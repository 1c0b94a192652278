import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { ACCOUNT, REGION, isolated, towards } from './environment';
import type { Processes } from './processes';
import type { Terminal } from './terminal';

const REPOSITORY = join(__dirname, '..');
const CLI = join(REPOSITORY, 'node_modules', '.bin', 'cdk');

export interface CdkRun {
  readonly exitCode: number;
  /** All that it wrote, without colours. */
  readonly output: string;
}

/** What the reference app is told with `-c`: which stack, and what is in it. */
export type Stack = Readonly<Record<'stackName', string> & Record<string, string>>;

/** The real CDK CLI, on the reference app in `bin/`, against the endpoint that is given. */
export class Cdk {
  public constructor(
    private readonly processes: Processes,
    private readonly terminal: Terminal,
    private readonly endpoint: string,
    /** Where it synthesizes to. */
    public readonly outputDirectory: string,
  ) {}

  public bootstrap(stack: Stack): Promise<CdkRun> {
    return this.run(['bootstrap', `aws://${ACCOUNT}/${REGION}`, ...context(stack)]);
  }

  public deploy(stack: Stack): Promise<CdkRun> {
    return this.run(['deploy', ...context(stack), '--require-approval', 'never', '--progress', 'events']);
  }

  public destroy(stack: Stack): Promise<CdkRun> {
    return this.run(['destroy', ...context(stack), '--force']);
  }

  private async run(args: readonly string[]): Promise<CdkRun> {
    let output = '';
    this.terminal.command(['npx', 'cdk', ...args].join(' '));
    const exitCode = await this.processes.start(CLI, [...args, '--output', this.outputDirectory, '--ci', '--no-notices'], {
      cwd: REPOSITORY,
      env: isolated(process.env, {
        ...towards(this.endpoint),
        ...this.terminal.colourSettings,
        CDK_DISABLE_CLI_TELEMETRY: '1',
        CDK_DISABLE_VERSION_CHECK: '1',
      }),
      onOutput: (chunk) => {
        output += chunk;
        this.terminal.raw(chunk);
      },
    }).exit;
    return { exitCode, output: stripVTControlCharacters(output) };
  }
}

function context(stack: Stack): string[] {
  return Object.entries(stack).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
