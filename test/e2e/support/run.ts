import { spawnSync } from 'node:child_process';

export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. @throws Error with all that it printed, if it fails */
export function run(command: string, args: string[], cwd: string, env: NodeJS.ProcessEnv = process.env): Printed {
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (error !== undefined) {
    throw error;
  }
  if (status !== 0) {
    throw new Error(`${command} ${args.join(' ')}: ended with ${String(status)}\n${stdout}${stderr}`);
  }
  return { stdout, stderr };
}
