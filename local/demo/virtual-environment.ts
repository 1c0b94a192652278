import { cpSync, existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../problem';
import { lastLines } from './last-lines';
import type { Processes } from './processes';
import { findPython } from './python';

/** The directory into which MiniStack is installed, once: it is used again as long as the requirements are the same. */
export class VirtualEnvironment {
  readonly python: string;

  constructor(
    private readonly directory: string,
    private readonly requirements: string,
  ) {
    this.python = join(directory, 'bin', 'python');
  }

  isReady(): boolean {
    const installed = join(this.directory, 'requirements.txt');
    return (
      existsSync(this.python) &&
      existsSync(installed) &&
      readFileSync(installed, 'utf8') === readFileSync(this.requirements, 'utf8')
    );
  }

  /**
   * Beside its place first and moved there when it is whole, so that an interrupted installation is never taken for
   * one.
   */
  async install(processes: Processes, environment: NodeJS.ProcessEnv): Promise<void> {
    const python = findPython(environment);
    const unfinished = `${this.directory}.${process.pid}`;
    try {
      await this.run(processes, environment, python.command, ['-m', 'venv', unfinished], cannotMake);
      const pip = [
        '-m',
        'pip',
        'install',
        '--disable-pip-version-check',
        '--retries',
        '1',
        '--requirement',
        this.requirements,
      ];
      await this.run(processes, environment, join(unfinished, 'bin', 'python'), pip, cannotInstall);
      cpSync(this.requirements, join(unfinished, 'requirements.txt'));
      // another process may have installed it in the meantime, and be using it
      if (!this.isReady()) {
        rmSync(this.directory, { recursive: true, force: true });
        renameSync(unfinished, this.directory);
      }
    } finally {
      rmSync(unfinished, { recursive: true, force: true });
    }
  }

  private async run(
    processes: Processes,
    env: NodeJS.ProcessEnv,
    command: string,
    args: readonly string[],
    explained: (output: string) => string,
  ): Promise<void> {
    let output = '';
    const exit = await processes.start(command, args, {
      env,
      onOutput: (chunk) => {
        output += chunk;
      },
    }).exit;
    if (exit !== 0) {
      throw new Problem(explained(lastLines(output)));
    }
  }
}

function cannotMake(output: string): string {
  return `Python could not make a virtual environment. It said\n${output}\nOn Debian and Ubuntu, get what it misses with\n  sudo apt install python3-venv`;
}

function cannotInstall(output: string): string {
  return (
    `pip could not install MiniStack, the AWS emulator of the local cloud, from the Python package index. It said\n${output}\n` +
    'It is needed once: what is installed is used again. If this machine has no way to https://pypi.org, name a mirror or a proxy:\n' +
    '  PIP_INDEX_URL=https://…/simple npm run local\n' +
    '  HTTPS_PROXY=http://… npm run local'
  );
}
