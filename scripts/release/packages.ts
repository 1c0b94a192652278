import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** As much of package.json as the packages of other languages are named by. */
export interface LibraryManifest {
  readonly name: string;
  readonly version: string;
  readonly repository: { readonly url: string };
  readonly jsii: {
    readonly targets: {
      readonly python: { readonly distName: string };
      readonly java: { readonly maven: { readonly groupId: string; readonly artifactId: string } };
      readonly dotnet: { readonly packageId: string };
      readonly go: { readonly moduleName: string };
    };
  };
}

/** What one ecosystem gets. */
export interface Packaged {
  readonly ecosystem: string;
  /** As jsii-pacmak calls it. */
  readonly language: string;
  /** How it is called there. */
  readonly name: string;
  readonly files: readonly PackagedFile[];
}

export interface PackagedFile {
  readonly path: string;
  readonly bytes: number;
}

/** What there is to be published, each in the folder of dist/ in which jsii-pacmak puts it and publib looks for it. */
export function packagesIn(dist: string, { name, jsii: { targets } }: LibraryManifest): Packaged[] {
  const { groupId, artifactId } = targets.java.maven;
  const go = filesIn(join(dist, 'go'));
  return [
    { ecosystem: 'npm', language: 'js', name, files: filesIn(join(dist, 'js'), /\.tgz$/) },
    {
      ecosystem: 'PyPI',
      language: 'python',
      name: targets.python.distName,
      files: filesIn(join(dist, 'python'), /\.(whl|tar\.gz)$/),
    },
    {
      ecosystem: 'Maven Central',
      language: 'java',
      name: `${groupId}:${artifactId}`,
      files: filesIn(join(dist, 'java'), /\.(jar|pom)$/),
    },
    {
      ecosystem: 'Go',
      language: 'go',
      name: targets.go.moduleName,
      files: go.length === 0 ? [] : [{ path: `${join(dist, 'go')}/ (${go.length} files)`, bytes: total(go) }],
    },
    {
      ecosystem: 'NuGet',
      language: 'dotnet',
      name: targets.dotnet.packageId,
      files: filesIn(join(dist, 'dotnet'), /\.nupkg$/),
    },
  ];
}

export function kilobytes(bytes: number): string {
  return `${Math.ceil(bytes / 1000)} kB`;
}

function filesIn(folder: string, name = /./): PackagedFile[] {
  if (!existsSync(folder)) {
    return [];
  }
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && name.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => ({ path, bytes: statSync(path).size }));
}

function total(files: readonly PackagedFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}
