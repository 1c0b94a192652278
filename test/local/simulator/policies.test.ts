import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import { CustomModel, CustomModelDeployment, CustomModelSource } from '../../../lib';
import { STACK_ID_TAG } from '../../../lib/private/contract';
import { SimulatedAws } from '../../../local/simulator/aws';
import type { Template } from '../../../local/simulator/cloudformation';
import { needsOf, policyStatements, type Scenario, withoutStatement } from '../../../local/simulator/iam/needed-statements';
import { KEY_ARN, MODEL_PACKAGE_ARN, S3_URI } from '../../lib/support/stacks';

/**
 * Stacks as the CDK synthesizes them, with the built handler, while each of its calls is judged by the policies that the stack has at that
 * moment: in an update the new ones, in its clean-up still the new ones, in a rollback the old ones.
 */

jest.setTimeout(300_000);

const assembly = mkdtempSync(join(tmpdir(), 'policies-'));
afterAll(() => { rmSync(assembly, { recursive: true }); });

const SECOND_PACKAGE = `${MODEL_PACKAGE_ARN}2`;
const UNDEPLOYABLE = `${MODEL_PACKAGE_ARN}3`;
const GIVEN = 'arn:aws:bedrock:us-east-1:000000000000:custom-model/amazon.nova-lite-v1:0:300k/givengiveng1';
const OTHER = 'arn:aws:bedrock:us-east-1:000000000000:custom-model/amazon.nova-lite-v1:0:300k/givengiveng2';

/** What an app defines. */
type Define = (stack: Stack) => void;
type Change = (template: Template) => Template;
const asItIs: Change = (template) => template;

const deployment = (modelArn: string, tags: Record<string, string> = {}): Define => (stack) => {
  new CustomModelDeployment(stack, 'Deployment', { model: CustomModel.fromModelArn(stack, 'Given', modelArn), tags });
};
const model = (source: CustomModelSource, tags: Record<string, string> = {}, encryptionKey?: (stack: Stack) => kms.IKey): Define => (stack) => {
  const made = new CustomModel(stack, 'Model', {
    source, tags, removalPolicy: RemovalPolicy.DESTROY, ...(encryptionKey === undefined ? {} : { encryptionKey: encryptionKey(stack) }),
  });
  new CustomModelDeployment(stack, 'Deployment', { model: made, tags });
};
const ofPackage = (arn: string, tags?: Record<string, string>): Define => model(CustomModelSource.sageMakerModelPackage(arn), tags);
const ofFiles = model(CustomModelSource.s3(S3_URI), {}, (stack) => kms.Key.fromKeyArn(stack, 'Key', KEY_ARN));

const templates = new Map<Define, Template>();

function templateOf(define: Define): Template {
  const known = templates.get(define);
  if (known !== undefined) return known;
  const app = new App({ outdir: assembly });
  define(new Stack(app, 'Stack'));
  const { Resources } = app.synth().getStackByName('Stack').template as { Resources: Template };
  templates.set(define, Resources);
  return Resources;
}

/** An operation of a stack, and how it must end. */
interface Step {
  readonly to: Define;
  readonly ends: string;
  /** ms after which it is cancelled. */
  readonly cancelled?: number;
  readonly change?: Change;
}

/** Creates a stack by the first step, updates it by the others, and deletes it. */
function life(name: string, ...[create, ...updates]: [Step, ...Step[]]): Scenario {
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

async function live(aws: SimulatedAws, create: Step, updates: readonly Step[], change: Change): Promise<string[]> {
  const badEnds: string[] = [];
  const { controlPlane } = aws.bedrock;
  const stack = aws.stack('Stack');
  controlPlane.addModel({ name: 'given', arn: GIVEN });
  controlPlane.addModel({ name: 'other', arn: OTHER });
  controlPlane.sourceFailures.set(UNDEPLOYABLE, { deploymentFailure: 'Full-rank models cannot be served on demand.' });

  const expected = (status: string, ends: string): void => {
    if (status !== ends) badEnds.push(`${status} instead of ${ends}: ${stack.reasons.join('; ')}`);
  };
  for (const [index, { to, ends, cancelled, change: own = asItIs }] of [create, ...updates].entries()) {
    const template = own(change(templateOf(to)));
    if (cancelled !== undefined) aws.time.at(aws.time.now() + cancelled, () => { stack.cancelOperation(); });
    expected(await aws.time.until(index === 0 ? stack.create(template) : stack.update(template)), ends);
    if (badEnds.length > 0) break;
    badEnds.push(...orphans(aws, stack.physicalIds));
  }
  expected(await aws.time.until(stack.delete()), 'DELETE_COMPLETE');
  await aws.time.pass();
  badEnds.push(...orphans(aws, []), ...stack.givenUp.map(({ logicalId }) => `the clean-up gave ${logicalId} up`));
  if (aws.logLines.length === 0) badEnds.push('nothing is logged');
  return badEnds;
}

/** What was made for the stack, and is none of its resources. */
function orphans({ bedrock: { controlPlane } }: SimulatedAws, physicalIds: readonly string[]): string[] {
  return [...controlPlane.deployments(), ...controlPlane.models()]
    .filter(({ name, tags }) => tags[STACK_ID_TAG] !== undefined && !physicalIds.includes(name))
    .map(({ arn }) => `${arn} is left`);
}

/** As if the handler could delete models only in stacks that have one. */
const withoutDeleteCustomModel: Change = (template) => policyStatements(template)
  .filter(({ statement }) => JSON.stringify(statement['Action']).includes('bedrock:DeleteCustomModel"'))
  .reduce(withoutStatement, template);

const FIRST = life('the first stack with a model', { to: ofPackage(MODEL_PACKAGE_ARN), ends: 'CREATE_COMPLETE' });
const ADDED = life('the update that adds a model',
  { to: deployment(GIVEN), ends: 'CREATE_COMPLETE' }, { to: ofPackage(MODEL_PACKAGE_ARN), ends: 'UPDATE_COMPLETE' });
const ROLLED_BACK = life('the update that adds a model, rolled back',
  { to: deployment(GIVEN), ends: 'CREATE_COMPLETE' }, { to: ofPackage(UNDEPLOYABLE), ends: 'UPDATE_ROLLBACK_COMPLETE' });
const takingTheLastOut = (change?: Change): Scenario => life('the update that takes the last model out',
  { to: ofPackage(MODEL_PACKAGE_ARN), ends: 'CREATE_COMPLETE' }, { to: deployment(GIVEN), ends: 'UPDATE_COMPLETE', ...(change && { change }) });
const MODEL_REPLACED = life('a model that is replaced, and tagged',
  { to: ofPackage(MODEL_PACKAGE_ARN, { old: 'yes' }), ends: 'CREATE_COMPLETE' }, { to: ofPackage(MODEL_PACKAGE_ARN, { team: 'a' }), ends: 'UPDATE_COMPLETE' },
  { to: ofPackage(SECOND_PACKAGE, { team: 'a' }), ends: 'UPDATE_COMPLETE' });
const OF_FILES = life('a model of files, encrypted with a key', { to: ofFiles, ends: 'CREATE_COMPLETE' });
const MOVED = life('a deployment that moves, is tagged, and is cancelled',
  { to: deployment(GIVEN, { old: 'yes' }), ends: 'CREATE_COMPLETE' }, { to: deployment(OTHER, { team: 'a' }), ends: 'UPDATE_COMPLETE' },
  { to: deployment(GIVEN, { team: 'a' }), ends: 'UPDATE_ROLLBACK_COMPLETE', cancelled: 5000 });

test.each([FIRST, ADDED, ROLLED_BACK, takingTheLastOut(), MODEL_REPLACED, OF_FILES, MOVED])('H31 with the policies of its templates, $name ends clean', async ({ play }) => {
  expect(await play(asItIs)).toEqual([]);
});

test('H31 were models deleted only by the permissions of a stack that has one, the last would be left', async () => {
  expect(await takingTheLastOut(withoutDeleteCustomModel).play(asItIs)).toEqual(expect.arrayContaining([
    expect.stringMatching(/custom-model\/imported\/\w+ is left$/), expect.stringMatching(/^the clean-up gave Model\w+ up$/),
  ]));
});

/** What the simulator has nobody for: X-Ray, and Bedrock's own reading of the files. What stands in for StopExecution is that an older run ends itself. */
const NOT_FELT = ['s3:GetObject', 's3:ListBucket', 'kms:CreateGrant', 'xray:GetSamplingRules', 'states:StopExecution'];

test('H31 each statement of the policies is needed: without it, one of these ends badly', async () => {
  const statements = new Map([ofFiles, ofPackage(MODEL_PACKAGE_ARN)].flatMap((define) => policyStatements(templateOf(define))).map((one) => [JSON.stringify(one), one]));
  const needs = await needsOf([...statements.values()], [MOVED, MODEL_REPLACED, OF_FILES]);

  const idle = needs.filter(({ scenario }) => scenario === undefined).map(({ statement: { statement } }) => [statement['Action']].flat()[0]);
  expect(idle).toEqual(NOT_FELT);
});
