import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Where the tours keep what the repository does not. */
export const LOCAL_DIRECTORY = join(__dirname, '../..', '.local');

/**
 * One of its own for each run, so that two can run at once. What a run that failed has left is kept until the next one.
 */
export function runDirectory(): string {
  const earlier = existsSync(LOCAL_DIRECTORY)
    ? readdirSync(LOCAL_DIRECTORY).flatMap((name) => /^run-(\d+)$/.exec(name)?.[1] ?? [])
    : [];
  for (const pid of earlier.filter((id) => !isAlive(Number(id)))) {
    rmSync(join(LOCAL_DIRECTORY, `run-${pid}`), { recursive: true, force: true });
  }
  const directory = join(LOCAL_DIRECTORY, `run-${process.pid}`);
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
