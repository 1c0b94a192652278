import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MiniStack } from '../../../local/demo/ministack';
import { Processes } from '../../../local/demo/processes';
import { Problem } from '../../../local/problem';

test('MiniStack that does not start: a problem that has what it said last', async () => {
  const processes = new Processes();
  const directory = mkdtempSync(join(tmpdir(), 'ministack-'));
  const python = join(directory, 'python');
  writeFileSync(python, '#!/bin/sh\necho "ModuleNotFoundError: No module named ministack" >&2\nexit 3\n');
  chmodSync(python, 0o755);

  const starting = MiniStack.start({ processes, python, directory, environment: {} });

  await expect(starting).rejects.toThrow(Problem);
  await expect(starting).rejects.toThrow(
    /ended with exit code 3 when it was started\. It said\n {2}ModuleNotFoundError: No module named ministack/,
  );
  await processes.stop();
  rmSync(directory, { recursive: true });
});
