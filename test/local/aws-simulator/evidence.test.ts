import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CustomModel, CustomModelDeployment, CustomModelSource } from '../../../lib';
import { STACK_ID_TAG } from '../../../lib/private/contract';
import type { SimulatedStack as SimulatedStack, TemplateResources } from '../../../local/aws-simulator/cloudformation';
import { SimulatedAws, type SimulatedAwsOptions } from '../../../local/aws-simulator/simulated-aws';
import { MODEL_PACKAGE_ARN } from '../../lib/support/stacks';

/** What it takes a whole stack to see: which Delete comes with which id, and in which phase. */

const MINUTE = 60_000;
const GIVEN = 'arn:aws:bedrock:us-east-1:000000000000:custom-model/amazon.nova-lite-v1:0:300k/givengiveng1';
const BROKEN_PACKAGE = `${MODEL_PACKAGE_ARN}9`;
const FULL_RANK = 'arn:aws:bedrock:us-east-1:000000000000:custom-model/amazon.nova-lite-v1:0:300k/givengiveng2';

const assembly = mkdtempSync(join(tmpdir(), 'evidence-'));
afterAll(() => {
  rmSync(assembly, { recursive: true });
});

let aws: SimulatedAws;
let stack: SimulatedStack;

async function open(options: Partial<SimulatedAwsOptions> = {}): Promise<void> {
  aws = await SimulatedAws.open({ assembly, iam: {}, ...options });
  aws.bedrock.controlPlane.addModel({ name: 'given', arn: GIVEN });
  aws.bedrock.controlPlane.addModel({
    name: 'full-rank',
    arn: FULL_RANK,
    deploymentFailure: 'Full-rank models cannot be served on demand.',
  });
  aws.bedrock.controlPlane.sourceFailures.set(BROKEN_PACKAGE, {
    failureMessage: 'The artefacts are not a Nova model.',
  });
  stack = aws.stack('Stack');
}
afterEach(() => aws.close());

/** What an app defines. */
type DefineStack = (stack: Stack) => void;

function templateOf(define: DefineStack): TemplateResources {
  const app = new App({ outdir: assembly });
  define(new Stack(app, 'Stack'));
  return (app.synth().getStackByName('Stack').template as { Resources: TemplateResources }).Resources;
}

const NO_ROLLBACK = { disableRollback: true };
const create = (define: DefineStack): Promise<string> => aws.time.until(stack.create(templateOf(define), NO_ROLLBACK));
const update = (define: DefineStack): Promise<string> => aws.time.until(stack.update(templateOf(define), NO_ROLLBACK));

/** What was made for the stack. */
function made(): { name: string; status: string }[] {
  const { controlPlane } = aws.bedrock;
  return [...controlPlane.deployments(), ...controlPlane.models()]
    .filter(({ tags }) => tags[STACK_ID_TAG] !== undefined)
    .map(({ name, status }) => ({ name, status }));
}

/** The physical ids of the custom resources whose Delete was sent. */
const deleted = (): unknown[] =>
  stack.events
    .filter(({ status, type }) => status === 'DELETE_IN_PROGRESS' && type?.startsWith('Custom::') === true)
    .map(({ physicalId }) => physicalId);

/** For so long, no answer reaches CloudFormation. */
function silence(minutes: number): void {
  const { respond } = aws.cloudFormation;
  const until = aws.time.now() + minutes * MINUTE;
  jest
    .spyOn(aws.cloudFormation, 'respond')
    .mockImplementation((url, body) =>
      aws.time.now() < until ? Promise.reject(new Error('no way to CloudFormation')) : respond(url, body),
    );
}

const SHORT = Duration.minutes(5);

interface EvidenceKind {
  /** The resource, as it fails by itself when it is `wrong`. */
  readonly define: (given?: { readonly wrong?: boolean; readonly timeout?: Duration }) => DefineStack;
  /** The same under another name. */
  readonly another: DefineStack;
}

const sourceOf = (packageArn: string): CustomModelSource => CustomModelSource.modelPackage(packageArn);
const KINDS: Readonly<Record<string, EvidenceKind>> = {
  deployment: {
    define:
      ({ wrong = false, timeout = Duration.hours(1) } = {}) =>
      (cdk) => {
        new CustomModelDeployment(cdk, 'Resource', {
          model: CustomModel.fromModelArn(cdk, 'Given', wrong ? FULL_RANK : GIVEN),
          timeout,
        });
      },
    another: (cdk) => {
      new CustomModelDeployment(cdk, 'Resource', {
        model: CustomModel.fromModelArn(cdk, 'Given', GIVEN),
        description: 'another',
      });
    },
  },
  model: {
    define:
      ({ wrong = false, timeout = Duration.hours(1) } = {}) =>
      (cdk) => {
        new CustomModel(cdk, 'Resource', {
          source: sourceOf(wrong ? BROKEN_PACKAGE : MODEL_PACKAGE_ARN),
          timeout,
          removalPolicy: RemovalPolicy.DESTROY,
        });
      },
    another: (cdk) => {
      new CustomModel(cdk, 'Resource', {
        source: sourceOf(`${MODEL_PACKAGE_ARN}2`),
        removalPolicy: RemovalPolicy.DESTROY,
      });
    },
  },
};

const FAILED_ID = /^failed-create:/;
const MADE_UP = /^Stack-\w+-[0-9A-F]{13}$/;

describe.each(Object.entries(KINDS))(
  'H38: without rollback a %s whose Create has failed stays in the stack;',
  (_, { define, another }) => {
    const LONG: Partial<SimulatedAwsOptions> = {
      bedrock: { durations: { deploymentCreate: 10 * MINUTE, modelCreate: 10 * MINUTE } },
    };

    /** How a Create fails, and by which id CloudFormation knows what has failed. */
    const FAILURES: readonly (readonly [string, RegExp, () => Promise<string>])[] = [
      [
        'failed by itself',
        FAILED_ID,
        async () => {
          await open();
          return create(define({ wrong: true }));
        },
      ],
      [
        'was out of time, and is still being made',
        FAILED_ID,
        async () => {
          await open(LONG);
          return create(define({ timeout: SHORT }));
        },
      ],
      [
        'was out of time, and is Active by now',
        FAILED_ID,
        async () => {
          await open(LONG);
          const ended = await create(define({ timeout: SHORT }));
          await aws.time.until(aws.time.sleep(30 * MINUTE));
          return ended;
        },
      ],
      [
        'was never answered, and failed by itself',
        MADE_UP,
        async () => {
          await open();
          silence(61);
          return create(define({ wrong: true }));
        },
      ],
      [
        'was never answered, and is Active',
        MADE_UP,
        async () => {
          await open();
          silence(61);
          return create(define());
        },
      ],
      [
        'was never answered, nor begun, since Lambda could not run the function',
        MADE_UP,
        async () => {
          await open();
          aws.outages.begin(80 * MINUTE);
          const ended = await create(define());
          await aws.time.until(aws.time.sleep(40 * MINUTE));
          return ended;
        },
      ],
    ];

    test.each(FAILURES)(
      'it %s: the next update makes it anew, and asks for the deletion of the failed one at its end, which spares the successor',
      async (__, id, fail) => {
        expect(await fail()).toBe('CREATE_FAILED');
        expect(await update(define())).toBe('UPDATE_COMPLETE');
        expect(deleted()).toEqual([expect.stringMatching(id)]);
        expect(made()).toEqual([{ name: expect.any(String), status: 'Active' }]);
        expect(stack.physicalIds).toContain(made()[0]?.name);
        expect(await aws.time.until(stack.delete())).toBe('DELETE_COMPLETE');
        expect(made()).toEqual([]);
      },
    );

    const THAT_LEAVE = FAILURES.filter(([how]) => /still|Active$/.test(how));

    test.each(THAT_LEAVE)(
      'it %s: the next update makes it under another name, and nothing else is left',
      async (__, ___, fail) => {
        expect(await fail()).toBe('CREATE_FAILED');
        expect(await update(another)).toBe('UPDATE_COMPLETE');
        expect(made()).toEqual([{ name: expect.any(String), status: 'Active' }]);
        expect(stack.physicalIds).toContain(made()[0]?.name);
      },
    );

    test.each(THAT_LEAVE)('it %s: the stack is rolled back, and nothing is left', async (__, ___, fail) => {
      expect(await fail()).toBe('CREATE_FAILED');
      expect(await aws.time.until(stack.rollback())).toBe('ROLLBACK_COMPLETE');
      expect(made()).toEqual([]);
    });

    test('it was out of time: the update that has taken up what was left fails elsewhere, all is rolled back, and nothing is left', async () => {
      await open(LONG);
      expect(await create(define({ timeout: SHORT }))).toBe('CREATE_FAILED');
      expect(
        await update((cdk) => {
          define()(cdk);
          new CustomModelDeployment(cdk, 'Wrong', { model: CustomModel.fromModelArn(cdk, 'FullRank', FULL_RANK) });
        }),
      ).toBe('UPDATE_FAILED');
      expect(made()).toEqual([{ name: expect.any(String), status: 'Active' }]);
      expect(await aws.time.until(stack.rollback())).toBe('UPDATE_ROLLBACK_COMPLETE');
      expect(made()).toEqual([]);
    });
  },
);
