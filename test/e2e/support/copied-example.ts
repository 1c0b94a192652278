import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { isolated, NOWHERE } from '../../../local/demo/environment';
import { run } from './run';

const ROOT = resolve(__dirname, '..', '..', '..');
const EXAMPLES = join(ROOT, 'examples');
const LIBRARY = 'cdk-bedrock-custom-models';

interface PackageJson {
  readonly bin?: string | Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

interface TemplateFile {
  readonly Resources: Readonly<Record<string, { readonly Metadata?: Readonly<Record<string, string>> }>>;
}

/** An example as its user has it: copied out of the repository, and installed. */
export class CopiedExample {
  /** What synthesis said. */
  readonly output: string;

  private constructor(private readonly directory: string) {
    const { stdout, stderr } = this.run('cdk', 'synth', '--quiet', '--ci', '--no-notices');
    this.output = stdout + stderr;
  }

  /**
   * Copies it without what its user installs and synthesizes, and links what its package.json asks for: what the
   * package has as well, the CDK above all, as the package has it.
   */
  static copy(name: string, target: string, library: string): string {
    const directory = join(target, name);
    cpSync(join(EXAMPLES, name), directory, {
      recursive: true,
      filter: (source) => !/\/(node_modules|cdk\.out)$/.test(source),
    });
    writeFileSync(join(directory, 'package-lock.json'), '{}'); // the CDK looks for it before it bundles a function
    for (const dependency of Object.keys(ranges(name))) {
      const ofLibrary = dependency === LIBRARY ? library : join(library, 'node_modules', dependency);
      const source = existsSync(ofLibrary) ? ofLibrary : join(ROOT, 'node_modules', dependency);
      install(source, directory, dependency);
    }
    return directory;
  }

  /** Synthesizes the copy as its user does. */
  static synthesize(directory: string): CopiedExample {
    return new CopiedExample(directory);
  }

  template(stackName: string, assembly = '.'): Template {
    return Template.fromJSON(this.read(stackName, assembly));
  }

  /** The bundled code of a function, by the beginning of its logical id. */
  bundle(stackName: string, logicalId: string): string {
    const [[, resource] = []] = Object.entries(this.read(stackName, '.').Resources).filter(
      ([id, { Metadata }]) => id.startsWith(logicalId) && Metadata?.['aws:asset:path'] !== undefined,
    );
    return join(this.directory, 'cdk.out', resource?.Metadata?.['aws:asset:path'] ?? '', 'index.js');
  }

  private read(stackName: string, assembly: string): TemplateFile {
    const file = join(this.directory, 'cdk.out', assembly, `${stackName}.template.json`);
    return JSON.parse(readFileSync(file, 'utf8')) as TemplateFile;
  }

  private run(command: string, ...args: string[]): { readonly stdout: string; readonly stderr: string } {
    const env = isolated(process.env, {
      ...NOWHERE,
      CDK_DISABLE_CLI_TELEMETRY: '1',
      CDK_DISABLE_VERSION_CHECK: '1',
      npm_config_update_notifier: 'false',
    });
    return run(join(this.directory, 'node_modules', '.bin', command), args, this.directory, env);
  }
}

/** What an example asks for, and in which range. */
export function ranges(name: string): Readonly<Record<string, string>> {
  const { dependencies, devDependencies } = packageJson(join(EXAMPLES, name));
  return { ...dependencies, ...devDependencies };
}

export function packageJson(directory: string): PackageJson {
  return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as PackageJson;
}

/** Links a package, and its commands, as npm does. */
function install(source: string, directory: string, name: string): void {
  link(source, join(directory, 'node_modules', name));
  const { bin = {} } = packageJson(source);
  for (const [command, file] of Object.entries(typeof bin === 'string' ? { [name]: bin } : bin)) {
    link(join(source, file), join(directory, 'node_modules', '.bin', command));
  }
}

export function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
}
