import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'fs';
import { tmpdir } from 'os';
import { join, relative, resolve } from 'path';
import { gunzipSync } from 'zlib';
import { type Printed, run } from './support/run';

const ROOT = resolve(__dirname, '..', '..');
const CFN_LINT = '1.58.0';
const { name, peerDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  name: string;
  peerDependencies: Record<string, string>;
};
const { dependencies: newest } = JSON.parse(readFileSync(join(ROOT, 'test/newest-cdk/package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
};

const APP = `
const { App, Duration, RemovalPolicy, Stack } = require('aws-cdk-lib');
const { Vpc } = require('aws-cdk-lib/aws-ec2');
const { ArnPrincipal, Role, ServicePrincipal } = require('aws-cdk-lib/aws-iam');
const { Key } = require('aws-cdk-lib/aws-kms');
const { Code, Function, Runtime } = require('aws-cdk-lib/aws-lambda');
const { RetentionDays } = require('aws-cdk-lib/aws-logs');
const {
  CustomModel, CustomModelDeployment, CustomModelProvider, CustomModelSource, DeploymentGate, ModelUpdate,
} = require('${name}');

const app = new App({ outdir: 'cdk.out' });
for (const count of [1, 3]) {
  const stack = new Stack(app, 'Stack' + count);
  const model = CustomModel.fromModelArn(stack, 'Model', 'arn:aws:bedrock:us-east-1:111122223333:custom-model/imported/abcdefghijkl');
  for (let n = 1; n <= count; n++) new CustomModelDeployment(stack, 'Deployment' + n, { model });
}
const made = new Stack(app, 'StackMade');
const source = CustomModelSource.modelPackage('arn:aws:sagemaker:us-east-1:111122223333:model-package/fraud/1');
new CustomModelDeployment(made, 'Deployment', { model: new CustomModel(made, 'Model', { source }) });

const encrypted = new Stack(app, 'StackEncrypted');
const encryptionKey = new Key(encrypted, 'Key', { enableKeyRotation: true });
const stored = new CustomModel(encrypted, 'Model', { source: CustomModelSource.s3('s3://bucket/job/step_4'), encryptionKey });
new CustomModelDeployment(encrypted, 'Deployment', { model: stored })
  .grants.invoke(new ArnPrincipal('arn:aws:iam::111122223333:role/application'));

const all = new Stack(app, 'StackAll');
const key = new Key(all, 'Key', { enableKeyRotation: true });
const provider = new CustomModelProvider(all, 'Provider', {
  vpc: new Vpc(all, 'Vpc'),
  role: Role.fromRoleArn(all, 'HandlerRole', 'arn:aws:iam::111122223333:role/handler'),
  stateMachineRole: new Role(all, 'StateMachineRole', { assumedBy: new ServicePrincipal('states.amazonaws.com') }),
  logRetention: RetentionDays.ONE_YEAR,
  logRemovalPolicy: RemovalPolicy.RETAIN,
  logEncryption: key,
  environmentEncryption: key,
  executionEncryption: key,
  tracing: true,
  maxInProgress: 2,
});
provider.createFailedOperationsAlarm(all, 'Alarm');
const model = new CustomModel(all, 'Model', { source: CustomModelSource.s3('s3://bucket/job/step_4'), encryptionKey: key });
for (const id of ['One', 'Two', 'Three']) {
  new CustomModelDeployment(all, id, { model, modelUpdate: ModelUpdate.REPLACE });
}
const evaluate = new Function(all, 'Evaluate', {
  runtime: Runtime.NODEJS_LATEST,
  handler: 'index.handler',
  code: Code.fromInline('exports.handler = () => ({ status: "READY" })'),
  role: Role.fromRoleArn(all, 'EvaluateRole', 'arn:aws:iam::111122223333:role/evaluate'), // cfn-lint objects to how the CDK defines one
});
new CustomModelDeployment(all, 'Gated', {
  model,
  gates: [
    DeploymentGate.converse(),
    DeploymentGate.invokeModel({ body: { prompt: 'Hello' } }),
    DeploymentGate.lambda(evaluate, { timeout: Duration.minutes(30) }),
    DeploymentGate.alarms(['errors'], { bakeTime: Duration.minutes(10) }),
  ],
});
app.synth();
`;

const temporary = mkdtempSync(join(tmpdir(), 'package-'));
let tarball: string;
let packed: string[];

jest.setTimeout(1_800_000);

beforeAll(() => {
  const { stdout } = run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', temporary], ROOT);
  const [pack] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
  tarball = join(temporary, pack.filename);
  packed = pack.files.map(({ path }) => path);
});

afterAll(() => {
  rmSync(temporary, { recursive: true });
});

test('the package holds the compiled library, its assembly and snippets, the built handler and the legal texts, and nothing else', () => {
  const compiled = filesIn(join(ROOT, 'lib')).flatMap((file) =>
    ['.js', '.d.ts'].map((extension) => `build/${file.replace(/\.ts$/, extension)}`),
  );

  expect(packed.sort()).toEqual(
    [
      '.jsii',
      '.jsii.gz',
      '.jsii.tabl.json.gz',
      'LICENSE',
      'NOTICE',
      'README.md',
      'assets/THIRD-PARTY-LICENSES.txt',
      'assets/handler/index.js',
      'package.json',
      ...compiled,
    ].sort(),
  );
});

test('the assembly, from which the other languages are made, has the public types and no others', () => {
  const { types } = JSON.parse(gunzipSync(readFileSync(join(ROOT, '.jsii.gz'))).toString()) as {
    types: Record<string, unknown>;
  };

  expect(Object.keys(types).sort()).toEqual(
    [
      'AlarmsGateOptions',
      'ConverseGateOptions',
      'CustomModel',
      'CustomModelAttributes',
      'CustomModelDeployment',
      'CustomModelDeploymentAttributes',
      'CustomModelDeploymentBase',
      'CustomModelDeploymentGrants',
      'CustomModelDeploymentProps',
      'CustomModelProps',
      'CustomModelProvider',
      'CustomModelProviderProps',
      'CustomModelSource',
      'DeploymentGate',
      'FunctionGateOptions',
      'ICustomModel',
      'ICustomModelDeployment',
      'InvokeModelGateOptions',
      'ModelGateOptions',
      'ModelUpdate',
      'S3ModelSourceOptions',
    ].map((type) => `${name}.${type}`),
  );
});

test('API.md is that of the library: `npm run build:api` does it again', () => {
  const page = join(temporary, 'API.md');
  run('npx', ['jsii-docgen', '-o', page], ROOT);

  expect(readFileSync('API.md', 'utf8')).toBe(readFileSync(page, 'utf8'));
});

describe.each([
  ['the oldest', floor('aws-cdk-lib'), floor('constructs')],
  ['the newest', newest['aws-cdk-lib'], newest['constructs']],
])('in a project with %s CDK that it supports, %s (constructs %s)', (age, cdk, constructs) => {
  const project = join(temporary, age.replace(' ', '-'));
  const [bin, home, tmp] = ['bin', 'home', 'tmp'].map((folder) => join(project, folder)) as [string, string, string];
  let before: string[];
  let printed: Printed;

  beforeAll(() => {
    for (const folder of [bin, home, tmp]) {
      mkdirSync(folder, { recursive: true });
    }
    writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true }));
    writeFileSync(join(project, 'app.js'), APP);
    run(
      'npm',
      [
        'install',
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
        tarball,
        `aws-cdk-lib@${cdk}`,
        `constructs@${constructs}`,
      ],
      project,
    );
    before = filesIn(project).map((file) => fingerprint(project, file));

    // With node alone there is nothing that could compile, bundle or download.
    symlinkSync(process.execPath, join(bin, 'node'));
    before.push(fingerprint(project, 'bin/node'));
    printed = run('node', ['app.js'], project, { PATH: bin, HOME: home, TMPDIR: tmp });
  });

  test('an app synthesizes with nothing but node, without a word, and writes nothing but its cloud assembly', () => {
    const written = /^(cdk\.out|home\/\.cdk\/cache)\//; // the cloud assembly, and the CDK's own notes on the assets that it has seen
    const after = filesIn(project)
      .filter((file) => !written.test(file))
      .map((file) => fingerprint(project, file));

    expect(printed).toEqual({ stdout: '', stderr: '' });
    expect(after.sort()).toEqual(before.sort());
  });

  test('whoever is named in the policy of a key may decrypt through Amazon Bedrock only', () => {
    const { Resources } = JSON.parse(readFileSync(template('StackEncrypted'), 'utf8')) as {
      Resources: Record<string, { Properties: { KeyPolicy?: { Statement: { Principal: unknown }[] } } }>;
    };
    const statements = Object.values(Resources).flatMap(({ Properties }) => Properties.KeyPolicy?.Statement ?? []);

    expect(statements.filter((statement) => JSON.stringify(statement.Principal).includes('role/application'))).toEqual([
      {
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: '*',
        Principal: { AWS: 'arn:aws:iam::111122223333:role/application' },
        Condition: {
          StringEquals: {
            'kms:ViaService': { 'Fn::Join': ['', ['bedrock.', { Ref: 'AWS::Region' }, '.amazonaws.com']] },
          },
        },
      },
    ]);
  });

  test('the first deployment of a stack makes 8 resources, each further one 1, and a model 1, with a role of its own 2', () => {
    const count = (stack: string): number => {
      const { Resources } = JSON.parse(readFileSync(template(stack), 'utf8')) as {
        Resources: Record<string, { Type: string }>;
      };
      return Object.values(Resources).filter(({ Type }) => Type !== 'AWS::CDK::Metadata').length;
    };

    expect(count('Stack1')).toBe(8);
    expect(count('Stack3')).toBe(10);
    expect(count('StackMade')).toBe(9);
    expect(count('StackEncrypted')).toBe(11); // the key is the user's
  });

  test('cfn-lint finds nothing in the templates', () => {
    const templates = ['Stack1', 'Stack3', 'StackMade', 'StackEncrypted', 'StackAll'].map(template);
    const findings = run(cfnLint(), ['--regions', 'us-east-1', 'us-west-2', '--', ...templates], ROOT);

    expect(findings).toEqual({ stdout: '', stderr: '' });
  });

  function template(stack: string): string {
    return join(project, 'cdk.out', `${stack}.template.json`);
  }
});

function floor(dependency: string): string | undefined {
  return peerDependencies[dependency]?.replace('^', '');
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

function fingerprint(folder: string, file: string): string {
  const { size, mtimeMs } = statSync(join(folder, file));
  return `${file} ${size} ${mtimeMs}`;
}

/** cfn-lint in a virtual environment of its own. */
function cfnLint(): string {
  const venv = join(ROOT, '.local', 'venv-lint');
  const python = join(venv, 'bin', 'python');
  if (!existsSync(python)) {
    try {
      run('python3', ['-m', 'venv', venv], ROOT);
    } catch (error) {
      throw new Error('cfn-lint needs Python: install python3 with its module venv', { cause: error });
    }
  }
  run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `cfn-lint==${CFN_LINT}`], ROOT);
  return join(venv, 'bin', 'cfn-lint');
}
