/**
 * Mutation testing of the decision core and of the protocol: would the handler's tests notice if the code were a little
 * different?
 */
export default {
  mutate: [
    'lambda/reconcile/**/*.ts',
    'lambda/cloudformation/**/*.ts',
    'lambda/executions/precedence.ts',
    'lambda/executions/takeover.ts',
    'lambda/step.ts',
    'lambda/checks.ts',
    'lambda/handler.ts',
    'lambda/state.ts',
    'lambda/call-error.ts',
  ],
  testRunner: 'jest',
  // The tests are found by their directory, which jest's search for related files cannot follow
  jest: { configFile: 'jest.mutants.config.js', enableFindRelatedTests: false },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  incremental: true,
  incrementalFile: '.local/mutants/incremental.json',
  tempDirName: '.local/mutants/sandbox',
  ignorePatterns: ['/.local', '/assets', '/build', '/dist', '/cdk.out'],
  reporters: ['clear-text', 'json', 'html'],
  clearTextReporter: { allowColor: false, reportTests: false },
  jsonReporter: { fileName: '.local/mutants/report.json' },
  htmlReporter: { fileName: '.local/mutants/report.html' },
  thresholds: { high: 95, low: 90, break: 98 },
};
