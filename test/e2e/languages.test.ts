import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CdkCli } from '../../local/demo/cdk';
import { EmulatedCloud } from '../../local/demo/emulated-cloud';
import { Processes } from '../../local/demo/processes';
import { Terminal } from '../../local/demo/terminal';
import { isThere, LANGUAGES } from '../../scripts/languages';
import { type AppLanguage, AppProject, hasApp, OLDEST_CDK } from './support/app-project';
import { run } from './support/run';

const ROOT = resolve(__dirname, '..', '..');
const EXAMPLES = join(ROOT, 'examples');

const temporary = mkdtempSync(join(tmpdir(), 'languages-'));
const projects = new Map<AppLanguage, AppProject>();
const closing = new Map(LANGUAGES.map(({ name, title }) => [title, name === 'js' ? 'built' : 'not compared']));

jest.setTimeout(1_800_000);

afterAll(() => {
  rmSync(temporary, { recursive: true });
  process.stdout.write(`\n${[...closing].map(([title, outcome]) => `${title}: ${outcome}\n`).join('')}`);
});

for (const language of LANGUAGES.filter(({ name }) => name !== 'js')) {
  const { name, title, needs } = language;
  if (!hasApp(name)) {
    closing.set(title, `not compared, only ${isThere(language) ? 'built' : 'generated'}`);
    continue;
  }
  const isTested = name === 'python' || isThere(language);
  if (!isTested) {
    closing.set(title, `left out, since there is no ${needs[0]}`);
  }
  (isTested ? test : test.skip)(`an app in ${title} has the template that it has in JavaScript, byte for byte`, () => {
    const started = Date.now();

    expect(project(name).template()).toBe(project('js').template());
    const seconds = Math.round((Date.now() - started) / 1000);
    closing.set(title, `the same template as in JavaScript, on aws-cdk-lib ${OLDEST_CDK} (${seconds} s)`);
  });
}

test('so has the example in Python, copied out, with the versions that it asks for', () => {
  const [python, js] = [project('python'), project('js')];
  const example = join(temporary, 'deployment-python');
  cpSync(join(EXAMPLES, 'deployment-python'), example, { recursive: true });
  cpSync(join(EXAMPLES, 'deployment', 'app.ts'), join(js.directory, 'app.ts'));
  const { app } = JSON.parse(readFileSync(join(example, 'cdk.json'), 'utf8')) as { app: string };
  const [command = '', ...args] = app.split(' ');

  // without an index, pip fails unless all that is asked for is installed
  run(python.command[0], ['-m', 'pip', 'install', '--quiet', '--no-index', '-r', 'requirements.txt'], example);
  expect(python.templateOf('Fraud', [command, ...args], example)).toBe(
    js.templateOf('Fraud', [join(ROOT, 'node_modules', '.bin', 'tsx'), 'app.ts']),
  );
});

test('the real CDK CLI deploys the app in Python to the local cloud', async () => {
  const processes = new Processes();
  const terminal = new Terminal();
  const cloud = await EmulatedCloud.start(processes, terminal);
  try {
    const app = project('python').command.join(' ');
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

/** The app of that language; a project is made of it when it is first asked for. */
function project(language: AppLanguage): AppProject {
  const found = projects.get(language) ?? new AppProject(language, join(temporary, language));
  projects.set(language, found);
  return found;
}
