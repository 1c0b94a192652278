import { Token } from 'aws-cdk-lib';

/**
 * Text as a policy takes it for what it is, though it has characters that are wildcards there, or begin a variable.
 * What is only known at deploy time is passed on: CloudFormation has no function for it that cdk-nag can read.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-specialchars
 */
export function literally(text: string): string {
  return Token.isUnresolved(text) ? text : text.replace(/[*?$]/g, (character) => `\${${character}}`);
}
