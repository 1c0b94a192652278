import { ArnFormat, Fn, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { allowBedrockInKeyPolicy, modelKeyStatement } from './kms-access';
import { acknowledge, INLINE_POLICY, wildcardResourceOf } from './nag-acknowledgements';

export interface ImportServiceRoleProps {
  readonly s3Uri: string;
  readonly bucketAccount?: string | undefined;
  readonly encryptionKey?: kms.IKey | undefined;
}

/**
 * The service role with which Bedrock reads the files of a model in Amazon S3 and encrypts the model.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-import-iam-role.html
 */
export function importServiceRole(
  scope: Construct,
  { s3Uri, bucketAccount, encryptionKey }: ImportServiceRoleProps,
): iam.IRole {
  const stack = Stack.of(scope);
  const path = escapeWildcards(pathOf(s3Uri));
  if (encryptionKey !== undefined) {
    // for the account, not for the role: the policy of the role names the key, and the template allows no cycle
    allowBedrockInKeyPolicy(stack, encryptionKey);
  }
  const role = new iam.Role(scope, 'Role', {
    description: 'Lets Amazon Bedrock read the files of a custom model',
    // Without aws:SourceArn: AWS does not document its value for CreateCustomModel. In the sample policy of AWS it is
    // the ARN of an import job.
    assumedBy: new iam.ServicePrincipal('bedrock.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
    }),
    inlinePolicies: {
      Artifacts: new iam.PolicyDocument({ statements: readStatements(stack, path, bucketAccount) }),
      ...(encryptionKey === undefined
        ? {}
        : { Key: new iam.PolicyDocument({ statements: [modelKeyStatement(stack, encryptionKey)] }) }),
    },
  });
  const starred = [path, `${path}/*`].filter((one) => one.includes('*')); // cdk-nag also reports an escaped star
  acknowledge(
    role,
    INLINE_POLICY,
    ...starred.map((one) =>
      wildcardResourceOf(role, arn(stack, one), 'A model consists of many files, all of them below this prefix.'),
    ),
  );
  return role;
}

/**
 * The object at the path and the objects below it, but no object whose key only starts with the same characters
 * (`step_40` and `step_4`).
 */
function readStatements(stack: Stack, path: string, bucketAccount: string | undefined): iam.PolicyStatement[] {
  const bucket = Fn.select(0, Fn.split('/', path));
  const ofAccount = bucketAccount === undefined ? {} : { StringEquals: { 'aws:ResourceAccount': bucketAccount } };
  return [
    new iam.PolicyStatement({
      actions: ['s3:GetObject'],
      resources: [arn(stack, path), arn(stack, `${path}/*`)],
      conditions: ofAccount,
    }),
    new iam.PolicyStatement({
      actions: ['s3:ListBucket'],
      resources: [arn(stack, bucket)],
      conditions: { ...ofAccount, ...belowPrefix(path, bucket) },
    }),
    new iam.PolicyStatement({
      actions: ['s3:GetBucketLocation'], // it has no condition key for a prefix
      resources: [arn(stack, bucket)],
      conditions: ofAccount,
    }),
  ];
}

/**
 * Restricts a listing to the prefix. If the path contains a token, every prefix is allowed, because CloudFormation has
 * no function that separates the bucket from the rest of a URI.
 */
function belowPrefix(path: string, bucket: string): object {
  if (Token.isUnresolved(path) || path === bucket) {
    return {};
  }
  const prefix = path.slice(bucket.length + 1);
  return { StringLike: { 's3:prefix': [prefix, `${prefix}/*`] } };
}

function pathOf(s3Uri: string): string {
  return Fn.select(1, Fn.split('s3://', s3Uri.replace(/\/$/, '')));
}

function arn(stack: Stack, resource: string): string {
  return stack.formatArn({ service: 's3', region: '', account: '', resource, arnFormat: ArnFormat.NO_RESOURCE_NAME });
}

/**
 * Escapes the characters that are wildcards in a policy or start a policy variable. A token stays as it is, because
 * CloudFormation has no function for this that cdk-nag can read.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-specialchars
 */
function escapeWildcards(text: string): string {
  return Token.isUnresolved(text) ? text : text.replace(/[*?$]/g, (character) => `\${${character}}`);
}
