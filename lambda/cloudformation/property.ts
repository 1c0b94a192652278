/** The message says which property is wrong, what it is, and what it should be. */
export class PropertyError extends Error {
  constructor(property: string, value: unknown, rule: string) {
    super(`${property} must be ${rule}, got ${value === undefined ? 'nothing' : JSON.stringify(value)}`.slice(0, 600));
  }
}

export type Raw = Readonly<Record<string, unknown>>;

export function string(given: Raw, property: string, pattern: RegExp, rule: string): string {
  const value = given[property];
  if (typeof value !== 'string' || !pattern.test(value)) {
    throw new PropertyError(property, value, rule);
  }
  return value;
}

/** A token may resolve to an empty string, which in CloudFormation means that the property is not there. */
export function optional(given: Raw, property: string): string | undefined {
  const value = given[property];
  if (value === undefined || value === '') {
    return undefined;
  }
  if (typeof value !== 'string') {
    throw new PropertyError(property, value, 'a string');
  }
  return value;
}

export function check<T>(property: string, value: T, right: boolean, rule: string): T {
  if (!right) {
    throw new PropertyError(property, value, rule);
  }
  return value;
}
