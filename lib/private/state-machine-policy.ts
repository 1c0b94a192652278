import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';

/** The permissions of the state machine. */
export function stateMachineStatements(handler: lambda.IFunction, tracing: boolean): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({
      actions: ['lambda:InvokeFunction'],
      resources: [handler.functionArn],
    }),
    new iam.PolicyStatement({
      actions: ['cloudformation:DescribeStacks'],
      resources: [Stack.of(handler).stackId],
    }),
    // The actions for logs and for traces do not support resource-level permissions.
    // https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
    new iam.PolicyStatement({
      actions: [
        'logs:CreateLogDelivery',
        'logs:DeleteLogDelivery',
        'logs:DescribeLogGroups',
        'logs:DescribeResourcePolicies',
        'logs:GetLogDelivery',
        'logs:ListLogDeliveries',
        'logs:PutResourcePolicy',
        'logs:UpdateLogDelivery',
      ],
      resources: ['*'],
    }),
    ...(tracing ? [tracingStatement()] : []),
  ];
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html */
function tracingStatement(): iam.PolicyStatement {
  return new iam.PolicyStatement({
    actions: ['xray:GetSamplingRules', 'xray:GetSamplingTargets', 'xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
    resources: ['*'],
  });
}
