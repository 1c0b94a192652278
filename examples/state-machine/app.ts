/**
 * A state machine that puts a question to the deployment, and waits while the model is not ready.
 */
import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { DefinitionBody, JitterType, JsonPath, StateMachine, TaskInput } from 'aws-cdk-lib/aws-stepfunctions';
import { BedrockInvokeModel } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { CustomModel, CustomModelDeployment } from 'cdk-bedrock-custom-models';

const MODEL_ARN = 'arn:aws:bedrock:us-east-1:111122223333:custom-model/amazon.nova-lite-v1:0:300k/abcdefghijkl';

const app = new App();
const stack = new Stack(app, 'FraudCheck', {
  description: 'Answers whether a payment looks like fraud',
  env: { region: 'us-east-1' },
});

const deployment = new CustomModelDeployment(stack, 'Deployment', {
  model: CustomModel.fromModelArn(stack, 'Model', MODEL_ARN),
});

const ask = new BedrockInvokeModel(stack, 'Ask', {
  model: deployment.asModel(),
  body: TaskInput.fromObject({
    messages: [{ role: 'user', content: [{ text: JsonPath.stringAt('$.question') }] }],
    inferenceConfig: { maxTokens: 256 },
  }),
  resultSelector: { 'answer.$': '$.Body.output.message.content[0].text' },
});

// Step Functions retries nothing by itself. Its SDK integrations name the service "BedrockRuntime" in errors; for this
// optimized integration AWS documents no name, and "Bedrock" is in use.
ask.addRetry({
  errors: ['ModelNotReadyException', 'ThrottlingException'].flatMap((error) => [
    `Bedrock.${error}`,
    `BedrockRuntime.${error}`,
  ]),
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxDelay: Duration.minutes(1),
  maxAttempts: 15,
  jitterStrategy: JitterType.FULL,
});

const stateMachine = new StateMachine(stack, 'Check', {
  definitionBody: DefinitionBody.fromChainable(ask),
  timeout: Duration.minutes(30),
});
deployment.grants.invoke(stateMachine);

new CfnOutput(stack, 'StateMachineArn', { value: stateMachine.stateMachineArn });
