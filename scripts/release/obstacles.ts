import { sections, versionOf } from './changelog';

/** What is to be released. */
export interface Candidate {
  /** That of package.json. */
  readonly version: string;
  readonly changelog: string;
  /** The tags of the commit. */
  readonly tags: readonly string[];
  /** As `git status --porcelain` has them. */
  readonly uncommitted: readonly string[];
  /** The ecosystems of which there is no package. */
  readonly withoutPackage: readonly string[];
}

/** What keeps it from being released. */
export function obstacles({ version, changelog, tags, uncommitted, withoutPackage }: Candidate): string[] {
  const newest = sections(changelog)[0]?.title ?? '';
  return [
    ...uncommitted.map((change) => `not committed: ${change}`),
    ...(tags.includes(tagOf(version))
      ? []
      : [`the commit has no tag ${tagOf(version)}, which is the version of package.json`]),
    ...(versionOf(newest) === version
      ? []
      : [`CHANGELOG.md begins with "${newest}", not with "${version}" and the day of its release`]),
    ...withoutPackage.map((ecosystem) => `there is no package for ${ecosystem}`),
  ];
}

export function tagOf(version: string): string {
  return `v${version}`;
}

/** Whether a version may break what worked with an earlier one, as Semantic Versioning has it. */
export function mayBreak(earlier: string, version: string): boolean {
  const [before, after] = [earlier, version].map((one) => one.split('.').map(Number)) as [number[], number[]];
  return before[0] !== after[0] || (after[0] === 0 && before[1] !== after[1]);
}
