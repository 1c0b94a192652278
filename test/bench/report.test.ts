import { readFileSync } from 'node:fs';
import { type BenchResults, inTerminal, median, missedBy, page, type Section } from '../../bench/report';

const SECTION: Section = {
  title: 'Operations',
  about: ['What they mean.'],
  columns: ['operation', 'seconds'],
  rows: [
    ['create', '64.1'],
    ['delete', '6.1'],
  ],
  figures: { 'create: seconds': 64.1 },
};

test('a section is a table of aligned columns in the terminal', () => {
  expect(inTerminal(SECTION)).toBe(
    ['Operations', '', 'operation  seconds', 'create        64.1', 'delete         6.1', ''].join('\n'),
  );
});

test('and a table with its explanation on the page', () => {
  expect(page({ versions: { Node: '20' }, sections: [SECTION] })).toContain(
    ['## Operations', '', 'What they mean.', '', '| operation | seconds |', '|---|--:|', '| create | 64.1 |'].join(
      '\n',
    ),
  );
});

test('what was measured misses its target or not', () => {
  expect([missedBy(66, 66), missedBy(67.5, 66), missedBy(67)]).toEqual(['', '1.5', '']);
});

test('the median of an even number is between the two in the middle', () => {
  expect([median([3, 1, 2]), median([4, 1, 3, 2])]).toEqual([2, 2.5]);
});

test('docs/performance.md is what the last run has written', () => {
  const results = JSON.parse(readFileSync('bench/results.json', 'utf8')) as BenchResults;
  expect(readFileSync('docs/performance.md', 'utf8')).toBe(page(results));
});
