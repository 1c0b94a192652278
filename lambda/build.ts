import { build } from 'esbuild';

/** Bundles the handler, AWS SDK included: the one in Lambda's runtime may be older than the newest members of the API. */
async function main(): Promise<void> {
  await build({
    entryPoints: ['lambda/index.ts'],
    outfile: 'assets/handler/index.js',
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
}

void main();
