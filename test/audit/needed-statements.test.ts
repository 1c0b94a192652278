import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { CustomModel, CustomModelDeployment, CustomModelProvider, CustomModelSource, DeploymentGate } from '../../lib';
import { STACK_ID_TAG } from '../../lib/private/contract';
import type { SimulatedStack as SimulatedStack, TemplateResources } from '../../local/aws-simulator/cloudformation';
import {
  needsOf,
  type PolicyScenario,
  type PolicyStatement,
  policyStatements,
} from '../../local/aws-simulator/iam/needed-statements';
import { SimulatedAws } from '../../local/aws-simulator/simulated-aws';
import { LIVE_DURATIONS } from '../../local/fake-bedrock/server';
import { KEY_ARN, MODEL_PACKAGE_ARN, S3_URI } from '../lib/support/stacks';

/**
 * Stacks as the CDK synthesizes them, with the built handler, while each of its calls is judged by the policies that
 * the stack has at that moment: in an update the new ones, in its clean-up still the new ones, in a rollback the old
 * ones.
 */

const root = mkdtempSync(join(tmpdir(), 'policies-'));
const [assembly, gateCode] = [join(root, 'assembly'), join(root, 'gate')];
beforeAll(() => {
  mkdirSync(gateCode);
  writeFileSync(join(gateCode, 'index.js'), "exports.handler = async () => ({ status: 'READY' });");
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

const SECOND_PACKAGE = `${MODEL_PACKAGE_ARN}2`;
const UNDEPLOYABLE = `${MODEL_PACKAGE_ARN}3`;
const GIVEN = 'arn:aws:bedrock:us-east-1:000000000000:custom-model/amazon.nova-lite-v1:0:300k/givengiveng1';
const OTHER = 'arn:aws:bedrock:us-east-1:000000000000:custom-model/amazon.nova-lite-v1:0:300k/givengiveng2';
const SLOW = 'arn:aws:bedrock:us-east-1:000000000000:custom-model/amazon.nova-lite-v1:0:300k/givengiveng3';
const MINUTE = 60_000;
/** Of whom the simulator has the buckets that models are read from. */
const BUCKET_ACCOUNT = '444455556666';

/** What an app defines. */
type DefinePolicies = (stack: Stack) => void;
type TemplateChange = (template: TemplateResources) => TemplateResources;
const asItIs: TemplateChange = (template) => template;

const deployment =
  (modelArn: string, tags: Record<string, string> = {}): DefinePolicies =>
  (stack) => {
    new CustomModelDeployment(stack, 'Deployment', { model: CustomModel.fromModelArn(stack, 'Given', modelArn), tags });
  };
const model =
  (
    source: CustomModelSource,
    tags: Record<string, string> = {},
    encryptionKey?: (stack: Stack) => kms.IKey,
  ): DefinePolicies =>
  (stack) => {
    const made = new CustomModel(stack, 'Model', {
      source,
      tags,
      removalPolicy: RemovalPolicy.DESTROY,
      ...(encryptionKey === undefined ? {} : { encryptionKey: encryptionKey(stack) }),
    });
    new CustomModelDeployment(stack, 'Deployment', { model: made, tags });
  };
const ofPackage = (arn: string, tags?: Record<string, string>): DefinePolicies =>
  model(CustomModelSource.modelPackage(arn), tags);
/** In the managed bucket of the simulated account. */
const FILES = S3_URI.replace('111122223333', '000000000000');
const ofFiles = model(CustomModelSource.s3(FILES, { bucketAccount: BUCKET_ACCOUNT }), {}, (stack) =>
  kms.Key.fromKeyArn(stack, 'Key', KEY_ARN),
);

/** With all kinds of gates. */
const gated: DefinePolicies = (stack) => {
  const gateFunction = new lambda.Function(stack, 'Gate', {
    runtime: lambda.Runtime.NODEJS_22_X,
    code: lambda.Code.fromAsset(gateCode),
    handler: 'index.handler',
    role: new iam.Role(stack, 'GateRole', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') }),
  });
  new CustomModelDeployment(stack, 'Deployment', {
    model: CustomModel.fromModelArn(stack, 'Given', GIVEN),
    gates: [
      DeploymentGate.converse(),
      DeploymentGate.lambda(gateFunction),
      DeploymentGate.alarms(['errors'], { bakeTime: Duration.minutes(5) }),
    ],
  });
};

/** With a list of the models that may be deployed. */
const listing =
  (modelArns: string[], rest: DefinePolicies): DefinePolicies =>
  (stack) => {
    new CustomModelProvider(stack, 'Provider', {
      deployableModels: modelArns.map((arn, n) => CustomModel.fromModelArn(stack, `Listed${n}`, arn)),
    });
    rest(stack);
  };

const templates = new Map<DefinePolicies, TemplateResources>();

function templateOf(define: DefinePolicies): TemplateResources {
  const known = templates.get(define);
  if (known !== undefined) {
    return known;
  }
  const app = new App({ outdir: assembly });
  define(new Stack(app, 'Stack'));
  const { Resources } = app.synth().getStackByName('Stack').template as { Resources: TemplateResources };
  templates.set(define, Resources);
  return Resources;
}

/** An operation of a stack, and how it must end. */
interface PolicyStep {
  readonly to: DefinePolicies;
  readonly ends: string;
  readonly change?: TemplateChange;
  readonly disableRollback?: boolean;
  /** What happens to it. */
  readonly meanwhile?: (aws: SimulatedAws, stack: SimulatedStack) => void;
}

const cancelledAfter =
  (ms: number): NonNullable<PolicyStep['meanwhile']> =>
  ({ time }, stack) => {
    time.at(time.now() + ms, () => {
      stack.cancelOperation();
    });
  };
const cancelledUpdate: NonNullable<PolicyStep['meanwhile']> = (aws, stack) => {
  Object.assign(aws.bedrock.controlPlane.durations, { deploymentUpdate: MINUTE });
  cancelledAfter(5000)(aws, stack);
};
/** The model of that ARN is Active only after so long. */
const slowModel = ({ bedrock: { controlPlane } }: SimulatedAws, ms: number): void => {
  Object.assign(controlPlane.durations, { ...LIVE_DURATIONS, modelCreate: ms });
  controlPlane.addModel({ name: 'slow', arn: SLOW, status: 'Creating' });
};

/** Creates a stack by the first step, updates it by the others, and deletes it. */
function life(name: string, ...[create, ...updates]: [PolicyStep, ...PolicyStep[]]): PolicyScenario {
  return {
    name,
    play: async (change) => {
      const aws = await SimulatedAws.open({ assembly, iam: {} });
      try {
        return await live(aws, create, updates, change);
      } finally {
        await aws.close();
      }
    },
  };
}

/** @returns what ends badly first */
async function live(
  aws: SimulatedAws,
  create: PolicyStep,
  updates: readonly PolicyStep[],
  change: TemplateChange,
): Promise<string[]> {
  const { controlPlane } = aws.bedrock;
  const stack = aws.stack('Stack');
  controlPlane.addModel({ name: 'given', arn: GIVEN });
  controlPlane.addModel({ name: 'other', arn: OTHER });
  controlPlane.sourceFailures.set(UNDEPLOYABLE, { deploymentFailure: 'Full-rank models cannot be served on demand.' });

  for (const { to, ends, change: own = asItIs, disableRollback = false, meanwhile } of [create, ...updates]) {
    const template = own(change(templateOf(to)));
    meanwhile?.(aws, stack);
    const operation =
      stack.status === undefined
        ? stack.create(template, { disableRollback })
        : stack.update(template, { disableRollback });
    const badEnds = [
      ...unexpected(await aws.time.until(operation), ends, stack),
      ...left(aws, stack),
      ...lost(aws, stack, template),
    ];
    if (badEnds.length > 0) {
      return badEnds;
    }
  }
  const end = unexpected(await aws.time.until(stack.delete()), 'DELETE_COMPLETE', stack);
  await aws.time.pass();
  return [...end, ...left(aws, stack), ...(aws.logLines.length === 0 ? ['nothing is logged'] : [])];
}

function unexpected(status: string, expected: string, { reasons }: SimulatedStack): string[] {
  return status === expected ? [] : [`${status} instead of ${expected}: ${reasons.join('; ')}`];
}

/** What was made for the stack, and is none of its resources. */
function left({ bedrock: { controlPlane } }: SimulatedAws, { physicalIds, givenUp }: SimulatedStack): string[] {
  const orphans = [...controlPlane.deployments(), ...controlPlane.models()].filter(
    ({ name, tags }) => tags[STACK_ID_TAG] !== undefined && !physicalIds.includes(name),
  );
  return [
    ...orphans.map(({ arn }) => `${arn} is left`),
    ...givenUp.map(({ logicalId }) => `the clean-up gave ${logicalId} up`),
  ];
}

/** The resources of the stack that are not there. */
function lost(
  { bedrock: { controlPlane } }: SimulatedAws,
  stack: SimulatedStack,
  template: TemplateResources,
): string[] {
  const there = [...controlPlane.deployments(), ...controlPlane.models()].map(({ arn }) => arn);
  return Object.keys(template).flatMap((logicalId) => {
    const arn = stack.attributes(logicalId)['Arn'];
    return arn === undefined || !arn.startsWith('arn:aws:bedrock:') || there.includes(arn)
      ? []
      : [`${logicalId} is lost: there is no ${arn}`];
  });
}

/** As if the handler could delete models only in stacks that have one. */
const withoutDeleteCustomModel: TemplateChange = (template) =>
  JSON.parse(
    JSON.stringify(template, (name, value: unknown) =>
      name === 'Action' ? [value].flat().filter((action) => action !== 'bedrock:DeleteCustomModel') : value,
    ),
  ) as TemplateResources;

/** As the last release had it, which did not bind the handler's rights to the function. */
const unbound: TemplateChange = (template) =>
  JSON.parse(
    JSON.stringify(template, (name, value: unknown) => (name === 'ArnEquals' ? undefined : value)),
  ) as TemplateResources;

const FIRST = life('the first stack with a model', { to: ofPackage(MODEL_PACKAGE_ARN), ends: 'CREATE_COMPLETE' });
const ADDED = life(
  'the update that adds a model',
  { to: deployment(GIVEN), ends: 'CREATE_COMPLETE' },
  { to: ofPackage(MODEL_PACKAGE_ARN), ends: 'UPDATE_COMPLETE' },
);
const ROLLED_BACK = life(
  'the update that adds a model, rolled back',
  { to: deployment(GIVEN), ends: 'CREATE_COMPLETE' },
  { to: ofPackage(UNDEPLOYABLE), ends: 'UPDATE_ROLLBACK_COMPLETE' },
);
const takingTheLastOut = (change?: TemplateChange): PolicyScenario =>
  life(
    'the update that takes the last model out',
    { to: ofPackage(MODEL_PACKAGE_ARN), ends: 'CREATE_COMPLETE' },
    { to: deployment(GIVEN), ends: 'UPDATE_COMPLETE', ...(change && { change }) },
  );
const MODEL_REPLACED = life(
  'a model that is replaced, and tagged',
  { to: ofPackage(MODEL_PACKAGE_ARN, { old: 'yes' }), ends: 'CREATE_COMPLETE' },
  { to: ofPackage(MODEL_PACKAGE_ARN, { team: 'a' }), ends: 'UPDATE_COMPLETE' },
  { to: ofPackage(SECOND_PACKAGE, { team: 'a' }), ends: 'UPDATE_COMPLETE' },
);
const OF_FILES = life('a model of files, encrypted with a key', { to: ofFiles, ends: 'CREATE_COMPLETE' });
const MOVED = life(
  'a deployment that moves, is tagged, and is cancelled',
  { to: deployment(GIVEN, { old: 'yes' }), ends: 'CREATE_COMPLETE' },
  { to: deployment(OTHER, { team: 'a' }), ends: 'UPDATE_COMPLETE' },
  { to: deployment(GIVEN, { team: 'a' }), ends: 'UPDATE_ROLLBACK_COMPLETE', meanwhile: cancelledUpdate },
);
const BOUND = life(
  'a stack of the last release, which binds the rights to the function only in an update that is rolled back, and then in one that is not',
  { to: deployment(GIVEN), ends: 'CREATE_COMPLETE', change: unbound },
  { to: ofPackage(UNDEPLOYABLE), ends: 'UPDATE_ROLLBACK_COMPLETE' },
  { to: ofPackage(MODEL_PACKAGE_ARN), ends: 'UPDATE_COMPLETE' },
);
const movingWithList = (during: string[]): PolicyScenario =>
  life(
    'a deployment whose model is listed, that moves to another one after it was cancelled, and to one of its stack',
    { to: listing([GIVEN], deployment(GIVEN)), ends: 'CREATE_COMPLETE' },
    { to: listing(during, deployment(OTHER)), ends: 'UPDATE_ROLLBACK_COMPLETE', meanwhile: cancelledUpdate },
    { to: listing(during, deployment(OTHER)), ends: 'UPDATE_COMPLETE' },
    { to: listing([OTHER], ofPackage(MODEL_PACKAGE_ARN)), ends: 'UPDATE_COMPLETE' },
  );
const GATED = life(
  'a deployment with gates',
  { to: gated, ends: 'CREATE_COMPLETE' },
  { to: deployment(GIVEN), ends: 'UPDATE_COMPLETE' },
);
const CANCELLED = life('a deployment cancelled while it waits for its model, which comes late in the hour (H4)', {
  to: deployment(SLOW),
  ends: 'ROLLBACK_COMPLETE',
  meanwhile: (aws, stack) => {
    slowModel(aws, 55 * MINUTE);
    cancelledAfter(2 * MINUTE)(aws, stack);
  },
});
const MADE_AGAIN = life(
  'a deployment that nobody answered for, made again without a rollback (H38)',
  {
    to: deployment(SLOW),
    ends: 'CREATE_FAILED',
    disableRollback: true,
    meanwhile: (aws) => {
      slowModel(aws, 8 * MINUTE);
      aws.time.at(aws.time.now() + 1000, () => {
        aws.outages.begin(61 * MINUTE);
      });
    },
  },
  { to: deployment(SLOW), ends: 'UPDATE_COMPLETE', disableRollback: true },
);

test.each([
  FIRST,
  ADDED,
  ROLLED_BACK,
  takingTheLastOut(),
  MODEL_REPLACED,
  OF_FILES,
  MOVED,
  BOUND,
  movingWithList([GIVEN, OTHER]),
  GATED,
  CANCELLED,
  MADE_AGAIN,
])('H31 with the policies of its templates, $name ends clean', async ({ play }) => {
  expect(await play(asItIs)).toEqual([]);
});

test('H31 were models deleted only by the permissions of a stack that has one, the last would be left', async () => {
  expect(await takingTheLastOut(withoutDeleteCustomModel).play(asItIs)).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/custom-model\/imported\/\w+ is left$/),
      expect.stringMatching(/^the clean-up gave Model\w+ up$/),
    ]),
  );
});

test('H31 were a model taken off the list by the deploy that moves from it, there would be no way back', async () => {
  expect(await movingWithList([OTHER]).play(asItIs)).toEqual([
    expect.stringMatching(
      /^UPDATE_ROLLBACK_FAILED .* bedrock:UpdateCustomModelDeployment on resource: .*givengiveng1 /,
    ),
  ]);
});

/** Whose absence shows in none of these: a run that is not traced ends no worse. The simulator has no X-Ray. */
const NOT_FELT = ['xray:GetSamplingRules'];

/** The statements without which none of the scenarios ends badly. */
async function idle(...given: Parameters<typeof needsOf>): Promise<PolicyStatement[]> {
  return (await needsOf(...given)).filter(({ scenario }) => scenario === undefined).map(({ statement }) => statement);
}

test('H31 each statement of the policies is needed: without it, one of these ends badly', async () => {
  const statements = new Map(
    [ofFiles, ofPackage(MODEL_PACKAGE_ARN)]
      .flatMap((define) => policyStatements(templateOf(define)))
      .map((one) => [JSON.stringify(one), one]),
  );
  // by how soon most statements are missed
  const scenarios = [MOVED, OF_FILES, MODEL_REPLACED, MADE_AGAIN, CANCELLED];
  const firstActions = (await idle([...statements.values()], scenarios)).map(
    ({ statement }) => [statement['Action']].flat()[0],
  );
  expect(firstActions).toEqual(NOT_FELT);
});

test('H31 and so is each that comes with gates, but that of the function, which invokes nothing here', async () => {
  const before = policyStatements(templateOf(deployment(GIVEN))).map(({ statement }) => JSON.stringify(statement));
  const added = policyStatements(templateOf(gated)).filter(
    ({ statement }) => !before.includes(JSON.stringify(statement)),
  );
  expect(added).toHaveLength(4);
  expect(await idle(added, [GATED])).toEqual([
    expect.objectContaining({ logicalId: expect.stringContaining('DeploymentGateFunctions') }),
  ]);
});
