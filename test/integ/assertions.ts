import { AwsApiCall, ExpectedResult, type IApiCall, type IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, Duration } from 'aws-cdk-lib';
import type { ICustomModelDeployment } from '../../lib';

/** The assertions are a stack of their own. What it imports, CloudFormation refuses to change. */
export function integApp(): App {
  return new App({ context: { '@aws-cdk/core:defaultCrossStackReferences': 'strong' } });
}

/** The model to deploy: `-c modelArn=…`, or the environment variable MODEL_ARN. */
export function modelArnOf(app: App): string {
  const modelArn: unknown = app.node.tryGetContext('modelArn') ?? process.env['MODEL_ARN'];
  if (typeof modelArn !== 'string' || modelArn === '') {
    throw new Error('No custom model is set: pass -c modelArn=arn:aws:bedrock:<region>:<account>:custom-model/…');
  }
  return modelArn;
}

/** Amazon Bedrock says that the deployment is Active and has this model, and the deployment answers. */
export function assertServes(integ: IntegTest, { deploymentArn }: ICustomModelDeployment, modelArn: string): void {
  const look = integ.assertions
    .awsApiCall('bedrock', 'GetCustomModelDeployment', { customModelDeploymentIdentifier: deploymentArn })
    .expect(ExpectedResult.objectLike({ customModelDeploymentArn: deploymentArn, modelArn, status: 'Active' }));
  const ask = integ.assertions
    .awsApiCall('bedrock-runtime', 'Converse', {
      modelId: deploymentArn,
      messages: [{ role: 'user', content: [{ text: 'Say hello.' }] }],
      inferenceConfig: { maxTokens: 10 },
    })
    .expect(ExpectedResult.objectLike({ output: { message: { role: 'assistant' } } }));

  failDeployUnlessMet(look, 'bedrock:GetCustomModelDeployment', deploymentArn);
  failDeployUnlessMet(ask, 'bedrock:InvokeModel', deploymentArn);
  look.next(ask);
}

/** If one did not wait for it, an assertion that fails would be an output of a stack that succeeds. */
function failDeployUnlessMet(call: IApiCall, action: string, resource: string): void {
  call.waitForAssertions({ totalTimeout: Duration.minutes(5), interval: Duration.seconds(15) });
  if (call instanceof AwsApiCall) {
    call.waiterProvider?.addToRolePolicy({ Effect: 'Allow', Action: [action], Resource: [resource] });
  }
}
