export interface ChangelogSection {
  readonly title: string;
  readonly text: string;
}

export interface PastRelease {
  readonly version: string;
  /** As the changelog names it, which it does where there is no tag. */
  readonly commit?: string;
}

/** What the changelog says, the newest first. */
export function sections(changelog: string): ChangelogSection[] {
  return changelog
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [title = ''] = section.split('\n', 1);
      return { title, text: section.slice(title.length).trim() };
    });
}

/** The version that a section with this title is about, and undefined if it is not released. */
export function versionOf(title: string): string | undefined {
  return /^(\d+\.\d+\.\d+) - \d{4}-\d\d-\d\d$/.exec(title)?.[1];
}

export function releases(changelog: string): PastRelease[] {
  return sections(changelog).flatMap(({ title, text }) => {
    const version = versionOf(title);
    const commit = /\bcommit ([0-9a-f]{7,40})\b/.exec(text)?.[1];
    return version === undefined ? [] : [{ version, ...(commit === undefined ? {} : { commit }) }];
  });
}
