import { Resource, Token } from 'aws-cdk-lib';
import type * as bedrock from 'aws-cdk-lib/aws-bedrock';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { ICustomModelDeployment } from './custom-model-deployment-grants';
import { CustomModelDeploymentGrants } from './custom-model-deployment-grants';

/**
 * The grants and metrics, which need the ARN of a deployment alone: both of new and of existing deployments.
 *
 * @internal
 */
export abstract class CustomModelDeploymentBase extends Resource implements ICustomModelDeployment {
  abstract readonly deploymentArn: string;

  get grants(): CustomModelDeploymentGrants {
    return CustomModelDeploymentGrants.fromDeployment(this);
  }

  grantInvoke(grantee: iam.IGrantable): iam.Grant {
    return this.grants.invoke(grantee);
  }

  asModel(): bedrock.IModel {
    return { modelArn: this.deploymentArn };
  }

  metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: 'AWS/Bedrock',
      metricName,
      dimensionsMap: { ModelId: this.deploymentArn },
      ...this.whereMetricsAre(),
      ...props,
    }).attachTo(this);
  }

  metricInvocations(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.sum('Invocations', props);
  }

  metricInvocationLatency(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('InvocationLatency', { statistic: cloudwatch.Stats.AVERAGE, ...props });
  }

  metricClientErrors(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.sum('InvocationClientErrors', props);
  }

  metricServerErrors(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.sum('InvocationServerErrors', props);
  }

  metricThrottles(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.sum('InvocationThrottles', props);
  }

  metricInputTokenCount(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.sum('InputTokenCount', props);
  }

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
