import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { run } from './run';

const ROOT = resolve(__dirname, '..', '..', '..');
const MODEL_ARN = 'arn:aws:bedrock:us-east-1:111122223333:custom-model/imported/abcdefghijkl';
const { version, peerDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  version: string;
  peerDependencies: Record<string, string>;
};

export type Command = readonly [string, ...string[]];

/** The oldest that the package supports, since the other registries do not have each version that npm has. */
export const OLDEST_CDK = peerDependencies['aws-cdk-lib']?.replace('^', '') ?? '';

/**
 * By language: what makes a project of its app, with the package that `npm run package` has built and the oldest
 * CDK, and the command that runs it.
 */
const LANGUAGES = {
  js(project: string): Command {
    writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true }));
    const packages = [inDist('js', '.tgz'), `aws-cdk-lib@${OLDEST_CDK}`];
    run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...packages], project);
    return ['node', 'app.js'];
  },

  python(project: string): Command {
    const python = join(project, 'venv', 'bin', 'python');
    const packages = [inDist('python', '.whl'), `aws-cdk-lib==${OLDEST_CDK}`];
    run('python3', ['-m', 'venv', 'venv'], project);
    run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages], project);
    return [python, join(project, 'app.py')];
  },

  java(): Command {
    const versions = [`-Dlibrary.version=${version}`, `-Dcdk.version=${OLDEST_CDK}`];
    return ['mvn', '--batch-mode', '--quiet', ...versions, 'compile', 'exec:java'];
  },

  go(project: string): Command {
    const library = inDist('go', 'cdkbedrockcustommodels');
    const [, module = ''] = /^module (.+)$/m.exec(readFileSync(join(library, 'go.mod'), 'utf8')) ?? [];
    const versions = [`-require=${module}@v${version}`, `-require=github.com/aws/aws-cdk-go/awscdk/v2@v${OLDEST_CDK}`];
    run('go', ['mod', 'init', 'app'], project);
    run('go', ['mod', 'edit', ...versions, `-replace=${module}=${library}`], project);
    run('go', ['mod', 'tidy'], project);
    return ['go', 'run', '.'];
  },
};

export type AppLanguage = keyof typeof LANGUAGES;

export function hasApp(language: string): language is AppLanguage {
  return language in LANGUAGES;
}

/** The app of a language, as somebody has it who uses the package. */
export class AppProject {
  readonly command: Command;

  constructor(
    language: AppLanguage,
    readonly directory: string,
  ) {
    cpSync(join(ROOT, 'test', 'e2e', 'apps', language), directory, { recursive: true });
    this.command = LANGUAGES[language](directory);
  }

  template(): string {
    return this.templateOf('Support', this.command);
  }

  /** The template of a stack of another app, which runs with what this project has installed. */
  templateOf(stackName: string, [command, ...args]: Command, directory = this.directory): string {
    const outdir = join(directory, 'cdk.out');
    run(command, args, directory, {
      ...process.env,
      PATH: [dirname(this.command[0]), process.env['PATH']].join(delimiter),
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify({ modelArn: MODEL_ARN }),
    });
    return readFileSync(join(outdir, `${stackName}.template.json`), 'utf8');
  }
}

/** What was built of that language, by how its name ends. */
function inDist(language: AppLanguage, ending: string): string {
  const directory = join(ROOT, 'dist', language);
  const [found] = readdirSync(directory).filter((name) => name.endsWith(ending));
  return join(directory, found ?? '');
}
