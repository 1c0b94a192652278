import { createHash } from 'crypto';

/** The part of a construct id that changes with a value: eight hexadecimal digits. */
export function shortHash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 8).toUpperCase();
}
