import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { Processes } from '../../local/demo/processes';

jest.setTimeout(1_800_000);

const ROOT = join(__dirname, '..', '..');

/** `npm run local` where there is nothing but Node. */
describe('the tour without Python', () => {
  const processes = new Processes();
  let path: string;

  beforeAll(() => {
    path = mkdtempSync(join(tmpdir(), 'node-alone-'));
    const node = dirname(process.execPath);
    ['node', 'npm', 'npx'].forEach((name) => {
      symlinkSync(join(node, name), join(path, name));
    });
    symlinkSync('/usr/bin/env', join(path, 'env'));
    symlinkSync('/bin/sh', join(path, 'sh'));
  });

  afterAll(async () => {
    await processes.stop();
    rmSync(path, { recursive: true });
  });

  test.each([
    ['deploy', ['It serves the second model', 'Bedrock has no deployment left']],
    [
      'rollout',
      [
        'The old model is gone; it was deleted last',
        'The failed deployment is gone, and the clean-up of the rollback deleted the new model',
      ],
    ],
    [
      'gates',
      [
        'It was not ready yet when it became Active: the first gate waited until it answered',
        'The output above contains the reason that the function gives:',
        'The output above names the alarm that went off, and why',
      ],
    ],
  ])('%s: is all shown, on the simulator, and says why', async (tour, shown) => {
    const { exitCode, output } = await local('--tour', tour);

    expect(output).toContain('The AWS emulator is not available here, so the tour runs on the simulator.');
    expect(output).toContain('There is no Python on the PATH.');
    for (const statement of [...shown, 'The logs contain no ResponseURL and no signature']) {
      expect(output).toContain(`✓ ${statement}`);
    }
    expect(exitCode).toBe(0);
  });

  test('cannot be kept: says what is missing', async () => {
    const { exitCode, output } = await local('--keep');

    expect(output).toMatch(/✗ MiniStack.*needs Python[^]*Without --keep, the whole tour runs on the simulator/);
    expect(exitCode).toBe(1);
  });

  async function local(...args: string[]): Promise<{ readonly exitCode: number; readonly output: string }> {
    let output = '';
    const exitCode = await processes.start(join(path, 'npm'), ['run', 'local', '--', ...args], {
      cwd: ROOT,
      env: { HOME: process.env['HOME'], PATH: path },
      onOutput: (chunk) => {
        output += chunk;
      },
    }).exit;
    return { exitCode, output: stripVTControlCharacters(output) };
  }
});
