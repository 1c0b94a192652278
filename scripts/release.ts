import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { missingTool } from './languages';
import { breaksSince, lastRelease } from './release/api';
import { git } from './release/git';
import { mayBreak, obstacles, tagOf } from './release/obstacles';
import { kilobytes, type LibraryManifest, type Packaged, packagesIn } from './release/packages';

/**
 * `npm run release -- --dry-run`: builds and checks what would be published, and says what it is and what stands in the
 * way of its release. Without `--dry-run`: publishes what that has built, which only the workflow of releases may.
 */
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as LibraryManifest;
const changelog = readFileSync('CHANGELOG.md', 'utf8');

/** Scripts of package.json, which must find nothing. */
const AUDITS = ['audit:dependencies', 'audit:unused'];

function main(options: readonly string[]): boolean {
  if (options.length === 0) {
    return publish();
  }
  if (options.join(' ') !== '--dry-run') {
    console.error(`The only option is --dry-run, got ${options.join(' ')}`);
    return false;
  }
  return dryRun();
}

/** Nothing is built here, where the permission to publish is. */
function publish(): boolean {
  const refusals = [
    ...(process.env['GITHUB_WORKFLOW'] === 'Release' ? [] : ['only .github/workflows/release.yml publishes']),
    ...inTheWay(),
  ];
  if (refusals.length > 0) {
    console.error(`Nothing is published:\n${list(refusals)}`);
    return false;
  }
  return run(require.resolve('publib/bin/publib'), ['dist']);
}

function dryRun(): boolean {
  rmSync('dist', { recursive: true, force: true });
  if (!npmRun('build') || !npmRun('package')) {
    return false;
  }
  const failed = AUDITS.filter((audit) => !npmRun(audit));
  const breaks = apiBreaks();

  heading('What would be published');
  const packages = packagesIn('dist', manifest);
  packages.forEach(describe);
  listTarball(packages[0]?.files[0]?.path);

  heading('What stands in the way of a release');
  const found = [...failed.map((audit) => `npm run ${audit} has findings`), ...breaks, ...inTheWay()];
  console.log(found.length === 0 ? 'Nothing.' : list(found));

  // Between releases there is always something: a commit with the tag of one must have nothing
  const isTagged = tags().includes(tagOf(manifest.version));
  return failed.length === 0 && (found.length === 0 || !isTagged);
}

function inTheWay(): string[] {
  return obstacles({
    version: manifest.version,
    changelog,
    tags: tags(),
    uncommitted: git('status', '--porcelain'),
    withoutPackage: packagesIn('dist', manifest)
      .filter(({ files }) => files.length === 0)
      .map(({ ecosystem }) => ecosystem),
  });
}

function tags(): string[] {
  return git('tag', '--points-at', 'HEAD');
}

function apiBreaks(): string[] {
  const last = lastRelease(changelog);
  if (last === undefined) {
    heading('The public API cannot be compared: git knows of no earlier release');
    return [];
  }
  heading(`What breaks in the public API since ${last.version} (commit ${last.commit.slice(0, 7)})`);
  if (!breaksSince(last)) {
    console.log('Nothing.');
    return [];
  }
  const { version } = manifest;
  return mayBreak(last.version, version) ? [] : [`the API breaks, which ${version} may not after ${last.version}`];
}

function describe({ ecosystem, language, name, files }: Packaged): void {
  if (files.length > 0) {
    console.log(`${ecosystem}: ${name} ${manifest.version}`);
    console.log(files.map(({ path, bytes }) => `  ${path}, ${kilobytes(bytes)}`).join('\n'));
  } else {
    const tool = missingTool(language);
    console.log(`${ecosystem}: ${name} is left out${tool === undefined ? '' : `, since there is no ${tool}`}`);
  }
}

function listTarball(file: string | undefined): void {
  if (file === undefined) {
    return;
  }
  const listing = execFileSync('tar', ['--list', '--verbose', '--gzip', '--file', file], { encoding: 'utf8' });
  const files = [...listing.matchAll(/(\d+) \S+ \S+ package\/(.*)/g)]
    .map(([, bytes, path = '']) => `  ${path}, ${kilobytes(Number(bytes))}`)
    .sort();
  console.log(`\nIn the package for npm, ${files.length} files:\n${files.join('\n')}`);
}

function npmRun(script: string): boolean {
  heading(`npm run ${script}`);
  return run('npm', ['run', '--silent', script]);
}

function run(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'inherit' }).status === 0;
}

function heading(text: string): void {
  console.log(`\n== ${text}`);
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}

process.exitCode = main(process.argv.slice(2)) ? 0 : 1;
