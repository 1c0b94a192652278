import { Failure } from './state-machine/failure';

/** How the resource of a task ends that asks CloudFormation for stacks: https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html */
export const DESCRIBE_STACKS = ':states:::aws-sdk:cloudformation:describeStacks';

/** Such a task. */
export function describeStacks(input: unknown, describe: (stackName: string) => object): Promise<object> {
  const { StackName } = input as { readonly StackName: string };
  try {
    return Promise.resolve(describe(StackName));
  } catch (error) {
    return Promise.reject(new Failure('CloudFormation.CloudFormationException', `${(error as Error).message} (Service: CloudFormation, Status Code: 400)`));
  }
}
