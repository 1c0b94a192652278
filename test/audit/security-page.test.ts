import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import {
  CustomModel,
  CustomModelDeployment,
  CustomModelProvider,
  CustomModelSource,
  DeploymentGate,
  ModelUpdate,
} from '../../lib';
import { gateFunction } from '../lib/support/gates';

const page = readFileSync(join(__dirname, '../../SECURITY.md'), 'utf8');

/** Whatever the library allows anybody, where all of its options are used. */
function allowed(): string[] {
  const stack = new Stack(new App(), 'All');
  const encryptionKey = new kms.Key(stack, 'Key');
  new CustomModelProvider(stack, 'Provider', {
    vpc: new ec2.Vpc(stack, 'Vpc') as ec2.IVpc,
    executionEncryption: encryptionKey,
    logEncryption: new kms.Key(stack, 'LogKey'),
    tracing: true,
  });
  const model = new CustomModel(stack, 'Model', { source: CustomModelSource.s3('s3://bucket/model'), encryptionKey });
  new CustomModel(stack, 'FromPackage', {
    source: CustomModelSource.modelPackage('arn:aws:sagemaker:us-east-1:111122223333:model-package/fraud/1'),
  });
  const deployment = new CustomModelDeployment(stack, 'Deployment', { model, modelUpdate: ModelUpdate.REPLACE });
  deployment.grants.invoke(
    new iam.Role(stack, 'Caller', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') }),
  );
  new CustomModelDeployment(stack, 'Gated', {
    model,
    gates: [
      DeploymentGate.converse(),
      DeploymentGate.lambda(gateFunction(stack)),
      DeploymentGate.alarms(['errors'], { bakeTime: Duration.minutes(10) }),
    ],
  });
  const isGiven = (key: string): boolean => /^(Vpc|Key|Condition$)/.test(key);
  const resources: unknown = Template.fromStack(stack).toJSON()['Resources'];
  const template = JSON.stringify(resources, (key, value: unknown) => (isGiven(key) ? undefined : value));
  return [
    ...new Set(
      template.match(
        /(?<=")(bedrock|states|cloudformation|cloudwatch|lambda|logs|xray|iam|sagemaker|kms|s3|ec2):[A-Z][A-Za-z]+\*?(?=")/g,
      ),
    ),
  ];
}

test('every action that the library allows anybody is explained', () => {
  const actions = allowed();
  expect(actions.length).toBeGreaterThan(40);
  expect(actions).toContain('cloudwatch:DescribeAlarms');
  expect(actions.filter((action) => !page.includes(`\`${action}\``))).toEqual([]);
});
