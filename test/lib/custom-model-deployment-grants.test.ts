import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import type * as bedrock from 'aws-cdk-lib/aws-bedrock';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { AwsSolutionsChecks, HIPAASecurityChecks } from 'cdk-nag';
import { readFileSync } from 'fs';
import { join } from 'path';
import { CustomModelDeployment, CustomModelDeploymentGrants, ModelUpdate } from '../../lib';
import {
  bedrockArn,
  deploy,
  DEPLOYMENT_ARN,
  INVOKE_BY_TAGS,
  KEY_ARN,
  makeModel,
  newStack,
  type RenderedResource,
  resources,
} from './support/stacks';

const INVOKE = ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'];
const ARN_OF_DEPLOYMENT = { 'Fn::GetAtt': ['Deployment37BBD5E4', 'Arn'] };

/** What a policy takes of the ARN that was answered. */
function idOf(arn: object): object {
  return { 'Fn::Select': [1, { 'Fn::Split': ['/', arn] }] };
}

const deploymentOfStack = (id: unknown): object => bedrockArn(':custom-model-deployment/', id);
const DEPLOYMENT = deploymentOfStack(idOf(ARN_OF_DEPLOYMENT));

function aRole(stack: Stack): iam.Role {
  return new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
}

function statementsOf(stack: Stack): unknown {
  const [, policy] =
    Object.entries(resources(stack)).find(([logicalId]) => logicalId.startsWith('RoleDefaultPolicy')) ?? [];
  return (policy?.Properties['PolicyDocument'] as { Statement: unknown } | undefined)?.Statement;
}

describe('the permission to invoke', () => {
  test.each([
    [
      'deployment.grants.invoke',
      (deployment: CustomModelDeployment, role: iam.IRole): iam.Grant => deployment.grants.invoke(role),
    ],
    [
      'deployment.grantInvoke',
      (deployment: CustomModelDeployment, role: iam.IRole): iam.Grant => deployment.grantInvoke(role),
    ],
    [
      'CustomModelDeploymentGrants.fromDeployment',
      (deployment: CustomModelDeployment, role: iam.IRole): iam.Grant =>
        CustomModelDeploymentGrants.fromDeployment(deployment).invoke(role),
    ],
  ])('%s: the two actions, on this deployment alone', (_, grantInvoke) => {
    const stack = newStack();

    const grant = grantInvoke(deploy(stack), aRole(stack));

    expect(grant.success).toBe(true);
    expect(statementsOf(stack)).toEqual([{ Effect: 'Allow', Action: INVOKE, Resource: DEPLOYMENT }]);
  });

  test('on a deployment that exists already', () => {
    const stack = newStack();

    CustomModelDeployment.fromDeploymentArn(stack, 'Existing', DEPLOYMENT_ARN).grants.invoke(aRole(stack));

    expect(statementsOf(stack)).toEqual([
      {
        Effect: 'Allow',
        Action: INVOKE,
        Resource: {
          'Fn::Join': [
            '',
            ['arn:', { Ref: 'AWS::Partition' }, ':bedrock:us-east-1:111122223333:custom-model-deployment/abcdefghijkl'],
          ],
        },
      },
    ]);
  });

  test('on a deployment of another Region, with the key of its model, through Bedrock in that Region', () => {
    const stack = newStack({ env: { region: 'eu-west-1', account: '111122223333' } });

    CustomModelDeployment.fromDeploymentAttributes(stack, 'Existing', {
      deploymentArn: DEPLOYMENT_ARN,
      encryptionKey: kms.Key.fromKeyArn(stack, 'Key', KEY_ARN),
    }).grants.invoke(aRole(stack));

    expect(statementsOf(stack)).toContainEqual({
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: KEY_ARN,
      Condition: { StringEquals: { 'kms:ViaService': 'bedrock.us-east-1.amazonaws.com' } },
    });
  });

  test('to a role in another stack, by an export', () => {
    const stack = newStack();
    const application = new Stack(App.of(stack), 'Application');

    deploy(stack).grantInvoke(aRole(application));

    expect(statementsOf(application)).toEqual([
      {
        Effect: 'Allow',
        Action: INVOKE,
        Resource: deploymentOfStack(
          idOf({ 'Fn::ImportValue': 'Stack:ExportsOutputFnGetAttDeployment37BBD5E4Arn4E92C234' }),
        ),
      },
    ]);
  });
});

describe('H33: with ModelUpdate.REPLACE', () => {
  const REPLACE = { modelUpdate: ModelUpdate.REPLACE };
  const THROUGH_BEDROCK = {
    StringEquals: { 'kms:ViaService': { 'Fn::Join': ['', ['bedrock.', { Ref: 'AWS::Region' }, '.amazonaws.com']] } },
  };

  /** The policies of the role beside its default one, by their logical ids. */
  function besides(stack: Stack): Record<string, RenderedResource> {
    return Object.fromEntries(Object.entries(resources(stack)).filter(([id]) => id.startsWith('RoleInvoke')));
  }

  function documentsBesides(stack: Stack): unknown[] {
    return Object.values(besides(stack)).map(
      ({ Properties }) => (Properties['PolicyDocument'] as { Statement: unknown }).Statement,
    );
  }

  function encrypted(stack: Stack, arn: string): CustomModelDeployment {
    const model = makeModel(stack, 'Model', { encryptionKey: kms.Key.fromKeyArn(stack, 'Key', arn) });
    return deploy(stack, 'Deployment', { ...REPLACE, model });
  }

  test('a role may invoke what carries the tags of the deployment as well, so that neither the old ARN nor the new one is ever refused', () => {
    const stack = newStack();

    const grant = deploy(stack, 'Deployment', REPLACE).grants.invoke(aRole(stack));

    expect(grant.success).toBe(true);
    expect(statementsOf(stack)).toEqual([{ Effect: 'Allow', Action: INVOKE, Resource: DEPLOYMENT }]);
    expect(documentsBesides(stack)).toEqual([[INVOKE_BY_TAGS]]);
  });

  test('this policy does not wait for the new deployment, and what has the role waits for it', () => {
    const stack = newStack();
    const role = aRole(stack);
    const deployment = deploy(stack, 'Deployment', REPLACE);
    deployment.grants.invoke(role);
    const consumer = new CfnResource(stack, 'Consumer', {
      type: 'Test::Consumer',
      properties: { ModelId: deployment.deploymentArn },
    });
    consumer.node.addDependency(role);

    const [[id, policy] = []] = Object.entries(besides(stack));
    expect(policy).not.toHaveProperty('DependsOn');
    expect(JSON.stringify(policy)).not.toContain('"Fn::GetAtt"');
    expect(resources(stack)['Consumer']?.DependsOn).toContain(id);
  });

  test('the tag names the logical id that the resource has in the end', () => {
    const stack = newStack();
    const deployment = deploy(stack, 'Deployment', REPLACE);
    deployment.grants.invoke(aRole(stack));
    (deployment.node.defaultChild as CfnResource).overrideLogicalId('Renamed');

    expect(JSON.stringify(documentsBesides(stack))).toContain('"Renamed"');
  });

  test('the permission to decrypt is there before the new ARN is known, and stays until the old one is no longer called: another key, another policy', () => {
    const [one, other, same] = [KEY_ARN, KEY_ARN.replace('12345678', '87654321'), KEY_ARN].map((arn) => {
      const stack = newStack();
      encrypted(stack, arn).grants.invoke(aRole(stack));
      expect(documentsBesides(stack)).toEqual([
        [INVOKE_BY_TAGS, { Effect: 'Allow', Action: 'kms:Decrypt', Resource: arn, Condition: THROUGH_BEDROCK }],
      ]);
      return Object.keys(besides(stack));
    });

    expect(one).toEqual(same);
    expect(one).not.toEqual(other);
  });

  test('granted twice, it is one policy; two deployments have one each', () => {
    const stack = newStack();
    const role = aRole(stack);
    const deployment = deploy(stack, 'Deployment', REPLACE);
    for (const each of [deployment, deployment, deploy(stack, 'Other', REPLACE)]) {
      each.grants.invoke(role);
    }

    expect(Object.keys(besides(stack))).toHaveLength(2);
  });

  test('in another stack, the tags are still those of the deployment’s', () => {
    const stack = newStack();
    const application = new Stack(App.of(stack), 'Application');

    deploy(stack, 'Deployment', REPLACE).grants.invoke(aRole(application));

    expect(documentsBesides(application)).toMatchObject([
      [
        {
          Condition: {
            StringEquals: {
              'aws:ResourceTag/cdk-bedrock-custom-models:stack-id': {
                'Fn::ImportValue': expect.stringContaining('AWSStackId'),
              },
              'aws:ResourceTag/cdk-bedrock-custom-models:logical-id': 'Deployment37BBD5E4',
            },
          },
        },
      ],
    ]);
  });

  test.each<[string, (stack: Stack) => iam.IGrantable]>([
    [
      'a principal that takes no policies of its own',
      (stack) => ({ grantPrincipal: new iam.PrincipalWithConditions(aRole(stack), {}) }),
    ],
    [
      'a function',
      (stack) =>
        new lambda.Function(stack, 'Function', {
          runtime: lambda.Runtime.NODEJS_LATEST,
          handler: 'index.handler',
          code: lambda.Code.fromInline('exports.handler = () => {}'),
          role: aRole(stack),
        }),
    ],
    [
      'an existing role',
      (stack) => iam.Role.fromRoleArn(stack, 'Existing', 'arn:aws:iam::111122223333:role/application'),
    ],
    ['a user', (stack) => new iam.User(stack, 'User')],
  ])('to %s', (_, granteeOf) => {
    const stack = newStack();

    deploy(stack, 'Deployment', REPLACE).grants.invoke(granteeOf(stack));

    const statements = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy')).flatMap(
      ({ Properties }) => (Properties as { PolicyDocument: { Statement: unknown[] } }).PolicyDocument.Statement,
    );
    expect(statements).toContainEqual(INVOKE_BY_TAGS);
    expect(statements).toContainEqual({ Effect: 'Allow', Action: INVOKE, Resource: DEPLOYMENT });
  });

  test('a role that the app has customised away is reported with it', () => {
    const app = new App();
    iam.Role.customizeRoles(app, { preventSynthesis: true });
    const stack = new Stack(app, 'Stack');
    deploy(stack, 'Deployment', REPLACE).grants.invoke(aRole(stack));

    const report = readFileSync(join(app.synth().directory, 'iam-policy-report.txt'), 'utf8');
    expect(report.split('(Stack/Role)')[1]).toContain('aws:ResourceTag/cdk-bedrock-custom-models:logical-id');
  });

  test('to a role that takes no permissions, nothing is added', () => {
    const stack = newStack();

    deploy(stack, 'Deployment', REPLACE).grants.invoke(aRole(stack).withoutPolicyUpdates());

    expect(statementsOf(stack)).toBeUndefined();
    expect(documentsBesides(stack)).toEqual([]);
  });

  test('cdk-nag finds nothing open in it', () => {
    const stack = newStack();
    encrypted(stack, KEY_ARN).grants.invoke(aRole(stack));

    expect(new AwsSolutionsChecks(stack).validateScope(stack).violations).toEqual([]);
    const inline = new HIPAASecurityChecks(stack)
      .validateScope(stack)
      .violations.flatMap(({ violatingResources }) => violatingResources);
    // as for any grant of the CDK
    expect(inline.map(({ constructPath }) => constructPath)).toEqual(['Stack/Role/DefaultPolicy/Resource']);
  });
});

test('a deployment is a model to a task of Step Functions, which gets the permission to invoke it', () => {
  const stack = newStack();
  const model: bedrock.IModel = deploy(stack).asModel();

  new sfn.StateMachine(stack, 'Application', {
    definitionBody: sfn.DefinitionBody.fromChainable(
      new tasks.BedrockInvokeModel(stack, 'Ask', { model, body: sfn.TaskInput.fromObject({}) }),
    ),
  });

  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'bedrock:InvokeModel', Resource: ARN_OF_DEPLOYMENT }] },
  });
  template.hasResourceProperties('AWS::StepFunctions::StateMachine', {
    DefinitionString: {
      'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp('"ModelId":"$'), ARN_OF_DEPLOYMENT])],
    },
  });
});
