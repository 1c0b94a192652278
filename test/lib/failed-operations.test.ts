import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as logs from 'aws-cdk-lib/aws-logs';
import { CustomModelProvider } from '../../lib';
import { STACK_ID } from '../lambda/support/builders';
import { HandlerHarness } from '../lambda/support/handler-harness';
import { request } from '../lambda/support/requests';
import { newStack } from './support/stacks';

interface MetricFilterProperties {
  readonly FilterPattern: string;
  readonly MetricTransformations: readonly { readonly Dimensions: readonly { readonly Value: string }[] }[];
}

describe('the metric of the operations that failed', () => {
  test('is the sum of what a filter counts in the log of the handler, in this stack', () => {
    const stack = newStack();
    const provider = CustomModelProvider.getOrCreate(stack);
    const metric = provider.metricFailedOperations();

    expect(metric.toMetricConfig().metricStat).toMatchObject({
      namespace: 'cdk-bedrock-custom-models',
      metricName: 'FailedOperations',
      dimensions: [{ name: 'Stack', value: 'Stack' }],
      statistic: 'Sum',
    });
    Template.fromStack(stack).hasResourceProperties('AWS::Logs::MetricFilter', {
      LogGroupName: { Ref: 'CustomModelProviderHandlerLogs' },
      MetricTransformations: [
        {
          MetricNamespace: 'cdk-bedrock-custom-models',
          MetricName: 'FailedOperations',
          MetricValue: '1',
          Dimensions: [{ Key: 'Stack', Value: '$.message.stack' }],
        },
      ],
    });
  });

  test('needs one filter, however often it is asked for, and none if it is not', () => {
    const [asked, unasked] = [newStack(), newStack()];
    const provider = CustomModelProvider.getOrCreate(asked);
    provider.metricFailedOperations();
    provider.metricFailedOperations({ label: 'failed' });
    CustomModelProvider.getOrCreate(unasked);

    Template.fromStack(asked).resourceCountIs('AWS::Logs::MetricFilter', 1);
    Template.fromStack(unasked).resourceCountIs('AWS::Logs::MetricFilter', 0);
  });

  test('filters the log group that the user gave', () => {
    const stack = newStack();
    const logGroup = logs.LogGroup.fromLogGroupName(stack, 'Logs', '/shared');
    new CustomModelProvider(stack, 'Provider', { logGroup }).metricFailedOperations();

    Template.fromStack(stack).hasResourceProperties('AWS::Logs::MetricFilter', { LogGroupName: '/shared' });
  });

  test('may be changed like any other', () => {
    const provider = CustomModelProvider.getOrCreate(newStack());
    expect(provider.metricFailedOperations({ statistic: 'Average' }).statistic).toBe('Average');
  });

  test('counts the answers of the handler that say so, and no other line of it', async () => {
    const harness = new HandlerHarness();
    const undeployable = harness.bedrock.controlPlane.addModel({
      name: 'one',
      deploymentFailure: 'It cannot be served.',
    });
    const failed = await harness.finish(request('Create', { properties: { ModelArn: undeployable } }));
    const refused = await harness.finish(request('Create', { properties: { ModelArn: 'nonsense' } }));
    const deployable = harness.bedrock.controlPlane.addModel({ name: 'two' });
    await harness.finish(request('Create', { properties: { ModelArn: deployable }, logicalId: 'Other' }));
    harness.close();

    expect([failed.Status, refused.Status]).toEqual(['FAILED', 'FAILED']);
    const { pattern, dimension } = filterOf();
    const counted = harness.log.map((line) => ({ message: JSON.parse(line) as object })).filter(pattern);
    expect(counted).toHaveLength(2);
    expect(counted.map(dimension)).toEqual([STACK_ID.split('/')[1], STACK_ID.split('/')[1]]);
  });
});

test('the alarm goes off at the first of them, and not where there are none', () => {
  const stack = newStack();
  const { alarmName } = CustomModelProvider.getOrCreate(stack).createFailedOperationsAlarm(stack, 'Alarm');

  expect(Stack.of(stack).resolve(alarmName)).toEqual({ Ref: expect.stringContaining('Alarm') });
  Template.fromStack(stack).hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: 'FailedOperations',
    Threshold: 1,
    EvaluationPeriods: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: 'notBreaching',
  });
});

/** The filter as CloudWatch Logs would apply it, as far as it is of that form. */
function filterOf(): { pattern: (event: object) => boolean; dimension: (event: object) => unknown } {
  const stack = newStack();
  CustomModelProvider.getOrCreate(stack).metricFailedOperations();
  const [filter] = Object.values(Template.fromStack(stack).findResources('AWS::Logs::MetricFilter'));
  const { FilterPattern, MetricTransformations } = filter?.['Properties'] as MetricFilterProperties;
  const [, path = '', value] = /^\{ (\$\.\S+) = "(\w+)" \}$/.exec(FilterPattern) ?? [];
  return {
    pattern: (event) => at(path, event) === value,
    dimension: (event) => at(MetricTransformations[0]?.Dimensions[0]?.Value ?? '', event),
  };
}

function at(path: string, event: unknown): unknown {
  return path
    .split('.')
    .slice(1)
    .reduce((found, key) => (found as Readonly<Record<string, unknown>> | undefined)?.[key], event);
}
