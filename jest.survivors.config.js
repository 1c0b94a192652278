const fast = require('./jest.mutants.config');

/** What the mutants must get past that live after jest.mutants.config.js: all tests of the handler's source. */
module.exports = {
  ...fast,
  testMatch: ['<rootDir>/test/lambda/**/*.test.ts'],
  testPathIgnorePatterns: ['/built-', '/bedrock/', '/contract/'],
};
