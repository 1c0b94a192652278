import {
  needsOf,
  type PolicyScenario,
  policyStatements,
  withoutStatement,
} from '../../../../local/aws-simulator/iam/needed-statements';
import type { TemplateResources } from '../../../../local/aws-simulator/template';

const allow = (Action: string, Resource: unknown = '*'): Record<string, unknown> => ({
  Effect: 'Allow',
  Action,
  Resource,
});
const role = (...Statement: object[]): TemplateResources => ({
  Role: {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: { Statement: [allow('sts:AssumeRole')] },
      Policies: [{ PolicyName: 'Inline', PolicyDocument: { Statement } }],
    },
  },
  Function: { Type: 'AWS::Lambda::Function' },
});

test('every statement of every policy of a template, but who may assume a role', () => {
  const Policy = { Type: 'AWS::IAM::Policy', Properties: { PolicyDocument: { Statement: [allow('c')] } } };

  expect(policyStatements({ ...role(allow('a'), allow('b')), Policy })).toEqual([
    { logicalId: 'Role', statement: allow('a') },
    { logicalId: 'Role', statement: allow('b') },
    { logicalId: 'Policy', statement: allow('c') },
  ]);
});

test('a template without one of them', () => {
  const a = { logicalId: 'Role', statement: allow('a') };

  expect(withoutStatement(role(allow('a'), allow('b')), a)).toEqual(role(allow('b')));
  expect(withoutStatement(role(allow('a', ['one', 'two']), allow('b')), a)).toEqual(role(allow('b')));
  expect(withoutStatement(role(allow('a'), allow('a', ['one', 'two'])), a)).toEqual(role(allow('a', ['one', 'two'])));
  expect(withoutStatement({}, a)).toEqual({});
});

test('each is needed by the first scenario that ends badly without it, or by none', async () => {
  const needing = (action: string): PolicyScenario => ({
    name: `does ${action}`,
    play: (change) =>
      Promise.resolve(
        JSON.stringify(change(role(allow('a'), allow('b'), allow('c')))).includes(`"${action}"`)
          ? []
          : [`no ${action}`],
      ),
  });

  expect(
    await needsOf(policyStatements(role(allow('a'), allow('b'), allow('c'))), [needing('a'), needing('b')]),
  ).toEqual([
    { statement: { logicalId: 'Role', statement: allow('a') }, scenario: 'does a', badEnds: ['no a'] },
    { statement: { logicalId: 'Role', statement: allow('b') }, scenario: 'does b', badEnds: ['no b'] },
    { statement: { logicalId: 'Role', statement: allow('c') }, badEnds: [] },
  ]);
});
