import type { Environment } from 'aws-cdk-lib';
import { App, Duration, Fn, Lazy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { CustomModelDeploymentProps } from '../../../lib';
import { DeploymentGate, ModelUpdate } from '../../../lib';
import { durationToken, gated, gateFunction, gatesOf, numberToken } from '../support/gates';
import { newStack, stringToken } from '../support/stacks';

/** H22, H42: gates that cannot work are an error at synthesis, with the path of the construct and what to do. */

type DefineGate = (stack: Stack) => DeploymentGate;

/** Synthesizes a deployment whose second gate is the one in question. */
const synth =
  (define: DefineGate, props: Partial<CustomModelDeploymentProps> = {}) =>
  (): void => {
    const stack = newStack();
    gated(stack, [DeploymentGate.converse(), define(stack)], props);
    Template.fromStack(stack);
  };

const bakeTime = Duration.minutes(1);
const alarms = (names: string[]): DeploymentGate => DeploymentGate.alarms(names, { bakeTime });
const nothing = undefined as never;

/** The gates that have attempts and a timeout, and how many seconds of the deployment's time they leave at least. */
type Options = Readonly<{ maxAttempts?: number; timeout?: Duration }>;
const WITH_ATTEMPTS: [string, (stack: Stack, options: Options) => DeploymentGate, number][] = [
  ['converse', (_, options) => DeploymentGate.converse(options), 0],
  ['invokeModel', (_, options) => DeploymentGate.invokeModel({ body: {}, ...options }), 0],
  ['lambda', (stack, options) => DeploymentGate.lambda(gateFunction(stack), options), 1],
];

describe.each(WITH_ATTEMPTS)('%s', (_, gate, leaves) => {
  const withAttempts =
    (maxAttempts: number): DefineGate =>
    (stack) =>
      gate(stack, { maxAttempts });
  const withTimeout =
    (timeout: Duration): DefineGate =>
    (stack) =>
      gate(stack, { timeout });

  test.each([0, 21, 1.5, -1, NaN])('has not %p attempts', (maxAttempts) => {
    expect(synth(withAttempts(maxAttempts))).toThrow(
      `[Stack/Deployment] gates[1].maxAttempts must be a whole number from 1 to 20, got ${maxAttempts}`,
    );
  });

  test.each([1, 20])('has %p attempts', (maxAttempts) => {
    expect(synth(withAttempts(maxAttempts))).not.toThrow();
  });

  test.each([Duration.seconds(0), Duration.millis(1500), Duration.hours(1)])('has not %s of time', (timeout) => {
    expect(synth(withTimeout(timeout))).toThrow(
      new RegExp(
        `\\[Stack/Deployment\\] gates\\[1\\]\\.timeout must be a whole number of seconds, at least 1 and at most ${3480 - leaves}, .* shorten it`,
      ),
    );
  });

  test('has not more time than the deployment', () => {
    const most = 1800 - leaves;
    const timeout = Duration.minutes(30);
    expect(synth(withTimeout(Duration.seconds(most + 1)), { timeout })).toThrow(`at most ${most}, `);
    expect(synth(withTimeout(Duration.seconds(most)), { timeout })).not.toThrow();
  });

  test('may leave both out, or have tokens', () => {
    expect(synth((stack) => gate(stack, {}), { timeout: Duration.minutes(10) })).not.toThrow();
    expect(
      synth((stack) => gate(stack, { maxAttempts: numberToken(stack), timeout: durationToken(stack, 'Seconds') })),
    ).not.toThrow();
    expect(synth((stack) => gate(stack, { maxAttempts: undefined, timeout: undefined } as never))).not.toThrow();
  });
});

describe('converse', () => {
  test.each([0, 4097, 1.5])('asks not for %p tokens', (maxTokens) => {
    expect(synth(() => DeploymentGate.converse({ maxTokens }))).toThrow(
      `[Stack/Deployment] gates[1].maxTokens must be a whole number from 1 to 4096, got ${maxTokens}`,
    );
  });

  test.each(['prompt', 'system'])('has no empty %s', (property) => {
    for (const text of ['', ' \n']) {
      expect(synth(() => DeploymentGate.converse({ [property]: text }))).toThrow(
        `[Stack/Deployment] gates[1].${property} must have at least 1 character that is not a space, got ${JSON.stringify(text)}`,
      );
    }
  });

  test('may leave all out, or have tokens', () => {
    const left = { prompt: undefined, system: undefined, maxTokens: undefined } as never;
    expect(synth(() => DeploymentGate.converse(left))).not.toThrow();
    expect(
      synth((stack) => {
        const text = stringToken(stack);
        return DeploymentGate.converse({ prompt: text, system: text, maxTokens: numberToken(stack) });
      }),
    ).not.toThrow();
  });
});

describe('what a gate cannot be without', () => {
  test.each<[string, DefineGate]>([
    ['gates[1]', () => nothing],
    ['gates[1].options', () => DeploymentGate.invokeModel(nothing)],
    ['gates[1].body', () => DeploymentGate.invokeModel({ body: nothing })],
    ['gates[1].handler', () => DeploymentGate.lambda(nothing)],
    ['gates[1].alarmNames', () => alarms(nothing)],
    ['gates[1].alarmNames[1]', () => alarms(['errors', nothing])],
    ['gates[1].options', () => DeploymentGate.alarms(['errors'], nothing)],
    ['gates[1].bakeTime', () => DeploymentGate.alarms(['errors'], { bakeTime: nothing })],
  ])('%s is an error that says so', (property, define) => {
    expect(synth(define)).toThrow(
      `[Stack/Deployment] ${property} is required, got undefined: if the value comes from the context`,
    );
  });

  test('a body may be a token', () => {
    const stack = newStack();
    const body = Lazy.any({ produce: () => ({ prompt: 'Hello' }) }) as never;
    gated(stack, [DeploymentGate.invokeModel({ body })]);

    expect(gatesOf(stack)).toMatchObject([{ Body: '{"prompt":"Hello"}' }]);
  });
});

describe('lambda', () => {
  const HERE = { region: 'us-east-1', account: '111122223333' };
  const ARN = 'arn:aws:lambda:us-west-2:111122223333:function:evaluate';
  const bind = (define: (stack: Stack) => lambda.IFunction, env?: Environment) => (): void => {
    const stack = newStack(env === undefined ? {} : { env });
    gated(stack, [DeploymentGate.lambda(define(stack))]);
  };
  const inStackOf =
    (env: Environment) =>
    (stack: Stack): lambda.IFunction =>
      gateFunction(new Stack(App.of(stack), 'Other', { env }));

  test.each<[string, (stack: Stack) => lambda.IFunction, string]>([
    ['of an ARN', (stack) => lambda.Function.fromFunctionArn(stack, 'Evaluate', ARN), 'Stack/Evaluate'],
    [
      'of the ARN of a version',
      (stack) => lambda.Version.fromVersionArn(stack, 'Evaluate', `${ARN}:1`),
      'Stack/Evaluate',
    ],
    ['of another stack', inStackOf({ ...HERE, region: 'us-west-2' }), 'Other/Evaluate'],
  ])('calls no function in another Region: that %s', (_, define, path) => {
    expect(bind(define, HERE)).toThrow(
      `[Stack/Deployment] gates[0].handler must be a function in the Region of the stack (us-east-1), got ${path} in us-west-2`,
    );
  });

  test('calls one of its own Region, or where one of the two is not known', () => {
    const given = (arn: (stack: Stack) => string) => (stack: Stack) =>
      lambda.Function.fromFunctionArn(stack, 'Evaluate', arn(stack));
    expect(bind(inStackOf(HERE), HERE)).not.toThrow();
    expect(bind(given(() => ARN))).not.toThrow();
    expect(bind(given(stringToken), HERE)).not.toThrow();
  });
});

describe('alarms', () => {
  test.each([[[]], [Array.from({ length: 11 }, (_, n) => `alarm${n}`)]])('are not as many as %j', (names) => {
    expect(synth(() => alarms(names))).toThrow(
      /\[Stack\/Deployment\] gates\[1\]\.alarmNames must be 1 to 10 names of alarms, got \d+: .* composite alarm/,
    );
  });

  test.each(['', 'a'.repeat(256)])('have a name, and not %j', (name) => {
    expect(synth(() => alarms(['errors', name]))).toThrow(
      /\[Stack\/Deployment\] gates\[1\]\.alarmNames\[1\] must be the name of an alarm, 1 to 255 characters/,
    );
  });

  test('may be 10, with names of 255 characters', () => {
    expect(synth(() => alarms(Array.from({ length: 10 }, (_, n) => String(n).repeat(255))))).not.toThrow();
  });

  test.each([Duration.seconds(0), Duration.millis(1500), Duration.hours(1)])('are not watched for %s', (time) => {
    expect(synth(() => DeploymentGate.alarms(['errors'], { bakeTime: time }))).toThrow(
      /\[Stack\/Deployment\] gates\[1\]\.bakeTime must be a whole number of seconds, at least 1 and at most 3479/,
    );
  });

  test('are watched for less than the time of the deployment', () => {
    const timeout = Duration.minutes(20);
    const bake = (seconds: number): DefineGate => {
      return () => DeploymentGate.alarms(['errors'], { bakeTime: Duration.seconds(seconds) });
    };
    expect(synth(bake(1200), { timeout })).toThrow('at most 1199, ');
    expect(synth(bake(1199), { timeout })).not.toThrow();
  });

  test('are not for a new deployment that has no traffic yet', () => {
    expect(synth(() => alarms(['errors']), { modelUpdate: ModelUpdate.REPLACE })).toThrow(
      /\[Stack\/Deployment\] gates\[1\] must not watch alarms with ModelUpdate\.REPLACE, .* use DeploymentGate\.converse\(\) or DeploymentGate\.lambda\(\)/,
    );
    expect(synth(() => alarms(['errors']), { modelUpdate: ModelUpdate.IN_PLACE })).not.toThrow();
  });

  describe('of the stack are named and not referred to, since they may depend on the deployment', () => {
    const anAlarm = (stack: Stack): cloudwatch.Alarm =>
      new cloudwatch.Alarm(stack, 'Alarm', {
        alarmName: 'errors',
        metric: new cloudwatch.Metric({ namespace: 'AWS/Bedrock', metricName: 'InvocationServerErrors' }),
        threshold: 1,
        evaluationPeriods: 1,
      });
    const ERROR =
      /\[Stack\/Deployment\] gates\[1\]\.alarmNames must not refer to a resource of the same stack, got a reference to Stack\/Alarm\/Resource: .* alarmName/;

    test.each<[string, (alarm: cloudwatch.Alarm) => string[]]>([
      ['the name', ({ alarmName }) => ['latency', alarmName]],
      ['a part of a name', ({ alarmName }) => [`${alarmName}-1`]],
      ['the ARN', ({ alarmArn }) => [Fn.select(6, Fn.split(':', alarmArn))]],
      ['names in a list', ({ alarmName }) => Fn.split(',', alarmName)],
      ['what is decided late', ({ alarmName }) => [Lazy.string({ produce: () => alarmName })]],
    ])('%s is an error', (_, names) => {
      expect(synth((stack) => alarms(names(anAlarm(stack))))).toThrow(ERROR);
    });

    test.each<[string, (stack: Stack) => string[]]>([
      ['a parameter', (stack) => [stringToken(stack)]],
      ['a list', (stack) => Fn.split(',', stringToken(stack))],
      ['an import', () => [Fn.importValue('Alarm')]],
      ['the name of the stack', ({ stackName }) => [`${stackName}-errors`]],
      ['pseudo parameters', ({ region, account }) => [`${region}-${account}`]],
    ])('%s is none', (_, names) => {
      expect(synth((stack) => alarms(names(stack)))).not.toThrow();
    });

    test('an alarm of another stack can be referred to', () => {
      const app = new App();
      const { alarmName } = anAlarm(new Stack(app, 'Watching'));
      gated(new Stack(app, 'Stack'), [alarms([alarmName])]);

      expect(() => app.synth()).not.toThrow();
    });
  });
});

describe('the time that gates take for themselves', () => {
  const bake = (minutes: number): DeploymentGate =>
    DeploymentGate.alarms(['errors'], { bakeTime: Duration.minutes(minutes) });
  const call = (stack: Stack, minutes?: number): DeploymentGate =>
    DeploymentGate.lambda(
      gateFunction(stack, `F${stack.node.children.length}`),
      minutes === undefined ? {} : { timeout: Duration.minutes(minutes) },
    );
  const together = (define: (stack: Stack) => DeploymentGate[], timeout?: (stack: Stack) => Duration) => (): void => {
    const stack = newStack();
    gated(stack, define(stack), timeout === undefined ? {} : { timeout: timeout(stack) });
    Template.fromStack(stack);
  };
  const ERROR =
    /\[Stack\/Deployment\] gates must have bake times and timeouts of functions that together are less than the timeout of the deployment \(\d+ s\), got \d+ s: shorten them/;

  test.each<[string, (stack: Stack) => DeploymentGate[]]>([
    ['bake times', () => [bake(30), bake(28)]],
    ['timeouts of functions', (stack) => [call(stack, 29), call(stack, 29)]],
    ['both', (stack) => [call(stack, 50), bake(10)]],
  ])('must fit into 58 minutes: %s', (_, define) => {
    expect(together(define)).toThrow(ERROR);
  });

  test('must fit into the time of the deployment', () => {
    const half = (): Duration => Duration.minutes(30);
    expect(together(() => [bake(15), bake(15)], half)).toThrow(ERROR);
    expect(together(() => [bake(15), bake(14)], half)).not.toThrow();
  });

  test('is no more than the hour if the time of the deployment is a token', () => {
    expect(together(() => [bake(30), bake(28)], durationToken)).toThrow(ERROR);
    expect(together(() => [bake(30), bake(27)], durationToken)).not.toThrow();
  });

  test('does not count what is a token, left out, or only a limit', () => {
    expect(
      together((stack) => [
        bake(30),
        DeploymentGate.alarms(['errors'], { bakeTime: durationToken(stack) }),
        call(stack),
        DeploymentGate.converse({ timeout: Duration.minutes(58) }),
        DeploymentGate.invokeModel({ body: {}, timeout: Duration.minutes(58) }),
      ]),
    ).not.toThrow();
  });
});

describe('the gates of a deployment', () => {
  const prompts =
    (length: number): DefineGate =>
    () =>
      DeploymentGate.converse({ prompt: 'x'.repeat(length) });

  test('are at most 64 KB in all', () => {
    expect(synth(prompts(65_536))).toThrow(/Stack\/Deployment\].* gates must be at most 64 KB in all, got 65 KB/s);
    expect(synth(prompts(65_000))).not.toThrow();
  });

  test('may be tokens, of which the handler sees how large they are', () => {
    expect(synth((stack) => DeploymentGate.converse({ prompt: stringToken(stack) }))).not.toThrow();
  });
});
