import { execFileSync } from 'node:child_process';
import { median } from './report';

/** Enough for the AWS SDK to be loaded. */
const ENVIRONMENT = {
  ...process.env,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'none',
  AWS_SECRET_ACCESS_KEY: 'none',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
};

/**
 * The CPU times that Node programs print, the medians of so many runs: each in a fresh process, the programs by turns.
 * A program is given by its arguments, and its last line has one or more times.
 */
export function cpuTimes(programs: readonly (readonly string[])[], runs: number): number[][] {
  const printed = programs.map((): number[][] => []);
  for (let run = 0; run < runs; run++) {
    programs.forEach((program, index) => printed[index]?.push(timesOf(program)));
  }
  return printed.map((times) => (times[0] ?? []).map((_, index) => median(times.map((each) => each[index] ?? NaN))));
}

function timesOf(program: readonly string[]): number[] {
  const output = execFileSync(process.execPath, program, { encoding: 'utf8', env: ENVIRONMENT, stdio: 'pipe' });
  return (output.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
}
