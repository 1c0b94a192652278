import { writeFileSync } from 'node:fs';
import { type Demand, DEMANDS, NOT_HERE } from '../../test/lambda/contract/demands';

export const PAGE = 'docs/contract.md';

/** The demands as a page, those first that are met otherwise. */
export function page(): string {
  const demands = Object.entries<Demand>(DEMANDS);
  const rows = (differs: boolean): string[] =>
    demands
      .filter(([, demand]) => (demand.differs === true) === differs)
      .map(
        ([name, { also, demands: what, here }]) => `| ${[name, ...also].map(code).join('<br>')} | ${what} | ${here} |`,
      );
  const head = ['| test | demands | here |', '|---|---|---|'];
  return [
    "# CloudFormation's contract",
    '',
    'The CloudFormation CLI puts every resource type in the registry to [contract tests](https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/contract-tests.html).',
    'A custom resource is no resource type: it has no schema, no read, no list and no error codes. As far as they apply, it is put to the same tests here,',
    'each by its name: those of `cfn test`, of `cfn test --v2`, and of earlier versions. Made by `npm run contract` of what `test/lambda/contract` tests.',
    '',
    '## Met otherwise',
    '',
    ...head,
    ...rows(true),
    '',
    '## Met',
    '',
    ...head,
    ...rows(false),
    '',
    '## Not of a custom resource',
    '',
    '| test | why |',
    '|---|---|',
    ...Object.entries(NOT_HERE).map(([name, why]) => `| ${code(name)} | ${why} |`),
    '',
  ].join('\n');
}

function code(name: string): string {
  return name.includes(' ') ? name : `\`${name}\``;
}

if (require.main === module) {
  writeFileSync(PAGE, page());
}
