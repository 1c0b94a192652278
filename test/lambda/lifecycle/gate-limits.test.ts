import type { CloudFormationRequest } from '../../../lambda/cloudformation/request';
import { gatesDefinition } from '../../../lib/private/state-machine-definition';
import { Failure } from '../../../local/aws-simulator/step-functions';
import { HandlerHarness } from '../support/handler-harness';
import { request } from '../support/requests';

/** H21: the limits of services within which gates are checked, and the times that they are given. */

const MINUTE = 60_000;
const LIMITS = { MaxAttempts: '3', Timeout: '600' };
const FUNCTION = { Kind: 'LAMBDA', FunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:f', ...LIMITS };
const ALARMS = { Kind: 'ALARMS', AlarmNames: ['errors'], BakeTime: '300' };
const CONVERSE = { Kind: 'CONVERSE', Request: '{"Messages":[{"Role":"user","Content":[{"Text":"Hi"}]}]}', ...LIMITS };

let world: HandlerHarness;
let create: CloudFormationRequest;

/** A Create whose deployment takes so long to become Active. */
function begin(gate: object, deploymentCreate = 3 * MINUTE): void {
  let model: string;
  [world, model] = HandlerHarness.withModels({ definition: gatesDefinition, durations: { deploymentCreate } });
  world.alarms.create('errors');
  create = request('Create', { properties: { ModelArn: model, Gates: [gate] } });
}
afterEach(() => {
  world.close();
});

function failsForAMinute(call: string, error: string, service: string): void {
  let until: number | undefined;
  world.failCheck = (one) => {
    if (one !== call) {
      return undefined;
    }
    until ??= world.now + MINUTE;
    const failure = new Failure(error, `Rate exceeded (Service: ${service}, Status Code: 400, Request ID: 1)`);
    return world.now < until ? failure : undefined;
  };
}

/** What the function says, and after how many minutes. */
function says(status: string, minutes: number, more: object = {}): void {
  world.gateFunctions = async () => {
    await world.time.sleep(minutes * MINUTE);
    return { status, ...more };
  };
}

test('H13: CloudWatch, which throttles with the status 400, is asked again', async () => {
  begin(ALARMS);
  failsForAMinute('aws-sdk:cloudwatch:describeAlarms', 'CloudWatch.CloudWatchException', 'CloudWatch');
  expect(await world.finish(create)).toMatchObject({ Status: 'SUCCESS' });
});

test('a stack that cannot be described for a minute is no reason to let an unproven model through', async () => {
  begin(CONVERSE);
  const model = String(create.ResourceProperties['ModelArn']);
  world.bedrock.runtime.answers.set(model, { error: { name: 'ModelErrorException' } });
  failsForAMinute('describeStacks', 'CloudFormation.CloudFormationException', 'CloudFormation');
  expect(await world.finish(create)).toMatchObject({ Status: 'FAILED' });
});

test.each([
  ['its gate', '900', 3],
  ['the request', '3480', 45],
])(
  'a function that needs two of the twelve minutes that are left of the time of %s passes',
  async (_, Timeout, active) => {
    begin({ ...FUNCTION, Timeout }, active * MINUTE);
    says('READY', 2);
    expect(await world.finish(create)).toMatchObject({ Status: 'SUCCESS' });
  },
);

test('a function that needs longer than its gate has does not', async () => {
  begin({ ...FUNCTION, Timeout: '60' });
  says('READY', 10);
  expect(await world.finish(create)).toMatchObject({ Status: 'FAILED' });
});

/** Reconcile, WhatNext, CallGateFunction, Reconcile, WhatNext and Wait. */
const EVENTS_OF_A_CHECK = 5 + 2 + 5 + 5 + 2 + 2;
/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const MAX_EVENTS = 25_000;

test('an execution has fewer events than Step Functions keeps, however often a function wants to be called', async () => {
  begin({ ...FUNCTION, Timeout: '3480' });
  says('WAIT', 0, { seconds: 5 });
  expect(await world.finish(create)).toMatchObject({ Status: 'FAILED' });
  expect(world.checks.length).toBeGreaterThan(100);
  expect(world.checks.length * EVENTS_OF_A_CHECK).toBeLessThan(MAX_EVENTS);
});
