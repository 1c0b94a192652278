import type { IResource } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';

/**
 * An Amazon Bedrock custom model.
 */
export interface ICustomModel extends IResource {
  /**
   * The ARN of the custom model.
   *
   * @attribute
   */
  readonly modelArn: string;

  /**
   * The key of yours that encrypts the model, if it is known. Whoever invokes a deployment of the model must be allowed
   * to decrypt with it.
   */
  readonly encryptionKey?: kms.IKey;
}
