import type { IResource } from 'aws-cdk-lib';
import { Fn } from 'aws-cdk-lib';
import type * as bedrock from 'aws-cdk-lib/aws-bedrock';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { INVOKE } from './private/invoke-by-tags';
import { grantKeyToInvoker } from './private/kms-access';
import { grantInvokeDuringReplacement } from './private/replacement-grant';

/**
 * An on-demand deployment of an Amazon Bedrock custom model, defined in this app or existing already.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/deploy-custom-model-on-demand.html
 */
export interface ICustomModelDeployment extends IResource {
  /**
   * The ARN of the deployment. Pass it as `modelId` to `InvokeModel` and `Converse`.
   *
   * @attribute
   */
  readonly deploymentArn: string;

  /**
   * The customer managed KMS key that encrypts the deployed model. Whoever invokes the deployment must be allowed to
   * decrypt with it.
   *
   * @default - an AWS owned key, or a key that this app does not know
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * The permissions that can be granted on this deployment.
   */
  readonly grants: CustomModelDeploymentGrants;

  /**
   * Grants the permission to invoke the deployed model. The same as `grants.invoke()`.
   *
   * @param grantee the principal that receives the permission
   * @returns the grant, on which other resources can depend
   */
  grantInvoke(grantee: iam.IGrantable): iam.Grant;

  /**
   * Returns this deployment as the `IModel` that other CDK constructs take, such as the task `BedrockInvokeModel` of
   * AWS Step Functions.
   *
   * The task grants its state machine the permission to invoke this ARN alone. With `ModelUpdate.REPLACE`, also call
   * `deployment.grants.invoke(stateMachine)`, so that the state machine can invoke the deployment during a replacement.
   *
   * @returns a model whose `modelArn` is the ARN of the deployment
   * @see https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_stepfunctions_tasks.BedrockInvokeModel.html
   */
  asModel(): bedrock.IModel;

  /**
   * Returns a metric of this deployment by its name in the namespace `AWS/Bedrock`: the average over 5 minutes, unless
   * the options say otherwise.
   *
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/monitoring-runtime-metrics.html
   * @param metricName the name of the metric, such as `TimeToFirstToken`
   * @param props the metric options to override, such as `statistic` and `period`
   * @returns the metric
   */
  metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * Returns the metric of the number of invocations (`Invocations`): the sum over 5 minutes.
   *
   * @param props the metric options to override, such as `statistic` and `period`
   * @returns the metric
   */
  metricInvocations(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * Returns the metric of the latency of invocations in milliseconds (`InvocationLatency`): the average over 5 minutes.
   *
   * @param props the metric options to override, such as `statistic` and `period`
   * @returns the metric
   */
  metricInvocationLatency(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * Returns the metric of the number of invocations that failed with a client error (`InvocationClientErrors`): the sum
   * over 5 minutes.
   *
   * @param props the metric options to override, such as `statistic` and `period`
   * @returns the metric
   */
  metricClientErrors(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * Returns the metric of the number of invocations that failed with a server error (`InvocationServerErrors`): the sum
   * over 5 minutes.
   *
   * @param props the metric options to override, such as `statistic` and `period`
   * @returns the metric
   */
  metricServerErrors(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * Returns the metric of the number of invocations that the service throttled (`InvocationThrottles`): the sum over 5
   * minutes.
   *
   * @param props the metric options to override, such as `statistic` and `period`
   * @returns the metric
   */
  metricThrottles(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * Returns the metric of the number of input tokens (`InputTokenCount`): the sum over 5 minutes.
   *
   * @param props the metric options to override, such as `statistic` and `period`
   * @returns the metric
   */
  metricInputTokenCount(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * Returns the metric of the number of output tokens (`OutputTokenCount`): the sum over 5 minutes.
   *
   * @param props the metric options to override, such as `statistic` and `period`
   * @returns the metric
   */
  metricOutputTokenCount(props?: cloudwatch.MetricOptions): cloudwatch.Metric;
}

/**
 * The permissions that can be granted on a custom model deployment.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/inference-prereq.html
 * @example
 * import * as lambda from 'aws-cdk-lib/aws-lambda';
 *
 * declare const deployment: CustomModelDeployment;
 * declare const fn: lambda.Function;
 *
 * deployment.grants.invoke(fn);
 */
export class CustomModelDeploymentGrants {
  /**
   * Returns the grants of a deployment. The same as `deployment.grants`.
   *
   * @param deployment the deployment to grant permissions on
   * @returns the grants
   */
  static fromDeployment(deployment: ICustomModelDeployment): CustomModelDeploymentGrants {
    return new CustomModelDeploymentGrants(deployment);
  }

  private constructor(private readonly deployment: ICustomModelDeployment) {}

  /**
   * Grants the permission to invoke the deployed model with `InvokeModel`, `InvokeModelWithResponseStream`, `Converse`
   * and `ConverseStream`.
   *
   * If this app knows the customer managed key of the custom model (`encryptionKey`), the grantee is also allowed to
   * decrypt with that key through Bedrock. If it does not, grant the grantee `kms:Decrypt` on the key yourself.
   *
   * While a deployment with `ModelUpdate.REPLACE` moves to another model, consumers invoke both its old and its new
   * ARN. The grantee therefore gets an additional policy, which allows the deployments whose tags name the stack and
   * the logical id of this deployment.
   *
   * @param grantee the principal that receives the permission
   * @returns the grant, on which other resources can depend
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/inference-prereq.html
   */
  invoke(grantee: iam.IGrantable): iam.Grant {
    const invoke = iam.Grant.addToPrincipal({
      grantee,
      actions: INVOKE,
      resourceArns: [arnOf(this.deployment)],
    });
    grantInvokeDuringReplacement(this.deployment, grantee.grantPrincipal);
    const { encryptionKey, stack, env } = this.deployment;
    return encryptionKey === undefined
      ? invoke
      : invoke.combine(grantKeyToInvoker(stack, env.region, encryptionKey, grantee));
  }
}

/**
 * Builds the ARN from the id in the handler's answer alone, so that no answer can make the policy name anything but a
 * deployment in this account and Region.
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
