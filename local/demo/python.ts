import { spawnSync } from 'node:child_process';
import { Problem } from '../problem';

const OLDEST = [3, 10] as const;
const CANDIDATES = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];
const HOW_TO_GET = [
  '  Debian, Ubuntu:  sudo apt install python3 python3-venv',
  '  Fedora:          sudo dnf install python3',
  '  macOS:           brew install python3',
  '  others:          https://www.python.org/downloads/',
].join('\n');

/** A Python that can make the virtual environment in which MiniStack runs. */
export interface Python {
  readonly command: string;
  readonly version: string;
}

/** Looks on the PATH of the environment that is given. */
export function findPython(environment: NodeJS.ProcessEnv): Python {
  const found = CANDIDATES.flatMap((command) => {
    const version = answerOf(command, 'import platform; print(platform.python_version())', environment);
    return version === undefined ? [] : [{ command, version }];
  });
  const python = found.find(({ version }) => isRecent(version));
  if (python === undefined) {
    throw new Problem(`${wanted()} ${seen(found)}\nGet it with\n${HOW_TO_GET}`);
  }
  if (answerOf(python.command, 'import venv, ensurepip', environment) === undefined) {
    throw new Problem(withoutVenv(python));
  }
  return python;
}

function wanted(): string {
  return `MiniStack, the AWS emulator of the local cloud, needs Python ${OLDEST.join('.')} or newer.`;
}

function seen(found: readonly Python[]): string {
  return found.length === 0
    ? 'There is no Python on the PATH.'
    : `On the PATH there is only ${found.map(({ command, version }) => `${command} ${version}`).join(', ')}.`;
}

function withoutVenv({ command, version }: Python): string {
  const minor = version.split('.').slice(0, 2).join('.');
  return (
    `${command} ${version} cannot make a virtual environment: its modules venv and ensurepip are not there, which Debian and Ubuntu\n` +
    'ship in a package of their own. Get them with\n' +
    `  sudo apt install python3-venv     (or python${minor}-venv)`
  );
}

function isRecent(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

/** What a line of Python prints; nothing when there is no such Python, or when it fails. */
function answerOf(command: string, program: string, environment: NodeJS.ProcessEnv): string | undefined {
  const answer = spawnSync(command, ['-c', program], { env: environment, encoding: 'utf8' });
  return answer.status === 0 ? answer.stdout.trim() : undefined;
}
