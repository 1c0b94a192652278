import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { importServiceRole } from './private/import-service-role';
import type { SourceConfig } from './private/source-config';
import {
  checkBucketAccount,
  checkModelPackageArn,
  checkNoRole,
  checkRoleArn,
  checkS3Uri,
} from './private/source-validation';

/**
 * Options of files in Amazon S3 as the source of a custom model.
 */
export interface S3ModelSourceOptions {
  /**
   * The account that owns the bucket. The role that is made reads the files only if it does.
   *
   * SageMaker AI puts the files of a model into a bucket of Amazon's, not of your account.
   *
   * @default - any account
   */
  readonly bucketAccount?: string;
}

/**
 * What a custom model is made of: an Amazon Nova model that was customized in Amazon SageMaker AI.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/import-with-create-custom-model.html
 */
export abstract class CustomModelSource {
  /**
   * A model package of SageMaker AI, of the type "restricted". The way that AWS prefers.
   *
   * @param modelPackageArn its ARN, `arn:aws:sagemaker:<region>:<account>:model-package/<group>/<version>`
   */
  static sageMakerModelPackage(modelPackageArn: string): CustomModelSource {
    return new ModelPackageSource(modelPackageArn);
  }

  /**
   * The files of a model in the bucket where SageMaker AI put them.
   *
   * @param s3Uri where the files are, `s3://<bucket>/<prefix>`. A URI that is only known at deploy time must not end in
   * a slash, nor have a
   * `*`, which would be a wildcard in the policy of the role that is made, unless the model is given a `role`.
   * @param options what else is known of them
   */
  static s3(s3Uri: string, options: S3ModelSourceOptions = {}): CustomModelSource {
    return new S3Source(s3Uri, options);
  }

  /**
   * Checks the source, and defines what Bedrock needs to read it.
   *
   * @internal
   */
  abstract _bind(scope: Construct, given: SourceBindOptions): SourceConfig;
}

/** What the model is given that concerns its source. */
interface SourceBindOptions {
  readonly role?: iam.IRole;
  readonly encryptionKey?: kms.IKey;
}

class ModelPackageSource extends CustomModelSource {
  constructor(private readonly modelPackageArn: string) {
    super();
  }

  override _bind(scope: Construct, { role }: SourceBindOptions): SourceConfig {
    checkModelPackageArn(scope, this.modelPackageArn);
    checkNoRole(scope, role);
    return { modelPackageArn: this.modelPackageArn };
  }
}

class S3Source extends CustomModelSource {
  constructor(
    private readonly s3Uri: string,
    private readonly options: S3ModelSourceOptions,
  ) {
    super();
  }

  override _bind(scope: Construct, { role, encryptionKey }: SourceBindOptions): SourceConfig {
    const {
      s3Uri,
      options: { bucketAccount },
    } = this;
    checkS3Uri(scope, s3Uri);
    checkBucketAccount(scope, bucketAccount, role);
    if (role !== undefined) {
      checkRoleArn(scope, role);
    }
    return { s3Uri, role: role ?? importServiceRole(scope, { s3Uri, bucketAccount, encryptionKey }) };
  }
}
