/**
 * A deployment of a custom model becomes Active and answers. README.md says how to run it.
 */
import { IntegTest } from '@aws-cdk/integ-tests-alpha';
import { Stack } from 'aws-cdk-lib';
import { CustomModel, CustomModelDeployment } from '../../lib';
import { assertServes, integApp, modelArnOf } from './assertions';

const app = integApp();
const modelArn = modelArnOf(app);

const stack = new Stack(app, 'IntegDeployment');
const model = CustomModel.fromModelArn(stack, 'Model', modelArn);
const deployment = new CustomModelDeployment(stack, 'Deployment', { model });

const integ = new IntegTest(app, 'IntegDeploymentTest', { testCases: [stack] });
assertServes(integ, deployment, modelArn);
