import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { importServiceRole } from './private/import-service-role';
import { requireTrust } from './private/role-trust';
import type { SourceConfig } from './private/source-config';
import {
  checkBucketAccount,
  checkModelPackageArn,
  checkNoRole,
  checkRoleArn,
  checkS3Uri,
} from './private/source-validation';

/**
 * Options for a model whose files are in Amazon S3.
 *
 * @example
 * const source = CustomModelSource.s3('s3://escrow-bucket/fraud/8/', { bucketAccount: '444455556666' });
 */
export interface S3ModelSourceOptions {
  /**
   * The id of the account that owns the bucket: 12 digits. The role that the construct creates can read the files only
   * if this account owns the bucket.
   *
   * SageMaker AI stores the files of a model in a bucket that AWS owns, not in your account. Not allowed together with
   * a `role` of your own.
   *
   * @default - any account
   */
  readonly bucketAccount?: string;
}

/**
 * The source of a custom model: an Amazon Nova model that was customized in Amazon SageMaker AI.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/import-with-create-custom-model.html
 * @example
 * new CustomModel(this, 'Model', {
 *   source: CustomModelSource.modelPackage(
 *     'arn:aws:sagemaker:us-east-1:111122223333:model-package/fraud/7'),
 * });
 */
export abstract class CustomModelSource {
  /**
   * A restricted model package in SageMaker AI. AWS recommends this source.
   *
   * The construct throws an error if the ARN is not the ARN of a model package. A token is checked at deploy time.
   *
   * @param modelPackageArn the ARN of the model package,
   * `arn:aws:sagemaker:<region>:<account>:model-package/<group>/<version>`
   * @returns the source
   */
  static modelPackage(modelPackageArn: string): CustomModelSource {
    return new ModelPackageSource(modelPackageArn);
  }

  /**
   * The name of `modelPackage()` in the first release.
   *
   * @param modelPackageArn the ARN of the model package
   * @returns the source
   * @deprecated use `CustomModelSource.modelPackage()`
   */
  static sageMakerModelPackage(modelPackageArn: string): CustomModelSource {
    return CustomModelSource.modelPackage(modelPackageArn);
  }

  /**
   * The files of a model in the Amazon S3 bucket where SageMaker AI stored them.
   *
   * The construct throws an error if the URI is not an S3 URI of at most 1024 characters. A token is checked at deploy
   * time. Unless the model has a `role` of your own, a token must not resolve to a URI that ends in a slash or contains
   * a `*`, which would be a wildcard in the policy of the role that the construct creates.
   *
   * @param s3Uri the location of the files, `s3://<bucket>/<prefix>`
   * @param options further options
   * @returns the source
   */
  static s3(s3Uri: string, options: S3ModelSourceOptions = {}): CustomModelSource {
    return new S3Source(s3Uri, options);
  }

  /**
   * Where the model comes from: the ARN of the model package, or the URI in Amazon S3.
   */
  abstract readonly location: string;

  /**
   * Checks the source, and creates the role with which Bedrock reads it where one is needed.
   *
   * @internal
   */
  abstract _bind(scope: Construct, given: SourceBindOptions): SourceConfig;
}

/** The properties of the model that concern its source. */
interface SourceBindOptions {
  readonly role?: iam.IRole;
  readonly encryptionKey?: kms.IKey;
}

class ModelPackageSource extends CustomModelSource {
  constructor(readonly location: string) {
    super();
  }

  override _bind(scope: Construct, { role }: SourceBindOptions): SourceConfig {
    const modelPackageArn = this.location;
    checkModelPackageArn(scope, modelPackageArn);
    checkNoRole(scope, role);
    return { modelPackageArn };
  }
}

class S3Source extends CustomModelSource {
  constructor(
    readonly location: string,
    private readonly options: S3ModelSourceOptions,
  ) {
    super();
  }

  override _bind(scope: Construct, { role, encryptionKey }: SourceBindOptions): SourceConfig {
    const {
      location: s3Uri,
      options: { bucketAccount },
    } = this;
    checkS3Uri(scope, s3Uri);
    checkBucketAccount(scope, bucketAccount, role);
    if (role !== undefined) {
      checkRoleArn(scope, role);
      requireTrust(scope, 'role', role, 'bedrock.amazonaws.com');
    }
    return { s3Uri, role: role ?? importServiceRole(scope, { s3Uri, bucketAccount, encryptionKey }) };
  }
}
