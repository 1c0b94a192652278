import { writeFileSync } from 'node:fs';
import { ERRORS_AT_SYNTHESIS, WARNINGS_AT_SYNTHESIS } from '../errors/at-synthesis';
import type { ErrorEntry } from '../errors/entry';
import { ERRORS_IN_A_DEPLOY } from '../errors/in-a-deploy';

export const PAGE = 'docs/errors.md';

interface ErrorSection {
  readonly title: string;
  readonly about: readonly string[];
  readonly entries: readonly ErrorEntry[];
}

const SECTIONS: readonly ErrorSection[] = [
  {
    title: 'In a deploy',
    about: [
      'CloudFormation shows the reason of a resource that failed. It names the resource, what happened, and where the log is. With `cdk deploy`, the first reason',
      'is the one that counts: CloudFormation cancels the other resources, and rolls back.',
    ],
    entries: ERRORS_IN_A_DEPLOY,
  },
  {
    title: 'At synthesis',
    about: ['Nothing has been deployed yet. The error begins with the path of the construct.'],
    entries: ERRORS_AT_SYNTHESIS,
  },
  {
    title: 'Warnings at synthesis',
    about: [
      'A warning stops nothing, unless you synthesize with `--strict`. If it does not apply to you, acknowledge it with the id at its end:',
      "`Annotations.of(deployment).acknowledgeWarning('cdk-bedrock-custom-models:shortTimeout')`. With aws-cdk-lib 2.257, the warnings of imports by another",
      'stack and of retained deployments can be acknowledged only on something around the construct, such as its stack: that release does not look for',
      'acknowledgements on the construct itself when a warning is added during synthesis.',
    ],
    entries: WARNINGS_AT_SYNTHESIS,
  },
];

/** All errors and warnings as a page, with what each of them says when it is made to happen. */
export async function page(): Promise<string> {
  const lines = [
    '# Errors',
    '',
    'What the library says when something is wrong, why, and what to do. `npm run errors` makes this page: it makes each error happen, and copies what it says.',
    '',
  ];
  for (const { title, about, entries } of SECTIONS) {
    lines.push(`## ${title}`, '', ...about, '');
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
