import { mkdtempSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join, resolve } from 'path';
import { runApp } from '../support/run-app';

const ROOT = resolve(__dirname, '..', '..');

interface ExampleResource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DeletionPolicy?: string;
}

interface ExampleTemplate {
  readonly Resources: Record<string, ExampleResource>;
  readonly Outputs?: Record<string, { readonly Export?: unknown }>;
  readonly Parameters: Record<string, { readonly Type: string; readonly Default: string }>;
}

/** Runs an example as the CDK CLI does. */
function synthesize(example: string): { template: (stackName: string) => ExampleTemplate; warnings: string[] } {
  const outdir = mkdtempSync(join(tmpdir(), 'example-'));
  try {
    const { status, stderr } = runApp(join(ROOT, 'examples', example), { CDK_OUTDIR: outdir, CDK_VALIDATION: 'true' });
    if (status !== 0) {
      throw new Error(stderr);
    }
    const { artifacts } = JSON.parse(readFileSync(join(outdir, 'manifest.json'), 'utf8')) as {
      artifacts: Record<string, { properties?: { templateFile?: string } }>;
    };
    const templates = Object.fromEntries(
      Object.entries(artifacts).flatMap(([name, { properties }]) =>
        properties?.templateFile === undefined
          ? []
          : [[name, JSON.parse(readFileSync(join(outdir, properties.templateFile), 'utf8')) as ExampleTemplate]],
      ),
    );
    return {
      template: (stackName) => templates[stackName] ?? { Resources: {}, Parameters: {} },
      warnings: readFileSync(join(outdir, 'manifest.json'), 'utf8').match(/cdk-bedrock-custom-models:\w+/g) ?? [],
    };
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

function ofType({ Resources }: ExampleTemplate, type: string): ExampleResource[] {
  return Object.values(Resources).filter(({ Type }) => Type === type);
}

test('the rollout: a model of the stack, deployed in place', () => {
  const { template, warnings } = synthesize('rollout.ts');

  expect(ofType(template('Fraud'), 'Custom::BedrockCustomModel')).toHaveLength(1);
  expect(ofType(template('Fraud'), 'Custom::BedrockCustomModelDeployment')).toMatchObject([
    { Properties: { ModelUpdate: 'IN_PLACE' } },
  ]);
  expect(warnings).toEqual([]);
});

describe('H35: the handover between stacks', () => {
  const { template, warnings } = synthesize('handover.ts');
  const [serving, calling] = [template('FraudModel'), template('FraudApplication')];

  test('puts the ARN of a deployment that is replaced into a parameter, and exports nothing', () => {
    const [[deployment] = []] = Object.entries(serving.Resources).filter(
      ([, { Type }]) => Type === 'Custom::BedrockCustomModelDeployment',
    );

    expect(ofType(serving, 'AWS::SSM::Parameter')).toMatchObject([
      { Properties: { Name: '/fraud/deployment-arn', Value: { 'Fn::GetAtt': [deployment, 'Arn'] } } },
    ]);
    expect(Object.values(serving.Outputs ?? {}).filter(({ Export }) => Export !== undefined)).toEqual([]);
    expect(warnings).toEqual([]);
  });

  test('keeps the old deployment, which is called until the other stack is deployed in turn', () => {
    expect(ofType(serving, 'Custom::BedrockCustomModelDeployment')).toMatchObject([
      { Properties: { ModelUpdate: 'REPLACE' }, DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' },
    ]);
  });

  test('takes the ARN from there, for the function that calls it and for what it may do', () => {
    const [[parameter] = []] = Object.entries(calling.Parameters).filter(
      ([, { Default }]) => Default === '/fraud/deployment-arn',
    );

    expect(ofType(calling, 'AWS::Lambda::Function')).toMatchObject([
      { Properties: { Environment: { Variables: { MODEL_ID: { Ref: parameter } } } } },
    ]);
    expect(ofType(calling, 'AWS::IAM::Policy')).toMatchObject([
      {
        Properties: {
          PolicyDocument: {
            Statement: [
              {
                Action: ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'],
                Resource: {
                  'Fn::Join': [
                    '',
                    expect.arrayContaining([
                      ':custom-model-deployment/',
                      { 'Fn::Select': [1, { 'Fn::Split': ['/', { Ref: parameter }] }] },
                    ]),
                  ],
                },
              },
            ],
          },
        },
      },
    ]);
  });
});
