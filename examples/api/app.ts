/**
 * An HTTP API with one route, `POST /ask`: a Lambda function puts the question to the deployment.
 */
import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { CustomModel, CustomModelDeployment, DeploymentGate } from 'cdk-bedrock-custom-models';

const MODEL_ARN = 'arn:aws:bedrock:us-east-1:111122223333:custom-model/amazon.nova-lite-v1:0:300k/abcdefghijkl';

const app = new App();
const stack = new Stack(app, 'FraudApi', {
  description: 'Answers whether a payment looks like fraud',
  env: { region: 'us-east-1' },
});

const deployment = new CustomModelDeployment(stack, 'Deployment', {
  model: CustomModel.fromModelArn(stack, 'Model', MODEL_ARN),
  gates: [DeploymentGate.converse()], // the deploy ends when the deployment answers
});

const ask = new NodejsFunction(stack, 'Ask', {
  entry: 'ask.ts',
  runtime: Runtime.NODEJS_24_X,
  memorySize: 256,
  timeout: Duration.seconds(29), // the API waits for 30
  environment: { MODEL_ID: deployment.deploymentArn },
});
deployment.grants.invoke(ask);

const api = new HttpApi(stack, 'Api', { defaultAuthorizer: new HttpIamAuthorizer() });
api.addRoutes({
  path: '/ask',
  methods: [HttpMethod.POST],
  integration: new HttpLambdaIntegration('AskIntegration', ask),
});

new CfnOutput(stack, 'Url', { value: `${api.apiEndpoint}/ask` });
