import { Fn } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { ICustomModelDeployment } from './custom-model-deployment';
import { grantInvocation } from './private/key-use';
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
   * If the custom model is encrypted with a key of yours that this app knows (`encryptionKey`), the grantee may also have
   * Bedrock decrypt with that key.
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
      resourceArns: [arnOf(this.deployment)],
    });
    grantAcrossReplacement(this.deployment, grantee.grantPrincipal);
    const { encryptionKey, stack } = this.deployment;
    return encryptionKey === undefined ? invoke : invoke.combine(grantInvocation(stack, encryptionKey, grantee));
  }
}

/** A policy takes the id alone of what the handler has answered for an ARN: whatever that is, it stands for deployments of the account and Region. */
function arnOf({ deploymentArn, stack, env: { account, region } }: ICustomModelDeployment): string {
  const id = Fn.select(1, Fn.split('/', deploymentArn));
  return stack.formatArn({ service: 'bedrock', account, region, resource: 'custom-model-deployment', resourceName: id });
}
