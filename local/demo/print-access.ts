import type { Cloud } from './cloud';
import type { Terminal } from './terminal';
import type { Tour } from './tour';

const ARN_OF_THE_FIRST =
  "aws bedrock list-custom-model-deployments --query 'modelDeploymentSummaries[0].customModelDeploymentArn' --output text";

/** How to reach the local cloud from another terminal. */
export function printAccess({ settings }: Cloud, { toTry }: Tour, terminal: Terminal): void {
  terminal.line(
    'Everything runs until you press Ctrl-C. To use it from another terminal, point the AWS CLI, the AWS SDKs and the CDK at it:',
  );
  terminal.line();
  terminal.line('  unset AWS_PROFILE');
  Object.entries(settings).forEach(([name, value]) => {
    terminal.line(`  export ${name}=${value}`);
  });
  terminal.line();
  terminal.line('Then, for example:');
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
