import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const PACKAGES = ['aws-cdk-lib', 'constructs', '@aws-sdk/client-bedrock', 'esbuild'];

/** With what a run measures. */
export function versions(): Record<string, string> {
  return Object.fromEntries([
    ['this package', versionIn('.')],
    ['Node', process.versions.node],
    ...PACKAGES.map((name): [string, string] => [name, versionIn(join('node_modules', name))]),
  ]);
}

/** Of the package in that folder. */
export function versionIn(folder: string): string {
  return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { readonly version: string }).version;
}
