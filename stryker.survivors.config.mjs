import { readFileSync } from 'node:fs';
import base from './stryker.config.mjs';

const ALIVE = ['Survived', 'NoCoverage'];

/** Where the mutants are that the tests of stryker.config.mjs have let live. */
function survivors() {
  const { files } = JSON.parse(readFileSync(base.jsonReporter.fileName, 'utf8'));
  return Object.entries(files).flatMap(([file, { mutants }]) =>
    mutants
      .filter(({ status }) => ALIVE.includes(status))
      .map(({ location: { start, end } }) => `${file}:${start.line}:${start.column - 1}-${end.line}:${end.column - 1}`),
  );
}

/**
 * Mutation testing, the second part: those that live after stryker.config.mjs must get past all tests of the handler, also
 * those that play whole requests, which would take too long for all of them.
 */
export default {
  ...base,
  mutate: survivors(),
  jest: { configFile: 'jest.survivors.config.js' },
  incremental: false,
  tempDirName: '.local/mutants/sandbox-of-survivors',
  jsonReporter: { fileName: '.local/mutants/survivors.json' },
  htmlReporter: { fileName: '.local/mutants/survivors.html' },
  thresholds: { high: 95, low: 90, break: null },
};
