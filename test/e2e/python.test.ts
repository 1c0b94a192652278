import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { EmulatedCloud } from '../../local/demo/emulated-cloud';
import { EXAMPLE_MODEL, isolated } from '../../local/demo/environment';
import { Processes } from '../../local/demo/processes';
import { Terminal } from '../../local/demo/terminal';
import { AppProject } from './support/app-project';
import { link } from './support/copied-example';
import { run } from './support/run';

/** For those who work in Python, as most builders of models do. */

const ROOT = resolve(__dirname, '..', '..');
const EXAMPLE = join(ROOT, 'examples', 'deployment-python');
const MYPY = 'mypy==2.4.1';
/** For a newcomer who says yes to installing the CDK CLI, and to new roles in the account. */
const CONSENT = { npm_config_yes: 'true', CDK_REQUIRE_APPROVAL: 'never' };

const temporary = mkdtempSync(join(tmpdir(), 'python-'));

jest.setTimeout(1_800_000);

afterAll(() => {
  rmSync(temporary, { recursive: true });
});

test('mypy --strict finds nothing in apps that use the package, and finds what is wrong', () => {
  const project = new AppProject('python', join(temporary, 'typed'));
  const [python] = project.command;
  const write = (file: string, text: string): void => {
    writeFileSync(join(project.directory, file), text);
  };
  const app = readFileSync(join(project.directory, 'app.py'), 'utf8');
  write('example.py', readFileSync(join(EXAMPLE, 'app.py'), 'utf8'));
  write('wrong.py', app.replace('max_in_progress=2', 'max_in_progress="2"'));
  run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', MYPY], project.directory);
  const check = (...files: string[]): string =>
    run(python, ['-m', 'mypy', '--strict', ...files], project.directory).stdout;

  expect(check('app.py', 'example.py')).toContain('no issues found in 2 source files');
  expect(() => check('wrong.py')).toThrow('Argument "max_in_progress"');
});

test("the README's commands lead from the built wheel to a deployment that is Active", async () => {
  const [, commands = ''] = /\*\*In Python\.\*\*[^]*?```sh\n([^]*?)```/.exec(readFileSync('README.md', 'utf8')) ?? [];
  const clone = join(temporary, 'clone');
  mkdirSync(clone);
  for (const folder of ['dist', 'examples']) {
    link(join(ROOT, folder), join(clone, folder));
  }
  const processes = new Processes();
  const terminal = new Terminal();
  const cloud = await EmulatedCloud.start(processes, terminal);
  try {
    const { controlPlane } = cloud.bedrock;
    controlPlane.addModel(EXAMPLE_MODEL);
    expect(await cloud.cdk.bootstrap({ stackName: 'Fraud', modelArn: EXAMPLE_MODEL.arn })).toMatchObject({
      exitCode: 0,
    });

    const { exit } = processes.start('bash', ['-e', '-c', commands], {
      cwd: clone,
      env: isolated(process.env, { ...cloud.settings, ...CONSENT }),
      onOutput: (chunk) => {
        terminal.raw(chunk);
      },
    });
    expect(await exit).toBe(0);
    expect(controlPlane.deployments()).toMatchObject([{ status: 'Active', modelArn: EXAMPLE_MODEL.arn }]);
  } finally {
    await cloud.stop();
    await processes.stop();
  }
});
