import type { Cloud } from './cloud';
import { EXAMPLE_MODEL } from './environment';
import type { Terminal } from './terminal';
import type { Tour } from './tour';

const ARN_OF_THE_FIRST =
  "aws bedrock list-custom-model-deployments --query 'modelDeploymentSummaries[0].customModelDeploymentArn' --output text";

/** Adds the model of the examples, and says how to reach the local cloud from another terminal. */
export function openToOthers({ bedrock, settings }: Cloud, { toTry }: Tour, terminal: Terminal): void {
  bedrock.controlPlane.addModel(EXAMPLE_MODEL);
  terminal.line(
    'Everything runs until you press Ctrl-C. To use it from another terminal, point the AWS CLI, the AWS SDKs and the CDK at it:',
  );
  terminal.line();
  terminal.line('  unset AWS_PROFILE');
  Object.entries(settings).forEach(([name, value]) => {
    terminal.line(`  export ${name}=${value}`);
  });
  terminal.line();
  terminal.line('Then deploy your own app, or one of the examples as it is: the model that these deploy exists here,');
  terminal.line(`${EXAMPLE_MODEL.arn}. Also:`);
  terminal.line();
  terminal.line('  aws bedrock list-custom-model-deployments');
  terminal.line('  aws cloudformation describe-stack-events --stack-name CustomModelDeployment');
  terminal.line(
    `  aws bedrock-runtime converse --messages 'role=user,content=[{text=Hello}]' --model-id "$(${ARN_OF_THE_FIRST})"`,
  );
  toTry.forEach((command) => {
    terminal.line(`  ${command}`);
  });
}
