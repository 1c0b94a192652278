/**
 * A rollout: train a new version of a model, change one line, and deploy. The endpoint and the application do not
 * change.
 *
 * CloudFormation creates a model for the new version and moves the deployment to it under the same ARN. It then removes
 * the old model from the stack but retains it in Bedrock. If a step fails, the rollback moves the deployment back. To
 * return to an earlier version, change the line back and deploy.
 */
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CustomModel, CustomModelDeployment, CustomModelSource, ModelUpdate } from 'cdk-bedrock-custom-models';

const VERSION = 1; // change this line

const app = new App();
const stack = new Stack(app, 'Fraud', {
  description: 'Answers whether a payment looks like fraud',
  env: { region: 'us-east-1' },
});

const model = new CustomModel(stack, 'Model', {
  source: CustomModelSource.modelPackage(
    stack.formatArn({
      service: 'sagemaker',
      resource: 'model-package',
      resourceName: `fraud/${VERSION}`,
    }),
  ),
  tags: { version: String(VERSION) },
});

const deployment = new CustomModelDeployment(stack, 'Deployment', {
  model,
  modelUpdate: ModelUpdate.IN_PLACE, // the default
});

const application = new iam.Role(stack, 'Application', {
  assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
});
deployment.grants.invoke(application);

deployment.metricServerErrors().createAlarm(stack, 'Failing', { threshold: 5, evaluationPeriods: 1 });

new CfnOutput(stack, 'ModelId', { value: deployment.deploymentArn, description: 'The same for every version' });
