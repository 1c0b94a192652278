import { spawnSync } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isThere, LANGUAGES } from './languages';

/**
 * `npm run package [-- LANGUAGE …]`: builds the packages of all languages, or of these, into `dist/`. What lacks its
 * tool is left out, and said. For .NET without `dotnet` only the source is generated. Java's is also in Maven's local
 * repository then, as after `mvn install`.
 */
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
  const isDone = run('npm', ['run', 'build']) && pacmak(buildable) && pacmak(generated, '--code-only');
  console.log(`Built into dist/: ${buildable.join(', ') || 'nothing'}.`);
  for (const { name, needs } of missing) {
    const what = name === 'dotnet' ? 'Only generated, not compiled' : 'Left out';
    console.log(`${what}: ${name}, since there is no ${needs[0]}.`);
  }
  return isDone ? 0 : 1;
}

/** Without any target, jsii-pacmak itself would take all of them. */
function pacmak(targets: readonly string[], ...options: readonly string[]): boolean {
  if (targets.length === 0) {
    return true;
  }
  return run(
    require.resolve('jsii-pacmak/bin/jsii-pacmak'),
    [
      '--no-npmignore',
      // its own would be a new one each time, into which Maven downloads everything
      `--maven-local-repository=${join(homedir(), '.m2', 'repository')}`,
      ...options,
      '--targets',
      ...targets,
    ],
    {
      JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20',
      npm_config_ignore_scripts: 'true', // `prepack` would build again
    },
  );
}

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): boolean {
  return spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, ...env } }).status === 0;
}

process.exit(main(process.argv.slice(2)));
