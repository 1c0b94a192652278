import { App, NestedStack, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { CustomModelDeployment } from '../../../lib';
import { DeploymentGate, ModelUpdate } from '../../../lib';
import { gated, gateFunction, statementsOf, versionOf } from '../support/gates';
import {
  deploy,
  deployments,
  INVOKE_BY_TAGS,
  KEY_ARN,
  keyPolicy,
  makeModel,
  newStack,
  type RenderedResource,
  resources,
  strictKey,
} from '../support/stacks';

const UNIQUE = { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] };

const DECRYPT = {
  Effect: 'Allow',
  Action: 'kms:Decrypt',
  Condition: {
    StringEquals: { 'kms:ViaService': { 'Fn::Join': ['', ['bedrock.', { Ref: 'AWS::Region' }, '.amazonaws.com']] } },
  },
};

/** The policies for the gate functions of each deployment, by logical id. */
function policies(stack: Stack): Record<string, RenderedResource> {
  return Object.fromEntries(Object.entries(resources(stack)).filter(([id]) => /^\w+GateFunctions\w{8}$/.test(id)));
}

function thePolicy(stack: Stack): [logicalId: string, policy: RenderedResource] {
  const [first, ...others] = Object.entries(policies(stack));
  if (first === undefined || others.length > 0) {
    throw new Error('a stack with exactly one policy for gate functions is wanted here');
  }
  return first;
}

function roleOf(one: lambda.Function): object {
  return Stack.of(one).resolve((one.grantPrincipal as iam.IRole).roleName) as object;
}

describe('a gate function may invoke the deployment', () => {
  test.each([ModelUpdate.IN_PLACE, ModelUpdate.REPLACE])('whose ARN it cannot know, by its tags: %s', (modelUpdate) => {
    const stack = newStack();
    const evaluate = gateFunction(stack);
    gated(stack, [DeploymentGate.lambda(evaluate)], { modelUpdate });

    const [logicalId, policy] = thePolicy(stack);
    expect(statementsOf(policy)).toEqual([INVOKE_BY_TAGS]);
    expect(policy.Properties['Roles']).toEqual([roleOf(evaluate)]);
    expect(deployments(stack)['Deployment']?.DependsOn).toContain(logicalId);
  });

  test('and decrypt with the key of its model', () => {
    const stack = newStack();
    const model = makeModel(stack, 'Model', { encryptionKey: kms.Key.fromKeyArn(stack, 'Key', KEY_ARN) });
    gated(stack, [DeploymentGate.lambda(gateFunction(stack))], { model });

    expect(statementsOf(thePolicy(stack)[1])).toEqual([INVOKE_BY_TAGS, { ...DECRYPT, Resource: KEY_ARN }]);
  });

  test('also by the policy of a key that alone says who may use it', () => {
    const stack = newStack();
    const evaluate = gateFunction(stack);
    const model = makeModel(stack, 'Model', { encryptionKey: strictKey(stack) });
    gated(stack, [DeploymentGate.lambda(evaluate)], { model });

    expect(keyPolicy(stack)).toContainEqual({
      ...DECRYPT,
      Resource: '*',
      Principal: { AWS: stack.resolve((evaluate.grantPrincipal as iam.IRole).roleArn) },
    });
  });

  test('with one policy for all functions of the deployment, and one each for several deployments', () => {
    const stack = newStack();
    const [one, other] = [gateFunction(stack, 'One'), gateFunction(stack, 'Other')];
    const gates = [one, other, one, versionOf(one)].map((each) => DeploymentGate.lambda(each));
    gated(stack, gates);
    expect(thePolicy(stack)[1].Properties['Roles']).toEqual([roleOf(one), roleOf(other)]);

    const second = newStack();
    const shared = DeploymentGate.lambda(gateFunction(second));
    gated(second, [shared], {}, 'One');
    gated(second, [shared], {}, 'Other');
    const names = Object.values(policies(second)).map(({ Properties }) => JSON.stringify(Properties['PolicyName']));
    expect(new Set(names).size).toBe(2);
  });

  test('that is in another stack than the function, which several stacks may share', () => {
    const app = new App();
    const evaluate = gateFunction(new Stack(app, 'Evaluation'));
    const stack = new Stack(app, 'Stack');
    gated(stack, [DeploymentGate.lambda(evaluate)]);

    expect(() => app.synth()).not.toThrow();
    const [, policy] = thePolicy(stack);
    expect(policy.Properties).toMatchObject({
      Roles: [{ 'Fn::ImportValue': expect.stringContaining('Evaluation:') }],
      PolicyName: { 'Fn::Join': ['', [expect.stringMatching(/^CustomModelGateFunctions\w{8}-$/), UNIQUE]] },
    });
  });

  test('if it exists already, with a role that exists already', () => {
    const stack = newStack();
    const evaluate = lambda.Function.fromFunctionAttributes(stack, 'Evaluate', {
      functionArn: 'arn:aws:lambda:us-east-1:111122223333:function:evaluate',
      role: iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111122223333:role/evaluate'),
    });
    gated(stack, [DeploymentGate.lambda(evaluate)]);

    expect(thePolicy(stack)[1].Properties['Roles']).toEqual(['evaluate']);
  });

  test('if its role is known: otherwise the CDK says what it must be allowed', () => {
    const stack = newStack();
    const arn = 'arn:aws:lambda:us-east-1:111122223333:function:evaluate';
    gated(stack, [DeploymentGate.lambda(lambda.Function.fromFunctionArn(stack, 'Evaluate', arn))]);

    expect(policies(stack)).toEqual({});
    expect(Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('bedrock:InvokeModel'))).toHaveLength(
      1,
    );
  });
});

describe('a gate function that depends on the deployment is an error at synthesis', () => {
  const REMEDY =
    /\[Stack\/Deployment\] gates must not call a function .* got Stack\/Evaluate: .* use deploymentArn of its event instead.* already allows/s;

  function synthesized(
    define: (stack: Stack) => lambda.Function,
    refer: (evaluate: lambda.Function, deployment: CustomModelDeployment) => void,
    gateOf = (evaluate: lambda.Function): lambda.IFunction => evaluate,
  ): () => void {
    return () => {
      const stack = newStack();
      const evaluate = define(stack);
      refer(evaluate, gated(stack, [DeploymentGate.lambda(gateOf(evaluate))]));
      Template.fromStack(stack);
    };
  }

  test.each<[string, (evaluate: lambda.Function, deployment: CustomModelDeployment) => void]>([
    ['in its environment', (one, { deploymentArn }) => one.addEnvironment('MODEL_ID', deploymentArn)],
    [
      'in a part of its environment',
      (one, { deploymentName }) => one.addEnvironment('URL', `https://${deploymentName}/`),
    ],
    ['by a grant', (one, { grants }) => grants.invoke(one)],
    [
      'in a policy of its role',
      (one, { deploymentArn }) => {
        one.addToRolePolicy(new iam.PolicyStatement({ actions: ['bedrock:*'], resources: [deploymentArn] }));
      },
    ],
    [
      'by a dependency',
      (one, deployment) => {
        one.node.addDependency(deployment);
      },
    ],
    [
      'by way of another resource',
      (one, deployment) => {
        const other = gateFunction(Stack.of(one), 'Other', { environment: { MODEL_ID: deployment.deploymentArn } });
        one.addEnvironment('OTHER', other.functionName);
      },
    ],
  ])('%s', (_, refer) => {
    expect(synthesized(gateFunction, refer)).toThrow(REMEDY);
  });

  test('also as a version', () => {
    expect(
      synthesized(gateFunction, (one, { deploymentArn }) => one.addEnvironment('MODEL_ID', deploymentArn), versionOf),
    ).toThrow(/got Stack\/Evaluate/);
  });

  test('also from a nested stack', () => {
    const stack = newStack();
    const evaluate = gateFunction(new NestedStack(stack, 'Nested'));
    evaluate.addEnvironment('MODEL_ID', gated(stack, [DeploymentGate.lambda(evaluate)]).deploymentArn);

    expect(() => Template.fromStack(stack)).toThrow(/got Stack\/Nested\/Evaluate/);
  });

  test('and so is one that depends on another deployment with gate functions, which depends on all of them', () => {
    const stack = newStack();
    const evaluate = gateFunction(stack);
    const judge = gated(stack, [DeploymentGate.lambda(gateFunction(stack, 'EvaluateJudge'))], {}, 'Judge');
    judge.grants.invoke(evaluate);
    gated(stack, [DeploymentGate.lambda(evaluate)]);

    expect(() => Template.fromStack(stack)).toThrow(
      /\[Stack\/Deployment\] gates must not call .* got Stack\/Evaluate, which depends on Stack\/Judge: .* another stack/,
    );
  });

  test('whichever of the two is defined first', () => {
    const stack = newStack();
    const evaluate = gateFunction(stack);
    gated(stack, [DeploymentGate.lambda(evaluate)]);
    const judge = gated(stack, [DeploymentGate.lambda(gateFunction(stack, 'EvaluateJudge'))], {}, 'Judge');
    judge.grants.invoke(evaluate);

    expect(() => Template.fromStack(stack)).toThrow(/\[Stack\/Deployment\] gates must not call/);
  });
});

describe('a gate function may depend on', () => {
  test.each<[string, (stack: Stack, evaluate: lambda.Function) => void]>([
    ['nothing', () => undefined],
    [
      'a model of the stack',
      (stack, evaluate) => {
        evaluate.addEnvironment('MODEL', makeModel(stack, 'Other').modelArn);
      },
    ],
    [
      'a deployment without gates, such as one that judges',
      (stack, evaluate) => {
        const judge = deploy(stack, 'Judge');
        judge.grants.invoke(evaluate);
        evaluate.addEnvironment('JUDGE', judge.deploymentArn);
      },
    ],
    [
      'a deployment with gates that call no function',
      (stack, evaluate) => {
        gated(stack, [DeploymentGate.converse()], {}, 'Judge').grants.invoke(evaluate);
      },
    ],
  ])('%s', (_, refer) => {
    const stack = newStack();
    const evaluate = gateFunction(stack);
    gated(stack, [DeploymentGate.converse(), DeploymentGate.lambda(evaluate)]);
    refer(stack, evaluate);

    expect(() => Template.fromStack(stack)).not.toThrow(); // which finds cycles as well
  });

  test('a deployment of another stack', () => {
    const app = new App();
    const [stack, other] = [new Stack(app, 'Stack'), new Stack(app, 'Other')];
    const evaluate = gateFunction(stack);
    deploy(other, 'Judge').grants.invoke(evaluate);
    gated(stack, [DeploymentGate.lambda(evaluate)]);

    expect(() => app.synth()).not.toThrow();
  });
});
