import { type ChildProcess, fork, type Serializable } from 'node:child_process';
import { availableParallelism } from 'node:os';

/**
 * Has child processes, one for each core, run that module for each job. It must be one that calls `doJobs`.
 * @returns the results, in the order of the jobs
 */
export async function onAllCores<Result>(module: string, jobs: readonly Serializable[]): Promise<Result[]> {
  const results = Array.from<Result>({ length: jobs.length });
  const queue = [...jobs.entries()];
  const work = async (): Promise<void> => {
    const child = fork(module, { execArgv: ['--import', 'tsx'] });
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [index, job] = next;
      results[index] = await resultOf(child, job);
    }
    child.disconnect();
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), jobs.length) }, work));
  return results;
}

function resultOf<Result>(child: ChildProcess, job: Serializable): Promise<Result> {
  return new Promise((resolve, reject) => {
    const onExit = (): void => {
      reject(new Error('a worker process exited before its job was done'));
    };
    child.once('exit', onExit);
    child.once('message', (result) => {
      child.off('exit', onExit);
      resolve(result as Result);
    });
    child.send(job);
  });
}

/** In such a child process: each message is a job. */
export function doJobs(run: (job: never) => Promise<Serializable>): void {
  // Nobody reads in ten thousand lives where an error came from, and it costs a sixth of the time. A replay tells.
  Error.stackTraceLimit = 0;
  process.on('message', (job) => {
    void run(job as never).then((result) => process.send?.(result));
  });
}
