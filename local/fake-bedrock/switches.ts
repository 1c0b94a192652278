import { Problem } from '../problem';
import { isRefusal, type Refusal } from './refusal';

/** Something that may be one way or another. */
export interface Switch<T> {
  readonly usual: T;
  /** Which values it takes, in words. */
  readonly takes: string;
  readonly accepts: (value: unknown) => boolean;
}

export type SwitchTable = Readonly<Record<string, Switch<unknown>>>;
/** A value for each. */
export type Settings<S extends SwitchTable> = { -readonly [K in keyof S]: S[K] extends Switch<infer T> ? T : never };

export function oneOf<const T extends string>(usual: T, ...others: T[]): Switch<T> {
  const values: readonly unknown[] = [usual, ...others];
  return { usual, takes: `one of ${inWords(...values)}`, accepts: (value) => values.includes(value) };
}

export function flag(usual: boolean): Switch<boolean> {
  return { usual, takes: 'true or false', accepts: (value) => typeof value === 'boolean' };
}

/** Milliseconds, or a count. */
export function amount(usual: number): Switch<number> {
  return {
    usual,
    takes: 'a number that is not negative, or "Infinity"',
    accepts: (value) => typeof value === 'number' && value >= 0,
  };
}

/** Of what happens, the part that happens so. */
export function share(usual: number): Switch<number> {
  return {
    usual,
    takes: 'a number from 0 to 1',
    accepts: (value) => typeof value === 'number' && value >= 0 && value <= 1,
  };
}

export function text(usual: string): Switch<string> {
  return { usual, takes: 'a text', accepts: (value) => typeof value === 'string' };
}

/** An error that says no; `others`: what may be instead of a refusal. */
export function refusal<const T extends string = never>(
  usual: NoInfer<T> | Refusal,
  ...others: T[]
): Switch<T | Refusal> {
  const values: readonly unknown[] = others;
  return {
    usual,
    takes: [
      'an error as in "ConflictException (409): The {kind} {name} is {status}"',
      ...others.map((other) => inWords(other)),
    ].join(' or '),
    accepts: (value) => values.includes(value) || isRefusal(value),
  };
}

export function usual<S extends SwitchTable>(switches: S): Settings<S> {
  return Object.fromEntries(Object.entries(switches).map(([name, each]) => [name, each.usual])) as Settings<S>;
}

/**
 * What `given`, read from JSON, says of these switches. Throws a `Problem` that tells what is no switch, and what no
 * value.
 */
export function settingsOf<S extends SwitchTable>(switches: S, given: unknown, what: string): Partial<Settings<S>> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new Problem(`${what} is not a JSON object.`);
  }
  return Object.fromEntries(
    Object.entries(given).map(([name, written]) => {
      const known = Object.hasOwn(switches, name) ? switches[name] : undefined;
      if (!known) {
        throw new Problem(`${what} has no '${name}'. It has: ${Object.keys(switches).join(', ')}.`);
      }
      const value: unknown = written === 'Infinity' ? Infinity : written;
      if (!known.accepts(value)) {
        throw new Problem(`${what}.${name} is ${inWords(written)}. It must be ${known.takes}.`);
      }
      return [name, value];
    }),
  ) as Partial<Settings<S>>;
}

function inWords(...values: readonly unknown[]): string {
  return values.map((value) => JSON.stringify(value)).join(', ');
}
