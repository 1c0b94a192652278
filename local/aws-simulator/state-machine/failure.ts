import { types } from 'node:util';

/**
 * An error by the name that Step Functions gives it, and its cause.
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
export class Failure extends Error {
  override readonly name: string;
  override readonly cause: string;

  constructor(name: string, cause = '') {
    super(`${name}: ${cause}`);
    this.name = name;
    this.cause = cause;
  }
}

/**
 * Of what a function throws, Lambda tells the name, the message and the stack:
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html
 */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof Failure) {
    return thrown;
  }
  // A function's code may have an Error of its own.
  const { name, message, stack = '' } = types.isNativeError(thrown) ? thrown : new Error(String(thrown));
  return new Failure(name, JSON.stringify({ errorType: name, errorMessage: message, trace: stack.split('\n') }));
}

/** What a wildcard does not match. */
const EXCEPT: Readonly<Record<string, readonly string[]>> = {
  'States.ALL': ['States.DataLimitExceeded'],
  'States.TaskFailed': ['States.DataLimitExceeded', 'States.Timeout'],
};

/** Whether an error is among those of a retrier or a catcher. Nothing matches `States.Runtime`. */
export function matches(errorEquals: readonly string[], error: string): boolean {
  return (
    error !== 'States.Runtime' && errorEquals.some((name) => name === error || EXCEPT[name]?.includes(error) === false)
  );
}
