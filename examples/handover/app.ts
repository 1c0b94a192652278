/**
 * Blue/green deployment across two stacks: one deploys the model, the other invokes it. The first stack passes the ARN
 * through an SSM parameter, because CloudFormation refuses to change an export while another stack uses it.
 *
 * If you change VERSION, the first stack creates a second deployment and writes its ARN to the parameter. The second
 * stack reads the new ARN when it is deployed next. Until then it invokes the old deployment, which is retained for
 * this purpose. Delete the old deployment afterwards: it costs nothing while idle, but counts against the quota.
 */
import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { CustomModel, CustomModelDeployment, CustomModelSource, ModelUpdate } from 'cdk-bedrock-custom-models';

const VERSION = 1; // change this line
const PARAMETER = '/fraud/deployment-arn';

const app = new App();
const env = { region: 'us-east-1' };

const serving = new Stack(app, 'FraudModel', { description: 'Deploys the model', env });
const deployment = new CustomModelDeployment(serving, 'Deployment', {
  model: new CustomModel(serving, 'Model', {
    source: CustomModelSource.modelPackage(
      serving.formatArn({
        service: 'sagemaker',
        resource: 'model-package',
        resourceName: `fraud/${VERSION}`,
      }),
    ),
  }),
  modelUpdate: ModelUpdate.REPLACE,
  removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
});
new StringParameter(serving, 'DeploymentArn', { parameterName: PARAMETER, stringValue: deployment.deploymentArn });

const calling = new Stack(app, 'FraudApplication', { description: 'Calls it', env });
calling.node.addDependency(serving);

// CloudFormation reads the parameter whenever it deploys this stack
const modelId = StringParameter.valueForStringParameter(calling, PARAMETER);
const application = new lambda.Function(calling, 'Application', {
  runtime: lambda.Runtime.NODEJS_LATEST,
  handler: 'index.handler',
  code: lambda.Code.fromInline('exports.handler = async () => process.env.MODEL_ID;'),
  environment: { MODEL_ID: modelId },
});
CustomModelDeployment.fromDeploymentArn(calling, 'Deployment', modelId).grants.invoke(application);
