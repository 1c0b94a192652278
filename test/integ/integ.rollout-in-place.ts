/**
 * Deployed with one model and then with another, the deployment serves the other under the same ARN. README.md says how
 * to run it.
 *
 * The update would fail if it replaced the deployment, since the stack of the assertions imports the ARN.
 */
import { IntegTest } from '@aws-cdk/integ-tests-alpha';
import { CfnOutput, Stack } from 'aws-cdk-lib';
import { CustomModel, CustomModelDeployment, DeploymentGate, ModelUpdate } from '../../lib';
import { assertServes, integApp, modelArnOf } from './assertions';

const app = integApp();
const modelArn = modelArnOf(app);

const stack = new Stack(app, 'IntegRolloutInPlace');
const deployment = new CustomModelDeployment(stack, 'Deployment', {
  model: CustomModel.fromModelArn(stack, 'Model', modelArn),
  modelUpdate: ModelUpdate.IN_PLACE,
  gates: [DeploymentGate.converse()],
});
new CfnOutput(stack, 'DeploymentArn', { value: deployment.deploymentArn, description: 'The same for both models' });

const integ = new IntegTest(app, 'IntegRolloutInPlaceTest', { testCases: [stack] });
assertServes(integ, deployment, modelArn);
