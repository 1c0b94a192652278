import { releases, sections } from '../../../scripts/release/changelog';
import { type Candidate, mayBreak, obstacles } from '../../../scripts/release/obstacles';

const CHANGELOG = `# Changelog

## 0.2.0 - 2026-12-01

### Added

- This.

## 0.1.0 - 2026-11-21

The first release (commit d7e3e75): that.
`;

const good: Candidate = {
  version: '0.2.0',
  changelog: CHANGELOG,
  tags: ['latest', 'v0.2.0'],
  uncommitted: [],
  withoutPackage: [],
};

test('nothing stands in the way of a commit that has the tag and the section of its version', () => {
  expect(obstacles(good)).toEqual([]);
});

test.each<[Partial<Candidate>, string]>([
  [{ uncommitted: [' M lib/index.ts'] }, 'not committed:  M lib/index.ts'],
  [{ tags: ['v0.1.0'] }, 'the commit has no tag v0.2.0, which is the version of package.json'],
  [
    { changelog: CHANGELOG.replace('0.2.0 - 2026-12-01', 'Unreleased') },
    'CHANGELOG.md begins with "Unreleased", not with "0.2.0" and the day of its release',
  ],
  [
    { changelog: CHANGELOG.replace(' - 2026-12-01', '') },
    'CHANGELOG.md begins with "0.2.0", not with "0.2.0" and the day of its release',
  ],
  [{ withoutPackage: ['NuGet'] }, 'there is no package for NuGet'],
])('%j does', (changes, obstacle) => {
  expect(obstacles({ ...good, ...changes })).toEqual([obstacle]);
});

test('the changelog tells what was released, and of which commit where there is no tag', () => {
  expect(sections(CHANGELOG).map(({ title }) => title)).toEqual(['0.2.0 - 2026-12-01', '0.1.0 - 2026-11-21']);
  expect(releases(CHANGELOG)).toEqual([{ version: '0.2.0' }, { version: '0.1.0', commit: 'd7e3e75' }]);
  expect(releases(CHANGELOG.replace('0.2.0 - 2026-12-01', 'Unreleased'))).toEqual([
    { version: '0.1.0', commit: 'd7e3e75' },
  ]);
});

test.each([
  ['0.1.0', '0.2.0', true],
  ['0.1.9', '0.1.10', false],
  ['0.1.0', '0.1.0', false],
  ['0.9.0', '1.0.0', true],
  ['1.1.0', '1.2.0', false],
  ['1.1.0', '2.0.0', true],
])('after %s, %s may break the API: %s', (earlier, version, expected) => {
  expect(mayBreak(earlier, version)).toBe(expected);
});
