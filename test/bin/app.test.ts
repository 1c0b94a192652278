import { mkdtempSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join, resolve } from 'path';
import { runApp } from '../support/run-app';

const ROOT = resolve(__dirname, '..', '..');
const MODEL_PACKAGE_ARN = 'arn:aws:sagemaker:us-east-1:000000000000:model-package/fraud/1';
const MODEL_ARN = 'arn:aws:bedrock:us-east-1:000000000000:custom-model/imported/abcdefghijkl';

interface AppTemplate {
  readonly Resources: Record<
    string,
    { readonly Type: string; readonly Properties: Record<string, unknown>; readonly DeletionPolicy?: string }
  >;
  readonly Outputs: Record<string, { readonly Value: unknown }>;
}

describe('the reference app', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'app-'));
  afterAll(() => {
    rmSync(outdir, { recursive: true });
  });

  const app = (context: Record<string, string>, environment: Record<string, string> = {}): ReturnType<typeof runApp> =>
    runApp(join(ROOT, 'bin/app.ts'), {
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify(context),
      ...environment,
    });

  function template(stackName: string): AppTemplate {
    return JSON.parse(readFileSync(join(outdir, `${stackName}.template.json`), 'utf8')) as AppTemplate;
  }

  test('deploys a model, with a role that may invoke it, and says what it made', () => {
    const { status } = app({ modelArn: MODEL_ARN }, { CDK_VALIDATION: 'true' });
    const { Resources, Outputs } = template('CustomModelDeployment');

    const ofType = (type: string): [string, Record<string, unknown>][] =>
      Object.entries(Resources)
        .filter(([, { Type }]) => Type === type)
        .map(([id, { Properties }]) => [id, Properties]);
    const [[deployment, properties] = []] = ofType('Custom::BedrockCustomModelDeployment');
    expect(status).toBe(0);
    expect(properties).toMatchObject({ ModelArn: MODEL_ARN, ModelUpdate: 'IN_PLACE' });
    expect(properties).not.toHaveProperty('DeploymentName');
    const idOfDeployment = { 'Fn::Select': [1, { 'Fn::Split': ['/', { 'Fn::GetAtt': [deployment, 'Arn'] }] }] };
    expect(ofType('AWS::IAM::Policy').map(([, { PolicyDocument }]) => PolicyDocument)).toContainEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'],
          Resource: { 'Fn::Join': ['', expect.arrayContaining([':custom-model-deployment/', idOfDeployment])] },
        },
      ],
    });
    expect(Object.fromEntries(Object.entries(Outputs).map(([name, { Value }]) => [name, Value]))).toMatchObject({
      DeploymentArn: { 'Fn::GetAtt': [deployment, 'Arn'] },
      DeploymentName: { Ref: deployment },
      ModelArn: { 'Fn::GetAtt': [deployment, 'ModelArn'] },
    });
  });

  test('takes a name, another way to update, and another stack', () => {
    app({ modelArn: MODEL_ARN, deploymentName: 'support', modelUpdate: 'REPLACE', stackName: 'Support' });

    const [deployment] = Object.values(template('Support').Resources).filter(
      ({ Type }) => Type === 'Custom::BedrockCustomModelDeployment',
    );
    expect(deployment?.Properties).toMatchObject({ DeploymentName: 'support', ModelUpdate: 'REPLACE' });
  });

  test.each([
    [{}, 'RetainExceptOnCreate'],
    [{ modelRemoval: 'retain' }, 'Retain'],
    [{ modelRemoval: 'destroy' }, 'Delete'],
  ])(
    'makes a model of a package, and deploys it: with %j, the model’s policy is %s',
    (context: Record<string, string>, DeletionPolicy) => {
      const { status } = app({ modelPackageArn: MODEL_PACKAGE_ARN, ...context });
      const { Resources, Outputs } = template('CustomModelDeployment');

      const [[model, resource] = []] = Object.entries(Resources).filter(
        ([, { Type }]) => Type === 'Custom::BedrockCustomModel',
      );
      const [[deployment, deployed] = []] = Object.entries(Resources).filter(
        ([, { Type }]) => Type === 'Custom::BedrockCustomModelDeployment',
      );
      expect(status).toBe(0);
      expect(resource).toMatchObject({ Properties: { ModelPackageArn: MODEL_PACKAGE_ARN }, DeletionPolicy });
      expect(deployed?.Properties).toMatchObject({ ModelArn: { 'Fn::GetAtt': [model, 'Arn'] } });
      expect(Outputs['ModelArn']?.Value).toEqual({ 'Fn::GetAtt': [deployment, 'ModelArn'] });
    },
  );

  test.each([
    [
      {},
      'No custom model is set: pass -c modelArn=arn:aws:bedrock:<region>:<account>:custom-model/… or -c modelPackageArn=arn:aws:sagemaker:<region>:<account>:model-package/…\n',
    ],
    [
      { modelArn: MODEL_ARN, modelPackageArn: MODEL_PACKAGE_ARN },
      'modelArn and modelPackageArn must not both be set: pass only one of them with -c\n',
    ],
    [
      { modelArn: MODEL_ARN, modelRemoval: 'destroy' },
      'modelRemoval applies only to a model that the stack creates: also pass -c modelPackageArn=…\n',
    ],
    [
      { modelPackageArn: MODEL_PACKAGE_ARN, modelRemoval: 'snapshot' },
      'modelRemoval must be destroy or retain, got snapshot\n',
    ],
    [{ modelArn: MODEL_ARN, modelUpdate: 'SOMEHOW' }, 'modelUpdate must be IN_PLACE or REPLACE, got SOMEHOW\n'],
  ])('asked with %j, it says what is wrong in one line', (context: Record<string, string>, message) => {
    expect(app(context)).toMatchObject({ status: 1, stderr: message });
  });
});
