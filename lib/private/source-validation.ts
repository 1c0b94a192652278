import { Annotations, Stack, Token } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { MODEL_PACKAGE_ARN_PATTERN, ROLE_ARN_PATTERN, S3_URI_MAX_LENGTH, S3_URI_PATTERN } from './contract';
import { quoted, validationError } from './errors';
import { checkGiven } from './validation';

// The handler checks the values that are tokens at synthesis.

export function checkModelPackageArn(scope: IConstruct, arn: string): void {
  checkGiven(scope, 'modelPackageArn', arn);
  if (Token.isUnresolved(arn)) {
    return;
  }
  const [, , , region = '', , resource = ''] = arn.split(':');
  const [, , version] = resource.split('/');
  if (MODEL_PACKAGE_ARN_PATTERN.test(arn) && (version === undefined || /^\d+$/.test(version))) {
    checkRegion(scope, arn, region);
    return;
  }
  const hint = arn.includes(':model-package-group/')
    ? '; this is a model package group: use the ARN of one of its versions'
    : '';
  throw validationError(
    scope,
    'modelPackageArn must be the ARN of a SageMaker model package ' +
      `(arn:aws:sagemaker:<region>:<account>:model-package/<group>/<version>), got ${quoted(arn)}${hint}`,
  );
}

/** Bedrock reads a package only in its own Region. */
function checkRegion(scope: IConstruct, arn: string, region: string): void {
  const stack = Stack.of(scope);
  if (!Token.isUnresolved(stack.region) && region !== stack.region) {
    throw validationError(
      scope,
      `modelPackageArn must be in the Region of the stack (${stack.region}), got ${quoted(arn)}`,
    );
  }
}

export function checkNoRole(scope: IConstruct, role: iam.IRole | undefined): void {
  if (role === undefined) {
    return;
  }
  throw validationError(
    scope,
    'role must not be set for a model package, which Amazon Bedrock reads without a role: leave it out',
  );
}

export function checkS3Uri(scope: IConstruct, uri: string): void {
  checkGiven(scope, 's3Uri', uri);
  if (Token.isUnresolved(uri)) {
    return;
  }
  if (uri.length <= S3_URI_MAX_LENGTH && S3_URI_PATTERN.test(uri)) {
    warnOfWildcard(scope, uri);
    return;
  }
  throw validationError(
    scope,
    `s3Uri must have the form s3://<bucket>/<prefix>, with at most ${S3_URI_MAX_LENGTH} letters, digits and - ! _ * ' ( ) . ` +
      `without two slashes in a row, got ${quoted(uri)}`,
  );
}

function warnOfWildcard(scope: IConstruct, uri: string): void {
  if (uri.includes('*')) {
    Annotations.of(scope).addWarningV2(
      'cdk-bedrock-custom-models:wildcardInS3Uri',
      `s3Uri ${quoted(uri)} contains an asterisk, which is not a wildcard: Amazon Bedrock reads the files below the prefix of ` +
        'exactly that name. If the prefix has this name, acknowledge this warning',
    );
  }
}

export function checkRoleArn(scope: IConstruct, { roleArn }: iam.IRole): void {
  if (Token.isUnresolved(roleArn) || ROLE_ARN_PATTERN.test(roleArn)) {
    return;
  }
  throw validationError(
    scope,
    `role must have the ARN of an IAM role (arn:aws:iam::<account>:role/<name>, without wildcards), got ${quoted(roleArn)}`,
  );
}

export function checkBucketAccount(scope: IConstruct, account: string | undefined, role: iam.IRole | undefined): void {
  if (account === undefined) {
    return;
  }
  if (role !== undefined) {
    throw validationError(
      scope,
      'bucketAccount must not be set together with role, because it is a condition in the role that the construct creates: ' +
        'leave out one of the two',
    );
  }
  if (!Token.isUnresolved(account) && !/^\d{12}$/.test(account)) {
    throw validationError(scope, `bucketAccount must be the 12 digits of an account id, got ${quoted(account)}`);
  }
}
