import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { kilobytes, type LibraryManifest, type Packaged, packagesIn } from '../../../scripts/release/packages';

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as LibraryManifest;
const dist = mkdtempSync(join(tmpdir(), 'dist-'));

afterAll(() => {
  rmSync(dist, { recursive: true });
});

function found(): string[][] {
  return packagesIn(dist, manifest).map(({ ecosystem, files }: Packaged) => [
    ecosystem,
    ...files.map(({ path, bytes }) => `${path.replace(`${dist}/`, '')}: ${bytes}`),
  ]);
}

test('nothing is found where nothing was built', () => {
  expect(found()).toEqual([['npm'], ['PyPI'], ['Maven Central'], ['Go'], ['NuGet']]);
});

test('the packages of each ecosystem are found where they were built, and not the sources of .NET', () => {
  for (const file of [
    'js/library.tgz',
    'python/library-0.2.0-py3-none-any.whl',
    'python/library-0.2.0.tar.gz',
    'java/io/github/library/0.2.0/library-0.2.0.jar',
    'java/io/github/library/0.2.0/library-0.2.0.jar.sha1',
    'java/io/github/library/0.2.0/library-0.2.0.pom',
    'go/library/go.mod',
    'go/library/main.go',
    'dotnet/Library/Library.csproj',
  ]) {
    mkdirSync(dirname(join(dist, file)), { recursive: true });
    writeFileSync(join(dist, file), '12345');
  }

  expect(found()).toEqual([
    ['npm', 'js/library.tgz: 5'],
    ['PyPI', 'python/library-0.2.0-py3-none-any.whl: 5', 'python/library-0.2.0.tar.gz: 5'],
    [
      'Maven Central',
      'java/io/github/library/0.2.0/library-0.2.0.jar: 5',
      'java/io/github/library/0.2.0/library-0.2.0.pom: 5',
    ],
    ['Go', 'go/ (2 files): 10'],
    ['NuGet'],
  ]);
});

test('a package is called as package.json says', () => {
  expect(packagesIn(dist, manifest).map(({ name }) => name)).toEqual([
    'cdk-bedrock-custom-models',
    'cdk-bedrock-custom-models',
    'io.github.cdk-bedrock-custom-models:cdk-bedrock-custom-models',
    'github.com/cdk-bedrock-custom-models/cdk-bedrock-custom-models-go',
    'CdkBedrockCustomModels',
  ]);
});

test('the address of the repository is a plain one: it comes with each package, and PyPI refuses git+https', () => {
  expect(manifest.repository.url).toMatch(/^https:/);
});

test('sizes are rounded up', () => {
  expect([1, 1000, 1001].map(kilobytes)).toEqual(['1 kB', '1 kB', '2 kB']);
});
