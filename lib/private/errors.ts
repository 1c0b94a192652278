import type { IConstruct } from 'constructs';

/**
 * What is thrown when a construct is misused.
 *
 * A plain `Error`, on purpose. The CDK's own `ValidationError` is internal, and the meaning of its arguments has
 * already changed twice within version 2: behind a peer range that is open upwards, the next such change would turn
 * every message of ours into nonsense.
 */
export function validationError(scope: IConstruct, message: string): Error {
  return new Error(`[${scope.node.path}] ${message}`);
}

/** A bad value as an error shows it: unmistakable, and never longer than a line. */
export function quoted(value: unknown): string {
  // which makes null of what is no number
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value);
  return text.length <= 120 ? text : `${text.slice(0, 120)}… (${text.length} characters)`;
}
