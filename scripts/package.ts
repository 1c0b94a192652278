import { spawnSync } from 'node:child_process';

/**
 * `npm run package [-- LANGUAGE …]`: builds the packages of all languages, or of these, into `dist/`. Each needs its
 * own tool: what is not there is left out, and said. For .NET without `dotnet` only the source is generated.
 */
const LANGUAGES: readonly Language[] = [
  { name: 'js', needs: undefined },
  { name: 'python', needs: ['python3', '--version'] },
  { name: 'java', needs: ['mvn', '--version'] },
  { name: 'go', needs: ['go', 'version'] },
  { name: 'dotnet', needs: ['dotnet', '--version'] },
];

interface Language {
  /** As jsii-pacmak calls it. */
  readonly name: string;
  /** The command that must be there, with arguments that do nothing. */
  readonly needs: readonly [string, ...string[]] | undefined;
}

function main(wanted: readonly string[]): number {
  const unknown = wanted.find((name) => !LANGUAGES.some((language) => language.name === name));
  if (unknown !== undefined) {
    console.error(`There is no language ${unknown}. There are: ${LANGUAGES.map(({ name }) => name).join(', ')}`);
    return 2;
  }
  const languages = LANGUAGES.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  const missing = languages.filter((language) => !isThere(language));
  const buildable = languages.filter((language) => !missing.includes(language)).map(({ name }) => name);
  const generated = missing.map(({ name }) => name).filter((name) => name === 'dotnet');
  const isDone = pacmak(buildable) && pacmak(generated, '--code-only');
  console.log(`Built into dist/: ${buildable.join(', ') || 'nothing'}.`);
  for (const { name, needs } of missing) {
    const what = name === 'dotnet' ? 'Only generated, not compiled' : 'Left out';
    console.log(`${what}: ${name}, since there is no ${needs?.[0] ?? ''}.`);
  }
  return isDone ? 0 : 1;
}

function isThere({ needs }: Language): boolean {
  if (needs === undefined) {
    return true;
  }
  const [command, ...args] = needs;
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** Without any target, jsii-pacmak itself would take all of them. */
function pacmak(targets: readonly string[], ...options: readonly string[]): boolean {
  if (targets.length === 0) {
    return true;
  }
  const args = ['--no-npmignore', '--targets', ...targets, ...options];
  const { status } = spawnSync(require.resolve('jsii-pacmak/bin/jsii-pacmak'), args, {
    stdio: 'inherit',
    env: { ...process.env, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20' },
  });
  return status === 0;
}

process.exit(main(process.argv.slice(2)));
