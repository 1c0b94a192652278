/**
 * The reference app: one deployment of one custom model, and a role that may invoke it.
 *
 *   npx cdk deploy -c modelArn=arn:aws:bedrock:…            deploys an existing model
 *   npx cdk deploy -c modelPackageArn=arn:aws:sagemaker:…   creates the model in the stack and deploys it
 *     [-c modelRemoval=destroy|retain] [-c deploymentName=…] [-c modelUpdate=REPLACE] [-c stackName=…]
 */
import { App, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { ICustomModel } from '../lib';
import { CustomModel, CustomModelDeployment, CustomModelSource, ModelUpdate } from '../lib';

const app = new App();

const modelArn = context('modelArn');
const modelPackageArn = context('modelPackageArn');
if (modelArn !== undefined && modelPackageArn !== undefined) {
  fail('modelArn and modelPackageArn must not both be set: pass only one of them with -c');
}
const modelRemoval = context('modelRemoval');
if (modelRemoval !== undefined && modelPackageArn === undefined) {
  fail('modelRemoval applies only to a model that the stack creates: also pass -c modelPackageArn=…');
}
if (modelRemoval !== undefined && modelRemoval !== 'destroy' && modelRemoval !== 'retain') {
  fail(`modelRemoval must be destroy or retain, got ${modelRemoval}`);
}
const deploymentName = context('deploymentName');
const modelUpdate = context('modelUpdate') ?? ModelUpdate.IN_PLACE;
if (!isModelUpdate(modelUpdate)) {
  fail(`modelUpdate must be ${Object.values(ModelUpdate).join(' or ')}, got ${modelUpdate}`);
}

const stack = new Stack(app, context('stackName') ?? 'CustomModelDeployment', {
  description: 'An Amazon Bedrock custom model, deployed on demand',
});

const deployment = new CustomModelDeployment(stack, 'Deployment', {
  model: model(),
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

function model(): ICustomModel {
  if (modelPackageArn !== undefined) {
    return new CustomModel(stack, 'Model', {
      source: CustomModelSource.modelPackage(modelPackageArn),
      ...(modelRemoval === undefined
        ? {}
        : { removalPolicy: modelRemoval === 'destroy' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN }),
    });
  }
  return CustomModel.fromModelArn(
    stack,
    'Model',
    modelArn ??
      fail(
        'No custom model is set: pass -c modelArn=arn:aws:bedrock:<region>:<account>:custom-model/… ' +
          'or -c modelPackageArn=arn:aws:sagemaker:<region>:<account>:model-package/…',
      ),
  );
}

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
