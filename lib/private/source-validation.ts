import { Token } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { MODEL_PACKAGE_ARN_PATTERN, ROLE_ARN_PATTERN, S3_URI_MAX_LENGTH, S3_URI_PATTERN } from './contract';
import { quoted,validationError } from './errors';
import { checkGiven } from './validation';

// What is a token now is checked by the handler when the value is known.

export function checkModelPackageArn(scope: IConstruct, arn: string): void {
  checkGiven(scope, 'modelPackageArn', arn);
  if (Token.isUnresolved(arn) || MODEL_PACKAGE_ARN_PATTERN.test(arn)) {
    return;
  }
  const hint = arn.includes(':model-package-group/') ? '; this is the group: take the ARN of one of its versions' : '';
  throw validationError(
    scope,
    'modelPackageArn must be the ARN of a SageMaker model package ' +
      `(arn:aws:sagemaker:<region>:<account>:model-package/<group>/<version>), got ${quoted(arn)}${hint}`,
  );
}

export function checkNoRole(scope: IConstruct, role: iam.IRole | undefined): void {
  if (role === undefined) {
    return;
  }
  throw validationError(
    scope,
    'role must not be given with a model package, which Amazon Bedrock reads with credentials of its own: leave it out',
  );
}

export function checkS3Uri(scope: IConstruct, uri: string): void {
  checkGiven(scope, 's3Uri', uri);
  if (Token.isUnresolved(uri) || (uri.length <= S3_URI_MAX_LENGTH && S3_URI_PATTERN.test(uri))) {
    return;
  }
  throw validationError(
    scope,
    `s3Uri must be of the form s3://<bucket>/<prefix>, of at most ${S3_URI_MAX_LENGTH} letters, digits and - ! _ * ' ( ) . ` +
      `without two slashes in a row, got ${quoted(uri)}`,
  );
}

export function checkRoleArn(scope: IConstruct, { roleArn }: iam.IRole): void {
  if (Token.isUnresolved(roleArn) || ROLE_ARN_PATTERN.test(roleArn)) {
    return;
  }
  throw validationError(
    scope,
    `role must have the ARN of a role (arn:aws:iam::<account>:role/<name>), got ${quoted(roleArn)}`,
  );
}

export function checkBucketAccount(scope: IConstruct, account: string | undefined, role: iam.IRole | undefined): void {
  if (account === undefined) {
    return;
  }
  if (role !== undefined) {
    throw validationError(
      scope,
      'bucketAccount must not be given with a role, since it is a condition in the role that is made without one',
    );
  }
  if (!Token.isUnresolved(account) && !/^\d{12}$/.test(account)) {
    throw validationError(scope, `bucketAccount must be the 12 digits of an account, got ${quoted(account)}`);
  }
}
