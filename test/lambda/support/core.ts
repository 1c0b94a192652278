import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..');
const CORE = ['call-error', 'checks', 'state', 'step', 'handler'].map((name) => `${name}.test.ts`);
const ROOMS = ['cloudformation', 'executions', 'reconcile'];

/**
 * For mutation testing: the tests that give the same values to the same function each time, in milliseconds. All in one
 * file, since jest loads what a file imports anew for each file, and there are thousands of mutants.
 */
const files = [
  ...CORE,
  ...ROOMS.flatMap((room) => readdirSync(join(ROOT, room)).map((name) => join(room, name))),
].filter((name) => name.endsWith('.test.ts') && !name.includes('decide.properties'));

describe.each(files)('%s', (file) => {
  jest.requireActual(join(ROOT, file));
});
