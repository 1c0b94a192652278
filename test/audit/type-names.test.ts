import ts from 'typescript';
import { trackedSources } from '../../scripts/audit/import-cycles';

/** The name of a type has one meaning in the whole repository. */

const isTypeDeclaration = (
  node: ts.Node,
): node is ts.InterfaceDeclaration | ts.TypeAliasDeclaration | ts.ClassDeclaration | ts.EnumDeclaration =>
  ts.isInterfaceDeclaration(node) ||
  ts.isTypeAliasDeclaration(node) ||
  ts.isClassDeclaration(node) ||
  ts.isEnumDeclaration(node);

/** The names of types that more than one file declares at its top level. */
function ambiguous(sources: Readonly<Record<string, string>>): string[] {
  const files = new Map<string, Set<string>>();
  for (const [file, source] of Object.entries(sources)) {
    for (const statement of ts.createSourceFile(file, source, ts.ScriptTarget.Latest).statements) {
      if (isTypeDeclaration(statement) && statement.name !== undefined) {
        const name = statement.name.text;
        files.set(name, (files.get(name) ?? new Set()).add(file));
      }
    }
  }
  return [...files]
    .filter(([, declaring]) => declaring.size > 1)
    .map(([name]) => name)
    .sort();
}

test('no two files declare a type of the same name', () => {
  const sources = trackedSources();
  expect(Object.keys(sources).length).toBeGreaterThan(100);
  expect(ambiguous(sources)).toEqual([]);
});

test('it would be found, whatever kind of type it is', () => {
  expect(
    ambiguous({
      'a.ts': 'export interface A {}\ntype B = 1;\nclass C {}\nenum D {}\ntype E = 1;\nconst f = 1;',
      'b.ts': "export type A = 1;\ninterface B {}\nenum C {}\nclass D {}\nimport type { E } from './a';\nconst f = 2;",
    }),
  ).toEqual(['A', 'B', 'C', 'D']);
});

test('what one file declares in parts is one type', () => {
  expect(ambiguous({ 'a.ts': 'interface A { a: 1 }\ninterface A { b: 2 }' })).toEqual([]);
});
