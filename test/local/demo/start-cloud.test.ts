import type { Cloud } from '../../../local/demo/cloud';
import { Processes } from '../../../local/demo/processes';
import { startCloud } from '../../../local/demo/start-cloud';
import { Terminal } from '../../../local/demo/terminal';
import { Problem } from '../../../local/problem';

const EMULATOR = { facts: { AWS: 'MiniStack' } } as unknown as Cloud;
const SIMULATOR = { facts: { AWS: 'simulated' } } as unknown as Cloud;
const NO_PYTHON = new Problem(
  'MiniStack needs Python 3.10 or newer. There is no Python on the PATH.\nGet it with\n  sudo apt install python3',
);

describe('where the tour takes place', () => {
  let written: string;
  let processes: Processes;

  beforeEach(() => {
    written = '';
    processes = new Processes();
  });
  afterEach(() => processes.stop());

  function choose(
    emulated: () => Promise<Cloud>,
    options: { keep?: boolean; simulator?: boolean } = {},
  ): Promise<Cloud> {
    const terminal = new Terminal(
      {
        write: (text) => {
          written += text;
        },
      },
      {},
    );
    return startCloud({ keep: false, simulator: false, ...options }, processes, terminal, {
      emulated,
      simulated: () => Promise.resolve(SIMULATOR),
    });
  }

  test('on the emulator, without a word', async () => {
    await expect(choose(() => Promise.resolve(EMULATOR))).resolves.toBe(EMULATOR);
    expect(written).toBe('');
  });

  test('on the simulator where the emulator cannot be had: says so, why, and how to get it', async () => {
    await expect(choose(() => Promise.reject(NO_PYTHON))).resolves.toBe(SIMULATOR);
    expect(written).toMatch(
      /^The AWS emulator is not available here, so the tour runs on the simulator\. The reason:\n\n {2}MiniStack needs Python/,
    );
    expect(written).toContain('    sudo apt install python3\n');
    expect(written).toContain(
      'CloudFormation, Lambda and Step Functions are simulated in this process, on virtual time',
    );
  });

  test('on the simulator when that is asked for: nobody looks for the emulator', async () => {
    const emulated = jest.fn<Promise<Cloud>, []>();

    await expect(choose(emulated, { simulator: true })).resolves.toBe(SIMULATOR);
    expect(emulated).not.toHaveBeenCalled();
    expect(written).toMatch(/^CloudFormation, Lambda and Step Functions are simulated/);
  });

  test('nowhere, when the cloud is to be kept and there is no emulator: says what is missing and what there is without --keep', async () => {
    const choosing = choose(() => Promise.reject(NO_PYTHON), { keep: true });

    await expect(choosing).rejects.toThrow(Problem);
    await expect(choosing).rejects.toThrow(
      /There is no Python on the PATH[^]*--keep leaves the AWS emulator[^]*Without --keep/,
    );
  });

  test('nowhere, when something is wrong that the reader cannot put right', async () => {
    await expect(choose(() => Promise.reject(new TypeError('a mistake')))).rejects.toThrow('a mistake');
    expect(written).toBe('');
  });

  test('nowhere, when the tour is being stopped', async () => {
    await processes.stop();

    await expect(choose(() => Promise.reject(new Problem('pip was stopped')))).rejects.toThrow('pip was stopped');
    expect(written).toBe('');
  });
});
