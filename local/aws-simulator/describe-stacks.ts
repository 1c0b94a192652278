import { Failure } from './state-machine/failure';

/**
 * What the resource of a task names that asks CloudFormation for stacks:
 * https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
 */
export const DESCRIBE_STACKS = 'describeStacks';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html */
export async function describeStacks(input: unknown, describe: (stackName: string) => object): Promise<object> {
  const { StackName } = input as { readonly StackName: string };
  try {
    return await Promise.resolve(describe(StackName));
  } catch (error) {
    throw new Failure(
      'CloudFormation.CloudFormationException',
      `${(error as Error).message} (Service: CloudFormation, Status Code: 400)`,
    );
  }
}
