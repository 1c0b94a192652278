import { App, CfnParameter, Duration, Fn, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { CustomModelProvider, DeploymentGate, ModelUpdate } from '../../lib';
import { GATE_INTEGRATIONS, gatesDefinition, waiterDefinition } from '../../lib/private/state-machine-definition';
import { durationToken, gated, gateFunction, gatesOf, numberToken, versionOf } from './support/gates';
import { deploy, deployments, newStack, resources, stringToken, theDeployment } from './support/stacks';

/** What the handler gets of a single gate. */
function rendered(define: (stack: Stack) => DeploymentGate, props = {}): unknown {
  const stack = newStack();
  gated(stack, [define(stack)], props);
  const gates = gatesOf(stack) as unknown[];
  expect(gates).toHaveLength(1);
  return gates[0];
}

describe('a gate of Converse', () => {
  test('asks a short question, for a short answer', () => {
    expect(rendered(() => DeploymentGate.converse())).toEqual({
      Kind: 'CONVERSE',
      Request: JSON.stringify({
        Messages: [{ Role: 'user', Content: [{ Text: 'Hello' }] }],
        InferenceConfig: { MaxTokens: 16 },
      }),
      MaxAttempts: '3',
      Timeout: '900',
    });
  });

  test('asks what the user says', () => {
    expect(
      rendered(() =>
        DeploymentGate.converse({
          prompt: 'Is "7" a prime?',
          system: 'Answer yes or no.',
          maxTokens: 4096,
          maxAttempts: 20,
          timeout: Duration.minutes(5),
        }),
      ),
    ).toEqual({
      Kind: 'CONVERSE',
      Request: JSON.stringify({
        Messages: [{ Role: 'user', Content: [{ Text: 'Is "7" a prime?' }] }],
        System: [{ Text: 'Answer yes or no.' }],
        InferenceConfig: { MaxTokens: 4096 },
      }),
      MaxAttempts: '20',
      Timeout: '300',
    });
  });

  test('takes tokens, and its request is JSON after they are resolved: numbers stay numbers', () => {
    expect(
      rendered((stack) =>
        DeploymentGate.converse({
          prompt: `About ${stringToken(stack, 'Prompt')}`,
          system: stringToken(stack, 'System'),
          maxTokens: numberToken(stack, 'Tokens'),
          maxAttempts: numberToken(stack, 'Attempts'),
          timeout: durationToken(stack, 'Seconds'),
        }),
      ),
    ).toEqual({
      Kind: 'CONVERSE',
      Request: {
        'Fn::Join': [
          '',
          [
            '{"Messages":[{"Role":"user","Content":[{"Text":"About ',
            { Ref: 'Prompt' },
            '"}]}],"System":[{"Text":"',
            { Ref: 'System' },
            '"}],"InferenceConfig":{"MaxTokens":',
            { Ref: 'Tokens' },
            '}}',
          ],
        ],
      },
      MaxAttempts: { Ref: 'Attempts' },
      Timeout: { Ref: 'Seconds' },
    });
  });
});

describe('a gate of InvokeModel', () => {
  const body = { prompt: 'Hello', max_gen_len: 16, stop: null, stream: false };

  test('sends the body as JSON', () => {
    expect(rendered(() => DeploymentGate.invokeModel({ body }))).toEqual({
      Kind: 'INVOKE_MODEL',
      Body: JSON.stringify(body),
      MaxAttempts: '3',
      Timeout: '900',
    });
    expect(
      rendered(() => DeploymentGate.invokeModel({ body, maxAttempts: 1, timeout: Duration.seconds(30) })),
    ).toMatchObject({ MaxAttempts: '1', Timeout: '30' });
  });

  test('takes tokens anywhere in it', () => {
    expect(
      rendered((stack) =>
        DeploymentGate.invokeModel({ body: { prompt: stringToken(stack), n: [numberToken(stack)] } }),
      ),
    ).toMatchObject({
      Body: { 'Fn::Join': ['', ['{"prompt":"', { Ref: 'Parameter' }, '","n":[', { Ref: 'Number' }, ']}']] },
    });
  });
});

describe('a gate function', () => {
  test('has what is left of the time, unless the user says otherwise', () => {
    expect(rendered((stack) => DeploymentGate.lambda(gateFunction(stack)))).toEqual({
      Kind: 'LAMBDA',
      FunctionArn: { 'Fn::GetAtt': [expect.stringMatching(/^Evaluate/), 'Arn'] },
      MaxAttempts: '3',
      Timeout: '3480',
    });
    expect(
      rendered((stack) =>
        DeploymentGate.lambda(gateFunction(stack), { maxAttempts: 2, timeout: Duration.minutes(30) }),
      ),
    ).toMatchObject({ MaxAttempts: '2', Timeout: '1800' });
  });

  test('can be a version', () => {
    expect(rendered((stack) => DeploymentGate.lambda(versionOf(gateFunction(stack))))).toMatchObject({
      FunctionArn: { Ref: expect.stringMatching(/^EvaluateCurrentVersion/) },
    });
  });

  test('can be that of another stack', () => {
    const app = new App();
    const evaluate = gateFunction(new Stack(app, 'Evaluation'));
    const stack = new Stack(app, 'Stack');
    gated(stack, [DeploymentGate.lambda(evaluate)]);

    expect(() => app.synth()).not.toThrow();
    expect(gatesOf(stack)).toMatchObject([
      { FunctionArn: { 'Fn::ImportValue': expect.stringContaining('Evaluation:') } },
    ]);
  });
});

describe('a gate of alarms', () => {
  const bakeTime = Duration.minutes(10);

  test('has their names and the bake time', () => {
    expect(rendered(() => DeploymentGate.alarms(['errors', 'latency'], { bakeTime }))).toEqual({
      Kind: 'ALARMS',
      AlarmNames: ['errors', 'latency'],
      BakeTime: '600',
    });
  });

  test('takes tokens, one by one and as a list', () => {
    expect(
      rendered((stack) => DeploymentGate.alarms([stringToken(stack)], { bakeTime: durationToken(stack) })),
    ).toEqual({ Kind: 'ALARMS', AlarmNames: [{ Ref: 'Parameter' }], BakeTime: { Ref: 'Number' } });
    expect(rendered((stack) => DeploymentGate.alarms(Fn.split(',', stringToken(stack)), { bakeTime }))).toMatchObject({
      AlarmNames: { 'Fn::Split': [',', { Ref: 'Parameter' }] },
    });
    expect(
      rendered((stack) =>
        DeploymentGate.alarms(new CfnParameter(stack, 'Names', { type: 'List<String>' }).valueAsList, { bakeTime }),
      ),
    ).toMatchObject({ AlarmNames: { Ref: 'Names' } });
  });
});

test('gates are checked in the given order', () => {
  const stack = newStack();
  gated(stack, [
    DeploymentGate.alarms(['errors'], { bakeTime: Duration.minutes(1) }),
    DeploymentGate.lambda(gateFunction(stack)),
    DeploymentGate.converse(),
    DeploymentGate.invokeModel({ body: {} }),
  ]);

  expect(gatesOf(stack)).toMatchObject([
    { Kind: 'ALARMS' },
    { Kind: 'LAMBDA' },
    { Kind: 'CONVERSE' },
    { Kind: 'INVOKE_MODEL' },
  ]);
});

test('one gate serves several deployments', () => {
  const stack = newStack();
  const gates = [DeploymentGate.converse(), DeploymentGate.lambda(gateFunction(stack))];
  gated(stack, gates, {}, 'One');
  gated(stack, gates, { modelUpdate: ModelUpdate.REPLACE }, 'Two');

  const { One, Two } = deployments(stack);
  expect(One?.Properties['Gates']).toEqual(Two?.Properties['Gates']);
});

describe('the state machine', () => {
  const waiter = (stack: Stack): Record<string, unknown> | undefined =>
    resources(stack)['CustomModelProviderWaiter']?.Properties;
  const definition = (stack: Stack): unknown => JSON.parse(waiter(stack)?.['DefinitionString'] as string);

  test('checks the gates as soon as one deployment of the stack has any', () => {
    const stack = newStack();
    deploy(stack, 'Before');
    expect(definition(stack)).toEqual(waiterDefinition);

    const other = newStack();
    deploy(other, 'Before');
    gated(other, [DeploymentGate.converse()], {}, 'Gated');
    deploy(other, 'After');
    expect(definition(other)).toEqual(gatesDefinition);
    expect(waiter(other)?.['DefinitionSubstitutions']).toEqual({
      ...(waiter(stack)?.['DefinitionSubstitutions'] as object),
      ...Object.fromEntries(
        Object.entries(GATE_INTEGRATIONS).map(([placeholder, integration]) => [
          placeholder,
          { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:states:::${integration}`]] },
        ]),
      ),
    });
  });

  test('keeps the substitutions that the app added', () => {
    const stack = newStack();
    const { stateMachine } = CustomModelProvider.getOrCreate(stack);
    const resource = stateMachine.node.defaultChild as sfn.CfnStateMachine;
    resource.definitionSubstitutions = { ...resource.definitionSubstitutions, Theirs: 'theirs' };
    gated(stack, [DeploymentGate.converse()]);

    expect(Object.keys(waiter(stack)?.['DefinitionSubstitutions'] as object)).toEqual([
      'HandlerArn',
      'describeStacks',
      'Theirs',
      ...Object.keys(GATE_INTEGRATIONS),
    ]);
  });

  test('has a placeholder for each substitution, and a substitution for each placeholder', () => {
    const stack = newStack();
    gated(stack, [DeploymentGate.converse()]);
    const placeholders = [...String(waiter(stack)?.['DefinitionString']).matchAll(/\$\{(\w+)\}/g)].map(
      ([, name]) => name,
    );

    expect([...new Set(placeholders)].sort()).toEqual(
      Object.keys(waiter(stack)?.['DefinitionSubstitutions'] as object).sort(),
    );
  });
});

describe('a stack without gates', () => {
  test.each([undefined, []])('has nothing of gates with %j', (gates) => {
    const stack = newStack();
    deploy(stack, 'Deployment', { gates } as object);

    expect(Object.keys(theDeployment(stack).Properties)).not.toContain('Gates');
    expect(JSON.stringify(Template.fromStack(stack).toJSON())).not.toMatch(
      /Gate|bedrock:Invoke|cloudwatch:|Integrations/,
    );
  });

  test('is not touched by another stack that has some', () => {
    const app = new App();
    const [stack, other] = [new Stack(app, 'Stack'), new Stack(app, 'Other')];
    deploy(stack);
    gated(other, [DeploymentGate.converse()]);
    const alone = newStack();
    deploy(alone);

    expect(Template.fromStack(stack).toJSON()).toEqual(Template.fromStack(alone).toJSON());
  });
});
