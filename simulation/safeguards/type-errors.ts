import { join } from 'node:path';
import ts from 'typescript';
import type { PlantedBug } from './planted-bugs';
import { planted } from './planting';

const ROOT = join(__dirname, '../..');

/** Compiles one planted bug after the other. What they have in common is read once. */
export class TypeErrors {
  private readonly texts = new Map<string, string>();
  private plantings = 0;
  private readonly service: ts.LanguageService;

  constructor(bugs: readonly PlantedBug[]) {
    const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
      readonly config: { readonly compilerOptions: object };
    };
    const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT);
    const files = [...new Set(bugs.map(({ file }) => join(ROOT, file)))];
    this.service = ts.createLanguageService({
      // What a bug takes out may have been the only use of a name.
      getCompilationSettings: () => ({ ...options, noUnusedLocals: false, noUnusedParameters: false }),
      getScriptFileNames: () => files,
      getScriptVersion: (path) => (this.texts.has(path) ? `planted ${this.plantings}` : 'original'),
      getScriptSnapshot: (path) => {
        const text = this.texts.get(path) ?? ts.sys.readFile(path);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => ROOT,
      getDefaultLibFileName: (given) => ts.getDefaultLibFilePath(given),
      useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
      fileExists: (path) => ts.sys.fileExists(path),
      readFile: (path, encoding) => ts.sys.readFile(path, encoding),
      directoryExists: (path) => ts.sys.directoryExists(path),
      getDirectories: (path) => ts.sys.getDirectories(path),
    });
  }

  /** What is wrong in the file with the bug in it. */
  of(bug: PlantedBug): string[] {
    const path = join(ROOT, bug.file);
    this.texts.clear();
    this.texts.set(path, planted(bug));
    this.plantings += 1;
    return [...this.service.getSyntacticDiagnostics(path), ...this.service.getSemanticDiagnostics(path)].map(
      ({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '),
    );
  }
}
