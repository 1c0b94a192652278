import * as iam from 'aws-cdk-lib/aws-iam';
import type { ICustomModelDeployment } from './custom-model-deployment';

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
   * If the custom model is encrypted with a key of your own, the grantee also needs `kms:Decrypt` on that key.
   *
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/inference-prereq.html
   */
  public invoke(grantee: iam.IGrantable): iam.Grant {
    return iam.Grant.addToPrincipal({
      grantee,
      // Converse and ConverseStream have no actions of their own.
      actions: ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'],
      resourceArns: [this.deployment.deploymentArn],
    });
  }
}
