import { Failure } from './state-machine/failure';

/** How the resource of a task ends that asks CloudFormation for stacks: https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html */
export const DESCRIBE_STACKS = ':states:::aws-sdk:cloudformation:describeStacks';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html */
export async function describeStacks(input: unknown, statusOf: (stackId: string) => string | undefined): Promise<object> {
  const { StackName } = input as { readonly StackName: string };
  const StackStatus = statusOf(StackName);
  if (StackStatus === undefined) {
    throw new Failure('CloudFormation.CloudFormationException', `Stack with id ${StackName} does not exist (Service: CloudFormation, Status Code: 400)`);
  }
  return Promise.resolve({ Stacks: [{ StackId: StackName, StackStatus }] });
}
