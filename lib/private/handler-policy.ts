import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { RESERVED_TAG_PREFIX, STACK_ID_TAG } from './contract';

/**
 * All that the handler may do. The same for every deployment of the stack, so that defining one more changes no policy, and no new
 * permission has to propagate; what keeps it to the stack's own deployments is the tag that names the stack.
 */
export function handlerStatements(stateMachine: sfn.StateMachine, logGroup: logs.ILogGroup): iam.PolicyStatement[] {
  const stack = Stack.of(stateMachine);
  const models = stack.formatArn({ service: 'bedrock', resource: 'custom-model', resourceName: '*' });
  const deployments = stack.formatArn({ service: 'bedrock', resource: 'custom-model-deployment', resourceName: '*' });
  const requestIsOurs = { [`aws:RequestTag/${STACK_ID_TAG}`]: stack.stackId };
  const resourceIsOurs = { [`aws:ResourceTag/${STACK_ID_TAG}`]: stack.stackId };

  return [
    // A deployment is authorised on the model when it is created, and on both when it is updated.
    new iam.PolicyStatement({
      actions: ['bedrock:CreateCustomModelDeployment'],
      resources: [models],
      conditions: { StringEquals: requestIsOurs },
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
      conditions: { StringEquals: resourceIsOurs },
    }),
    // Needed to create with tags as well, when there is no resource yet whose tag could be looked at.
    new iam.PolicyStatement({
      actions: ['bedrock:TagResource'],
      resources: [deployments],
      conditions: { StringEquals: requestIsOurs, StringEqualsIfExists: resourceIsOurs },
    }),
    // The tags that prove a deployment ours stay on it. ForAllValues alone is true of a request without keys, hence Null.
    new iam.PolicyStatement({
      actions: ['bedrock:UntagResource'],
      resources: [deployments],
      conditions: {
        'StringEquals': resourceIsOurs,
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
      resources: [stack.formatArn({
        service: 'states',
        resource: 'execution',
        resourceName: `${stateMachine.stateMachineName}:*`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      })],
    }),
    new iam.PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    }),
  ];
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
