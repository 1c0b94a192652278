import { App, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { AwsSolutionsChecks } from 'cdk-nag';
import { readFileSync } from 'fs';
import { join } from 'path';
import { CustomModelProvider, CustomModelSource } from '../../../lib';
import type { Statement } from '../../../local/aws-simulator/iam/evaluator';
import { isAllowed } from '../../../local/aws-simulator/iam/evaluator';
import type { RenderedResource } from '../support/stacks';
import { deploy, makeModel, MODEL, newStack, resources } from '../support/stacks';

/** Of IAM, in characters without white space. */
const INLINE_OF_A_ROLE = 10_240;
const MANAGED = 6_144;

/** A template's policies as CloudFormation fills them in where it takes most room, by their logical ids. */
function documents(stack: Stack): Record<string, { Statement: Statement[] }> {
  const policies = Object.entries(resources(stack)).filter(([, { Type }]) => /^AWS::IAM::(Managed)?Policy$/.test(Type));
  return Object.fromEntries(
    policies.map(([id, { Properties }]) => [id, filledIn(Properties['PolicyDocument']) as { Statement: Statement[] }]),
  );
}

const READER_ARN = 'arn:aws:iam::111122223333:role/reader';
const ROLE_ARN = 'arn:aws-us-gov:iam::111122223333:role/';
const LONGEST: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws-us-gov',
  'AWS::Region': 'ap-southeast-1',
  'AWS::AccountId': '111122223333',
  'AWS::StackId': `arn:aws-us-gov:cloudformation:ap-southeast-1:111122223333:stack/${'s'.repeat(128)}/12345678-90ab-cdef-1234-567890abcdef`,
};

function filledIn(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(filledIn);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const {
    'Ref': ref,
    'Fn::GetAtt': attribute,
    'Fn::Join': join,
  } = value as { 'Ref'?: string; 'Fn::GetAtt'?: string[]; 'Fn::Join'?: [string, unknown[]] };
  if (join !== undefined) {
    return join[1].map(filledIn).join(join[0]);
  }
  if (ref !== undefined) {
    return LONGEST[ref] ?? ref;
  }
  if (attribute !== undefined) {
    return `${ROLE_ARN}${attribute.join('').padEnd(64, '_').slice(0, 64)}`;
  } // the longest name that a role can have
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filledIn(item)]));
}

function size(document: object | undefined): number {
  return JSON.stringify(document).length;
}

function keyArn(n: number): string {
  return `arn:aws:kms:us-east-1:111122223333:key/12345678-90ab-cdef-1234-${String(n).padStart(12, '0')}`;
}

function makeModels(stack: Stack, count: number): void {
  for (let n = 1; n <= count; n++) {
    const encryptionKey = kms.Key.fromKeyArn(stack, `Key${n}`, keyArn(n));
    makeModel(stack, `Model${n}`, { source: CustomModelSource.s3(`s3://bucket/job/step_${n}`), encryptionKey });
  }
}

describe('H40: forty models with roles and keys of their own', () => {
  const stack = newStack();
  makeModels(stack, 40);
  const found = documents(stack);
  const { CustomModelProviderHandlerPolicy: inline, ...managed } = found;

  test('what no longer fits into the inline policy is in managed ones, all within the limits of IAM', () => {
    expect(Object.keys(managed)).toEqual(['CustomModelProviderHandlerPolicy2']);
    expect(size(inline)).toBeLessThanOrEqual(INLINE_OF_A_ROLE);
    for (const document of Object.values(managed)) {
      expect(size(document)).toBeLessThanOrEqual(MANAGED);
    }
    expect(Object.values(found).reduce((sum, document) => sum + size(document), 0)).toBeGreaterThan(INLINE_OF_A_ROLE);
  });

  test('together they allow what each of the models takes', () => {
    const statements = Object.values(found).flatMap(({ Statement }) => Statement);
    const models = Object.values(resources(stack)).filter(({ Type }) => Type === MODEL);
    const denied = models
      .flatMap(({ Properties: { RoleArn, KmsKeyArn } }) => [
        {
          action: 'iam:PassRole',
          resource: filledIn(RoleArn) as string,
          context: { 'iam:PassedToService': 'bedrock.amazonaws.com' },
        },
        {
          action: 'kms:CreateGrant',
          resource: KmsKeyArn as string,
          context: { 'kms:ViaService': 'bedrock.ap-southeast-1.amazonaws.com' },
        },
      ])
      .filter((request) => !isAllowed(statements, request));

    expect(models).toHaveLength(40);
    expect(denied).toEqual([]);
  });

  test('each model waits for all of them, and each is that of the handler’s role', () => {
    const template = resources(stack);
    const models = Object.values(template).filter(({ Type }) => Type === MODEL);

    expect(models.map(({ DependsOn = [] }) => DependsOn.slice(0, 2))).toEqual(Array(40).fill(Object.keys(found)));
    for (const policy of Object.keys(found)) {
      expect(template[policy]?.Properties['Roles']).toEqual([{ Ref: 'CustomModelProviderHandlerRole' }]);
    }
  });

  test('cdk-nag finds nothing open in them', () => {
    const packages = newStack();
    for (let n = 1; n <= 90; n++) {
      makeModel(packages, `Model${n}`, {
        source: CustomModelSource.modelPackage(
          `arn:aws:sagemaker:us-east-1:111122223333:model-package/a-group-of-models/${n}`,
        ),
      });
    }

    expect(Object.keys(documents(packages))).toContain('CustomModelProviderHandlerPolicy2');
    expect(new AwsSolutionsChecks(packages).validateScope(packages).violations).toEqual([]);
  });
});

test('H40: ten such models are within the one inline policy', () => {
  const stack = newStack();
  makeModels(stack, 10);

  expect(Object.keys(documents(stack))).toEqual(['CustomModelProviderHandlerPolicy']);
});

test('H40: what was allowed once is not allowed again', () => {
  const stack = newStack();
  makeModels(stack, 40);
  const before = documents(stack);
  const again = newStack();
  makeModels(again, 40);
  deploy(again, 'Deployment', {
    model: makeModel(again, 'Again', {
      source: CustomModelSource.s3('s3://bucket/job'),
      encryptionKey: kms.Key.fromKeyArn(again, 'Key', keyArn(1)),
      role: iam.Role.fromRoleArn(again, 'Role', READER_ARN),
    }),
  });

  expect(size(documents(again)) - size(before)).toBe(`,"${READER_ARN}"`.length);
  expect(JSON.stringify(documents(again)).split(keyArn(1))).toHaveLength(2);
});

describe('H40: a role that stacks share', () => {
  function stacksWith(count: number, roleOf: (stack: Stack) => iam.IRole): Stack[] {
    const app = new App();
    return Array.from({ length: count }, (_, n) => {
      const stack = new Stack(app, `Stack${n + 1}`);
      new CustomModelProvider(stack, 'Provider', { role: roleOf(stack) });
      deploy(stack);
      return stack;
    });
  }

  const fromArn =
    (account: (stack: Stack) => string): ((stack: Stack) => iam.IRole) =>
    (stack) =>
      iam.Role.fromRoleArn(stack, 'Role', `arn:aws:iam::${account(stack)}:role/handler`);
  const inlineOf = (stack: Stack): RenderedResource | undefined => resources(stack)['CustomModelProviderHandlerPolicy'];

  test.each<[string, (stack: Stack) => iam.IRole]>([
    ['by its ARN', fromArn(() => '111122223333')],
    [
      'as one construct',
      ({ node: { root } }) => {
        const shared = root.node.tryFindChild('Shared') ?? new Stack(App.of(root), 'Shared');
        return (
          (shared.node.tryFindChild('Role') as iam.Role | undefined) ??
          new iam.Role(Stack.of(shared), 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') })
        );
      },
    ],
  ])(
    '%s: their inline policies together are within the limit, and each stack is allowed all that it takes',
    (_, roleOf) => {
      const stacks = stacksWith(6, roleOf);
      const all = stacks.map(documents);

      const inline = all
        .map(({ CustomModelProviderHandlerPolicy: document }) => document)
        .filter((document) => document !== undefined);
      expect(inline.length).toBeLessThan(6);
      expect(inline.reduce((sum, document) => sum + size(document), 0)).toBeLessThanOrEqual(INLINE_OF_A_ROLE);
      const allowed = all.map((found) =>
        Object.values(found)
          .flatMap(({ Statement }) => Statement.flatMap(({ Action }) => Action))
          .sort(),
      );
      expect(allowed).toEqual(Array(6).fill(allowed[0]));
    },
  );

  test('each deployment waits for the policies that there are, by whatever names', () => {
    for (const stack of stacksWith(
      6,
      fromArn(() => '111122223333'),
    )) {
      const [deployment] = Object.values(resources(stack)).filter(
        ({ Type }) => Type === 'Custom::BedrockCustomModelDeployment',
      );

      expect(deployment?.DependsOn).toEqual(Object.keys(documents(stack)));
    }
  });

  test('of one name in several accounts is several roles', () => {
    const stacks = stacksWith(
      6,
      fromArn(({ node }) => `11112222333${node.id.slice(-1)}`),
    );

    for (const stack of stacks) {
      expect(inlineOf(stack)).toBeDefined();
    }
  });

  test('that takes no policies gets none, however many there would be', () => {
    const [stack = newStack()] = stacksWith(1, (scope) =>
      iam.Role.fromRoleArn(scope, 'Role', 'arn:aws:iam::111122223333:role/handler', { mutable: false }),
    );
    makeModels(stack, 40);

    expect(documents(stack)).toEqual({});
  });
});

test('H40: where the app has customised the role away, the report has all that forty models take', () => {
  const app = new App();
  iam.Role.customizeRoles(app, { preventSynthesis: true });
  const stack = new Stack(app, 'Stack');
  makeModels(stack, 40);

  expect(documents(stack)).toEqual({});
  const report = readFileSync(join(app.synth().directory, 'iam-policy-report.txt'), 'utf8');
  const [, handler = ''] = report.split('<missing role> (Stack/CustomModelProvider/HandlerRole)');
  for (let n = 1; n <= 40; n++) {
    expect(handler).toContain(keyArn(n));
  }
});
