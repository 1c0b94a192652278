import { setTimeout as sleep } from 'node:timers/promises';
import { Processes, type RunningProcess } from '../../../local/demo/processes';

const env = { PATH: process.env['PATH'] };

describe('a process that the local cloud starts', () => {
  let processes: Processes;
  let output: string;

  beforeEach(() => {
    processes = new Processes();
    output = '';
  });
  afterEach(() => processes.stop());

  test('tells its output and its exit code', async () => {
    const exit = await shell('echo out; echo err >&2; exit 3').exit;

    expect(exit).toBe(3);
    expect(output.split('\n').sort()).toEqual(['', 'err', 'out']);
  });

  test('is stopped with all that it has started', async () => {
    shell('sleep 3600 & echo $!; wait');
    const child = await printedPid();

    await processes.stop();

    await untilGone(child);
  });

  test('is stopped even if it does not want to', async () => {
    const stubborn = shell('trap "" TERM; echo $$; while :; do sleep 1; done');
    await printedPid();

    await processes.stop();

    expect(await stubborn.exit).toBe(137);
  });

  test('leaves nothing behind that it has started when it ends', async () => {
    const exit = await shell('sleep 3600 & echo $!').exit;

    expect(exit).toBe(0);
    await untilGone(await printedPid());
  });

  test('is not started any more once all is being stopped', async () => {
    await processes.stop();

    expect(() => shell('true')).toThrow('The local cloud is being stopped.');
  });

  test('that cannot be started says so', () => {
    expect(() => processes.start('/no/such/program', [], { env, onOutput: () => undefined })).toThrow(
      'Could not start /no/such/program.',
    );
  });

  function shell(script: string): RunningProcess {
    return processes.start('/bin/sh', ['-c', script], {
      env,
      onOutput: (chunk) => {
        output += chunk;
      },
    });
  }

  async function printedPid(): Promise<number> {
    while (!output.includes('\n')) {
      await sleep(10);
    }
    return Number(output);
  }

  /** The first process of the machine may take its time over an orphan: the time-out of the test is the only limit. */
  async function untilGone(pid: number): Promise<void> {
    for (;;) {
      try {
        process.kill(pid, 0);
      } catch {
        return;
      }
      await sleep(20);
    }
  }
});
