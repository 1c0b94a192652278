import path from 'node:path';

const SHIPPED = ['lambda/**', 'lib', 'lib/**'];
const CDK = ['aws-cdk-lib', 'aws-cdk-lib/**', 'constructs'];
const OWN_NAME = 'cdk-bedrock-custom-models';

/**
 * Who may import whom: what of the repository, and which packages (all, where none are listed). A file belongs to the
 * first room that has it. `lib` is the public entry of the package, `lib/**` is any file of that folder.
 */
const ROOMS = [
  { files: 'lib/private/**', repository: ['lib/private/**'], packages: [...CDK, 'crypto', 'path'] },
  { files: 'lib/**', repository: ['lib/**'], packages: [...CDK, 'crypto', 'path'] },
  { files: 'lambda/reconcile/**', repository: ['lambda/reconcile/**', 'lib/private/contract'], packages: [] },
  {
    files: 'lambda/**',
    repository: ['lambda/**', 'lib/private/contract'],
    packages: ['@aws-sdk/client-bedrock', '@aws-sdk/client-sfn', 'node:**'],
  },
  { files: 'bin/**', repository: ['lib'], packages: CDK },
  // Each is copied out of the repository: it has the package, but not the way to `lib`.
  { files: 'examples/**', repository: [], packages: [...CDK, OWN_NAME, '@aws-sdk/client-bedrock-runtime'] },
  { files: 'local/**', repository: ['local/**', ...SHIPPED] },
  { files: 'simulation/**', repository: ['simulation/**', 'local/**', ...SHIPPED, 'jest.config'] },
  { files: 'bench/**', repository: ['bench/**', 'simulation/**', 'local/**', ...SHIPPED] },
  { files: 'scripts/**', repository: ['scripts/**', 'test/**', 'simulation/**', 'local/**', ...SHIPPED] },
  { files: 'test/bench/**', repository: ['test/**', 'bench/**', 'simulation/**', 'local/**', ...SHIPPED] },
  { files: 'test/**', repository: ['test/**', 'scripts/**', 'simulation/**', 'local/**', ...SHIPPED] },
];

/**
 * Reports each import that the room of the file may not have: of a value or a type, static or dynamic, and whichever
 * way its path is written.
 */
const imports = {
  meta: {
    messages: {
      forbidden: '{{files}} must not import {{imported}}',
      computed: '{{files}} must import by literal names only',
      homeless: 'this file is in no room: eslint.boundaries.mjs must say what it may import',
    },
  },
  create(context) {
    const file = withoutExtension(path.relative(context.cwd, context.filename).split(path.sep).join('/'));
    const room = ROOMS.find(({ files }) => matches(file, files));
    if (room === undefined) {
      return {
        Program: (node) => {
          context.report({ node, messageId: 'homeless' });
        },
      };
    }
    const { files, repository, packages = ['**'] } = room;
    const check = (node, source) => {
      const imported = literal(source);
      if (imported === undefined) {
        if (room.packages !== undefined) context.report({ node, messageId: 'computed', data: { files } });
        return;
      }
      const inRepository = locate(imported, path.posix.dirname(file));
      const isAllowed =
        inRepository === undefined || room.packages?.includes(imported)
          ? packages.some((pattern) => matches(imported, pattern))
          : repository.some((pattern) => matches(inRepository, pattern));
      if (!isAllowed)
        context.report({ node, messageId: 'forbidden', data: { files, imported: inRepository ?? imported } });
    };
    return {
      'ImportDeclaration, ExportAllDeclaration, ExportNamedDeclaration[source], ImportExpression': (node) => {
        check(node, node.source);
      },
      TSImportType: (node) => {
        check(node, node.argument.literal);
      },
      TSExternalModuleReference: (node) => {
        check(node, node.expression);
      },
      'CallExpression:matches([callee.name="require"], [callee.property.name="require"])': (node) => {
        check(node, node.arguments[0]);
      },
    };
  },
};

function literal(node) {
  if (node?.type === 'Literal') return String(node.value);
  return node?.type === 'TemplateLiteral' && node.expressions.length === 0 ? node.quasis[0].value.cooked : undefined;
}

/**
 * The path in the repository, where `lib/index.ts` is `lib`; undefined: a package. An absolute path stays one, which no
 * room allows.
 */
function locate(imported, folder) {
  if (imported === OWN_NAME) return 'lib';
  if (imported.startsWith(`${OWN_NAME}/`)) return moduleOf(path.posix.normalize(imported.slice(OWN_NAME.length + 1)));
  if (/^(?:\/|file:)/.test(imported)) return imported;
  return imported.startsWith('.') ? moduleOf(path.posix.join(folder, imported)) : undefined;
}

function moduleOf(file) {
  return withoutExtension(file).replace(/\/(?:index)?$/, '');
}

function withoutExtension(file) {
  return file.replace(/\.[cm]?[jt]s$/, '');
}

function matches(name, pattern) {
  return pattern.endsWith('**') ? name.startsWith(pattern.slice(0, -2)) : name === pattern;
}

/** What the core would have to import otherwise: a clock, timers, randomness, the environment, the network. */
const IMPURE = [
  'Date',
  'performance',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'crypto',
  'process',
  'fetch',
  'console',
  'globalThis',
  'global',
];

export default [
  {
    files: ['**/*.ts'],
    plugins: { boundaries: { rules: { imports } } },
    rules: { 'boundaries/imports': 'error' },
  },
  {
    files: ['lambda/reconcile/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', ...IMPURE],
      'no-restricted-properties': ['error', { object: 'Math', property: 'random' }],
    },
  },
];
