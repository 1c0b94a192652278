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

const unit = { ...project, setupFiles: ['<rootDir>/test/support/setup.ts'] };

/** @type {import('jest').Config} */
module.exports = {
  maxWorkers: '100%', // the machine has nothing else to do
  testTimeout: 600_000, // a test that takes long is slow, not wrong: the machine may be busy
  projects: [
    {
      ...unit,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: [
        '<rootDir>/test/audit/',
        '<rootDir>/test/e2e/',
        '<rootDir>/test/simulation/',
        '/node_modules/',
      ],
    },
    {
      // What is built on the oldest CDK, with the newest
      ...unit,
      displayName: 'newest',
      testMatch: [
        '<rootDir>/test/{bin,iam,lib}/**/*.test.ts',
        '<rootDir>/test/audit/{needed-statements,security-page}.test.ts',
      ],
      moduleNameMapper: {
        '^(aws-cdk-lib|constructs)($|/.*)': '<rootDir>/test/newest-cdk/node_modules/$1$2',
      },
    },
    { ...unit, displayName: 'audit', testMatch: ['<rootDir>/test/audit/**/*.test.ts'] },
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
