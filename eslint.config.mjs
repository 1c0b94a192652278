import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['build/', 'assets/', 'dist/', 'cdk.out/', '.local/', 'coverage/', '**/*.js', '**/*.mjs'] },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-extraneous-class': 'off', // option classes with static factories are the CDK's own idiom
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      'max-len': ['error', { code: 150, ignoreUrls: true, ignoreTemplateLiterals: true }],
      quotes: ['error', 'single', { avoidEscape: true }],
      semi: ['error', 'always'],
    },
  },
  {
    // matchers are untyped, and a table's row is read better on one line
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      'max-len': ['error', { code: 220, ignoreUrls: true, ignoreTemplateLiterals: true, ignoreStrings: true, ignoreRegExpLiterals: true }],
    },
  },
  {
    // who may import whom: lib knows no other room; lambda knows only the contract; nothing imports local, test or bench
    files: ['lib/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: ['**/lambda/*', '**/lambda', '**/local/*', '**/test/*', '**/bench/*', '@aws-sdk/*'] }] },
  },
  {
    files: ['lambda/**/*.ts'],
    ignores: ['lambda/build.ts'],
    rules: {
      'no-restricted-imports': ['error', {
        patterns: [
          { regex: '(^|/)lib/(?!private/contract$)', message: 'the handler knows only lib/private/contract' },
          { group: ['**/local/*', '**/test/*', '**/bench/*', 'aws-cdk-lib', 'aws-cdk-lib/*', 'constructs'] },
        ],
      }],
    },
  },
  {
    files: ['lambda/reconcile/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', {
        patterns: [
          { regex: '(^|/)lib/(?!private/contract$)', message: 'the handler knows only lib/private/contract' },
          { group: ['@aws-sdk/*', '@smithy/*', '../cloudformation/*', '../bedrock/*', '../executions/*', 'node:*'], message: 'the core is pure' },
        ],
      }],
      'no-restricted-globals': ['error', 'Date', 'setTimeout', 'fetch', 'process'],
    },
  },
);
