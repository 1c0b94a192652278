import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { allResources } from './bedrock-arns';
import { RESERVED_TAG_PREFIX, STACK_ID_TAG } from './contract';
import type { NagAcknowledgement } from './nag-acknowledgements';
import { wildcardAction, wildcardResource, wildcardResourceOf } from './nag-acknowledgements';
import type { SourceConfig } from './source-config';

/**
 * The documentation of AWS is inconsistent: the API reference of Bedrock says AccessModelPackageData, the service
 * authorization reference says AccessModelPackage.
 */
const ACCESS_MODEL_PACKAGE = 'sagemaker:AccessModelPackage*';

/** How the policy restricts the handler to the resources of its stack. */
export interface HandlerScope {
  /** Whether IAM checks the tags of a deployment or model before a change. */
  readonly resourceTagConditions: boolean;
  /** The ARNs of the models that may be deployed, in addition to those of the stack. Absent: all. */
  readonly deployableModels?: readonly string[] | undefined;
}

/** The resources of the provider that the policy names. */
export interface HandlerResources {
  readonly handler: lambda.IFunction;
  readonly stateMachine: sfn.StateMachine;
  readonly logGroup: logs.ILogGroup;
}

/**
 * The permissions of the handler in every stack, whether or not it has a model now. The permissions to read, tag, roll
 * back and delete cover both deployments and models: CloudFormation deletes resources that left the template last, when
 * the policy of the new template is already in force.
 *
 * The statements do not depend on the deployments of the stack, so that another deployment changes no policy and no new
 * permission has to propagate. The tag that names the stack restricts them to the deployments and models of the stack.
 *
 * The calls of the function are restricted to the function, so that the role is useless to another function. Not the
 * log, which Lambda writes: nobody would notice its loss.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html
 */
export function handlerStatements(
  { handler, stateMachine, logGroup }: HandlerResources,
  scope: HandlerScope,
): iam.PolicyStatement[] {
  const stack = Stack.of(stateMachine);
  const deploymentsAndModels = [allResources(stack, 'custom-model-deployment'), allResources(stack, 'custom-model')];
  const resourceTagCondition = (operator: string): Record<string, object> =>
    scope.resourceTagConditions ? { [operator]: { [`aws:ResourceTag/${STACK_ID_TAG}`]: stack.stackId } } : {};

  const called = [
    ...deployingStatements(stack, scope),
    new iam.PolicyStatement({
      actions: ['bedrock:GetCustomModel', 'bedrock:GetCustomModelDeployment', 'bedrock:ListTagsForResource'],
      resources: deploymentsAndModels,
    }),
    // They do not support resource-level permissions.
    new iam.PolicyStatement({
      actions: ['bedrock:ListCustomModelDeployments', 'bedrock:ListCustomModels'],
      resources: ['*'],
    }),
    new iam.PolicyStatement({
      actions: [
        'bedrock:DeleteCustomModel',
        'bedrock:DeleteCustomModelDeployment',
        'bedrock:UpdateCustomModelDeployment',
      ],
      resources: deploymentsAndModels,
      conditions: resourceTagCondition('StringEquals'),
    }),
    // Also needed to create with tags, when there is no resource yet whose tag IAM could check.
    new iam.PolicyStatement({
      actions: ['bedrock:TagResource'],
      resources: deploymentsAndModels,
      conditions: { StringEquals: requestTagCondition(stack), ...resourceTagCondition('StringEqualsIfExists') },
    }),
    // Nobody may remove the ownership tags. ForAllValues alone is true for a request without keys, hence Null.
    new iam.PolicyStatement({
      actions: ['bedrock:UntagResource'],
      resources: deploymentsAndModels,
      conditions: {
        ...resourceTagCondition('StringEquals'),
        'ForAllValues:StringNotLike': { 'aws:TagKeys': `${RESERVED_TAG_PREFIX}*` },
        'Null': { 'aws:TagKeys': 'false' },
      },
    }),
    new iam.PolicyStatement({
      actions: ['states:StartExecution', 'states:ListExecutions'],
      resources: [stateMachine.stateMachineArn],
    }),
    new iam.PolicyStatement({
      actions: ['states:StopExecution'],
      resources: [executionsOf(stateMachine)],
    }),
  ];
  return [
    ...called.map((statement) => restrictedTo(handler, statement)),
    new iam.PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    }),
  ];
}

/** IAM authorizes a create on the model, and an update on the model and the deployment. */
function deployingStatements(stack: Stack, { deployableModels }: HandlerScope): iam.PolicyStatement[] {
  const models = allResources(stack, 'custom-model');
  const listed = deployableModels ?? [models];
  const create = ['bedrock:CreateCustomModelDeployment'];
  const ofListed = [
    new iam.PolicyStatement({
      actions: create,
      resources: [...listed],
      conditions: { StringEquals: requestTagCondition(stack) },
    }),
    new iam.PolicyStatement({ actions: ['bedrock:UpdateCustomModelDeployment'], resources: [...listed] }),
  ];
  // An update to a model of the stack is already allowed, by the statement for the resources of the stack.
  const ofStack = new iam.PolicyStatement({
    actions: create,
    resources: [models],
    conditions: { StringEquals: { ...requestTagCondition(stack), [`aws:ResourceTag/${STACK_ID_TAG}`]: stack.stackId } },
  });
  return [...(listed.length === 0 ? [] : ofListed), ...(deployableModels === undefined ? [] : [ofStack])];
}

/** The findings of cdk-nag in these statements. */
export function handlerAcknowledgements(
  stateMachine: sfn.StateMachine,
  { resourceTagConditions }: HandlerScope,
): NagAcknowledgement[] {
  const stack = Stack.of(stateMachine);
  const kept = resourceTagConditions
    ? 'Changing or deleting one requires a tag that names the stack.'
    : 'The app turned off the condition on its tags (`resourceTagConditions`). The function itself checks the tags before each change.';
  return [
    wildcardResourceOf(
      stack,
      allResources(stack, 'custom-model'),
      `A new model needs no new permission, which would first have to propagate. ${kept}`,
    ),
    wildcardResourceOf(
      stack,
      allResources(stack, 'custom-model-deployment'),
      `A new deployment needs no new permission, which would first have to propagate. ${kept}`,
    ),
    wildcardResourceOf(
      stack,
      executionsOf(stateMachine),
      'These are all executions of one state machine. Their names derive from requests and are not known in advance.',
    ),
    wildcardResource(
      'The actions that list models and deployments do not support resource-level permissions, nor does CreateCustomModel, which requires a tag that names the stack.',
    ),
  ];
}

/**
 * The permissions to create a model from this source, only in stacks with such a model. The permissions to delete the
 * model later are in every stack.
 *
 * The permissions that Bedrock checks on behalf of the function are not restricted to the function, because AWS does
 * not document whether such a request carries `lambda:SourceFunctionArn`. They are useless without CreateCustomModel,
 * which is restricted.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_CreateCustomModel.html
 */
export function modelStatements(handler: lambda.IFunction, source: SourceConfig): iam.PolicyStatement[] {
  const create = new iam.PolicyStatement({
    actions: ['bedrock:CreateCustomModel'],
    resources: ['*'], // it supports no resource-level permissions
    conditions: { StringEquals: requestTagCondition(Stack.of(handler)) },
  });
  return [restrictedTo(handler, create), sourceStatement(source)];
}

function sourceStatement(source: SourceConfig): iam.PolicyStatement {
  return 'role' in source
    ? new iam.PolicyStatement({
        actions: ['iam:PassRole'],
        resources: [source.role.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'bedrock.amazonaws.com' } },
      })
    : new iam.PolicyStatement({
        actions: [ACCESS_MODEL_PACKAGE, 'sagemaker:DescribeModelPackage'],
        resources: [source.modelPackageArn],
      });
}

/** The findings of cdk-nag in these statements. */
export function sourceAcknowledgements(source: SourceConfig): NagAcknowledgement[] {
  return 'role' in source
    ? []
    : [
        wildcardAction(
          ACCESS_MODEL_PACKAGE,
          'The wildcard covers the two names that the documentation of AWS has for one action. It applies only to the model packages of the stack.',
        ),
      ];
}

/**
 * The permissions that the Lambda service needs on the role of a function in a VPC.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
 */
export function networkStatements(): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({
      actions: [
        'ec2:AssignPrivateIpAddresses',
        'ec2:CreateNetworkInterface',
        'ec2:DeleteNetworkInterface',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSubnets',
        'ec2:UnassignPrivateIpAddresses',
      ],
      resources: ['*'],
    }),
  ];
}

function executionsOf(stateMachine: sfn.StateMachine): string {
  return Stack.of(stateMachine).formatArn({
    service: 'states',
    resource: 'execution',
    resourceName: `${stateMachine.stateMachineName}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

function restrictedTo({ functionArn }: lambda.IFunction, statement: iam.PolicyStatement): iam.PolicyStatement {
  statement.addCondition('ArnEquals', { 'lambda:SourceFunctionArn': functionArn });
  return statement;
}

function requestTagCondition(stack: Stack): Record<string, string> {
  return { [`aws:RequestTag/${STACK_ID_TAG}`]: stack.stackId };
}
