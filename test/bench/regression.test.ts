import { regressions } from '../../bench/regression';

test('what is greater than before is named, with both values', () => {
  expect(
    regressions({ 'create: calls': 20, 'delete: calls': 13 }, { 'create: calls': 19, 'delete: calls': 13 }),
  ).toEqual(['create: calls: 20 instead of 19']);
});

test('what is smaller is fine', () => {
  expect(regressions({ 'create: seconds': 61 }, { 'create: seconds': 64.11 })).toEqual([]);
});

test('what was never recorded is named', () => {
  expect(regressions({ 'create: calls': 1 }, {})).toEqual([
    expect.stringMatching(/^create: calls: 1, .*npm run bench/),
  ]);
});

test('a quarter of a second is never too much', () => {
  expect(regressions({ 'update: seconds': 0.35 }, { 'update: seconds': 0.1 })).toEqual([]);
  expect(regressions({ 'update: seconds': 0.36 }, { 'update: seconds': 0.1 })).toHaveLength(1);
});

test.each([
  ['bytes', 1020],
  ['seconds', 1010],
  ['calls', 1000],
])('%s may be so many instead of 1000', (unit, most) => {
  const committed = { [`bundle: ${unit}`]: 1000 };
  expect(regressions({ [`bundle: ${unit}`]: most }, committed)).toEqual([]);
  expect(regressions({ [`bundle: ${unit}`]: most + 1 }, committed)).toHaveLength(1);
});
