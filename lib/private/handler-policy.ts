import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { acknowledge, anyAction, anyResource, anyResourceOf } from './acknowledged';
import type { BoundSource } from './bound-source';
import { RESERVED_TAG_PREFIX, STACK_ID_TAG } from './contract';

/** AWS disagrees with itself: AccessModelPackageData to Bedrock's API reference, AccessModelPackage to IAM's list of actions. */
const ACCESS_MODEL_PACKAGE = 'sagemaker:AccessModelPackage*';

/**
 * All that the handler may do for deployments. The same for every deployment of the stack, so that defining one more changes no policy, and
 * no new permission has to propagate; what keeps it to the stack's own deployments is the tag that names the stack.
 */
export function handlerStatements(stateMachine: sfn.StateMachine, logGroup: logs.ILogGroup): iam.PolicyStatement[] {
  const stack = Stack.of(stateMachine);
  const models = all(stack, 'custom-model');
  const deployments = all(stack, 'custom-model-deployment');

  return [
    // A deployment is authorised on the model when it is created, and on both when it is updated.
    new iam.PolicyStatement({
      actions: ['bedrock:CreateCustomModelDeployment'],
      resources: [models],
      conditions: { StringEquals: requestIsOurs(stack) },
    }),
    new iam.PolicyStatement({
      actions: ['bedrock:GetCustomModel', 'bedrock:UpdateCustomModelDeployment'],
      resources: [models],
    }),
    new iam.PolicyStatement({
      actions: ['bedrock:GetCustomModelDeployment', 'bedrock:ListTagsForResource'],
      resources: [deployments],
    }),
    new iam.PolicyStatement({
      actions: ['bedrock:UpdateCustomModelDeployment', 'bedrock:DeleteCustomModelDeployment'],
      resources: [deployments],
      conditions: { StringEquals: resourceIsOurs(stack) },
    }),
    ...tagStatements(stack, deployments),
    new iam.PolicyStatement({
      actions: ['states:StartExecution', 'states:ListExecutions'],
      resources: [stateMachine.stateMachineArn],
    }),
    new iam.PolicyStatement({
      actions: ['states:StopExecution'],
      resources: [executionsOf(stateMachine)],
    }),
    new iam.PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    }),
  ];
}

/** What cdk-nag says of them. */
export function acknowledgeHandlerPolicy(policy: iam.Policy, stateMachine: sfn.StateMachine): void {
  const stack = Stack.of(stateMachine);
  acknowledge(policy,
    anyResourceOf(policy, all(stack, 'custom-model'),
      'A new model takes no new permission, which would have to spread first. To change or delete one takes a tag that names the stack.'),
    anyResourceOf(policy, all(stack, 'custom-model-deployment'),
      'A new deployment takes no new permission, which would have to spread first. To change or delete one takes a tag that names the stack.'),
    anyResourceOf(policy, executionsOf(stateMachine), 'All executions of the one state machine, whose names are those of requests.'),
  );
}

/**
 * What it may do besides where the stack has models of its own. What these are made of is for `sourceStatement` to say.
 */
export function modelStatements(stack: Stack): iam.PolicyStatement[] {
  const models = all(stack, 'custom-model');
  return [
    // It knows no resources, as the list of deployments does not: those of a model are looked for before the model is deleted.
    new iam.PolicyStatement({
      actions: ['bedrock:CreateCustomModel'],
      resources: ['*'],
      conditions: { StringEquals: requestIsOurs(stack) },
    }),
    new iam.PolicyStatement({
      actions: ['bedrock:ListCustomModelDeployments'],
      resources: ['*'],
    }),
    new iam.PolicyStatement({
      actions: ['bedrock:ListTagsForResource'],
      resources: [models],
    }),
    new iam.PolicyStatement({
      actions: ['bedrock:DeleteCustomModel'],
      resources: [models],
      conditions: { StringEquals: resourceIsOurs(stack) },
    }),
    ...tagStatements(stack, models),
  ];
}

/**
 * What it takes to make a model of this source.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_CreateCustomModel.html
 */
export function sourceStatement(source: BoundSource): iam.PolicyStatement {
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

/** What cdk-nag says of both. */
export function acknowledgeModelPolicy(policy: iam.Policy, source: BoundSource): void {
  acknowledge(policy,
    anyResource('CreateCustomModel and ListCustomModelDeployments know no resources. To make a model takes a tag that names the stack.'));
  if ('modelPackageArn' in source) {
    acknowledge(policy, anyAction(ACCESS_MODEL_PACKAGE,
      'Two names for one action, of which the pages of AWS have one each. It is allowed for the model packages of the stack alone.'));
  }
}

/**
 * What the Lambda service does with the role of a function in a VPC.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
 */
export function networkStatements(): iam.PolicyStatement[] {
  return [new iam.PolicyStatement({
    actions: [
      'ec2:AssignPrivateIpAddresses',
      'ec2:CreateNetworkInterface',
      'ec2:DeleteNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets',
      'ec2:UnassignPrivateIpAddresses',
    ],
    resources: ['*'],
  })];
}

function tagStatements(stack: Stack, resource: string): iam.PolicyStatement[] {
  return [
    // Needed to create with tags as well, when there is no resource yet whose tag could be looked at.
    new iam.PolicyStatement({
      actions: ['bedrock:TagResource'],
      resources: [resource],
      conditions: { StringEquals: requestIsOurs(stack), StringEqualsIfExists: resourceIsOurs(stack) },
    }),
    // The tags that prove a resource ours stay on it. ForAllValues alone is true of a request without keys, hence Null.
    new iam.PolicyStatement({
      actions: ['bedrock:UntagResource'],
      resources: [resource],
      conditions: {
        'StringEquals': resourceIsOurs(stack),
        'ForAllValues:StringNotLike': { 'aws:TagKeys': `${RESERVED_TAG_PREFIX}*` },
        'Null': { 'aws:TagKeys': 'false' },
      },
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

function all(stack: Stack, resource: string): string {
  return stack.formatArn({ service: 'bedrock', resource, resourceName: '*' });
}

function requestIsOurs(stack: Stack): Record<string, string> {
  return { [`aws:RequestTag/${STACK_ID_TAG}`]: stack.stackId };
}

function resourceIsOurs(stack: Stack): Record<string, string> {
  return { [`aws:ResourceTag/${STACK_ID_TAG}`]: stack.stackId };
}
