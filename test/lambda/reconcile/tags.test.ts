import { tagChanges, tagsAskedToChange } from '../../../lambda/reconcile/tags';
import fc from '../support/fast-check';

const tags = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.constantFrom('1', '2', '3'));

function apply(
  observed: Record<string, string>,
  { set, unset }: ReturnType<typeof tagChanges>,
): Record<string, string> {
  return { ...Object.fromEntries(Object.entries(observed).filter(([key]) => !unset.includes(key))), ...set };
}

test('what was as asked before is as asked after', () => {
  fc.assert(
    fc.property(tags, tags, (desired, before) => {
      expect(apply(before, tagChanges(desired, { tags: before }, before))).toEqual(desired);
    }),
  );
});

test('H23: a tag that the stack never asked for is neither changed nor removed', () => {
  fc.assert(
    fc.property(tags, tags, tags, (desired, before, observed) => {
      const after = apply(observed, tagChanges(desired, { tags: before }, observed));
      for (const key of Object.keys(observed).filter((name) => !(name in desired) && !(name in before))) {
        expect(after[key]).toBe(observed[key]);
      }
    }),
  );
});

test('H23: a tag that the stack asks for as before is left as it was made outside', () => {
  expect(tagChanges({ a: '1' }, { tags: { a: '1' } }, { a: '2' })).toEqual({ set: {}, unset: [] });
});

test.each(['constructor', 'toString', 'hasOwnProperty'])(
  'a tag %s is one like any other, though every object has that',
  (key) => {
    const tag = { [key]: '1' };

    expect(tagChanges(tag, undefined, {})).toEqual({ set: tag, unset: [] });
    expect(tagChanges(tag, { tags: tag }, tag)).toEqual({ set: {}, unset: [] });
    expect(tagChanges({}, { tags: tag }, tag)).toEqual({ set: {}, unset: [key] });
    expect([
      tagsAskedToChange(tag, undefined),
      tagsAskedToChange({}, { tags: tag }),
      tagsAskedToChange(tag, { tags: tag }),
    ]).toEqual([true, true, false]);
  },
);

test('a change and the change back leave what was', () => {
  fc.assert(
    fc.property(tags, tags, tags, (one, two, foreign) => {
      const start = {
        ...Object.fromEntries(Object.entries(foreign).map(([key, value]) => [`theirs-${key}`, value])),
        ...one,
      };
      const there = apply(start, tagChanges(two, { tags: one }, start));
      expect(apply(there, tagChanges(one, { tags: two }, there))).toEqual(start);
    }),
  );
});

test('whether anything was asked to change', () => {
  expect(tagsAskedToChange({ a: '1' }, { tags: { a: '1' } })).toBe(false);
  expect(tagsAskedToChange({ a: '1' }, undefined)).toBe(true);
  expect(tagsAskedToChange({}, { tags: { a: '1' } })).toBe(true);
  expect(tagsAskedToChange({}, undefined)).toBe(false);
});
