import type { IResource } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';

/**
 * An Amazon Bedrock custom model, defined in this app or existing already.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/custom-models.html
 */
export interface ICustomModel extends IResource {
  /**
   * The ARN of the custom model.
   *
   * @attribute
   */
  readonly modelArn: string;

  /**
   * The customer managed KMS key that encrypts the model. Whoever invokes a deployment of the model must be allowed to
   * decrypt with it.
   *
   * @default - an AWS owned key, or a key that this app does not know
   */
  readonly encryptionKey?: kms.IKey;
}
