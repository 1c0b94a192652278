import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { CloudFormationRequest } from '../../../lambda/cloudformation/request';
import { CustomModel, CustomModelDeployment, type CustomModelDeploymentProps } from '../../../lib';
import type { SimulatedStack as SimulatedStack } from '../../../local/aws-simulator/cloudformation';
import { SimulatedAws, type SimulatedAwsOptions } from '../../../local/aws-simulator/simulated-aws';

/**
 * Stacks as the CDK synthesizes them, with the handler as it is built and the state machine as it is defined there, on
 * the simulator: what CloudFormation does to custom resources, one thing after the other.
 */

const assembly = mkdtempSync(join(tmpdir(), 'synthesized-'));
afterAll(() => {
  rmSync(assembly, { recursive: true });
});

let aws: SimulatedAws;
let stack: SimulatedStack;
let first: string;
let second: string;
let fullRank: string;

async function open(options: Partial<SimulatedAwsOptions> = {}): Promise<void> {
  aws = await SimulatedAws.open({
    assembly,
    bedrock: { durations: { deploymentCreate: 600_000, deploymentUpdate: 600_000 } },
    ...options,
  });
  const { controlPlane } = aws.bedrock;
  first = controlPlane.addModel({ name: 'first' });
  second = controlPlane.addModel({ name: 'second' });
  fullRank = controlPlane.addModel({
    name: 'full-rank',
    deploymentFailure: 'Full-rank models cannot be served on demand.',
  });
  stack = aws.stack('Stack');
}
afterEach(() => aws.close());

function template(
  modelArn: string,
  props: Partial<CustomModelDeploymentProps> = {},
): ReturnType<SimulatedAws['template']> {
  const app = new App({ outdir: assembly });
  const cdk = new Stack(app, 'Stack');
  new CustomModelDeployment(cdk, 'Deployment', { model: CustomModel.fromModelArn(cdk, 'Model', modelArn), ...props });
  app.synth();
  return aws.template('Stack');
}

const create = (modelArn: string, props?: Partial<CustomModelDeploymentProps>): Promise<string> =>
  aws.time.until(stack.create(template(modelArn, props)));
const update = (modelArn: string, props?: Partial<CustomModelDeploymentProps>): Promise<string> =>
  aws.time.until(stack.update(template(modelArn, props)));
const there = (): string[][] =>
  aws.bedrock.controlPlane.deployments().map(({ name, status, modelArn }) => [name, status, modelArn]);

/** What CloudFormation showed, from `status` on: a line for each event. */
function events(): string[] {
  return stack.events.map(({ logicalId, type, status }) =>
    type?.startsWith('AWS::') === true || type === undefined ? status : `${status} ${logicalId ?? ''}`,
  );
}

describe('create', () => {
  test('is answered only when the deployment is Active, ten minutes later, which take no time', async () => {
    await open();
    const began = aws.time.now();

    expect(await create(first)).toBe('CREATE_COMPLETE');
    expect(aws.time.now() - began).toBeGreaterThan(600_000);
    expect(there()).toEqual([[expect.stringMatching(/^Stack-Deployment/), 'Active', first]]);
  });

  test('that fails is rolled back, and says why', async () => {
    await open();

    expect(await create(fullRank)).toBe('ROLLBACK_COMPLETE');
    expect(stack.reasons).toEqual([expect.stringContaining('Full-rank models cannot be served on demand.')]);
    expect(there()).toEqual([]);
    expect(events().at(-2)).toMatch(/^DELETE_COMPLETE Deployment/);
  });

  test('H4 that is cancelled while it runs: its Delete comes meanwhile, and nothing is left', async () => {
    await open();
    aws.time.at(aws.time.now() + 30_000, () => {
      stack.cancelOperation();
    });

    expect(await create(first)).toBe('ROLLBACK_COMPLETE');
    await aws.time.pass();
    expect(there()).toEqual([]);
  });

  test('H3 that never answers: the Delete comes with an id that CloudFormation made up, and what was made is gone', async () => {
    await open();
    const { respond } = aws.cloudFormation;
    const began = aws.time.now();
    jest
      .spyOn(aws.cloudFormation, 'respond')
      .mockImplementation((url, body) =>
        aws.time.now() - began < 3_600_000 ? Promise.reject(new Error('no way to CloudFormation')) : respond(url, body),
      );

    expect(await create(first)).toBe('ROLLBACK_COMPLETE');
    expect(stack.reasons).toEqual([expect.stringContaining('did not receive a response')]);
    expect(
      stack.events.find(({ status, type }) => status === 'DELETE_IN_PROGRESS' && type?.startsWith('Custom::') === true)
        ?.physicalId,
    ).toMatch(/^Stack-Deployment\w+-[0-9A-F]{13}$/);
    await aws.time.pass();
    expect(there()).toEqual([]);
  });

  test('H2 that is delivered twice, and once more when all is over: one deployment, one answer', async () => {
    let answers = 0;
    await open({
      deliveries: () => [50, 60, 3_000_000],
      cloudFormation: {
        onAnswer: () => {
          answers += 1;
        },
      },
    });

    expect(await create(first)).toBe('CREATE_COMPLETE');
    await aws.time.pass();
    expect(there()).toHaveLength(1);
    expect(answers).toBe(1);
    expect(aws.bedrock.calls.filter(({ operation }) => operation === 'CreateCustomModelDeployment')).toHaveLength(1);
  });

  test('H18 that takes longer than the timeout fails then, saying what was awaited', async () => {
    await open({
      bedrock: {
        durations: { deploymentCreate: 5_000_000, deploymentDelete: 0 },
        behaviour: { deleteWhileCreating: 'allowed' },
      },
    });

    expect(await create(first, { timeout: Duration.minutes(30) })).toBe('ROLLBACK_COMPLETE');
    expect(stack.reasons).toEqual([
      expect.stringMatching(
        /out of time: after 30 min( \d s)? still waiting for arn:\S+ to become Active; it is Creating/,
      ),
    ]);
    expect(there()).toEqual([]);
  });
});

describe('update', () => {
  test('in place: the same physical id, the same ARN, the other model', async () => {
    await open();
    await create(first);
    const [before] = aws.bedrock.controlPlane.deployments();

    expect(await update(second)).toBe('UPDATE_COMPLETE');
    expect(aws.bedrock.controlPlane.deployments()).toEqual([
      expect.objectContaining({ arn: before?.arn, modelArn: second }),
    ]);
    expect(events().filter((line) => line.startsWith('DELETE'))).toEqual([]);
  });

  test('with replacement: the new one first, and the old one in the clean-up', async () => {
    await open();
    await create(first);

    expect(await update(first, { description: 'another' })).toBe('UPDATE_COMPLETE');
    expect(there()).toHaveLength(1);
    expect(
      events()
        .slice(-5)
        .map((line) => line.replace(/ \w+$/, '')),
    ).toEqual([
      'UPDATE_COMPLETE',
      'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      'DELETE_IN_PROGRESS',
      'DELETE_COMPLETE',
      'UPDATE_COMPLETE',
    ]);
  });

  test('that fails is rolled back in place: it serves the old model', async () => {
    await open();
    await create(first);

    expect(await update(fullRank)).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(there()).toEqual([[expect.any(String), 'Active', first]]);
  });

  test('with replacement that fails is rolled back: the old one has served all along, and the new one goes', async () => {
    await open();
    await create(first);
    const [before] = aws.bedrock.controlPlane.deployments();

    expect(await update(fullRank, { description: 'another' })).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(aws.bedrock.controlPlane.deployments()).toEqual([before]);
  });

  test('H9 that is cancelled while it runs is rolled back: it ends on the old model', async () => {
    await open();
    await create(first);
    aws.time.at(aws.time.now() + 30_000, () => {
      stack.cancelOperation();
    });

    expect(await update(second)).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(there()).toEqual([[expect.any(String), 'Active', first]]);
  });

  test('without any change of properties sends no request', async () => {
    await open();
    await create(first);
    const sent = aws.responseUrls.length;

    expect(await update(first)).toBe('UPDATE_COMPLETE');
    expect(aws.responseUrls).toHaveLength(sent);
  });
});

describe('delete', () => {
  test('H16 of what cannot be deleted yet is waited for', async () => {
    await open({
      bedrock: { durations: { deploymentCreate: 60_000, deploymentUpdate: 600_000, deploymentDelete: 60_000 } },
    });
    await create(first);
    aws.bedrock.controlPlane.perform('UpdateCustomModelDeployment', {
      customModelDeploymentIdentifier: there()[0]?.[0] ?? '',
      modelArn: second,
    });

    expect(await aws.time.until(stack.delete())).toBe('DELETE_COMPLETE');
    expect(there()).toEqual([]);
  });

  test('that fails can be tried again', async () => {
    await open();
    await create(first);
    aws.bedrock.faults.on((operation) =>
      operation === 'DeleteCustomModelDeployment' ? { kind: 'error', name: 'AccessDeniedException' } : undefined,
    );
    expect(await aws.time.until(stack.delete())).toBe('DELETE_FAILED');
    expect(there()).toHaveLength(1);
    aws.bedrock.faults.clear();

    expect(await aws.time.until(stack.delete())).toBe('DELETE_COMPLETE');
    expect(there()).toEqual([]);
  });

  test('of a stack with a deployment to be retained leaves it', async () => {
    await open();
    await create(first, { removalPolicy: RemovalPolicy.RETAIN });

    expect(await aws.time.until(stack.delete())).toBe('DELETE_COMPLETE');
    expect(events()).toContainEqual(expect.stringMatching(/^DELETE_SKIPPED/));
    expect(there()).toHaveLength(1);
  });
});

test('what is given in the template arrives as CloudFormation hands it over: with the ARNs of what the stack has made, and every scalar a string', async () => {
  const requests: CloudFormationRequest[] = [];
  await open({
    deliveries: (request) => {
      requests.push(request);
      return [50];
    },
  });
  await create(first);

  const [request] = requests;
  expect(request?.ResourceProperties).toMatchObject({
    ServiceToken: expect.stringMatching(/^arn:aws:lambda:us-east-1:000000000000:function:Stack-/),
    Timeout: '3480',
    StateMachineArn: expect.stringMatching(/^arn:aws:states:us-east-1:000000000000:stateMachine:Stack-/),
    ModelArn: first,
  });
});

test('a call that is never answered is given up by the SDK after its time-out, by the virtual clock: 10 s', async () => {
  await open();
  aws.bedrock.faults.next('CreateCustomModelDeployment', { kind: 'hang' });
  const began = aws.time.now();

  expect(await create(first)).toBe('CREATE_COMPLETE');
  expect(there()).toHaveLength(1);
  const waited = aws.time.now() - began - 600_000;
  expect(waited).toBeGreaterThan(10_000);
  expect(waited).toBeLessThan(30_000);
});

test.each([10, 12])(
  'H15: %i deployments side by side, of which two may be in progress, have time enough, and are refused at most every two minutes',
  async (count) => {
    const minutes = 60_000;
    aws = await SimulatedAws.open({
      assembly,
      bedrock: {
        behaviour: { maxInProgressDeployments: 2, maxDeployments: 12 },
        durations: { deploymentCreate: 8 * minutes },
      },
    });
    const model = aws.bedrock.controlPlane.addModel({ name: 'model' });
    stack = aws.stack('Stack');
    const app = new App({ outdir: assembly });
    const cdk = new Stack(app, 'Stack');
    for (let n = 1; n <= count; n++) {
      new CustomModelDeployment(cdk, `Deployment${n}`, {
        model: CustomModel.fromModelArn(cdk, `Model${n}`, model),
        timeout: Duration.minutes(10), // of which the time in the queue is no part
      });
    }
    app.synth();
    const began = aws.time.now();

    expect(await aws.time.until(stack.create(aws.template('Stack')))).toBe('CREATE_COMPLETE');
    const took = (aws.time.now() - began) / minutes;
    const refusals = aws.bedrock.calls.filter(
      ({ operation, performed }) => operation === 'CreateCustomModelDeployment' && !performed,
    ).length;
    console.log(`${count} deployments, two at a time: ${took.toFixed(1)} minutes, ${refusals} refusals`);
    expect(there().map(([, status]) => status)).toEqual(Array(count).fill('Active'));
    expect(took).toBeLessThan(58);
    expect(refusals).toBeLessThan((count * took) / 2);
  },
);

test('an execution ends with its answer: the built handler sees that it was taken', async () => {
  await open();
  await create(first);
  await aws.time.pass();

  expect(
    [...aws.account.stateMachines.values()].flatMap(({ executions }) => executions.map(({ status }) => status)),
  ).toEqual(['SUCCEEDED']);
});

test('a request that comes while Lambda cannot run the function is kept by Lambda, and done when it can', async () => {
  await open();
  aws.outages.begin(1_200_000);

  expect(await create(first)).toBe('CREATE_COMPLETE');
  expect(there()).toHaveLength(1);
});

test('a state machine that asks CloudFormation for a stack is told its status at that moment, or that there is none', async () => {
  await open();
  const definition = {
    StartAt: 'Look',
    States: {
      Look: {
        Type: 'Task',
        Resource: 'arn:aws:states:::aws-sdk:cloudformation:describeStacks',
        Parameters: { 'StackName.$': '$.id' },
        ResultSelector: { 'status.$': '$.Stacks[0].StackStatus' },
        Catch: [{ ErrorEquals: ['CloudFormation.CloudFormationException'], Next: 'NoStack' }],
        End: true,
      },
      NoStack: { Type: 'Fail', Error: 'NoStack' },
    },
  };
  const { Arn = '' } = aws.account.put(
    'Looker',
    'AWS::StepFunctions::StateMachine',
    { DefinitionString: JSON.stringify(definition) },
    stack.stackId,
  ).attributes;
  const looker = aws.account.stateMachines.get(Arn);
  const look = (id = stack.stackId): void => {
    looker?.startExecution(String(looker.executions.length), JSON.stringify({ id }));
  };
  aws.time.at(aws.time.now() + 30_000, look);
  await create(first);
  look();
  look('arn:aws:cloudformation:us-east-1:000000000000:stack/none/1');
  await aws.time.pass();

  expect(looker?.executions.map(({ output, failure }) => output ?? failure?.name)).toEqual([
    { status: 'CREATE_IN_PROGRESS' },
    { status: 'CREATE_COMPLETE' },
    'NoStack',
  ]);
});

test('H20 no line that the function logs has a ResponseURL', async () => {
  await open();
  await create(fullRank);

  expect(aws.logLines.length).toBeGreaterThan(5);
  expect(aws.responseUrls).toHaveLength(2);
  expect(
    aws.logLines.filter((line) => line.includes('X-Amz-Signature') || line.includes('custom-resource-response')),
  ).toEqual([]);
});
