/**
 * Removes what a service's error message may quote of the state: it contains the ResponseURL, which is a secret.
 */
export function redact(message: string): string {
  return message.replace(/\{.*/s, '{…').replace(/https?(:|%3A)\S*/gi, '(URL)');
}
