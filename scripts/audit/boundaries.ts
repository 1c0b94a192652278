import { readFileSync } from 'node:fs';
import { ESLint } from 'eslint';

/** A file as it could be. */
export interface Plant {
  readonly file: string;
  readonly text: string;
}

/** The rules of who may import whom, and of what the core may use. */
const RULES = ['boundaries/imports', 'no-restricted-globals', 'no-restricted-properties'];

/**
 * For each of them, which of the rules report it, as the repository is linted. Nothing is written, and no types are
 * asked for.
 */
async function lint(plants: readonly Plant[]): Promise<string[][]> {
  const eslint = new ESLint({
    ruleFilter: ({ ruleId }) => RULES.includes(ruleId),
    overrideConfig: { languageOptions: { parserOptions: { projectService: false, project: null } } },
  });
  return Promise.all(
    plants.map(async ({ file, text }) => {
      const [result] = await eslint.lintText(text, { filePath: file });
      return (result?.messages ?? []).map(({ ruleId, message }) => ruleId ?? message);
    }),
  );
}

async function main(): Promise<void> {
  console.log(JSON.stringify(await lint(JSON.parse(readFileSync(0, 'utf8')) as Plant[])));
}

if (require.main === module) {
  void main();
}
