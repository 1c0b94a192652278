import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';

/**
 * Lambda gives a function its credentials in the environment, so no other provider is ever asked; and no operation that
 * the handler calls has an event stream.
 */
const withoutUnusedModules: Plugin = {
  name: 'without unused modules',
  setup: (building) => {
    const substitutes: Readonly<Record<string, string>> = {
      '@aws-sdk/credential-provider-node':
        "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';",
      '@aws-sdk/token-providers': `
        export { fromEnvSigningName } from '@aws-sdk/token-providers/dist-es/fromEnvSigningName.js';
        export const nodeProvider = () => () => Promise.reject(new Error('there is no token provider in Lambda'));`,
      '@smithy/core/event-streams': `
        export class EventStreamSerde {
          constructor() {
            throw new Error('the handler is built without event streams');
          }
        }
        export const eventStreamSerdeProvider = undefined;`,
    };
    const filter = new RegExp(`^(${Object.keys(substitutes).join('|')})$`);
    building.onResolve({ filter }, ({ path, resolveDir }) => ({
      path,
      namespace: 'substitute',
      pluginData: resolveDir,
    }));
    building.onLoad({ filter: /.*/, namespace: 'substitute' }, ({ path, pluginData }) => ({
      contents: substitutes[path] ?? '',
      resolveDir: pluginData as string,
    }));
  },
};

/**
 * The SDK has the schemas of all operations of a service in one file, as arrays. esbuild cannot tell that they have no
 * side effects, since they have computed keys, so it would keep those of operations that nobody calls.
 */
const withoutUnusedSchemas: Plugin = {
  name: 'without unused schemas',
  setup: (building) => {
    building.onLoad({ filter: /@aws-sdk[\\/]client-[\w-]+[\\/]dist-es[\\/]schemas[\\/].*\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(
        /^((?:export )?var [\w$]+ = )(\[[^\n]*[^;\n]\n[^]*?^\]);/gm,
        '$1/* @__PURE__ */ (() => $2)();',
      ),
    }));
  },
};

/** A client tells services its version, for which it would take its whole package.json with it. */
const versionAlone: Plugin = {
  name: 'version alone',
  setup: (building) => {
    building.onLoad({ filter: /@aws-sdk[\\/]client-[\w-]+[\\/]package\.json$/ }, ({ path }) => {
      const { version } = JSON.parse(readFileSync(path, 'utf8')) as { readonly version: string };
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

export const NOTICES = 'assets/THIRD-PARTY-LICENSES.txt';

/**
 * Bundles the handler, AWS SDK included: the one in Lambda's runtime may be older than the newest members of the API.
 */
export async function bundle({ write }: { readonly write: boolean }): Promise<Metafile> {
  const { metafile } = await build({
    entryPoints: ['lambda/index.ts'],
    outfile: 'assets/handler/index.js',
    write,
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
    plugins: [withoutUnusedSchemas, versionAlone, withoutUnusedModules],
  });
  return metafile;
}

export interface Package {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

/** The folders, from here, of the packages of which something is in the bundle. */
export function packageFolders(metafile: Metafile): string[] {
  const folders = Object.keys(metafile.inputs).flatMap(
    (input) => /node_modules\/(?:.*node_modules\/)?(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? [],
  );
  return [...new Set(folders)].sort();
}

export function packageIn(folder: string): Package {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Package;
}

/** How the notices name a package. */
export function notice({ name, version, license }: Package): string {
  return `${name} ${version} (${license})`;
}

/**
 * The bundle redistributes what it contains, so its licences go with it: each text once, under the packages that it is
 * for.
 */
function notices(metafile: Metafile): string {
  const packagesByText = new Map<string, string[]>();
  for (const folder of packageFolders(metafile)) {
    const found = packageIn(folder);
    const file = readdirSync(folder).find((candidate) => /^licen[cs]e/i.test(candidate));
    const text = file === undefined ? `Licence: ${found.license}` : readFileSync(join(folder, file), 'utf8').trim();
    packagesByText.set(text, [...(packagesByText.get(text) ?? []), notice(found)]);
  }
  const sections = [...packagesByText].map(([text, packages]) => `${packages.join('\n')}\n\n${text}\n`);
  return `assets/handler/index.js contains these packages.\n\n${sections.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

async function main(): Promise<void> {
  writeFileSync(NOTICES, notices(await bundle({ write: true })));
}

if (require.main === module) {
  void main();
}
