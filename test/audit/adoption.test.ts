import { LOGICAL_ID_TAG, STACK_ID_TAG } from '../../lib/private/contract';
import type { TemplateResources } from '../../local/aws-simulator/cloudformation';
import {
  create,
  deployment,
  model,
  operations,
  PACKAGE,
  play,
  type ScenarioContext,
  update,
} from '../../simulation/workload/scenarios';

/** README, "Adopt what exists": the steps, as they are described there. */

const FIXED = { DeploymentName: 'fraud', Description: 'Fraud model' };
const other = (ModelArn: string): TemplateResources => ({ Other: deployment(ModelArn)['Deployment'] as never });

/** `aws bedrock tag-resource`, with the two tags. */
function assign({ environment, stack }: ScenarioContext, resourceARN: string, logicalId: string): void {
  environment.controlPlane.perform('TagResource', {
    resourceARN,
    tags: [
      { key: STACK_ID_TAG, value: stack.stackId },
      { key: LOGICAL_ID_TAG, value: logicalId },
    ],
  });
}

test('a deployment that somebody has made by hand becomes one of the stack, and is moved to its model', async () => {
  const {
    statuses,
    left,
    operations: calls,
  } = await play({
    name: 'adoption',
    play: operations(
      create(({ one }) => other(one)),
      async (context) => {
        const { environment, one } = context;
        const { customModelDeploymentArn } = environment.controlPlane.perform('CreateCustomModelDeployment', {
          modelDeploymentName: 'fraud',
          modelArn: one,
          description: 'Fraud model',
        });
        await environment.time.sleep(120_000);
        environment.calls = [];
        assign(context, customModelDeploymentArn, 'Deployment');
        return update(({ two }) => ({ ...deployment(two, FIXED), ...other(one) }))(context);
      },
    ),
  });

  expect(statuses).toEqual(['CREATE_COMPLETE', 'UPDATE_COMPLETE']);
  expect(left).toMatch(/deployment fraud \(Active\) of model two Fraud model/);
  expect(calls).not.toContain('CreateCustomModelDeployment');
});

test('a model as well, which does not say what it was made of', async () => {
  const { statuses, operations: calls } = await play({
    name: 'adoption',
    play: operations(
      create(({ one }) => other(one)),
      async (context) => {
        const { environment, one } = context;
        const { modelArn } = environment.controlPlane.perform('CreateCustomModel', {
          modelName: 'fraud',
          customModelDataSource: { modelPackageArnDataSource: { modelPackageArn: `${PACKAGE}7` } },
        });
        await environment.time.sleep(120_000);
        environment.calls = [];
        assign(context, modelArn, 'Model');
        return update(() => ({ ...model(`${PACKAGE}7`, { ModelName: 'fraud' }), ...other(one) }))(context);
      },
    ),
  });

  expect(statuses).toEqual(['CREATE_COMPLETE', 'UPDATE_COMPLETE']);
  expect(calls).not.toContain('CreateCustomModel');
});
