/**
 * What is told of a failure may quote the state that was given, and in it the ResponseURL, which is a secret: of that,
 * nothing is told on.
 */
export function redact(message: string): string {
  return message.replace(/\{.*/s, '{…').replace(/https?(:|%3A)\S*/gi, '(URL)');
}
