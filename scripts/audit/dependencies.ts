import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { bundle, notice, NOTICES, type Package, packageFolders, packageIn } from '../build-handler';
import { UNVERIFIED } from './unverified';

/** What the audit knows. Folders are those of package-lock.json, `node_modules/…`. */
export interface DependencyInventory {
  readonly manifest: Manifest;
  /** By folder. */
  readonly locked: Readonly<Record<string, Locked>>;
  /** What is in the handler's bundle, as installed, by folder. */
  readonly bundled: Readonly<Record<string, Package>>;
  /** The text that is published with the bundle. */
  readonly notices: string;
  /** Name and version of what is known to have no hash in the lock. */
  readonly unverified: readonly string[];
  /** The Python packages of the emulator. */
  readonly requirements: string;
}

interface Manifest {
  readonly [kind: string]: unknown;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly integrity?: string;
  /** Whether it links to a workspace, a folder of this repository. */
  readonly link?: boolean;
  /** Whether it comes in the tarball of the package in whose folder it is. */
  readonly inBundle?: boolean;
  readonly bundleDependencies?: readonly string[];
}

/** As much of what `npm audit --json` prints as is of interest. */
export interface AuditReport {
  readonly vulnerabilities?: Readonly<Record<string, { readonly severity: string; readonly nodes: readonly string[] }>>;
  /** Why there is none. */
  readonly message?: string;
}

/** Users get these, or must have them. */
const PERMISSIVE = [
  'Apache-2.0',
  'MIT',
  'MIT-0',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'Unlicense',
];
/**
 * And these are only worked with. Licences that reach what is made with a tool, or over a network, are not among them.
 */
const TOLERABLE = [...PERMISSIVE, 'CC-BY-4.0', 'MPL-2.0', 'Python-2.0'];

const REQUIREMENTS = 'local/demo/requirements.txt';
/**
 * Without wheels, pip would run what a package brings along to build itself, and fetch for that what no hash is known
 * of.
 */
const PIP_OPTIONS = ['--require-hashes', '--only-binary :all:'];

const RUN_TIME = ['dependencies', 'optionalDependencies', 'bundleDependencies', 'bundledDependencies'];

/** What is not as it should be. */
export function findings(inventory: DependencyInventory): string[] {
  return [
    ...runTimeDependencies(inventory),
    ...inexactVersions(inventory),
    ...licencesOfShipped(inventory),
    ...licencesOfTools(inventory),
    ...bundleAsLocked(inventory),
    ...unverified(inventory),
    ...inexactRequirements(inventory),
  ];
}

function runTimeDependencies({ manifest }: DependencyInventory): string[] {
  return RUN_TIME.filter((kind) => Object.keys(manifest[kind] ?? {}).length > 0).map(
    (kind) => `package.json has ${kind}, which users would have to install: ${JSON.stringify(manifest[kind])}`,
  );
}

function inexactVersions({ manifest: { devDependencies = {} } }: DependencyInventory): string[] {
  return Object.entries(devDependencies)
    .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
    .map(([name, version]) => `package.json does not say exactly which ${name}: ${version}`);
}

function licencesOfShipped({
  bundled,
  notices,
  manifest: { peerDependencies = {} },
  locked,
}: DependencyInventory): string[] {
  const packages = Object.values(bundled);
  return [
    ...packages
      .filter(({ license }) => !permitted(license, PERMISSIVE))
      .map((found) => `in the bundle, under a licence that is not permissive: ${notice(found)}`),
    ...packages
      .filter((found) => !notices.split('\n').includes(notice(found)))
      .map((found) => `in the bundle, but not in ${NOTICES}: ${notice(found)}`),
    ...Object.keys(peerDependencies)
      .filter((name) => !permitted(locked[`node_modules/${name}`]?.license, PERMISSIVE))
      .map(
        (name) =>
          `a peer under a licence that is not permissive: ${name} (${locked[`node_modules/${name}`]?.license ?? 'none'})`,
      ),
  ];
}

function licencesOfTools({ locked }: DependencyInventory): string[] {
  return foreign(locked)
    .map((folder) => ({ folder, ...locked[folder] }))
    .filter(({ license }) => !permitted(license, TOLERABLE))
    .map(
      ({ folder, version = '', license = 'none' }) =>
        `a tool under a licence that may matter: ${folder} ${version} (${license})`,
    );
}

function bundleAsLocked({ bundled, locked }: DependencyInventory): string[] {
  return Object.entries(bundled)
    .filter(([folder, { version }]) => locked[folder]?.version !== version)
    .map(
      ([folder, found]) =>
        `in the bundle, but not what package-lock.json says (${locked[folder]?.version ?? 'nothing'}): ${notice(found)}`,
    );
}

function unverified({ locked, unverified: known }: DependencyInventory): string[] {
  const found = foreign(locked)
    .filter((folder) => !isVerified(folder, locked))
    .map((folder) => `${folder.replace(/.*node_modules\//, '')} ${locked[folder]?.version ?? ''}`);
  return [
    ...found.filter((name) => !known.includes(name)).map((name) => `without a hash in package-lock.json: ${name}`),
    ...known
      .filter((name) => !found.includes(name))
      .map((name) => `known to be without a hash in package-lock.json, but is not: ${name}`),
  ];
}

/** What comes from a registry: neither the package itself nor a workspace, to which there is a link. */
function foreign(locked: DependencyInventory['locked']): string[] {
  return Object.keys(locked).filter((folder) => folder.includes('node_modules/') && locked[folder]?.link !== true);
}

/** The lock has the hash of the tarball in which it comes: its own, or that of the package that has it bundled. */
function isVerified(folder: string, locked: DependencyInventory['locked']): boolean {
  const bundler = Object.keys(locked).find(
    (other) => locked[other]?.bundleDependencies !== undefined && folder.startsWith(`${other}/node_modules/`),
  );
  const tarball = locked[folder]?.inBundle === true ? locked[bundler ?? ''] : locked[folder];
  return tarball?.integrity?.startsWith('sha512-') ?? false;
}

function inexactRequirements({ requirements }: DependencyInventory): string[] {
  const lines = requirements
    .replace(/\\\n/g, '')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const exact = /^[\w-]+==[\w.]+(; [^-]+)?( +--hash=sha256:[0-9a-f]{64})+$/;
  return [
    ...PIP_OPTIONS.filter((option) => !lines.includes(option)).map((option) => `${REQUIREMENTS} has no ${option}`),
    ...lines
      .filter((line) => !PIP_OPTIONS.includes(line) && !exact.test(line))
      .map((line) => `${REQUIREMENTS} does not say exactly which: ${line}`),
  ];
}

/** Of an SPDX expression: one alternative, all of whose parts are permitted. */
function permitted(expression: string | undefined, licences: readonly string[]): boolean {
  const alternatives = (expression ?? '').replace(/[()]/g, '').split(' OR ');
  return alternatives.some((alternative) =>
    alternative.split(' AND ').every((licence) => licences.includes(licence.trim())),
  );
}

/** The advisories, as far as they could be asked for: on what is in the bundle, and on what is only worked with. */
export function advisories(
  { vulnerabilities }: AuditReport,
  bundled: DependencyInventory['bundled'],
): { readonly shipped: readonly string[]; readonly tools: readonly string[] } | undefined {
  if (vulnerabilities === undefined) {
    return undefined;
  }
  const told = Object.entries(vulnerabilities).map(([name, { severity, nodes }]) => ({
    text: `${name}: ${severity}`,
    ships: nodes.some((node) => node in bundled),
  }));
  return {
    shipped: told.filter(({ ships }) => ships).map(({ text }) => `in the bundle, with an advisory: ${text}`),
    tools: told.filter(({ ships }) => !ships).map(({ text }) => text),
  };
}

export async function inventory(): Promise<DependencyInventory> {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    readonly packages: DependencyInventory['locked'];
  };
  return {
    manifest: JSON.parse(readFileSync('package.json', 'utf8')) as Manifest,
    locked: packages,
    bundled: Object.fromEntries(
      packageFolders(await bundle({ write: false })).map((folder) => [folder, packageIn(folder)]),
    ),
    notices: readFileSync(NOTICES, 'utf8'),
    unverified: UNVERIFIED,
    requirements: readFileSync(REQUIREMENTS, 'utf8'),
  };
}

function askRegistry(): AuditReport {
  const { stdout } = spawnSync('npm', ['audit', '--json', '--fetch-retries=0'], { encoding: 'utf8', timeout: 60_000 });
  try {
    return JSON.parse(stdout) as AuditReport;
  } catch {
    return { message: 'npm audit gave no report' };
  }
}

async function main(): Promise<void> {
  const known = await inventory();
  const peers = Object.keys(known.manifest.peerDependencies ?? {}).map((name) => packageIn(`node_modules/${name}`));
  console.log(`In the handler's bundle:\n  ${Object.values(known.bundled).map(notice).join('\n  ')}`);
  console.log(`What users bring along, as tested:\n  ${peers.map(notice).join('\n  ')}`);
  console.log(
    `Only worked with: ${foreign(known.locked).length - Object.keys(known.bundled).length - peers.length} packages.`,
  );
  console.log(`Without a hash in the lock, and known to be: ${known.unverified.length} packages.`);

  const report = askRegistry();
  const told = advisories(report, known.bundled);
  console.log(
    told === undefined
      ? `Advisories could not be asked for: ${report.message ?? 'the registry does not say why'}`
      : `Advisories on what is only worked with: ${told.tools.length === 0 ? 'none' : told.tools.join(', ')}`,
  );

  const found = [...findings(known), ...(told?.shipped ?? [])];
  console.log(found.length === 0 ? 'No findings.' : `Findings:\n  ${found.join('\n  ')}`);
  process.exitCode = found.length === 0 ? 0 : 1;
}

if (require.main === module) {
  void main();
}
