import { writeFileSync } from 'node:fs';
import { ERRORS_AT_SYNTHESIS, WARNINGS_AT_SYNTHESIS } from '../errors/at-synthesis';
import type { ErrorEntry } from '../errors/entry';
import { ERRORS_IN_A_DEPLOY } from '../errors/in-a-deploy';

export const PAGE = 'docs/errors.md';

const SECTIONS: Readonly<Record<string, readonly ErrorEntry[]>> = {
  'In a deploy': ERRORS_IN_A_DEPLOY,
  'At synthesis': ERRORS_AT_SYNTHESIS,
  'Warnings at synthesis': WARNINGS_AT_SYNTHESIS,
};

/** All errors and warnings as a page, with what each of them says when it is made to happen. */
export async function page(): Promise<string> {
  const lines = [
    '# Errors',
    '',
    'What the library says when something is wrong, why, and what to do. `npm run errors` makes this page: it makes each error happen, and copies what it says.',
    '',
    'In a deploy, CloudFormation shows the reason of a resource that failed. It names the resource, what happened, and where the log is. With `cdk deploy`,',
    'the first reason is the one that counts: CloudFormation cancels the other resources, and rolls back.',
    '',
  ];
  for (const [title, entries] of Object.entries(SECTIONS)) {
    lines.push(`## ${title}`, '');
    for (const { when, cause, remedy, reproduce } of entries) {
      lines.push(
        `### ${when.charAt(0).toUpperCase()}${when.slice(1)}`,
        '',
        `\`${await reproduce()}\``,
        '',
        `- **Cause**: ${cause}`,
        `- **Remedy**: ${remedy}`,
        '',
      );
    }
  }
  return lines.join('\n');
}

if (require.main === module) {
  void page().then((text) => {
    writeFileSync(PAGE, text);
  });
}
