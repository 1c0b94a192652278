/**
 * Two stacks, and blue/green between them: one deploys the model, the other calls it. The ARN is handed over by an SSM
 * parameter, and not by an export, which CloudFormation refuses to change while another stack uses it.
 *
 *   npx cdk deploy --all --app 'npx tsx examples/handover.ts'
 *
 * With another VERSION, the first stack makes a second deployment and puts its ARN into the parameter; the second stack
 * takes it over when it is deployed in turn. Until then it calls the old deployment, which is kept for that: delete it
 * afterwards. It costs nothing while idle, but counts against the quota of deployments.
 */
import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { CustomModel, CustomModelDeployment, CustomModelSource, ModelUpdate } from '../lib';

const VERSION = 1;
const PARAMETER = '/fraud/deployment-arn';

const app = new App();
const env = { region: 'us-east-1' };

const serving = new Stack(app, 'FraudModel', { description: 'Deploys the model', env });
const deployment = new CustomModelDeployment(serving, 'Deployment', {
  model: new CustomModel(serving, 'Model', {
    source: CustomModelSource.sageMakerModelPackage(
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
calling.addStackDependency(serving);

// looked up whenever this stack is deployed
const modelId = StringParameter.valueForStringParameter(calling, PARAMETER);
const application = new lambda.Function(calling, 'Application', {
  runtime: lambda.Runtime.NODEJS_LATEST,
  handler: 'index.handler',
  code: lambda.Code.fromInline('exports.handler = async () => process.env.MODEL_ID;'),
  environment: { MODEL_ID: modelId },
});
CustomModelDeployment.fromDeploymentArn(calling, 'Deployment', modelId).grants.invoke(application);
