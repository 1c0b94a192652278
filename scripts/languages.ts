import { spawnSync } from 'node:child_process';

/** The languages for which there are packages. Each needs its own tool, which not every machine has. */
export const LANGUAGES: readonly Language[] = [
  { name: 'js', title: 'JavaScript', needs: ['npm', '--version'] },
  { name: 'python', title: 'Python', needs: ['python3', '--version'] },
  { name: 'java', title: 'Java', needs: ['mvn', '--version'] },
  { name: 'go', title: 'Go', needs: ['go', 'version'] },
  { name: 'dotnet', title: '.NET', needs: ['dotnet', '--version'] },
];

export interface Language {
  /** As jsii-pacmak calls it. */
  readonly name: string;
  readonly title: string;
  /** The command that must be there, with arguments that do nothing. */
  readonly needs: readonly [string, ...string[]];
}

export function isThere({ needs: [command, ...args] }: Language): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** The command that a language needs and that is not there. */
export function missingTool(name: string): string | undefined {
  const language = LANGUAGES.find((each) => each.name === name);
  return language === undefined || isThere(language) ? undefined : language.needs[0];
}
