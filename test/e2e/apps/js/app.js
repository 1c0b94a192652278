// The app that the other folders have in the other languages.
const cdk = require('aws-cdk-lib');
const iam = require('aws-cdk-lib/aws-iam');
const kms = require('aws-cdk-lib/aws-kms');
const logs = require('aws-cdk-lib/aws-logs');
const {
  CustomModel,
  CustomModelDeployment,
  CustomModelProvider,
  CustomModelSource,
  ModelUpdate,
} = require('cdk-bedrock-custom-models');

const app = new cdk.App({ analyticsReporting: false });
const stack = new cdk.Stack(app, 'Support');
const modelArn = app.node.tryGetContext('modelArn');

const provider = new CustomModelProvider(stack, 'Provider', {
  logRetention: logs.RetentionDays.ONE_YEAR,
  maxInProgress: 2,
});
provider.createFailedOperationsAlarm(stack, 'Failed');

const existing = CustomModel.fromModelAttributes(stack, 'Existing', {
  modelArn,
  encryptionKey: new kms.Key(stack, 'Key'),
});
const inPlace = new CustomModelDeployment(stack, 'InPlace', {
  model: existing,
  description: 'Fraud model',
  tags: { team: 'fraud' },
  timeout: cdk.Duration.minutes(30),
});
const caller = new iam.Role(stack, 'Caller', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
inPlace.grants.invoke(caller);
inPlace.metricThrottles().createAlarm(stack, 'Throttled', { threshold: 1, evaluationPeriods: 1 });

const source = CustomModelSource.modelPackage('arn:aws:sagemaker:us-east-1:111122223333:model-package/fraud/7');
const made = new CustomModel(stack, 'Made', { source, removalPolicy: cdk.RemovalPolicy.DESTROY });
const replaced = new CustomModelDeployment(stack, 'Replaced', { model: made, modelUpdate: ModelUpdate.REPLACE });
new cdk.CfnOutput(stack, 'Arn', { value: replaced.deploymentArn });

app.synth();
