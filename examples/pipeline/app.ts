/**
 * A pipeline that promotes a model: from a commit to a test deployment, and after an approval to production. Both
 * stages create their model from the same model package.
 */
import type { StackProps, StageProps } from 'aws-cdk-lib';
import { App, CfnOutput, Stack, Stage } from 'aws-cdk-lib';
import { PipelineType } from 'aws-cdk-lib/aws-codepipeline';
import { CodePipeline, CodePipelineSource, ManualApprovalStep, ShellStep } from 'aws-cdk-lib/pipelines';
import { CustomModel, CustomModelDeployment, CustomModelSource, DeploymentGate } from 'cdk-bedrock-custom-models';
import type { Construct } from 'constructs';

const VERSION = 1; // change this line, and push

const ENV = { account: '111122223333', region: 'us-east-1' };
const REPOSITORY = 'my-organization/fraud';
const CONNECTION = 'arn:aws:codeconnections:us-east-1:111122223333:connection/00000000-0000-0000-0000-000000000000';

class FraudStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const deployment = new CustomModelDeployment(this, 'Deployment', {
      model: new CustomModel(this, 'Model', {
        source: CustomModelSource.modelPackage(
          this.formatArn({ service: 'sagemaker', resource: 'model-package', resourceName: `fraud/${VERSION}` }),
        ),
      }),
      gates: [DeploymentGate.converse()], // a version that does not answer is rolled back, and the pipeline stops
    });

    new CfnOutput(this, 'ModelId', { value: deployment.deploymentArn });
  }
}

class FraudStage extends Stage {
  constructor(scope: Construct, id: string, props: StageProps) {
    super(scope, id, props);
    new FraudStack(this, 'Fraud');
  }
}

const app = new App();
const stack = new Stack(app, 'FraudPipeline', { env: ENV, description: 'Promotes the fraud model' });

const pipeline = new CodePipeline(stack, 'Pipeline', {
  pipelineType: PipelineType.V2,
  synth: new ShellStep('Synth', {
    input: CodePipelineSource.connection(REPOSITORY, 'main', { connectionArn: CONNECTION }),
    commands: ['npm ci', 'npx cdk synth'],
  }),
});
pipeline.addStage(new FraudStage(stack, 'Test', { env: ENV }));
pipeline.addStage(new FraudStage(stack, 'Production', { env: ENV }), { pre: [new ManualApprovalStep('Promote')] });
