import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPython } from '../../../local/demo/python';

describe('the Python that MiniStack runs on', () => {
  let path: string;

  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'path-'));
  });
  afterEach(() => {
    rmSync(path, { recursive: true });
  });

  test('none: says so, and how to get it', () => {
    expect(find).toThrow(/needs Python 3\.10 or newer\. There is no Python on the PATH\./);
    expect(find).toThrow(/sudo apt install python3 python3-venv/);
    expect(find).toThrow(/brew install python/);
  });

  test('too old: says which one is there', () => {
    put('python3', '3.8.10');
    put('python', '2.7.18');

    expect(find).toThrow('On the PATH there is only python3 3.8.10, python 2.7.18.');
  });

  test('an old one before a newer one: takes the newer', () => {
    put('python3', '3.9.2');
    put('python3.12', '3.12.4');

    expect(find()).toEqual({ command: 'python3.12', version: '3.12.4' });
  });

  test("without the modules for a virtual environment: names Debian's package", () => {
    put('python3', '3.11.2', false);

    expect(find).toThrow(
      /cannot make a virtual environment.*\n.*\n +sudo apt install python3-venv +\(or python3\.11-venv\)/,
    );
  });

  function find(): ReturnType<typeof findPython> {
    return findPython({ PATH: path });
  }

  /** A stand-in that knows the two questions that are asked of a Python. */
  function put(name: string, version: string, hasVenv = true): void {
    const file = join(path, name);
    writeFileSync(
      file,
      `#!/bin/sh\ncase "$2" in *version*) echo ${version};; *venv*) exit ${hasVenv ? 0 : 1};; esac\n`,
    );
    chmodSync(file, 0o755);
  }
});
