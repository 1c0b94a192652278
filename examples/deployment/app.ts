import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { CustomModel, CustomModelDeployment } from 'cdk-bedrock-custom-models';

const MODEL_ARN = 'arn:aws:bedrock:us-east-1:111122223333:custom-model/amazon.nova-lite-v1:0:300k/abcdefghijkl';

const app = new App();
const stack = new Stack(app, 'Fraud', { env: { region: 'us-east-1' } });
const model = CustomModel.fromModelArn(stack, 'Model', MODEL_ARN);
const deployment = new CustomModelDeployment(stack, 'Deployment', { model });
new CfnOutput(stack, 'ModelId', { value: deployment.deploymentArn });
