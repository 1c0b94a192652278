import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import type { Hunt, Prey } from './hunt';
import type { Safety } from './safeties';

const ROOT = join(__dirname, '../..');

/** Hunts, in a process of its own, for what goes wrong with the handler when this safety is taken out. */
export async function huntWithout(safety: Safety, hunt: Hunt): Promise<Prey | undefined> {
  const { outputFiles: [script] } = await build({
    stdin: { contents: `import { main } from './hunt'; main(${JSON.stringify(hunt)});`, resolveDir: __dirname },
    bundle: true,
    write: false,
    platform: 'node',
    packages: 'external',
    plugins: [takenOut(safety)],
  });
  return run(script?.text ?? '');
}

function takenOut({ name, file, text, without }: Safety): Plugin {
  return {
    name,
    setup: (building) => {
      building.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        if (path !== join(ROOT, 'lambda', file)) {
          return undefined;
        }
        const parts = readFileSync(path, 'utf8').split(text);
        if (parts.length !== 2) {
          throw new Error(`${file} has ${parts.length - 1} times what makes that ${name}: ${text}`);
        }
        return { contents: parts.join(without), loader: 'ts' };
      });
    },
  };
}

function run(script: string): Promise<Prey | undefined> {
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, ['-'], { cwd: ROOT, env: { ...process.env, NODE_NO_WARNINGS: '1' } }, (error, stdout) => {
      if (error === null) {
        resolve(JSON.parse(stdout) as Prey | null ?? undefined);
      } else {
        reject(new Error(error.message, { cause: error }));
      }
    });
    child.stdin?.end(script);
  });
}
