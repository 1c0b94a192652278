/**
 * Whoever approves a model package in SageMaker AI starts its rollout. The approval starts a state machine, which looks
 * for the newest approved package and updates the stack `Fraud` with its ARN. The template does not change: no
 * repository, build or pipeline is involved.
 */
import { App, CfnOutput, CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  Choice,
  Condition,
  DefinitionBody,
  Fail,
  JsonPath,
  StateMachine,
  Succeed,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { CustomModel, CustomModelDeployment, CustomModelSource, DeploymentGate } from 'cdk-bedrock-custom-models';

const MODEL_PACKAGE_GROUP = 'fraud';

const app = new App();
const env = { region: 'us-east-1' };

// What is rolled out. `cdk deploy` keeps the value of the parameter, and a rollback restores it.
const serving = new Stack(app, 'Fraud', { env, description: 'Answers whether a payment looks like fraud' });
const modelPackage = new CfnParameter(serving, 'ModelPackageArn', { description: 'The model package that is served' });
const deployment = new CustomModelDeployment(serving, 'Deployment', {
  model: new CustomModel(serving, 'Model', {
    source: CustomModelSource.modelPackage(modelPackage.valueAsString),
  }),
  gates: [DeploymentGate.converse()],
});
new CfnOutput(serving, 'ModelId', { value: deployment.deploymentArn });

// What rolls it out.
const approval = new Stack(app, 'FraudApproval', { env, description: 'Rolls out the model package that is approved' });

const newestApproved = new CallAwsService(approval, 'NewestApproved', {
  service: 'sagemaker',
  action: 'listModelPackages',
  parameters: {
    ModelPackageGroupName: MODEL_PACKAGE_GROUP,
    ModelApprovalStatus: 'Approved',
    SortBy: 'CreationTime',
    SortOrder: 'Descending',
    MaxResults: 1,
  },
  iamResources: ['*'],
  resultSelector: { 'arn.$': '$.ModelPackageSummaryList[0].ModelPackageArn' },
  resultPath: '$.modelPackage',
});
newestApproved.addRetry(); // Step Functions retries nothing by itself

// CloudFormation uses the role with which the CDK deployed the stack: the state machine needs no other permissions.
const updateStack = new CallAwsService(approval, 'UpdateStack', {
  service: 'cloudformation',
  action: 'updateStack',
  parameters: {
    StackName: serving.stackName,
    UsePreviousTemplate: true,
    Parameters: [
      { ParameterKey: modelPackage.logicalId, ParameterValue: JsonPath.stringAt('$.modelPackage.arn') },
      { ParameterKey: 'BootstrapVersion', UsePreviousValue: true },
    ],
    Capabilities: ['CAPABILITY_NAMED_IAM'],
  },
  iamResources: [
    approval.formatArn({ service: 'cloudformation', resource: 'stack', resourceName: `${serving.stackName}/*` }),
  ],
  additionalIamStatements: [
    new PolicyStatement({
      actions: ['ssm:GetParameters'], // for the parameter BootstrapVersion, which the CDK adds to each template
      resources: [
        approval.formatArn({ service: 'ssm', resource: 'parameter', resourceName: 'cdk-bootstrap/*/version' }),
      ],
    }),
  ],
});

const wait = new Wait(approval, 'StackIsBusy', { time: WaitTime.duration(Duration.minutes(1)) });
const whatFailed = new Choice(approval, 'WhatFailed')
  .when(
    Condition.stringMatches('$.error.Cause', '*No updates are to be performed*'),
    new Succeed(approval, 'ServedAlready'),
  )
  .when(Condition.stringMatches('$.error.Cause', '*_IN_PROGRESS state*'), wait.next(newestApproved))
  .otherwise(new Fail(approval, 'Failed', { errorPath: '$.error.Error', causePath: '$.error.Cause' }));

const rollout = new StateMachine(approval, 'Rollout', {
  definitionBody: DefinitionBody.fromChainable(
    newestApproved.next(updateStack.addCatch(whatFailed, { resultPath: '$.error' })),
  ),
  timeout: Duration.hours(4),
});

new Rule(approval, 'Approved', {
  eventPattern: {
    source: ['aws.sagemaker'],
    detailType: ['SageMaker Model Package State Change'],
    detail: { ModelPackageGroupName: [MODEL_PACKAGE_GROUP], ModelApprovalStatus: ['Approved'] },
  },
  targets: [new SfnStateMachine(rollout)],
});
