import * as iam from 'aws-cdk-lib/aws-iam';
import type { ICustomModelDeployment } from './custom-model-deployment';
import { grantAcrossReplacement, INVOKE } from './private/replacement-grant';

/**
 * The permissions that can be granted on a custom model deployment.
 */
export class CustomModelDeploymentGrants {
  /**
   * The grants of a deployment.
   */
  public static fromDeployment(deployment: ICustomModelDeployment): CustomModelDeploymentGrants {
    return new CustomModelDeploymentGrants(deployment);
  }

  private constructor(private readonly deployment: ICustomModelDeployment) {}

  /**
   * Let the grantee invoke the deployed model: `InvokeModel`, `InvokeModelWithResponseStream`, `Converse` and `ConverseStream`.
   *
   * If the custom model is encrypted with a key of yours that this app knows (`encryptionKey`), the grantee may also decrypt with that key.
   * With one that it does not know, the grantee still needs `kms:Decrypt` on it.
   *
   * A deployment with `ModelUpdate.REPLACE` can be invoked by its old ARN and by its new one while it moves to another model: the grantee gets a
   * policy besides that allows what carries the tags of the stack and logical id of the deployment.
   *
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/inference-prereq.html
   */
  public invoke(grantee: iam.IGrantable): iam.Grant {
    const invoke = iam.Grant.addToPrincipal({
      grantee,
      actions: INVOKE,
      resourceArns: [this.deployment.deploymentArn],
    });
    grantAcrossReplacement(this.deployment, grantee.grantPrincipal);
    const { encryptionKey } = this.deployment;
    return encryptionKey === undefined ? invoke : invoke.combine(encryptionKey.grantDecrypt(grantee));
  }
}
