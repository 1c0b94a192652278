import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';

/** Bundles the handler, AWS SDK included: the one in Lambda's runtime may be older than the newest members of the API. */
async function main(): Promise<void> {
  const { metafile } = await build({
    entryPoints: ['lambda/index.ts'],
    outfile: 'assets/handler/index.js',
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    mainFields: ['module', 'main'],
    supported: { 'dynamic-import': false }, // it is all one file: asking the loader of ES modules would only take time
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
  });
  writeFileSync('assets/THIRD-PARTY-LICENSES.txt', notices(metafile));
}

interface Package { readonly name: string; readonly version: string; readonly license: string }

/** The bundle redistributes what it contains, so its licences go with it: each text once, under the packages that it is for. */
function notices(metafile: Metafile): string {
  const folders = new Set(Object.keys(metafile.inputs).flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []));
  const packagesByText = new Map<string, string[]>();
  for (const folder of [...folders].sort()) {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Package;
    const file = readdirSync(folder).find((candidate) => /^licen[cs]e/i.test(candidate));
    const text = file === undefined ? `Licence: ${license}` : readFileSync(join(folder, file), 'utf8').trim();
    packagesByText.set(text, [...packagesByText.get(text) ?? [], `${name} ${version} (${license})`]);
  }
  const sections = [...packagesByText].map(([text, packages]) => `${packages.join('\n')}\n\n${text}\n`);
  return `assets/handler/index.js contains these packages.\n\n${sections.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

void main();
