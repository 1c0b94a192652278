import type { IResource } from 'aws-cdk-lib';
import { Resource } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { checkModelArn } from './private/validation';

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
}

/**
 * An Amazon Bedrock custom model: one that was fine-tuned or distilled in Bedrock, or trained elsewhere and imported.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/custom-models.html
 */
export abstract class CustomModel extends Resource implements ICustomModel {
  /**
   * Use a custom model that exists already.
   *
   * Throws if the ARN is not that of a custom model. An ARN that is only known at deploy time, as a whole or in part, is passed on as it is.
   *
   * @param scope the scope, usually `this`
   * @param id the construct id
   * @param modelArn the model's ARN, `arn:aws:bedrock:<region>:<account>:custom-model/<base model or 'imported'>/<id>`
   */
  public static fromModelArn(scope: Construct, id: string, modelArn: string): ICustomModel {
    class ExistingCustomModel extends Resource implements ICustomModel {
      public readonly modelArn = modelArn;
    }
    checkModelArn(scope, modelArn);
    return new ExistingCustomModel(scope, id, { environmentFromArn: modelArn });
  }

  public abstract readonly modelArn: string;
}
