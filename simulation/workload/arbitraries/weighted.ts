import fc from 'fast-check';

interface Weighted<T> {
  readonly weight: number;
  readonly arbitrary: fc.Arbitrary<T>;
}

/** Shrinks to the first alternative, which should be the plainest. */
export function either<T>(...weighted: Weighted<T>[]): fc.Arbitrary<T> {
  return fc.oneof({ withCrossShrink: true }, ...weighted);
}

/** Every length up to the maximum is equally likely. */
export function upTo<T>(maxLength: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.array(arbitrary, { maxLength, size: 'max' });
}

export function just<const T>(value: T): fc.Arbitrary<T> {
  return fc.constant(value);
}

export function milliseconds(min: number, max: number): fc.Arbitrary<number> {
  return fc.integer({ min, max });
}
