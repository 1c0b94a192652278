/**
 * The app of the tour `gates`: a deployment that has to pass three gates.
 *
 *   npx cdk deploy --app 'npx tsx local/demo/gates-app.ts' -c modelArn=arn:aws:bedrock:… [-c stackName=…]
 */
import { join } from 'node:path';
import { App, AssetHashType, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';
import { CustomModel, CustomModelDeployment, DeploymentGate } from '../../lib';
import { BAKE_SECONDS, ERRORS_ALARM } from './gates-alarm';

const RUNTIME = lambda.Runtime.NODEJS_22_X;

const app = new App();
const stack = new Stack(app, context('stackName') ?? 'CustomModelDeployment', {
  description: 'An Amazon Bedrock custom model that has to pass gates',
});

const goldenPrompts = new lambda.Function(stack, 'GoldenPrompts', {
  description: 'Asks a deployment questions, and judges the answers',
  runtime: RUNTIME,
  handler: 'index.handler',
  code: bundled('golden-prompts.ts'),
  timeout: Duration.minutes(1),
});

const deployment = new CustomModelDeployment(stack, 'Deployment', {
  model: CustomModel.fromModelArn(stack, 'Model', context('modelArn') ?? ''),
  gates: [
    DeploymentGate.converse(),
    DeploymentGate.lambda(goldenPrompts, { timeout: Duration.minutes(5) }),
    DeploymentGate.alarms([ERRORS_ALARM], { bakeTime: Duration.seconds(BAKE_SECONDS) }),
  ],
});

deployment
  .metricServerErrors({ period: Duration.minutes(1) })
  .createAlarm(stack, 'Errors', { alarmName: ERRORS_ALARM, threshold: 1, evaluationPeriods: 1 });

new CfnOutput(stack, 'DeploymentArn', { value: deployment.deploymentArn, description: 'The modelId of an invocation' });

function context(name: string): string | undefined {
  return app.node.tryGetContext(name) as string | undefined;
}

/** With the AWS SDK, which Lambda has and the local cloud does not. */
function bundled(file: string): lambda.Code {
  return lambda.Code.fromAsset(__dirname, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: RUNTIME.bundlingImage, // not used
      local: {
        tryBundle: (directory) => {
          const outfile = join(directory, 'index.js');
          buildSync({
            entryPoints: [join(__dirname, file)],
            bundle: true,
            platform: 'node',
            target: 'node20',
            outfile,
          });
          return true;
        },
      },
    },
  });
}
