const [unit] = require('./jest.config').projects;
const tests = ['call-error', 'checks', 'state', 'step', 'handler', 'cloudformation/*', 'executions/*', 'reconcile/*'];

/**
 * What the mutants of stryker.config.mjs must get past: the tests that give the same values to the same function each
 * time, in milliseconds.
 */
module.exports = {
  ...unit,
  roots: ['<rootDir>/lambda', '<rootDir>/lib/private', '<rootDir>/test/lambda'],
  testMatch: tests.map((name) => `<rootDir>/test/lambda/${name}.test.ts`),
  testPathIgnorePatterns: ['decide.properties'],
  setupFiles: [...unit.setupFiles, '<rootDir>/test/lambda/support/end-on-failure.ts'],
};
