import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CdkCli } from '../../local/demo/cdk';
import { EmulatedCloud } from '../../local/demo/emulated-cloud';
import { Processes } from '../../local/demo/processes';
import { Terminal } from '../../local/demo/terminal';
import { run } from './support/run';

const ROOT = resolve(__dirname, '..', '..');
const APPS = join(__dirname, 'python');
const MODEL_ARN = 'arn:aws:bedrock:us-east-1:111122223333:custom-model/imported/abcdefghijkl';
const { peerDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  peerDependencies: Record<string, string>;
};
/** The oldest that the library supports: PyPI does not have each that npm has. */
const CDK = peerDependencies['aws-cdk-lib']?.replace('^', '') ?? '';

const temporary = mkdtempSync(join(tmpdir(), 'python-'));
const python = join(temporary, 'venv', 'bin', 'python');

jest.setTimeout(1_800_000);

beforeAll(() => {
  run('npm', ['run', 'package', '--', 'js', 'python'], ROOT);
  run('python3', ['-m', 'venv', join(temporary, 'venv')], ROOT);
  run(
    python,
    ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', built('python', '.whl'), `aws-cdk-lib==${CDK}`],
    ROOT,
  );
});

afterAll(() => {
  rmSync(temporary, { recursive: true });
});

test('an app in Python has the template that it has in JavaScript, byte for byte', () => {
  const project = join(temporary, 'js');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true }));
  copyFileSync(join(APPS, 'app.js'), join(project, 'app.js'));
  const install = ['install', '--ignore-scripts', '--no-audit', '--no-fund', built('js', '.tgz'), `aws-cdk-lib@${CDK}`];
  run('npm', install, project);

  expect(template(python, join(APPS, 'app.py'), 'python')).toBe(
    template('node', join(project, 'app.js'), 'javascript'),
  );
});

test('the real CDK CLI deploys it to the local cloud', async () => {
  const processes = new Processes();
  const terminal = new Terminal();
  const cloud = await EmulatedCloud.start(processes, terminal);
  try {
    const app = `${python} ${join(APPS, 'app.py')}`;
    const cdk = new CdkCli(processes, terminal, join(temporary, 'cdk.out'), cloud.settings, app);
    const stack = { stackName: 'Support', modelArn: cloud.bedrock.controlPlane.addModel({ name: 'tuned' }) };

    expect(await cdk.bootstrap(stack)).toMatchObject({ exitCode: 0 });
    expect(await cdk.deploy(stack)).toMatchObject({ exitCode: 0 });
    const statuses = cloud.bedrock.controlPlane.deployments().map(({ status }) => status);
    expect(statuses).toEqual(['Active', 'Active']);
    expect(await cdk.destroy(stack)).toMatchObject({ exitCode: 0 });
    expect(cloud.bedrock.controlPlane.deployments()).toEqual([]);
  } finally {
    await cloud.stop();
    await processes.stop();
  }
});

/** The package that was built of this language. */
function built(language: string, extension: string): string {
  const directory = join(ROOT, 'dist', language);
  const [file] = readdirSync(directory).filter((name) => name.endsWith(extension));
  return join(directory, file ?? '');
}

function template(command: string, app: string, name: string): string {
  const outdir = join(temporary, `cdk.out-${name}`);
  const context = JSON.stringify({ modelArn: MODEL_ARN });
  run(command, [app], temporary, { ...process.env, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: context });
  return readFileSync(join(outdir, 'Support.template.json'), 'utf8');
}
