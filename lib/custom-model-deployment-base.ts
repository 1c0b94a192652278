import { Resource, Token } from 'aws-cdk-lib';
import type * as bedrock from 'aws-cdk-lib/aws-bedrock';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { ICustomModelDeployment } from './custom-model-deployment-grants';
import { CustomModelDeploymentGrants } from './custom-model-deployment-grants';

/**
 * What new and existing deployments have in common: the grants and metrics, which need the ARN alone.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/deploy-custom-model-on-demand.html
 */
export abstract class CustomModelDeploymentBase extends Resource implements ICustomModelDeployment {
  /**
   * The ARN of the deployment. Pass it as `modelId` to `InvokeModel` and `Converse`.
   *
   * @attribute
   */
  abstract readonly deploymentArn: string;

  /**
   * The customer managed KMS key that encrypts the deployed model.
   *
   * @default - an AWS owned key, or a key that this app does not know
   */
  abstract readonly encryptionKey?: kms.IKey;

  /**
   * The permissions that can be granted on this deployment.
   */
  get grants(): CustomModelDeploymentGrants {
    return CustomModelDeploymentGrants.fromDeployment(this);
  }

  /**
   * Grants the permission to invoke the deployed model. The same as `grants.invoke()`.
   *
   * @param grantee the principal that receives the permission
   * @returns the grant, on which other resources can depend
   */
  grantInvoke(grantee: iam.IGrantable): iam.Grant {
    return this.grants.invoke(grantee);
  }

  /**
   * Returns this deployment as the `IModel` that other CDK constructs take, such as the task `BedrockInvokeModel` of
   * AWS Step Functions. With `ModelUpdate.REPLACE`, also call `grants.invoke()` for the state machine.
   *
   * @returns a model whose `modelArn` is the ARN of the deployment
   */
  asModel(): bedrock.IModel {
    return { modelArn: this.deploymentArn };
  }

  /**
   * Returns a metric of this deployment by its name in the namespace `AWS/Bedrock`: the average over 5 minutes, unless
   * the options say otherwise.
   *
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/monitoring-runtime-metrics.html
   * @param metricName the name of the metric, such as `TimeToFirstToken`
   * @param props the metric options to override, such as `statistic` and `period`
   * @returns the metric
   */
  metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: 'AWS/Bedrock',
      metricName,
      dimensionsMap: { ModelId: this.deploymentArn },
      ...this.whereMetricsAre(),
      ...props,
    }).attachTo(this);
  }

  /**
   * Returns the metric of the number of invocations (`Invocations`): the sum over 5 minutes.
   *
   * @param props the metric options to override, such as `statistic` and `period`
   * @returns the metric
   */
  metricInvocations(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.sum('Invocations', props);
  }

  /**
   * Returns the metric of the latency of invocations in milliseconds (`InvocationLatency`): the average over 5 minutes.
   *
   * @param props the metric options to override, such as `statistic` and `period`
   * @returns the metric
   */
  metricInvocationLatency(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('InvocationLatency', { statistic: cloudwatch.Stats.AVERAGE, ...props });
  }

  /**
   * Returns the metric of the number of invocations that failed with a client error (`InvocationClientErrors`): the sum
   * over 5 minutes.
   *
   * @param props the metric options to override, such as `statistic` and `period`
   * @returns the metric
   */
  metricClientErrors(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.sum('InvocationClientErrors', props);
  }

  /**
   * Returns the metric of the number of invocations that failed with a server error (`InvocationServerErrors`): the sum
   * over 5 minutes.
   *
   * @param props the metric options to override, such as `statistic` and `period`
   * @returns the metric
   */
  metricServerErrors(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.sum('InvocationServerErrors', props);
  }

  /**
   * Returns the metric of the number of invocations that the service throttled (`InvocationThrottles`): the sum over 5
   * minutes.
   *
   * @param props the metric options to override, such as `statistic` and `period`
   * @returns the metric
   */
  metricThrottles(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.sum('InvocationThrottles', props);
  }

  /**
   * Returns the metric of the number of input tokens (`InputTokenCount`): the sum over 5 minutes.
   *
   * @param props the metric options to override, such as `statistic` and `period`
   * @returns the metric
   */
  metricInputTokenCount(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.sum('InputTokenCount', props);
  }

  /**
   * Returns the metric of the number of output tokens (`OutputTokenCount`): the sum over 5 minutes.
   *
   * @param props the metric options to override, such as `statistic` and `period`
   * @returns the metric
   */
  metricOutputTokenCount(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.sum('OutputTokenCount', props);
  }

  /** A deployment that exists already may be in another Region or account than the stack. */
  private whereMetricsAre(): cloudwatch.MetricOptions {
    const { account, region } = this.env;
    return Token.isUnresolved(region) || Token.isUnresolved(account) ? {} : { account, region };
  }

  private sum(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(metricName, { statistic: cloudwatch.Stats.SUM, ...props });
  }
}
