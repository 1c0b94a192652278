import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import ts from 'typescript';

/** For each file those of the same repository that it imports, be it only for their types. */
type Imports = ReadonlyMap<string, readonly string[]>;

/** The files that import each other, directly or by way of others: one list for each knot of them. */
export function cycles(sources: Readonly<Record<string, string>>): string[][] {
  const imports: Imports = new Map(
    Object.entries(sources).map(([file, source]) => [file, importsOf(file, source, sources)]),
  );
  const reached = new Map([...imports.keys()].map((file) => [file, reachable(file, imports)]));
  const knots = [...reached]
    .filter(([file, others]) => others.has(file))
    .map(([file, others]) => [...others].filter((other) => reached.get(other)?.has(file)).sort());
  return [...new Map(knots.map((knot) => [knot.join(), knot])).values()];
}

export function trackedSources(): Record<string, string> {
  const files = execFileSync('git', ['ls-files', '-z', '*.ts'], { encoding: 'utf8' })
    .split('\0')
    .filter((file) => file !== '');
  return Object.fromEntries(files.map((file) => [file, readFileSync(file, 'utf8')]));
}

function importsOf(file: string, source: string, sources: Readonly<Record<string, string>>): string[] {
  return ts.preProcessFile(source, true, true).importedFiles.flatMap(({ fileName }) => {
    const path = posix.join(posix.dirname(file), fileName.replace(/\.js$/, ''));
    return fileName.startsWith('.') ? [path, `${path}.ts`, `${path}/index.ts`].filter((one) => one in sources) : [];
  });
}

function reachable(file: string, imports: Imports): Set<string> {
  const found = new Set<string>();
  const pending = [file];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const fresh = (imports.get(next) ?? []).filter((one) => !found.has(one));
    fresh.forEach((one) => {
      found.add(one);
    });
    pending.push(...fresh);
  }
  return found;
}
