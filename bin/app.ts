/**
 * The reference app: one deployment of one custom model, and a role that may invoke it.
 *
 *   npx cdk deploy -c modelArn=arn:aws:bedrock:… [-c deploymentName=…] [-c modelUpdate=REPLACE] [-c stackName=…]
 */
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CustomModel, CustomModelDeployment, ModelUpdate } from '../lib';

const app = new App();

const modelArn = context('modelArn') ?? fail('Which custom model? Say so with -c modelArn=arn:aws:bedrock:<region>:<account>:custom-model/…');
const deploymentName = context('deploymentName');
const modelUpdate = context('modelUpdate') ?? ModelUpdate.IN_PLACE;
if (!isModelUpdate(modelUpdate)) fail(`modelUpdate must be ${Object.values(ModelUpdate).join(' or ')}, got ${modelUpdate}`);

const stack = new Stack(app, context('stackName') ?? 'CustomModelDeployment', {
  description: 'An Amazon Bedrock custom model, deployed on demand',
});

const deployment = new CustomModelDeployment(stack, 'Deployment', {
  model: CustomModel.fromModelArn(stack, 'Model', modelArn),
  modelUpdate,
  ...(deploymentName === undefined ? {} : { deploymentName }),
});

const invoker = new iam.Role(stack, 'Invoker', {
  description: 'May invoke the deployed model',
  assumedBy: new iam.AccountRootPrincipal(),
});
deployment.grants.invoke(invoker);

new CfnOutput(stack, 'DeploymentArn', { value: deployment.deploymentArn, description: 'The modelId of an invocation' });
new CfnOutput(stack, 'DeploymentName', { value: deployment.deploymentName });
new CfnOutput(stack, 'ModelArn', { value: deployment.modelArn });
new CfnOutput(stack, 'InvokerRoleArn', { value: invoker.roleArn });

function context(name: string): string | undefined {
  const value: unknown = app.node.tryGetContext(name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function isModelUpdate(value: string): value is ModelUpdate {
  return (Object.values(ModelUpdate) as string[]).includes(value);
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
