import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { CustomModel, CustomModelDeployment, DeploymentGate, ModelUpdate } from '../../../lib';
import type { SimulatedStack, TemplateResources } from '../../../local/aws-simulator/cloudformation';
import { policyStatements, withoutStatement } from '../../../local/aws-simulator/iam/needed-statements';
import { SimulatedAws, type SimulatedAwsOptions } from '../../../local/aws-simulator/simulated-aws';

/**
 * Stacks with gates as the CDK synthesizes them, with the built handler, on the simulator: every call of the function,
 * of the state machine and of a gate is judged by the policies that the stack has at that moment.
 */

const MINUTE = 60_000;
const ALARM = 'fraud-errors';
/** Evaluates in two calls, of which the second knows what the first has begun. */
const GOLDEN_PROMPTS = `exports.handler = async ({ modelArn, state }) => {
  if (state === undefined) return { status: 'WAIT', seconds: 60, state: { evaluated: modelArn } };
  if (state.evaluated !== modelArn) throw new Error('not what was begun');
  return modelArn === process.env.BAD_MODEL ? { status: 'FAILED', reason: '3 of 20 golden prompts' } : { status: 'READY' };
};`;

const root = mkdtempSync(join(tmpdir(), 'synthesized-gates-'));
const [assembly, code] = [join(root, 'assembly'), join(root, 'golden-prompts')];
beforeAll(() => {
  mkdirSync(code);
  writeFileSync(join(code, 'index.js'), GOLDEN_PROMPTS);
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

let aws: SimulatedAws;
let stack: SimulatedStack;
let [first, second, bad] = ['', '', ''];

async function open(options: Partial<SimulatedAwsOptions> = {}): Promise<void> {
  aws = await SimulatedAws.open({
    assembly,
    iam: {},
    bedrock: { durations: { deploymentCreate: 8 * MINUTE, deploymentUpdate: 8 * MINUTE } },
    ...options,
  });
  const { controlPlane } = aws.bedrock;
  first = controlPlane.addModel({ name: 'first' });
  second = controlPlane.addModel({ name: 'second' });
  bad = controlPlane.addModel({ name: 'bad' });
  stack = aws.stack('Stack');
}
afterEach(() => aws.close());

/** The gates that a deployment may have. */
type GatesOfApp = 'none' | 'in place' | 'replaced';

function template(modelArn: string, which: GatesOfApp): TemplateResources {
  const app = new App({ outdir: assembly });
  const cdk = new Stack(app, 'Stack');
  const goldenPrompts = new lambda.Function(cdk, 'GoldenPrompts', {
    runtime: lambda.Runtime.NODEJS_22_X,
    code: lambda.Code.fromAsset(code),
    handler: 'index.handler',
    environment: { BAD_MODEL: bad },
    role: new iam.Role(cdk, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') }),
  });
  const messages = [{ role: 'user', content: [{ text: 'Is it fraud?' }] }];
  const ofAll = [
    DeploymentGate.converse({ prompt: 'Is it fraud?' }),
    DeploymentGate.invokeModel({ body: { messages, inferenceConfig: { maxTokens: 8 } } }),
    DeploymentGate.lambda(goldenPrompts, { timeout: Duration.minutes(20) }),
  ];
  const inPlace = [...ofAll, DeploymentGate.alarms([ALARM], { bakeTime: Duration.minutes(5) })];
  const deployment = new CustomModelDeployment(cdk, 'Deployment', {
    model: CustomModel.fromModelArn(cdk, 'Model', modelArn),
    modelUpdate: which === 'replaced' ? ModelUpdate.REPLACE : ModelUpdate.IN_PLACE,
    gates: which === 'none' ? [] : which === 'replaced' ? ofAll : inPlace,
  });
  deployment.metricServerErrors().createAlarm(cdk, 'Errors', { alarmName: ALARM, threshold: 1, evaluationPeriods: 1 });
  app.synth();
  return aws.template('Stack');
}

const create = (modelArn: string, which: GatesOfApp): Promise<string> =>
  aws.time.until(stack.create(template(modelArn, which)));
const update = (modelArn: string, which: GatesOfApp): Promise<string> =>
  aws.time.until(stack.update(template(modelArn, which)));
const there = (): string[][] =>
  aws.bedrock.controlPlane.deployments().map(({ arn, status, modelArn }) => [arn, status, modelArn]);
/** How often a model was invoked with success. */
const invocationsOf = (modelArn: string): number =>
  aws.bedrock.runtime.invocations.filter(
    ({ servedModelArn, outcome }) => servedModelArn === modelArn && outcome === 'ok',
  ).length;

async function deleted(): Promise<void> {
  expect(await aws.time.until(stack.delete())).toBe('DELETE_COMPLETE');
  await aws.time.pass();
  expect(there()).toEqual([]);
  expect(stack.givenUp).toEqual([]);
  expect(aws.alarms.describe().MetricAlarms).toEqual([]);
}

test('H21: in place, with all four gates: what a gate refuses is rolled back, what all let pass is served, and the gates may leave again', async () => {
  await open();
  expect(await create(first, 'in place')).toBe('CREATE_COMPLETE');
  const [[arn = ''] = []] = there();
  expect(invocationsOf(first)).toBe(2);

  expect(await update(bad, 'in place')).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(stack.reasons).toEqual([expect.stringMatching(/gate 3 of 4 \(.*GoldenPrompts.*\).*3 of 20 golden prompts/)]);
  expect(there()).toEqual([[arn, 'Active', first]]);
  expect([invocationsOf(bad), invocationsOf(first)]).toEqual([2, 2]);

  const began = aws.time.now();
  expect(await update(second, 'in place')).toBe('UPDATE_COMPLETE');
  expect(there()).toEqual([[arn, 'Active', second]]);
  expect(invocationsOf(second)).toBe(2);
  expect(aws.time.now() - began).toBeGreaterThan((8 + 1 + 5) * MINUTE);

  expect(await update(bad, 'none')).toBe('UPDATE_COMPLETE');
  expect(there()).toEqual([[arn, 'Active', bad]]);
  expect(invocationsOf(bad)).toBe(2);
  await deleted();
});

test('H21: with replacement: the old deployment serves until the gates have let the new one pass, and goes then', async () => {
  await open();
  expect(await create(first, 'replaced')).toBe('CREATE_COMPLETE');
  const before = there();

  expect(await update(bad, 'replaced')).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(stack.reasons).toEqual([expect.stringContaining('3 of 20 golden prompts')]);
  expect(there()).toEqual(before);

  expect(await update(second, 'replaced')).toBe('UPDATE_COMPLETE');
  expect(there()).toEqual([[expect.any(String), 'Active', second]]);
  expect(there()).not.toContainEqual([before[0]?.[0], 'Active', second]);
  await deleted();
});

test('H21: an alarm that goes off while the new model serves brings the old one back', async () => {
  await open();
  expect(await create(first, 'in place')).toBe('CREATE_COMPLETE');
  aws.alarms.follow(ALARM, { modelArn: second, afterMs: 4 * MINUTE, reason: 'Threshold Crossed: 7 errors' });

  expect(await update(second, 'in place')).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(stack.reasons).toEqual([expect.stringMatching(/gate 4 of 4 .*fraud-errors.*Threshold Crossed: 7 errors/)]);
  expect(there()).toEqual([[expect.any(String), 'Active', first]]);
  await deleted();
});

test('H14: gates that come with an update whose policies take a minute to work', async () => {
  await open({ iam: { propagation: () => MINUTE } });
  Object.assign(aws.bedrock.controlPlane.durations, { deploymentCreate: 0, deploymentUpdate: 0 });
  expect(await create(first, 'none')).toBe('CREATE_COMPLETE');
  expect(await update(second, 'in place')).toBe('UPDATE_COMPLETE');
  expect(there()).toEqual([[expect.any(String), 'Active', second]]);
  expect(aws.logLines).toContainEqual(expect.stringContaining('is not authorized to perform: bedrock:InvokeModel'));
  await deleted();
});

test('H4: an update that is cancelled while a gate is checked ends on the old model, and nothing more is checked', async () => {
  await open();
  expect(await create(first, 'in place')).toBe('CREATE_COMPLETE');
  aws.time.at(aws.time.now() + 8.5 * MINUTE, () => {
    stack.cancelOperation();
  });
  expect(await update(second, 'in place')).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(invocationsOf(second)).toBe(2); // it was within the gates
  expect(invocationsOf(first)).toBe(2);
  expect(there()).toEqual([[expect.any(String), 'Active', first]]);
  await deleted();
});

describe('H21: without its permission in the template a gate fails the create, and says what is not allowed:', () => {
  test.each([
    ['bedrock:InvokeModel', 'gate 1 of 4 (converse)'],
    ['lambda:InvokeFunction', 'gate 3 of 4'],
    ['cloudwatch:DescribeAlarms', 'gate 4 of 4 (fraud-errors)'],
  ])('%s', async (action, gate) => {
    await open();
    const whole = template(first, 'in place');
    const [statement, ...others] = policyStatements(whole).filter(
      ({ logicalId, statement: { Action } }) => logicalId.includes('Gate') && Action === action,
    );
    expect(others).toEqual([]);
    if (statement === undefined) {
      throw new Error(`no policy of gates allows ${action}`);
    }
    expect(await aws.time.until(stack.create(withoutStatement(whole, statement)))).toBe('ROLLBACK_COMPLETE');
    const [reason = '', ...more] = stack.reasons;
    expect(more).toEqual([]);
    expect(reason).toContain(gate);
    expect(reason).toContain(`is not authorized to perform: ${action} on resource: `);
    await aws.time.pass();
    expect(there()).toEqual([]);
  });
});
