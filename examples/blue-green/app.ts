/**
 * A new version of a model has to prove itself before it stays, in one of two ways:
 *
 * - `FraudBlueGreen`: a second deployment serves the new version. It must answer golden prompts correctly before
 *   anything is switched to it. If it does not, the first deployment has served all the time.
 * - `FraudInPlace`: the deployment moves to the new version under the same ARN. If an alarm goes off in the first ten
 *   minutes, it moves back.
 */
import type { StackProps } from 'aws-cdk-lib';
import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import {
  CustomModel,
  CustomModelDeployment,
  CustomModelSource,
  DeploymentGate,
  ModelUpdate,
} from 'cdk-bedrock-custom-models';
import type { Construct } from 'constructs';

const VERSION = 1; // change this line

class BlueGreenStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);

    const goldenPrompts = new NodejsFunction(this, 'GoldenPrompts', {
      description: 'Asks a new deployment questions whose answers are known',
      entry: 'golden-prompts.ts',
      runtime: Runtime.NODEJS_24_X,
      timeout: Duration.minutes(4),
    });

    const deployment = new CustomModelDeployment(this, 'Deployment', {
      model: fraudModel(this),
      modelUpdate: ModelUpdate.REPLACE,
      gates: [DeploymentGate.converse(), DeploymentGate.lambda(goldenPrompts, { timeout: Duration.minutes(15) })],
    });

    new CfnOutput(this, 'ModelId', { value: deployment.deploymentArn, description: 'Another one for each version' });
  }
}

class InPlaceStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);

    const alarmName = 'fraud-server-errors';

    const deployment = new CustomModelDeployment(this, 'Deployment', {
      model: fraudModel(this),
      gates: [
        DeploymentGate.converse(),
        // by its name, since the alarm itself refers to the deployment
        DeploymentGate.alarms([alarmName], { bakeTime: Duration.minutes(10) }),
      ],
    });

    deployment.metricServerErrors({ period: Duration.minutes(1) }).createAlarm(this, 'ServerErrors', {
      alarmName,
      threshold: 5,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });

    new CfnOutput(this, 'ModelId', { value: deployment.deploymentArn, description: 'The same for every version' });
  }
}

function fraudModel(stack: Stack): CustomModel {
  return new CustomModel(stack, 'Model', {
    source: CustomModelSource.modelPackage(
      stack.formatArn({ service: 'sagemaker', resource: 'model-package', resourceName: `fraud/${VERSION}` }),
    ),
  });
}

const app = new App();
const env = { region: 'us-east-1' };
new BlueGreenStack(app, 'FraudBlueGreen', { env, description: 'Answers whether a payment looks like fraud' });
new InPlaceStack(app, 'FraudInPlace', { env, description: 'Answers whether a payment looks like fraud' });
