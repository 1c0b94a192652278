import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { CustomModel, CustomModelDeployment, DeploymentGate, ModelUpdate } from '../../../lib';
import type { SimulatedStack, TemplateResources } from '../../../local/aws-simulator/cloudformation';
import { SimulatedAws } from '../../../local/aws-simulator/simulated-aws';
import type { ModelAnswer, RuntimeBehaviour } from '../../../local/fake-bedrock/server';

/**
 * The gates of synthesized stacks, whose requests the state machine makes and the runtime of the local Bedrock parses:
 * what comes of each answer, on each way on which a model gets to be served.
 */

const MINUTE = 60_000;
const FUNCTION = `exports.handler = async ({ modelArn }) => {
  if (modelArn === process.env.BROKEN) throw new RangeError('no golden prompts');
  return modelArn === process.env.REFUSED ? { status: 'FAILED', reason: '3 of 20 prompts' } : { status: 'READY' };
};`;

const root = mkdtempSync(join(tmpdir(), 'gates-over-http-'));
const [assembly, code] = [join(root, 'assembly'), join(root, 'function')];
beforeAll(() => {
  mkdirSync(code);
  writeFileSync(join(code, 'index.js'), FUNCTION);
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

let aws: SimulatedAws;
let stack: SimulatedStack;
let [old, young] = ['', ''];

beforeEach(async () => {
  aws = await SimulatedAws.open({
    assembly,
    bedrock: { durations: { deploymentCreate: MINUTE, deploymentUpdate: MINUTE } },
  });
  old = aws.bedrock.controlPlane.addModel({ name: 'old' });
  young = aws.bedrock.controlPlane.addModel({ name: 'young' });
  stack = aws.stack('Stack');
});
afterEach(() => aws.close());

const limits = { timeout: Duration.minutes(5), maxAttempts: 2 };
const messages = [{ role: 'user', content: [{ text: 'Is it fraud?' }] }];

type MakeGate = (stack: Stack) => DeploymentGate;

const converse: MakeGate = () =>
  DeploymentGate.converse({ ...limits, prompt: 'Is it fraud?', system: 'Be "brief"', maxTokens: 8 });
const invokeModel =
  (body: Record<string, unknown> = { messages, inferenceConfig: { maxTokens: 8 } }): MakeGate =>
  () =>
    DeploymentGate.invokeModel({ ...limits, body });
const call =
  (environment: () => Readonly<Record<string, string>> = () => ({})): MakeGate =>
  (cdk) => {
    const handler = new lambda.Function(cdk, 'Function', {
      runtime: lambda.Runtime.NODEJS_22_X,
      code: lambda.Code.fromAsset(code),
      handler: 'index.handler',
      environment: environment(),
    });
    return DeploymentGate.lambda(handler, limits);
  };

type Way = 'in place' | 'replacement';

function template(modelArn: string, gate: MakeGate, way: Way): TemplateResources {
  const app = new App({ outdir: assembly });
  const cdk = new Stack(app, 'Stack');
  new CustomModelDeployment(cdk, 'Deployment', {
    model: CustomModel.fromModelArn(cdk, 'Model', modelArn),
    modelUpdate: way === 'replacement' ? ModelUpdate.REPLACE : ModelUpdate.IN_PLACE,
    gates: [gate(cdk)],
  });
  app.synth();
  return aws.template('Stack');
}

const there = (): object[] =>
  aws.bedrock.controlPlane.deployments().map(({ arn, status, servedModelArn }) => ({ arn, status, servedModelArn }));
const outcomesOf = (modelArn: string): string[] =>
  aws.bedrock.runtime.invocations.flatMap((each) => (each.servedModelArn === modelArn ? [each.outcome] : []));

interface Case {
  readonly name: string;
  readonly gate: MakeGate;
  /** Before the young model is asked for. */
  readonly prepare?: () => void;
  /** What the runtime has answered for the young model, at last. */
  readonly outcomes: readonly string[];
  /** Absent: the gate passes. */
  readonly reason?: RegExp;
}

/** So does the old model, to which nothing could be rolled back if a gate were checked then. */
const answers = (given: ModelAnswer) => (): void => {
  [old, young].forEach((modelArn) => aws.bedrock.runtime.answers.set(modelArn, given));
};
const behaviour = (given: Partial<RuntimeBehaviour>) => (): void => {
  Object.assign(aws.bedrock.runtime.behaviour, given);
};

const ofRuntime = (name: string, gate: MakeGate): Case[] => [
  { name: `${name}: a model that answers`, gate, outcomes: ['ok'] },
  {
    name: `${name}: a model that is throttled at first`,
    gate,
    prepare: behaviour({ throttledAtFirst: 3 }),
    outcomes: ['ThrottlingException', 'ThrottlingException', 'ThrottlingException', 'ok'],
  },
  {
    name: `${name}: a model that fails`,
    gate,
    prepare: answers({ error: { name: 'ModelErrorException', message: 'out of memory' } }),
    outcomes: ['ModelErrorException', 'ModelErrorException'],
    reason: /ModelErrorException: out of memory .*\(2 times in a row\)/,
  },
  {
    name: `${name}: a model that is never ready`,
    gate,
    prepare: behaviour({ notReadyAfterCreate: Infinity, notReadyAfterUpdate: Infinity }),
    outcomes: ['ModelNotReadyException'],
    reason: /did not pass within 5 min.*ModelNotReadyException/,
  },
  {
    name: `${name}: a model that takes longer than a minute`,
    gate,
    prepare: answers({ afterMs: 61_000 }),
    outcomes: ['ok', 'ok'],
    reason: /States\.Timeout: no answer within 60 s/,
  },
];

const CASES: readonly Case[] = [
  ...ofRuntime('converse', converse),
  ...ofRuntime('invokeModel', invokeModel()),
  {
    name: 'invokeModel: a body that the model does not take',
    gate: invokeModel({ prompt: 'Is it fraud?' }),
    outcomes: ['ValidationException', 'ValidationException'],
    reason: /ValidationException: Malformed input request/,
  },
  { name: 'function: READY', gate: call(), outcomes: [] },
  {
    name: 'function: FAILED',
    gate: call(() => ({ REFUSED: young })),
    outcomes: [],
    reason: /3 of 20 prompts/,
  },
  {
    name: 'function: an error',
    gate: call(() => ({ BROKEN: young })),
    outcomes: [],
    reason: /RangeError.*no golden prompts/,
  },
];

describe.each(CASES)('H21: $name:', ({ gate, prepare, outcomes, reason }) => {
  const passes = reason === undefined;
  const reasons = passes ? [] : [expect.stringMatching(reason)];
  const ofYoung = (): unknown => [expect.objectContaining({ status: 'Active', servedModelArn: young })];

  test('create', async () => {
    prepare?.();
    const status = await aws.time.until(stack.create(template(young, gate, 'in place')));
    expect({ status, reasons: stack.reasons }).toEqual({
      status: passes ? 'CREATE_COMPLETE' : 'ROLLBACK_COMPLETE',
      reasons,
    });
    expect(there()).toEqual(passes ? ofYoung() : []);
    expect(outcomesOf(young).slice(-outcomes.length)).toEqual(outcomes);
  });

  test.each(['in place', 'replacement'] as const)('%s', async (way) => {
    expect(await aws.time.until(stack.create(template(old, converse, way)))).toBe('CREATE_COMPLETE');
    const [before, invocations] = [there(), outcomesOf(old)];
    prepare?.();
    const status = await aws.time.until(stack.update(template(young, gate, way)));
    expect({ status, reasons: stack.reasons }).toEqual({
      status: passes ? 'UPDATE_COMPLETE' : 'UPDATE_ROLLBACK_COMPLETE',
      reasons,
    });
    expect(there()).toEqual(passes ? ofYoung() : before);
    expect(outcomesOf(young).slice(-outcomes.length)).toEqual(outcomes);
    expect(outcomesOf(old)).toEqual(invocations); // not in a rollback either
  });
});
