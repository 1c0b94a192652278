import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Capture, Match, type Template } from 'aws-cdk-lib/assertions';
import { towardsBedrock } from '../../local/demo/environment';
import { run as interpret } from '../lib/support/interpreter';
import { BedrockOverHttp2, type Reply } from './support/bedrock-over-http2';
import { CopiedExample, link, packageJson, ranges } from './support/copied-example';
import { run } from './support/run';

const ROOT = resolve(__dirname, '..', '..');
const MODEL = 'Custom::BedrockCustomModel';
const DEPLOYMENT = 'Custom::BedrockCustomModelDeployment';
const INVOKE = ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'];

/** The example in Python is with the tests of the package in Python. */
const EXAMPLES = [
  'api',
  'blue-green',
  'deployment',
  'handover',
  'on-approval',
  'pipeline',
  'rollout',
  'state-machine',
] as const;

/** What an app whose user has done nothing wrong does not say. */
const NOISE = /warning|error/i;
const temporary = mkdtempSync(join(tmpdir(), 'examples-'));
/** Where the CDK is that each is tested with. */
const CDKS = [
  ['oldest', join(ROOT, 'node_modules')],
  ['newest', join(ROOT, 'test', 'newest-cdk', 'node_modules')],
] as const;

jest.setTimeout(1_800_000);

beforeAll(() => {
  const { stdout } = run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', temporary], ROOT);
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  for (const [cdk, nodeModules] of CDKS) {
    const target = join(temporary, cdk);
    mkdirSync(target);
    run('tar', ['-xzf', join('..', filename)], target);
    const library = join(target, 'package');
    for (const peer of ['aws-cdk-lib', 'constructs']) {
      link(join(nodeModules, peer), join(library, 'node_modules', peer));
    }
    for (const example of EXAMPLES) {
      CopiedExample.copy(example, target, library);
    }
  }
});

afterAll(() => {
  rmSync(temporary, { recursive: true });
});

test('the README lists each example, and each is tested', () => {
  const there = readdirSync(join(ROOT, 'examples'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
  const links = readFileSync(join(ROOT, 'README.md'), 'utf8').matchAll(/^\| \[`([\w-]+)`\]\(\S+\/examples\/\1\) \|/gm);

  expect(there).toEqual([...EXAMPLES, 'deployment-python'].sort());
  expect([...links].map(([, name]) => name).sort()).toEqual(there);
});

test.each(EXAMPLES)('%s asks for the versions that it is tested with', (example) => {
  const { version, peerDependencies, devDependencies } = JSON.parse(
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  ) as {
    version: string;
    peerDependencies: Record<string, string>;
    devDependencies: Record<string, string>;
  };
  const tested = Object.fromEntries(Object.entries(devDependencies).map(([name, pinned]) => [name, `^${pinned}`]));

  expect({ ...tested, ...peerDependencies, 'cdk-bedrock-custom-models': `^${version}` }).toMatchObject(ranges(example));
  expect(Object.keys(packageJson(join(ROOT, 'examples', example)).dependencies ?? {})).toEqual([
    'aws-cdk-lib',
    'cdk-bedrock-custom-models',
    'constructs',
  ]);
});

test.each(CDKS)('all compile against the package and the %s CDK', (cdk) => {
  const tsc = join(ROOT, 'node_modules', '.bin', 'tsc');

  expect(run(tsc, ['-b', ...EXAMPLES], join(temporary, cdk)).stdout).toBe('');
});

test.each(EXAMPLES)('%s synthesizes with the newest CDK, which is what its user gets', (example) => {
  expect(CopiedExample.synthesize(join(temporary, 'newest', example)).output).not.toMatch(NOISE);
});

describe('deployment', () => {
  const stack = synthesized('deployment', 'Fraud');

  test('deploys a model that exists, and tells the ARN of the deployment', () => {
    stack().hasResourceProperties(DEPLOYMENT, {
      ModelArn: Match.stringLikeRegexp(':custom-model/amazon.nova-lite-v1'),
    });
    stack().hasOutput('ModelId', { Value: { 'Fn::GetAtt': [theOnly(stack(), DEPLOYMENT), 'Arn'] } });
    stack().resourceCountIs(MODEL, 0);
  });

  test('has ten lines', () => {
    const lines = readFileSync(join(ROOT, 'examples/deployment/app.ts'), 'utf8').trim().split('\n');

    expect(lines.length).toBeLessThanOrEqual(10);
  });
});

test('rollout: a model of the stack, deployed in place', () => {
  const stack = synthesized('rollout', 'Fraud')();

  stack.hasResourceProperties(MODEL, { ModelPackageArn: Match.anyValue() });
  stack.hasResourceProperties(DEPLOYMENT, { ModelUpdate: 'IN_PLACE', ModelArn: arnOf(stack, MODEL) });
  grantsInvocation(stack, '^Application');
});

describe('blue-green', () => {
  test('replaces a deployment after the new one has answered golden prompts', () => {
    const stack = synthesized('blue-green', 'FraudBlueGreen')();

    stack.hasResourceProperties(DEPLOYMENT, {
      ModelUpdate: 'REPLACE',
      Gates: [
        Match.objectLike({ Kind: 'CONVERSE' }),
        Match.objectLike({
          Kind: 'LAMBDA',
          FunctionArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^GoldenPrompts'), 'Arn'] },
        }),
      ],
    });
  });

  test.each<[string, (question: string) => string, object]>([
    [
      'passes when each answer is right',
      (question) => (question.includes('12 USD') ? 'No' : 'Yes.'),
      { status: 'READY' },
    ],
    [
      'fails with the first wrong answer',
      () => 'Yes',
      { status: 'FAILED', reason: expect.stringMatching(/12 USD.*"Yes"/) as string },
    ],
  ])('the golden prompts: %s', async (_, answer, verdict) => {
    const example = copied('blue-green');
    const { result, asked } = await invoked(
      example.bundle('FraudBlueGreen', 'GoldenPrompts'),
      { deploymentArn: 'arn:of:the:new:one' },
      (question) => ({ says: answer(question) }),
    );

    expect(result).toEqual(verdict);
    expect(asked.map(({ modelId }) => modelId)).toEqual(['arn:of:the:new:one', 'arn:of:the:new:one']);
  });

  test('in place, watches an alarm on the deployment itself', () => {
    const stack = synthesized('blue-green', 'FraudInPlace')();

    stack.hasResourceProperties(DEPLOYMENT, {
      ModelUpdate: 'IN_PLACE',
      Gates: [
        Match.objectLike({ Kind: 'CONVERSE' }),
        { Kind: 'ALARMS', AlarmNames: ['fraud-server-errors'], BakeTime: '600' },
      ],
    });
    stack.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'fraud-server-errors',
      MetricName: 'InvocationServerErrors',
      Dimensions: [{ Name: 'ModelId', Value: arnOf(stack, DEPLOYMENT) }],
    });
  });
});

describe('api', () => {
  const stack = synthesized('api', 'FraudApi');

  test('has a route to a function that may invoke the deployment, for those whom IAM allows', () => {
    stack().hasResourceProperties('AWS::ApiGatewayV2::Route', { RouteKey: 'POST /ask', AuthorizationType: 'AWS_IAM' });
    stack().hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { MODEL_ID: arnOf(stack(), DEPLOYMENT) } },
    });
    grantsInvocation(stack(), '^AskServiceRole');
  });

  test('the function waits while the model is not ready', async () => {
    const replies: Reply[] = [{ error: 'ModelNotReadyException' }, { error: 'ModelNotReadyException' }];
    const { result, asked } = await ask({ body: 'Fraud?' }, () => replies.shift() ?? { says: 'No' });

    expect(result).toEqual({ statusCode: 200, body: 'No' });
    expect(asked).toEqual(Array(3).fill({ modelId: 'arn:of:the:deployment', question: 'Fraud?' }));
  });

  test('the function says when to try again if the model does not become ready', async () => {
    const { result, asked } = await ask({ body: 'Fraud?' }, () => ({ error: 'ModelNotReadyException' }));

    expect(result).toMatchObject({ statusCode: 503, headers: { 'retry-after': '10' } });
    expect(asked).toHaveLength(6);
  });

  test('the function takes a body that the API has encoded, and refuses one that is empty', async () => {
    const encoded = { body: Buffer.from('Fraud?').toString('base64'), isBase64Encoded: true };

    expect((await ask(encoded, () => ({ says: 'No' }))).asked).toMatchObject([{ question: 'Fraud?' }]);
    expect(await ask({}, () => ({ says: 'No' }))).toMatchObject({ result: { statusCode: 400 }, asked: [] });
  });

  function ask(event: object, reply: (question: string) => Reply): ReturnType<typeof invoked> {
    return invoked(copied('api').bundle('FraudApi', 'Ask'), event, reply, { MODEL_ID: 'arn:of:the:deployment' });
  }
});

describe('state-machine', () => {
  const stack = synthesized('state-machine', 'FraudCheck');

  test('may invoke the deployment', () => {
    grantsInvocation(stack(), '^CheckRole');
  });

  test.each(['Bedrock.ModelNotReadyException', 'BedrockRuntime.ModelNotReadyException'])(
    'asks again after %s',
    async (error) => {
      const asked: unknown[] = [];
      const { output } = await interpret(definition(stack()), nothingElse, {
        input: { question: 'Fraud?' },
        integration: (_, request) => {
          asked.push(request);
          if (asked.length < 3) {
            throw named(error, 'The model is not ready for inference yet');
          }
          return { Body: { output: { message: { content: [{ text: 'No' }] } } } };
        },
      });

      expect(output).toEqual({ answer: 'No' });
      expect(asked).toHaveLength(3);
      expect(asked[2]).toMatchObject({ Body: { messages: [{ role: 'user', content: [{ text: 'Fraud?' }] }] } });
    },
  );
});

describe('H35: handover', () => {
  const serving = synthesized('handover', 'FraudModel');
  const calling = synthesized('handover', 'FraudApplication');

  test('puts the ARN of a deployment that is replaced into a parameter, and exports nothing', () => {
    serving().hasResourceProperties('AWS::SSM::Parameter', {
      Name: '/fraud/deployment-arn',
      Value: arnOf(serving(), DEPLOYMENT),
    });
    expect(serving().toJSON()).not.toHaveProperty('Outputs');
  });

  test('keeps the old deployment, which is called until the other stack is deployed in turn', () => {
    serving().hasResource(DEPLOYMENT, {
      Properties: { ModelUpdate: 'REPLACE' },
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
  });

  test('takes the ARN from there, for the function that calls it and for what it may do', () => {
    const [parameter] = Object.keys(calling().findParameters('*', { Default: '/fraud/deployment-arn' }));

    calling().hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { MODEL_ID: { Ref: parameter } } },
    });
    calling().hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [Match.objectLike({ Action: INVOKE, Resource: invocable({ Ref: parameter }) })],
      },
    });
  });
});

describe('pipeline', () => {
  test('deploys to the test stage, and to production after an approval', () => {
    const stages = new Capture();
    synthesized('pipeline', 'FraudPipeline')().hasResourceProperties('AWS::CodePipeline::Pipeline', { Stages: stages });
    const named = stages.asArray() as { Name: string; Actions: { Name: string; RunOrder: number }[] }[];
    const actions = Object.fromEntries(
      named.map(({ Name, Actions }) => [Name, Actions.sort((a, b) => a.RunOrder - b.RunOrder).map((one) => one.Name)]),
    );

    expect(named.map(({ Name }) => Name)).toEqual([
      'Source',
      'Build',
      'UpdatePipeline',
      'Assets',
      'Test',
      'Production',
    ]);
    expect(actions['Test']).toEqual(['Prepare', 'Deploy']);
    expect(actions['Production']).toEqual(['Promote', 'Fraud.Prepare', 'Fraud.Deploy']);
  });

  test.each(['Test', 'Production'])('%s has a model of the package, and a deployment that must answer', (stage) => {
    const assembly = `assembly-FraudPipeline-${stage}`;
    const [file = ''] = readdirSync(join(directoryOf('pipeline'), 'cdk.out', assembly)).filter((name) =>
      name.endsWith('.template.json'),
    );
    const stack = copied('pipeline').template(file.replace('.template.json', ''), assembly);

    stack.hasResourceProperties(MODEL, { ModelPackageArn: Match.anyValue() });
    stack.hasResourceProperties(DEPLOYMENT, {
      ModelArn: arnOf(stack, MODEL),
      Gates: [Match.objectLike({ Kind: 'CONVERSE' })],
    });
  });
});

describe('on-approval', () => {
  const serving = synthesized('on-approval', 'Fraud');
  const approval = synthesized('on-approval', 'FraudApproval');
  const BUSY = 'Stack:arn:of:it is in UPDATE_IN_PROGRESS state and can not be updated. (Service: CloudFormation)';
  const SAME = 'No updates are to be performed. (Service: CloudFormation)';

  test('serves the model package that is its parameter', () => {
    serving().hasParameter('ModelPackageArn', { Type: 'String' });
    serving().hasResourceProperties(MODEL, { ModelPackageArn: { Ref: 'ModelPackageArn' } });
    serving().hasResourceProperties(DEPLOYMENT, { ModelArn: arnOf(serving(), MODEL) });
  });

  test('is started by the approval of a package of the group, and may update that stack alone', () => {
    approval().hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        'source': ['aws.sagemaker'],
        'detail-type': ['SageMaker Model Package State Change'],
        'detail': { ModelPackageGroupName: ['fraud'], ModelApprovalStatus: ['Approved'] },
      },
      Targets: [Match.objectLike({ Arn: { Ref: theOnly(approval(), 'AWS::StepFunctions::StateMachine') } })],
    });
    approval().hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: 'cloudformation:updateStack',
            Resource: { 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp(':stack/Fraud/\\*$')])] },
          }),
        ]),
      },
    });
  });

  test('updates the parameter and nothing else', async () => {
    const { updates, failure } = await approved([]);

    expect(failure).toBeUndefined();
    expect(updates).toEqual([
      {
        StackName: 'Fraud',
        UsePreviousTemplate: true,
        Parameters: [
          { ParameterKey: 'ModelPackageArn', ParameterValue: 'package 1' },
          { ParameterKey: 'BootstrapVersion', UsePreviousValue: true },
        ],
        Capabilities: ['CAPABILITY_NAMED_IAM'],
      },
    ]);
    expect(Object.keys(serving().findParameters('*')).sort()).toEqual(['BootstrapVersion', 'ModelPackageArn']);
  });

  test('waits for a rollout that is under way, and takes what is the newest then', async () => {
    const { updates, failure } = await approved([BUSY, BUSY]);

    expect(failure).toBeUndefined();
    expect(updates[2]).toMatchObject({ Parameters: [{ ParameterValue: 'package 3' }, {}] });
  });

  test('succeeds if there is nothing to update, and fails if the update is refused', async () => {
    expect(await approved([SAME])).not.toHaveProperty('failure');
    expect(await approved(['Stack [Fraud] does not exist'])).toMatchObject({
      updates: [{}],
      failure: expect.anything(),
    });
  });

  /** What happens when a package is approved, and CloudFormation refuses that often to update the stack. */
  async function approved(refusals: readonly string[]): Promise<{ updates: unknown[]; failure?: string }> {
    const updates: unknown[] = [];
    let looks = 0;
    const { failure } = await interpret(definition(approval()), nothingElse, {
      integration: (resource, input) => {
        if (resource.endsWith(':listModelPackages')) {
          looks++;
          return { ModelPackageSummaryList: [{ ModelPackageArn: `package ${looks}` }] };
        }
        updates.push(input);
        const refusal = refusals[updates.length - 1];
        if (refusal !== undefined) {
          throw named('CloudFormation.CloudFormationException', refusal);
        }
        return { StackId: 'arn:of:it' };
      },
    });
    return { updates, ...(failure === undefined ? {} : { failure }) };
  }
});

interface Join {
  readonly 'Fn::Join': readonly [string, readonly (string | { readonly Ref?: string })[]];
}

const copies = new Map<string, CopiedExample>();

/** Each is synthesized once, with the oldest CDK. */
function copied(name: (typeof EXAMPLES)[number]): CopiedExample {
  const copy = copies.get(name) ?? CopiedExample.synthesize(directoryOf(name));
  copies.set(name, copy);
  expect(copy.output).not.toMatch(NOISE);
  return copy;
}

function directoryOf(name: (typeof EXAMPLES)[number]): string {
  return join(temporary, 'oldest', name);
}

function synthesized(name: (typeof EXAMPLES)[number], stackName: string): () => Template {
  return () => copied(name).template(stackName);
}

function theOnly(template: Template, type: string): string {
  const [id = '', ...others] = Object.keys(template.findResources(type));
  expect(others).toEqual([]);
  return id;
}

function arnOf(template: Template, type: string): object {
  return { 'Fn::GetAtt': [theOnly(template, type), 'Arn'] };
}

/** The ARN of the deployment as a policy names it. */
function invocable(arn: object): object {
  return {
    'Fn::Join': [
      '',
      Match.arrayWith([':custom-model-deployment/', { 'Fn::Select': [1, { 'Fn::Split': ['/', arn] }] }]),
    ],
  };
}

function grantsInvocation(template: Template, role: string): void {
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({ Action: INVOKE, Resource: invocable(arnOf(template, DEPLOYMENT)) }),
      ]),
    },
    Roles: [{ Ref: Match.stringLikeRegexp(role) }],
  });
}

/** The definition of the state machine that is not the library's. */
function definition(template: Template): object {
  const texts = Object.values(template.findResources('AWS::StepFunctions::StateMachine')).flatMap((machine) => {
    const { DefinitionString } = (machine as { Properties: { DefinitionString: string | Join } }).Properties;
    return typeof DefinitionString === 'string' ? [] : [DefinitionString['Fn::Join'][1]];
  });
  const [parts = []] = texts;
  return JSON.parse(
    parts
      .map((part) => (typeof part === 'string' ? part : part.Ref === 'AWS::Partition' ? 'aws' : 'arn:of:it'))
      .join(''),
  ) as object;
}

function nothingElse(): never {
  throw new Error('there is no other task');
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

/** What a bundled function returns, and what it asked Bedrock. */
async function invoked(
  bundle: string,
  event: object,
  reply: (question: string) => Reply,
  variables: Readonly<Record<string, string>> = {},
): Promise<{ result: unknown; asked: BedrockOverHttp2['asked'] }> {
  const bedrock = await BedrockOverHttp2.start(reply);
  const before = { ...process.env };
  jest.spyOn(Math, 'random').mockReturnValue(0); // with which the SDK multiplies its pauses
  Object.assign(process.env, variables, towardsBedrock(bedrock.endpoint), {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  try {
    let result: unknown;
    await jest.isolateModulesAsync(async () => {
      const { handler } = jest.requireActual<{ handler: (event: object) => Promise<unknown> }>(bundle);
      result = await handler(event);
    });
    return { result, asked: bedrock.asked };
  } finally {
    jest.restoreAllMocks();
    process.env = before;
    await bedrock.stop();
  }
}
