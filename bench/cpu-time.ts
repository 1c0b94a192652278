import { execFileSync } from 'node:child_process';
import { median } from './report';

/**
 * The CPU time that Node programs take of their own, in ms: the median of so many runs, each in a fresh process, the
 * programs by turns. A program prints the time that counts as its last line.
 */
export function cpuTimes(programs: readonly (readonly string[])[], runs: number): number[] {
  const times = programs.map((): number[] => []);
  for (let run = 0; run < runs; run++) {
    programs.forEach((program, index) => times[index]?.push(timeOf(program)));
  }
  return times.map(median);
}

function timeOf(program: readonly string[]): number {
  const output = execFileSync(process.execPath, program, { encoding: 'utf8', env: ENVIRONMENT, stdio: 'pipe' });
  return Number(output.trim().split('\n').at(-1));
}

/** Enough for the AWS SDK to be loaded. */
const ENVIRONMENT = {
  ...process.env,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'none',
  AWS_SECRET_ACCESS_KEY: 'none',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
};
