// the AWS SDK's notice about Node 20, which here is the machine's and not Lambda's
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const project = {
  testEnvironment: 'node',
  moduleFileExtensions: ['ts', 'js', 'json', 'node'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true },
          target: 'es2022',
        },
        module: { type: 'commonjs' },
      },
    ],
  },
  modulePathIgnorePatterns: ['<rootDir>/build', '<rootDir>/dist', '<rootDir>/cdk.out', '<rootDir>/.local'],
};

/** @type {import('jest').Config} */
module.exports = {
  maxWorkers: '100%', // the machine has nothing else to do
  testTimeout: 600_000, // a test that takes long is slow, not wrong: the machine may be busy
  projects: [
    {
      ...project,
      displayName: 'unit',
      setupFiles: ['<rootDir>/test/support/setup.ts'],
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: [
        '<rootDir>/test/audit/',
        '<rootDir>/test/e2e/',
        '<rootDir>/test/simulation/',
        '/node_modules/',
      ],
    },
    {
      ...project,
      displayName: 'audit',
      setupFiles: ['<rootDir>/test/support/setup.ts'],
      testMatch: ['<rootDir>/test/audit/**/*.test.ts'],
    },
    {
      ...project,
      displayName: 'simulation',
      testMatch: ['<rootDir>/test/simulation/**/*.test.ts'],
      testPathIgnorePatterns: ['<rootDir>/test/simulation/crash-matrix/', '/node_modules/'],
    },
    { ...project, displayName: 'crash-points', testMatch: ['<rootDir>/test/simulation/crash-matrix/*.test.ts'] },
    { ...project, displayName: 'e2e', testMatch: ['<rootDir>/test/e2e/**/*.test.ts'] },
  ],
};
