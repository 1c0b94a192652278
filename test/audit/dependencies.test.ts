import {
  advisories,
  type AuditReport,
  type DependencyInventory,
  findings,
  inventory,
} from '../../scripts/audit/dependencies';

/** The audit finds what it is for; and of this package, nothing. */

const integrity = 'sha512-AAAA';
const good: DependencyInventory = {
  manifest: { devDependencies: { tool: '1.2.3' }, peerDependencies: { peer: '^2.0.0' } },
  locked: {
    '': {},
    'node_modules/tool': { version: '1.2.3', license: '(MIT OR GPL-3.0-or-later)', integrity },
    'node_modules/peer': { version: '2.1.0', license: 'Apache-2.0', integrity, bundleDependencies: ['part'] },
    'node_modules/peer/node_modules/part': { version: '2.1.1', license: 'MIT', inBundle: true },
    'node_modules/sdk': { version: '3.0.0', license: 'Apache-2.0 AND MIT', integrity },
    'node_modules/binary': { version: '4.0.0', license: 'MIT' },
    'node_modules/workspace': { link: true },
    'test/workspace': {},
    'test/workspace/node_modules/tool': { version: '1.2.4', license: 'MIT', integrity },
  },
  unverified: ['binary 4.0.0'],
  bundled: { 'node_modules/sdk': { name: 'sdk', version: '3.0.0', license: 'Apache-2.0 AND MIT' } },
  notices: 'contains these packages.\n\nsdk 3.0.0 (Apache-2.0 AND MIT)\n\nLicence\n',
  requirements:
    `# for the emulator\n--require-hashes\n--only-binary :all:\nemulator==1.5.33 \\\n    --hash=sha256:${'a1'.repeat(32)}\n` +
    `six==1.17.0; python_version < "3.11" \\\n    --hash=sha256:${'a1'.repeat(32)} \\\n    --hash=sha256:${'b2'.repeat(32)}\n`,
};

const sdk = (changes: object): Partial<DependencyInventory> => ({
  bundled: { 'node_modules/sdk': { name: 'sdk', version: '3.0.0', license: 'MIT', ...changes } },
});
const locked = (folder: string, changes: object): Partial<DependencyInventory> => ({
  locked: { ...good.locked, [folder]: { ...good.locked[folder], ...changes } },
});
const python = (from: string, to: string): Partial<DependencyInventory> => ({
  requirements: good.requirements.replace(from, to),
});
const tool = (license?: string): Partial<DependencyInventory> => locked('node_modules/tool', { license });

test('nothing is found where all is well', () => {
  expect(findings(good)).toEqual([]);
});

test.each<[string, Partial<DependencyInventory>, string]>([
  ['a run-time dependency', { manifest: { dependencies: { left: '1.0.0' } } }, 'package.json has dependencies'],
  [
    'an optional one',
    { manifest: { optionalDependencies: { left: '1.0.0' } } },
    'package.json has optionalDependencies',
  ],
  ['a bundled one', { manifest: { bundledDependencies: ['left'] } }, 'package.json has bundledDependencies'],
  [
    'a range',
    { manifest: { devDependencies: { tool: '^1.2.3' } } },
    'package.json does not say exactly which tool: ^1.2.3',
  ],
  [
    'a tag',
    { manifest: { devDependencies: { tool: 'latest' } } },
    'package.json does not say exactly which tool: latest',
  ],
  [
    'a version that is not whole',
    { manifest: { devDependencies: { tool: '1.2' } } },
    'package.json does not say exactly which tool: 1.2',
  ],
  [
    'copyleft in the bundle',
    sdk({ license: 'LGPL-3.0-only' }),
    'in the bundle, under a licence that is not permissive: sdk 3.0.0 (LGPL-3.0-only)',
  ],
  [
    'copyleft in a part of what is in the bundle',
    sdk({ license: 'MIT AND GPL-2.0-only' }),
    'in the bundle, under a licence that is not permissive',
  ],
  ['no licence in the bundle', sdk({ license: undefined }), 'in the bundle, under a licence that is not permissive'],
  [
    'a package without its notice',
    { notices: 'contains these packages.' },
    'in the bundle, but not in assets/THIRD-PARTY-LICENSES.txt: sdk 3.0.0',
  ],
  [
    'the notice of another version',
    sdk({ version: '3.0.1' }),
    'in the bundle, but not in assets/THIRD-PARTY-LICENSES.txt: sdk 3.0.1',
  ],
  [
    'what is installed is not what is locked',
    sdk({ version: '3.0.1' }),
    'in the bundle, but not what package-lock.json says (3.0.0): sdk 3.0.1',
  ],
  [
    'a peer under copyleft',
    locked('node_modules/peer', { license: 'MPL-2.0' }),
    'a peer under a licence that is not permissive: peer (MPL-2.0)',
  ],
  ['no hash', locked('node_modules/tool', { integrity: undefined }), 'without a hash in package-lock.json: tool 1.2.3'],
  [
    'a hash that proves little',
    locked('node_modules/tool', { integrity: 'sha1-AAAA' }),
    'without a hash in package-lock.json: tool 1.2.3',
  ],
  [
    'no hash in a workspace',
    locked('test/workspace/node_modules/tool', { integrity: undefined }),
    'without a hash in package-lock.json: tool 1.2.4',
  ],
  [
    'no hash of another version than is known',
    locked('node_modules/binary', { version: '4.0.1' }),
    'without a hash in package-lock.json: binary 4.0.1',
  ],
  [
    'a bundled part of what has no hash',
    locked('node_modules/peer', { integrity: undefined }),
    'without a hash in package-lock.json: part 2.1.1',
  ],
  [
    'what is only said to be bundled',
    locked('node_modules/peer', { bundleDependencies: undefined }),
    'without a hash in package-lock.json: part 2.1.1',
  ],
  [
    'what is said to have no hash, and has',
    locked('node_modules/binary', { integrity }),
    'known to be without a hash in package-lock.json, but is not: binary 4.0.0',
  ],
  [
    'a Python package without a hash',
    python(` \\\n    --hash=sha256:${'a1'.repeat(32)}\nsix`, '\nsix'),
    'local/demo/requirements.txt does not say exactly which: emulator==1.5.33',
  ],
  [
    'a Python package of any version',
    python('emulator==', 'emulator>='),
    'local/demo/requirements.txt does not say exactly which: emulator>=1.5.33',
  ],
  [
    'a Python package index',
    python('six==', '--index-url x\nsix=='),
    'local/demo/requirements.txt does not say exactly which: --index-url x',
  ],
  [
    'Python packages whose hashes are not asked for',
    python('--require-hashes\n', ''),
    'local/demo/requirements.txt has no --require-hashes',
  ],
  [
    'Python packages that are built here',
    python('--only-binary :all:\n', ''),
    'local/demo/requirements.txt has no --only-binary :all:',
  ],
  [
    'a tool under the AGPL',
    tool('AGPL-3.0-only'),
    'a tool under a licence that may matter: node_modules/tool 1.2.3 (AGPL-3.0-only)',
  ],
  ['a tool for non-commercial use', tool('CC-BY-NC-4.0'), 'a tool under a licence that may matter'],
  ['a tool without a licence', tool(), 'a tool under a licence that may matter: node_modules/tool 1.2.3 (none)'],
])('%s is found', (_, changes, finding) => {
  expect(findings({ ...good, ...changes })).toContainEqual(expect.stringContaining(finding));
});

describe('advisories', () => {
  const report: AuditReport = {
    vulnerabilities: {
      sdk: { severity: 'low', nodes: ['node_modules/sdk'] },
      tool: { severity: 'high', nodes: ['node_modules/tool'] },
    },
  };

  test('count where users get them, and are told otherwise', () => {
    expect(advisories(report, good.bundled)).toEqual({
      shipped: ['in the bundle, with an advisory: sdk: low'],
      tools: ['tool: high'],
    });
    expect(advisories({ vulnerabilities: {} }, good.bundled)).toEqual({ shipped: [], tools: [] });
  });

  test('that could not be asked for are not taken for none', () => {
    expect(advisories({ message: '405 Method Not Allowed' }, good.bundled)).toBeUndefined();
  });
});

test('nothing is found here', async () => {
  const known = await inventory();
  expect(Object.keys(known.bundled).length).toBeGreaterThan(10);
  expect(findings(known)).toEqual([]);
});
