import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runApp } from '../support/run-app';

/** The apps for a live account synthesize, and assert what they are for. Here they only do that. */

const MODEL_ARN = 'arn:aws:bedrock:us-east-1:111122223333:custom-model/imported/abcdefghijkl';
const APPS = readdirSync(__dirname).filter((file) => file.startsWith('integ.'));

interface Synthesized {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties: Readonly<Record<string, unknown>> }>
  >;
}

/** The resources of all its stacks. */
function synthesize(app: string, environment: Readonly<Record<string, string>>): Synthesized['Resources'][string][] {
  const outdir = mkdtempSync(join(tmpdir(), 'integ-'));
  try {
    runApp(resolve(__dirname, app), { CDK_OUTDIR: outdir, ...environment });
    return readdirSync(outdir)
      .filter((name) => name.endsWith('.template.json'))
      .map((name) => JSON.parse(readFileSync(join(outdir, name), 'utf8')) as Synthesized)
      .flatMap(({ Resources }) => Object.values(Resources));
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

test('there are apps', () => {
  expect(APPS).toEqual(['integ.deployment.ts', 'integ.rollout-in-place.ts']);
});

describe.each(APPS)('%s', (app) => {
  const resources = synthesize(app, { CDK_CONTEXT_JSON: JSON.stringify({ modelArn: MODEL_ARN }) });
  const ofType = (type: string): Readonly<Record<string, unknown>>[] =>
    resources.filter(({ Type }) => Type === type).map(({ Properties }) => Properties);

  test('deploys the model that it is given', () => {
    expect(ofType('Custom::BedrockCustomModelDeployment')).toMatchObject([
      { ModelArn: MODEL_ARN, ModelUpdate: 'IN_PLACE' },
    ]);
  });

  test('fails unless Bedrock says that the deployment is Active and has this model', () => {
    const [look] = ofType('Custom::DeployAssert@SdkCallbedrockGetCustomModelDeployment');

    expect(look).toHaveProperty('stateMachineArn');
    expect(JSON.stringify(look?.['expected'])).toContain('Active');
    expect(JSON.stringify(look?.['expected'])).toContain(MODEL_ARN);
  });

  test('fails unless it answers, which the function that asks may do', () => {
    const [ask] = ofType('Custom::DeployAssert@SdkCallbedrock-runtimeConverse');

    expect(ask).toHaveProperty('stateMachineArn');
    expect(JSON.stringify(ofType('AWS::IAM::Role'))).toContain('bedrock:InvokeModel');
  });

  test('takes the model from the environment as well, and says so if there is none', () => {
    expect(synthesize(app, { MODEL_ARN })).toHaveLength(resources.length);
    expect(() => synthesize(app, { MODEL_ARN: '' })).toThrow('No custom model is set');
  });
});
