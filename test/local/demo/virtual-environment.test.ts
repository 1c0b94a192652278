import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Processes } from '../../../local/demo/processes';
import { VirtualEnvironment } from '../../../local/demo/virtual-environment';

describe('the virtual environment of MiniStack', () => {
  const processes = new Processes();
  let root: string;
  let environment: VirtualEnvironment;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'venv-'));
    mkdirSync(join(root, 'path'));
    writeFileSync(join(root, 'requirements.txt'), 'ministack==1\n');
    environment = new VirtualEnvironment(join(root, 'venv'), join(root, 'requirements.txt'));
  });

  afterEach(() => {
    rmSync(root, { recursive: true });
  });
  afterAll(() => processes.stop());

  test('is installed once, and again when the requirements change', async () => {
    putPython('exit 0');
    expect(environment.isReady()).toBe(false);

    await install();
    expect(environment.isReady()).toBe(true);

    writeFileSync(join(root, 'requirements.txt'), 'ministack==2\n');
    expect(environment.isReady()).toBe(false);

    await install();
    expect(environment.isReady()).toBe(true);
  });

  test('no way to the package index: says what pip said and how to name another way; leaves nothing half done', async () => {
    putPython('echo "ERROR: No matching distribution found for ministack==1" >&2; exit 1');

    await expect(install()).rejects.toThrow(
      /pip could not install MiniStack.*\n {2}ERROR: No matching distribution found for ministack==1\n/,
    );
    await expect(install()).rejects.toThrow(/PIP_INDEX_URL=.*\n.*HTTPS_PROXY=/);
    expect(readdirSync(root).sort()).toEqual(['path', 'requirements.txt']);
  });

  test('a failed installation leaves an earlier one as it was', async () => {
    putPython('exit 0');
    await install();
    putPython('exit 1');

    await expect(install()).rejects.toThrow();
    expect(existsSync(environment.python)).toBe(true);
  });

  function install(): Promise<void> {
    return environment.install(processes, { PATH: `${join(root, 'path')}:/usr/bin:/bin` });
  }

  /** A stand-in: `-m venv` makes a Python that, asked to run pip, does what is given. */
  function putPython(pip: string): void {
    const file = join(root, 'path', 'python3');
    const made = `mkdir -p "$3/bin"; printf '#!/bin/sh\\n%s\\n' '${pip}' > "$3/bin/python"; chmod +x "$3/bin/python"`;
    writeFileSync(file, `#!/bin/sh\ncase "$2" in *version*) echo 3.12.0;; venv) ${made};; esac\n`);
    chmodSync(file, 0o755);
  }
});
