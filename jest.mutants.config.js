const [unit] = require('./jest.config').projects;

/** What the mutants of stryker.config.mjs must get past. */
module.exports = {
  ...unit,
  roots: ['<rootDir>/lambda', '<rootDir>/lib/private', '<rootDir>/test/lambda'],
  testMatch: ['<rootDir>/test/lambda/support/core.ts'],
  testPathIgnorePatterns: [],
  setupFiles: [...unit.setupFiles, '<rootDir>/test/lambda/support/end-on-failure.ts'],
};
