import { LOGICAL_ID_TAG, STACK_ID_TAG } from '../../lib/private/contract';
import type { TemplateResources } from '../../local/aws-simulator/cloudformation';
import {
  after,
  create,
  deployment,
  model,
  operations,
  PACKAGE,
  play,
  type ScenarioContext,
  type ScenarioResult,
  second,
  update,
} from '../../simulation/workload/scenarios';

/** README, "Adopt what exists": the steps, as they are described there. */

const NAME = 'fraud';
const DESCRIPTION = 'Fraud model';

/** What somebody makes by hand, and returns the ARN of, and the resource that is to take it over. */
interface Adoption {
  readonly make: (context: ScenarioContext) => string;
  readonly logicalId: string;
  readonly resource: (context: ScenarioContext) => TemplateResources;
}

/** Plays it in a stack that exists: the calls are those of the update. */
function adopt({ make, logicalId, resource }: Adoption): Promise<ScenarioResult> {
  return play({
    name: 'adoption',
    play: operations(
      create(({ one }) => second(one)),
      async (context) => {
        const { environment, stack, one } = context;
        const resourceARN = make(context);
        await environment.time.sleep(120_000);
        const assign = (): void => {
          environment.calls = [];
          environment.controlPlane.perform('TagResource', {
            resourceARN,
            tags: [
              { key: STACK_ID_TAG, value: stack.stackId },
              { key: LOGICAL_ID_TAG, value: logicalId },
            ],
          });
        };
        return after(
          assign,
          update(() => ({ ...resource(context), ...second(one) })),
        )(context);
      },
    ),
  });
}

test('a deployment that somebody has made by hand becomes one of the stack, and is moved to its model', async () => {
  const {
    statuses,
    left,
    operations: calls,
  } = await adopt({
    make: ({ environment, one }) =>
      environment.controlPlane.perform('CreateCustomModelDeployment', {
        modelDeploymentName: NAME,
        modelArn: one,
        description: DESCRIPTION,
      }).customModelDeploymentArn,
    logicalId: 'Deployment',
    resource: ({ two }) => deployment(two, { DeploymentName: NAME, Description: DESCRIPTION }),
  });

  expect(statuses).toEqual(['CREATE_COMPLETE', 'UPDATE_COMPLETE']);
  expect(left).toMatch(/deployment fraud \(Active\) of model two Fraud model/);
  expect(calls).not.toContain('CreateCustomModelDeployment');
});

test('a model as well, which does not say what it was made of', async () => {
  const {
    statuses,
    left,
    operations: calls,
  } = await adopt({
    make: ({ environment }) =>
      environment.controlPlane.perform('CreateCustomModel', {
        modelName: NAME,
        customModelDataSource: { modelPackageArnDataSource: { modelPackageArn: `${PACKAGE}7` } },
      }).modelArn,
    logicalId: 'Model',
    resource: () => model(`${PACKAGE}7`, { ModelName: NAME }),
  });

  expect(statuses).toEqual(['CREATE_COMPLETE', 'UPDATE_COMPLETE']);
  expect(left).toMatch(/model fraud \(Active\)/);
  expect(calls).not.toContain('CreateCustomModel');
});
