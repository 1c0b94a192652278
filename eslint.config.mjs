import tseslint from 'typescript-eslint';
import simpleImportSort from 'eslint-plugin-simple-import-sort';
import boundaries from './eslint.boundaries.mjs';

export default tseslint.config(
  { ignores: ['build/', 'assets/', 'dist/', 'cdk.out/', '.local/', 'coverage/', '**/*.js', '**/*.mjs'] },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    plugins: { 'simple-import-sort': simpleImportSort },
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-extraneous-class': 'off', // option classes with static factories are the CDK's own idiom
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // Prettier breaks code; what it cannot break are comments and long literals
      'max-len': [
        'error',
        { code: 120, ignoreUrls: true, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreRegExpLiterals: true },
      ],
      curly: 'error',
      'simple-import-sort/imports': ['error', { groups: [['^\\u0000', '^node:', '^@?\\w', '^\\.']] }],
      'simple-import-sort/exports': 'error',
      '@typescript-eslint/explicit-member-accessibility': ['error', { accessibility: 'no-public' }],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-unsafe-assignment': 'off' }, // matchers are untyped
  },
  {
    files: ['test/**/*.ts'],
    ignores: ['test/simulation/**', 'test/lambda/support/fast-check.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { name: 'fast-check', message: 'Import test/lambda/support/fast-check, which has a fixed seed.' },
      ],
    },
  },
  {
    files: ['examples/**/*.ts'],
    // Their own projects are for who has copied and installed them. In this one, the package is lib/.
    languageOptions: { parserOptions: { projectService: false, project: './examples/tsconfig.json' } },
  },
  {
    files: ['lib/**/*.ts'],
    rules: { '@typescript-eslint/explicit-member-accessibility': 'error' }, // as the CDK does it
  },
  ...boundaries,
);
