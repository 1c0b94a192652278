import type { IResource } from 'aws-cdk-lib';
import { Fn } from 'aws-cdk-lib';
import type * as bedrock from 'aws-cdk-lib/aws-bedrock';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { grantKeyToInvoker } from './private/kms-access';
import { grantInvokeDuringReplacement, INVOKE } from './private/replacement-grant';

/**
 * An on-demand deployment of an Amazon Bedrock custom model.
 */
export interface ICustomModelDeployment extends IResource {
  /**
   * The ARN of the deployment: the `modelId` of an invocation.
   *
   * @attribute
   */
  readonly deploymentArn: string;

  /**
   * The key of yours that encrypts the deployed model, if it is known. Whoever invokes the deployment must be allowed
   * to decrypt with it.
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * The permissions that can be granted on this deployment.
   */
  readonly grants: CustomModelDeploymentGrants;

  /**
   * Let the grantee invoke the deployed model. The same as `grants.invoke()`.
   *
   * @param grantee the principal to let
   */
  grantInvoke(grantee: iam.IGrantable): iam.Grant;

  /**
   * This deployment where the CDK wants a Bedrock model, as in the task `BedrockInvokeModel` of AWS Step Functions.
   */
  asModel(): bedrock.IModel;

  /**
   * A metric of this deployment, by its name in the namespace `AWS/Bedrock`.
   *
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/monitoring-runtime-metrics.html
   * @default - average over 5 minutes
   * @param metricName the name, such as `TimeToFirstToken`
   * @param props what to change in the metric
   */
  metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The number of invocations (`Invocations`).
   *
   * @default - sum over 5 minutes
   */
  metricInvocations(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * How long invocations take, in milliseconds (`InvocationLatency`).
   *
   * @default - average over 5 minutes
   */
  metricInvocationLatency(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The number of invocations that failed by an error of the client (`InvocationClientErrors`).
   *
   * @default - sum over 5 minutes
   */
  metricClientErrors(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The number of invocations that failed by an error of the service (`InvocationServerErrors`).
   *
   * @default - sum over 5 minutes
   */
  metricServerErrors(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The number of invocations that the service throttled (`InvocationThrottles`).
   *
   * @default - sum over 5 minutes
   */
  metricThrottles(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The number of tokens in the input (`InputTokenCount`).
   *
   * @default - sum over 5 minutes
   */
  metricInputTokenCount(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The number of tokens in the output (`OutputTokenCount`).
   *
   * @default - sum over 5 minutes
   */
  metricOutputTokenCount(props?: cloudwatch.MetricOptions): cloudwatch.Metric;
}

/**
 * The permissions that can be granted on a custom model deployment.
 */
export class CustomModelDeploymentGrants {
  /**
   * The grants of a deployment.
   */
  static fromDeployment(deployment: ICustomModelDeployment): CustomModelDeploymentGrants {
    return new CustomModelDeploymentGrants(deployment);
  }

  private constructor(private readonly deployment: ICustomModelDeployment) {}

  /**
   * Let the grantee invoke the deployed model: `InvokeModel`, `InvokeModelWithResponseStream`, `Converse` and
   * `ConverseStream`.
   *
   * If the custom model is encrypted with a key of yours that this app knows (`encryptionKey`), the grantee may also
   * have Bedrock decrypt with that key. With one that it does not know, the grantee still needs `kms:Decrypt` on it.
   *
   * A deployment with `ModelUpdate.REPLACE` can be invoked by its old ARN and by its new one while it moves to another
   * model: the grantee gets a policy besides that allows what carries the tags of the stack and logical id of the
   * deployment.
   *
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/inference-prereq.html
   */
  invoke(grantee: iam.IGrantable): iam.Grant {
    const invoke = iam.Grant.addToPrincipal({
      grantee,
      actions: INVOKE,
      resourceArns: [arnOf(this.deployment)],
    });
    grantInvokeDuringReplacement(this.deployment, grantee.grantPrincipal);
    const { encryptionKey, stack } = this.deployment;
    return encryptionKey === undefined ? invoke : invoke.combine(grantKeyToInvoker(stack, encryptionKey, grantee));
  }
}

/**
 * A policy takes the id alone of what the handler has answered for an ARN: whatever that is, it stands for deployments
 * of the account and Region.
 */
function arnOf({ deploymentArn, stack, env: { account, region } }: ICustomModelDeployment): string {
  const id = Fn.select(1, Fn.split('/', deploymentArn));
  return stack.formatArn({
    service: 'bedrock',
    account,
    region,
    resource: 'custom-model-deployment',
    resourceName: id,
  });
}
