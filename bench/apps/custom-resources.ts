import { CustomResource, type Stack } from 'aws-cdk-lib';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';

const MODEL_ARN = 'arn:aws:bedrock:us-east-1:000000000000:custom-model/imported/abcdefghijkl';

/** The function of the handler's size that every custom resource needs. */
export function functionOf(stack: Stack, id: string): Function {
  return new Function(stack, id, {
    runtime: Runtime.NODEJS_22_X,
    code: Code.fromAsset(`${__dirname}/../assets/handler`),
    handler: 'index.handler',
  });
}

export function customResources(stack: Stack, serviceToken: string, count: number): Construct[] {
  return Array.from(
    { length: count },
    (_, index) =>
      new CustomResource(stack, `Deployment${index}`, {
        resourceType: 'Custom::BedrockCustomModelDeployment',
        serviceToken,
        properties: { ModelArn: MODEL_ARN, ModelUpdate: 'IN_PLACE', Timeout: '3480' },
      }),
  );
}
