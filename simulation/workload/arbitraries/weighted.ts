import fc from 'fast-check';

interface Weighted<T> {
  readonly weight: number;
  readonly arbitrary: fc.Arbitrary<T>;
}

/** The first is the plainest, to which the others are brought back. */
export function either<T>(...weighted: Weighted<T>[]): fc.Arbitrary<T> {
  return fc.oneof({ withCrossShrink: true }, ...weighted);
}

/** As many as there may be are as likely as none. */
export function upTo<T>(maxLength: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.array(arbitrary, { maxLength, size: 'max' });
}

export function just<const T>(value: T): fc.Arbitrary<T> {
  return fc.constant(value);
}

export function milliseconds(min: number, max: number): fc.Arbitrary<number> {
  return fc.integer({ min, max });
}
