import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { RESERVED_TAG_PREFIX, STACK_ID_TAG } from './contract';
import type { NagAcknowledgement } from './nag-acknowledgements';
import { wildcardAction, wildcardResource, wildcardResourceOf } from './nag-acknowledgements';
import type { SourceConfig } from './source-config';

/**
 * AWS disagrees with itself: AccessModelPackageData to Bedrock's API reference, AccessModelPackage to IAM's list of
 * actions.
 */
const ACCESS_MODEL_PACKAGE = 'sagemaker:AccessModelPackage*';

/** How the handler is kept to what its stack has made. */
export interface HandlerScope {
  /** Whether IAM looks at the tags of a deployment or model before it is changed. */
  readonly resourceTagConditions: boolean;
  /** The ARNs of the models that may be deployed, beside those of the stack. Absent: all. */
  readonly deployableModels?: readonly string[] | undefined;
}

/** What the handler works with. */
export interface HandlerResources {
  readonly handler: lambda.IFunction;
  readonly stateMachine: sfn.StateMachine;
  readonly logGroup: logs.ILogGroup;
}

/**
 * What the handler may do in every stack, whether or not it has a model now. All that it takes to look, to tag, to roll
 * back and to delete is for deployments and models: what leaves the template is deleted last, when the policy is
 * already that of the new template.
 *
 * The same for every deployment of the stack, so that defining one more changes no policy, and no new permission has to
 * propagate; what keeps it to the stack's own deployments and models is the tag that names the stack.
 *
 * What the function itself calls is bound to it, so that the role is of no use to anybody else who is given it. Not its
 * log, which Lambda writes: to lose that would go unnoticed.
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
    // They know no resources.
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
    // Needed to create with tags as well, when there is no resource yet whose tag could be looked at.
    new iam.PolicyStatement({
      actions: ['bedrock:TagResource'],
      resources: deploymentsAndModels,
      conditions: { StringEquals: requestTagCondition(stack), ...resourceTagCondition('StringEqualsIfExists') },
    }),
    // The tags that prove a resource ours stay on it. ForAllValues alone is true of a request without keys, hence Null.
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

/** A deployment is authorised on the model when it is created, and on both when it is updated. */
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
  // To be updated to, one of the stack is allowed already, as what is its own.
  const ofStack = new iam.PolicyStatement({
    actions: create,
    resources: [models],
    conditions: { StringEquals: { ...requestTagCondition(stack), [`aws:ResourceTag/${STACK_ID_TAG}`]: stack.stackId } },
  });
  return [...(listed.length === 0 ? [] : ofListed), ...(deployableModels === undefined ? [] : [ofStack])];
}

/** What cdk-nag says of them. */
export function handlerAcknowledgements(
  stateMachine: sfn.StateMachine,
  { resourceTagConditions }: HandlerScope,
): NagAcknowledgement[] {
  const stack = Stack.of(stateMachine);
  const kept = resourceTagConditions
    ? 'To change or delete one takes a tag that names the stack.'
    : 'The app has turned off the condition on its tags (`resourceTagConditions`), which the function itself looks at before each change.';
  return [
    wildcardResourceOf(
      stack,
      allResources(stack, 'custom-model'),
      `A new model takes no new permission, which would have to spread first. ${kept}`,
    ),
    wildcardResourceOf(
      stack,
      allResources(stack, 'custom-model-deployment'),
      `A new deployment takes no new permission, which would have to spread first. ${kept}`,
    ),
    wildcardResourceOf(
      stack,
      executionsOf(stateMachine),
      'All executions of the one state machine, whose names are those of requests.',
    ),
    wildcardResource(
      'The lists of models and of deployments know no resources, nor does CreateCustomModel, which takes a tag that names the stack.',
    ),
  ];
}

/**
 * What it takes to make a model of this source. Only where there is one: what a later Delete of the model needs is in
 * every stack.
 *
 * What Bedrock asks on behalf of the function is not bound to it, since AWS does not say whether a question that is
 * passed on names it. Nothing becomes of it without CreateCustomModel, which is.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_CreateCustomModel.html
 */
export function modelStatements(handler: lambda.IFunction, source: SourceConfig): iam.PolicyStatement[] {
  const create = new iam.PolicyStatement({
    actions: ['bedrock:CreateCustomModel'],
    resources: ['*'], // it knows none
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

/** What cdk-nag says of them. */
export function sourceAcknowledgements(source: SourceConfig): NagAcknowledgement[] {
  return 'role' in source
    ? []
    : [
        wildcardAction(
          ACCESS_MODEL_PACKAGE,
          'Two names for one action, of which the pages of AWS have one each. It is allowed for the model packages of the stack alone.',
        ),
      ];
}

/**
 * What the Lambda service does with the role of a function in a VPC.
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

function allResources(stack: Stack, resource: string): string {
  return stack.formatArn({ service: 'bedrock', resource, resourceName: '*' });
}

function requestTagCondition(stack: Stack): Record<string, string> {
  return { [`aws:RequestTag/${STACK_ID_TAG}`]: stack.stackId };
}
