import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as bedrock from 'aws-cdk-lib/aws-bedrock';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { CustomModelDeployment, CustomModelDeploymentGrants } from '../../lib';
import { DEPLOYMENT_ARN, deploy, newStack, resources } from './support/stacks';

const INVOKE = ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'];
const ARN_OF_DEPLOYMENT = { 'Fn::GetAtt': ['Deployment37BBD5E4', 'Arn'] };

function aRole(stack: Stack): iam.Role {
  return new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
}

function statementsOf(stack: Stack): unknown {
  const [, policy] = Object.entries(resources(stack)).find(([logicalId]) => logicalId.startsWith('RoleDefaultPolicy')) ?? [];
  return (policy?.Properties['PolicyDocument'] as { Statement: unknown } | undefined)?.Statement;
}

describe('the permission to invoke', () => {
  test.each([
    ['deployment.grants.invoke', (deployment: CustomModelDeployment, role: iam.IRole): iam.Grant => deployment.grants.invoke(role)],
    ['deployment.grantInvoke', (deployment: CustomModelDeployment, role: iam.IRole): iam.Grant => deployment.grantInvoke(role)],
    ['CustomModelDeploymentGrants.fromDeployment', (deployment: CustomModelDeployment, role: iam.IRole): iam.Grant =>
      CustomModelDeploymentGrants.fromDeployment(deployment).invoke(role)],
  ])('%s: the two actions, on this deployment alone', (_, grantInvoke) => {
    const stack = newStack();

    const grant = grantInvoke(deploy(stack), aRole(stack));

    expect(grant.success).toBe(true);
    expect(statementsOf(stack)).toEqual([{ Effect: 'Allow', Action: INVOKE, Resource: ARN_OF_DEPLOYMENT }]);
  });

  test('on a deployment that exists already', () => {
    const stack = newStack();

    CustomModelDeployment.fromDeploymentArn(stack, 'Existing', DEPLOYMENT_ARN).grants.invoke(aRole(stack));

    expect(statementsOf(stack)).toEqual([{ Effect: 'Allow', Action: INVOKE, Resource: DEPLOYMENT_ARN }]);
  });

  test('to a role in another stack, by an export', () => {
    const stack = newStack();
    const application = new Stack(App.of(stack), 'Application');

    deploy(stack).grantInvoke(aRole(application));

    expect(statementsOf(application)).toEqual([
      { Effect: 'Allow', Action: INVOKE, Resource: { 'Fn::ImportValue': 'Stack:ExportsOutputFnGetAttDeployment37BBD5E4Arn4E92C234' } },
    ]);
  });
});

test('a deployment is a model to a task of Step Functions, which gets the permission to invoke it', () => {
  const stack = newStack();
  const model: bedrock.IModel = deploy(stack).asModel();

  new sfn.StateMachine(stack, 'Application', {
    definitionBody: sfn.DefinitionBody.fromChainable(new tasks.BedrockInvokeModel(stack, 'Ask', { model, body: sfn.TaskInput.fromObject({}) })),
  });

  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'bedrock:InvokeModel', Resource: ARN_OF_DEPLOYMENT }] },
  });
  template.hasResourceProperties('AWS::StepFunctions::StateMachine', {
    DefinitionString: { 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp('"ModelId":"$'), ARN_OF_DEPLOYMENT])] },
  });
});
