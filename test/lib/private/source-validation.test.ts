import * as iam from 'aws-cdk-lib/aws-iam';
import type { CustomModelProps, S3ModelSourceOptions } from '../../../lib';
import { CustomModelSource } from '../../../lib';
import { makeModel, MODEL_PACKAGE_ARN, newStack, S3_URI, stringToken, theModel } from '../support/stacks';

function refuses(props: Partial<CustomModelProps>, message: string): void {
  expect(() => makeModel(newStack(), 'Model', props)).toThrow(`[Stack/Model] ${message}`);
}

function passesOn(property: string, props: (token: string) => Partial<CustomModelProps>): void {
  const stack = newStack();
  makeModel(stack, 'Model', props(stringToken(stack)));
  expect(theModel(stack).Properties[property]).toEqual({ Ref: 'Parameter' });
}

function aRole(arn = 'arn:aws:iam::111122223333:role/reader'): iam.IRole {
  return iam.Role.fromRoleArn(newStack(), 'Role', arn);
}

describe('H22: modelPackageArn', () => {
  const RULE =
    'modelPackageArn must be the ARN of a SageMaker model package (arn:aws:sagemaker:<region>:<account>:model-package/<group>/<version>), got ';

  test.each([
    ['', ''],
    ['fraud', ''],
    ['arn:aws:sagemaker:us-east-1:111122223333:training-job/fraud', ''],
    ['arn:aws:sagemaker:us-east-1:111122223333:model-package/*', ''],
    ['arn:aws:sagemaker:us-east-1:111122223333:model-package/fraud/?', ''],
    ['arn:aws:sagemaker:us-east-1:111122223333:model-package/${aws:username}/1', ''],
    [
      'arn:aws:sagemaker:us-east-1:111122223333:model-package-group/fraud',
      '; this is a model package group: use the ARN of one of its versions',
    ],
  ])('cannot be %p', (arn, hint) => {
    refuses({ source: CustomModelSource.modelPackage(arn) }, `${RULE}"${arn}"${hint}`);
  });

  test.each([
    MODEL_PACKAGE_ARN,
    MODEL_PACKAGE_ARN.replace('fraud/1', 'fraud'),
    MODEL_PACKAGE_ARN.replace('arn:aws:', 'arn:aws-us-gov:'),
  ])('can be %p', (arn) => {
    const stack = newStack();
    makeModel(stack, 'Model', { source: CustomModelSource.modelPackage(arn) });
    expect(theModel(stack).Properties['ModelPackageArn']).toBe(arn);
  });

  test('can be a token', () => {
    passesOn('ModelPackageArn', (arn) => ({ source: CustomModelSource.modelPackage(arn) }));
  });
});

describe('H22: s3Uri', () => {
  const RULE =
    "s3Uri must have the form s3://<bucket>/<prefix>, with at most 1024 letters, digits and - ! _ * ' ( ) . without two slashes in a row, got ";

  test.each([
    '',
    'bucket/job',
    'https://bucket.s3.amazonaws.com/job',
    's3://',
    's3://Bucket/job',
    's3://bucket/job//step',
    's3://bucket/a b',
  ])('cannot be %p', (uri) => {
    refuses({ source: CustomModelSource.s3(uri) }, `${RULE}"${uri}"`);
  });

  test('can be of 1024 characters, but not of 1025', () => {
    const uri = `s3://bucket/${'x'.repeat(1012)}`;
    const stack = newStack();
    makeModel(stack, 'Model', { source: CustomModelSource.s3(uri) });
    expect(theModel(stack).Properties['S3Uri']).toBe(uri);

    refuses({ source: CustomModelSource.s3(`${uri}x`) }, `${RULE}"${uri.slice(0, 119)}… (1027 characters)`);
  });

  test('can be a token', () => {
    passesOn('S3Uri', (uri) => ({ source: CustomModelSource.s3(uri) }));
  });
});

describe('H22: role', () => {
  test('cannot be given with a model package', () => {
    refuses(
      { role: aRole() },
      'role must not be set for a model package, which Amazon Bedrock reads without a role: leave it out',
    );
  });

  test.each([
    'arn:aws:iam::111122223333:user/reader',
    'arn:aws:iam::111122223333:role/*',
    'arn:aws:iam::111122223333:role/reader?',
    'arn:aws:iam::111122223333:role/${aws:username}',
    'arn:aws-*:iam::111122223333:role/reader',
  ])('cannot have the ARN %p, which is not that of one role', (roleArn) => {
    const source = CustomModelSource.s3(S3_URI);
    const role = { ...aRole(), roleArn } as iam.IRole;

    refuses(
      { source, role },
      `role must have the ARN of an IAM role (arn:aws:iam::<account>:role/<name>, without wildcards), got "${roleArn}"`,
    );
  });

  test('can be a token', () => {
    passesOn('RoleArn', (arn) => ({ source: CustomModelSource.s3(S3_URI), role: aRole(arn) }));
  });
});

describe('H22: bucketAccount', () => {
  const s3 = (options: S3ModelSourceOptions): Partial<CustomModelProps> => ({
    source: CustomModelSource.s3(S3_URI, options),
  });

  test.each(['', '1', '1111-2222-3333'])('cannot be %p', (bucketAccount) => {
    refuses(s3({ bucketAccount }), `bucketAccount must be the 12 digits of an account id, got "${bucketAccount}"`);
  });

  test('cannot be given with a role, where it would mean nothing', () => {
    refuses(
      { ...s3({ bucketAccount: '444455556666' }), role: aRole() },
      'bucketAccount must not be set together with role',
    );
  });

  test('can be a token', () => {
    const stack = newStack();
    makeModel(stack, 'Model', s3({ bucketAccount: stringToken(stack) }));

    expect(() => theModel(stack)).not.toThrow();
  });
});
