import { createHash } from 'crypto';

/** Part of a logical id that is another one for another value. */
export function shortHash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 8).toUpperCase();
}
