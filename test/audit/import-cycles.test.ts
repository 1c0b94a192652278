import { cycles, trackedSources } from '../../scripts/audit/import-cycles';

/**
 * No files import each other, not even for types alone: each can be read, tested and moved after those that it imports.
 */

test('there is no cycle of imports', () => {
  const sources = trackedSources();
  expect(Object.keys(sources).length).toBeGreaterThan(100);
  expect(cycles(sources)).toEqual([]);
});

describe('it would be found:', () => {
  test('nothing, where nothing is wrong', () => {
    expect(
      cycles({
        'a.ts': "import './b'; import './c';",
        'b.ts': "import './c'; import 'node:fs';",
        'c.ts': "// import './a'",
      }),
    ).toEqual([]);
  });

  test.each([
    "import { b } from './b';",
    "import './b';",
    "import type { B } from './b';",
    "import { type B } from './b';",
    "let x: import('./b').B;",
    "const b = import('./b');",
    "const b = require('./b');",
    "import b = require('./b');",
    "export * from './b';",
    "export type { B } from './b';",
    "import { b } from '../room/b.js';",
  ])('%s', (source) => {
    expect(cycles({ 'room/a.ts': source, 'room/b.ts': "import type { A } from './a';" })).toEqual([
      ['room/a.ts', 'room/b.ts'],
    ]);
  });

  test('a file that imports itself', () => {
    expect(cycles({ 'a.ts': "import { a } from './a';" })).toEqual([['a.ts']]);
  });

  test('a way round by other folders and their index', () => {
    expect(
      cycles({
        'lib/index.ts': "export * from './private/a';",
        'lib/private/a.ts': "import { b } from './b';",
        'lib/private/b.ts': "import type { A } from '..';",
      }),
    ).toEqual([['lib/index.ts', 'lib/private/a.ts', 'lib/private/b.ts']]);
  });

  test('two that have nothing to do with each other', () => {
    expect(
      cycles({
        'a.ts': "import './b';",
        'b.ts': "import './a'; import './c';",
        'c.ts': "import './d';",
        'd.ts': "import './c';",
      }),
    ).toEqual([
      ['a.ts', 'b.ts'],
      ['c.ts', 'd.ts'],
    ]);
  });
});
