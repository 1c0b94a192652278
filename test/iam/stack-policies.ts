import { type CfnElement, type CfnResource, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { CustomModelProviderProps } from '../../lib';
import { CustomModelProvider, CustomModelSource, DeploymentGate, ModelUpdate } from '../../lib';
import type { Statement } from '../../local/aws-simulator/iam/evaluator';
import { aModel, deploy, KEY_ARN, makeModel, newStack, resources, S3_URI } from '../lib/support/stacks';

export const STACK_ID =
  'arn:aws:cloudformation:us-east-1:111122223333:stack/Stack/0a1b2c3d-0000-1111-2222-333344445555';
export const STATE_MACHINE_ARN = 'arn:aws:states:us-east-1:111122223333:stateMachine:Waiter-abc';
export const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:111122223333:function:Handler-abc';
export const OTHER_FUNCTION_ARN = FUNCTION_ARN.replace('Handler-abc', 'Other-abc');
export const GATE_FUNCTION_ARN = FUNCTION_ARN.replace('Handler-abc', 'evaluate');
export const READER_ARN = 'arn:aws:iam::111122223333:role/OfFilesRole';
export const LOG_GROUP_ARN = 'arn:aws:logs:us-east-1:111122223333:log-group:Handler-abc';

const ATTRIBUTES: Readonly<Record<string, string>> = {
  'AWS::StackId': STACK_ID,
  'AWS::Partition': 'aws',
  'AWS::Region': 'us-east-1',
  'AWS::AccountId': '111122223333',
  'CustomModelProviderWaiter': STATE_MACHINE_ARN,
  'CustomModelProviderWaiter.Name': 'Waiter-abc',
  'CustomModelProviderHandler.Arn': FUNCTION_ARN,
  'CustomModelProviderHandlerLogs.Arn': `${LOG_GROUP_ARN}:*`, // as CloudFormation has it
};

export interface Variation {
  /** The ARNs of the `deployableModels`. */
  readonly deployable?: readonly string[];
  /** Of the files that a model is made of. */
  readonly s3Uri?: string;
}

export type Role = 'handler' | 'waiter' | 'gates' | 'gateFunction' | 'reader';

/**
 * The policies of a stack with both kinds of models, encrypted with a key, and their deployments, one of which has all
 * gates, as IAM gets them.
 */
export function policies(
  props: CustomModelProviderProps = {},
  { deployable, s3Uri = S3_URI }: Variation = {},
): Record<Role, Statement[]> {
  const stack = newStack();
  const models = deployable === undefined ? {} : { deployableModels: deployable.map((arn) => aModel(stack, arn)) };
  new CustomModelProvider(stack, 'CustomModelProvider', { ...props, ...models });
  const encryptionKey = kms.Key.fromKeyArn(stack, 'Key', KEY_ARN);
  const gated = deploy(stack, 'Deployment1', {
    model: makeModel(stack, 'OfPackage', { encryptionKey }),
    gates: [
      DeploymentGate.converse(),
      DeploymentGate.lambda(gateFunction(stack)),
      DeploymentGate.alarms(['errors'], { bakeTime: Duration.minutes(1) }),
    ],
  });
  (gated.node.defaultChild as CfnResource).overrideLogicalId('Resource');
  deploy(stack, 'Deployment2', {
    model: makeModel(stack, 'OfFiles', {
      encryptionKey,
      source: CustomModelSource.s3(s3Uri, { bucketAccount: '999988887777' }),
    }),
  });
  const template = resources(stack);
  const reader = Stack.of(stack).getLogicalId(
    stack.node.findChild('OfFiles').node.findChild('Role').node.defaultChild as never,
  );

  const statements = (policy: unknown): Statement[] => statementsOf(policy, { [`${reader}.Arn`]: READER_ARN });
  const inline = (logicalId: string): Statement[] =>
    (template[logicalId]?.Properties['Policies'] as unknown[]).flatMap(statements);
  return {
    handler: statements(template['CustomModelProviderHandlerPolicy']?.Properties),
    waiter: inline('CustomModelProviderWaiterRole'),
    gates: ['CustomModelProviderWaiterGatesPolicy', 'CustomModelProviderWaiterGateFunctionsPolicy'].flatMap(
      (logicalId) => statements(template[logicalId]?.Properties),
    ),
    gateFunction: Object.entries(template)
      .filter(([logicalId]) => logicalId.startsWith('Deployment1GateFunctions'))
      .flatMap(([, { Properties }]) => statements(Properties)),
    reader: inline(reader),
  };
}

function gateFunction(stack: Stack): lambda.IFunction {
  return lambda.Function.fromFunctionAttributes(stack, 'Evaluate', {
    functionArn: GATE_FUNCTION_ARN,
    role: iam.Role.fromRoleArn(stack, 'EvaluateRole', 'arn:aws:iam::111122223333:role/evaluate'),
  });
}

/**
 * The policies of a role that may invoke a deployment of an encrypted model, for what the handler has answered for the
 * deployment's ARN.
 */
export function invokerPolicy(answeredArn: string, modelUpdate = ModelUpdate.IN_PLACE): Statement[] {
  const stack = newStack();
  const deployment = deploy(stack, 'Deployment', {
    model: makeModel(stack, 'Model', { encryptionKey: kms.Key.fromKeyArn(stack, 'Key', KEY_ARN) }),
    modelUpdate,
  });
  (deployment.node.defaultChild as CfnResource).overrideLogicalId('Resource');
  const role = new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
  deployment.grants.invoke(role);

  const roleId = stack.getLogicalId(role.node.defaultChild as CfnElement);
  return Object.values(resources(stack))
    .filter(({ Type, Properties }) => Type === 'AWS::IAM::Policy' && isAttachedTo(roleId, Properties['Roles']))
    .flatMap(({ Properties }) => statementsOf(Properties, { 'Resource.Arn': answeredArn, [roleId]: roleId }));
}

function isAttachedTo(roleId: string, roles: unknown): boolean {
  return (roles as readonly { Ref?: string }[]).some(({ Ref }) => Ref === roleId);
}

function statementsOf(policy: unknown, more: Readonly<Record<string, string>>): Statement[] {
  return (literal(policy, more) as { PolicyDocument: { Statement: Statement[] } }).PolicyDocument.Statement;
}

/** A part of the template after CloudFormation has filled in what it refers to. */
function literal(value: unknown, more: Readonly<Record<string, string>>): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => literal(item, more));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const filled = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, literal(item, more)]));
  const [[name, argument] = ['', undefined], ...others] = Object.entries(filled);
  if (others.length > 0 || !(name === 'Ref' || name.startsWith('Fn::'))) {
    return filled;
  }
  switch (name) {
    case 'Fn::Join':
      return (argument as [string, string[]])[1].join((argument as [string])[0]);
    case 'Fn::Select':
      return (argument as [number, string[]])[1][(argument as [number])[0]];
    case 'Fn::Split':
      return (argument as [string, string])[1].split((argument as [string])[0]);
    case 'Fn::GetAtt':
      return attribute((argument as string[]).join('.'), more);
    case 'Ref':
      return attribute(argument as string, more);
    default:
      throw new Error(`not known here: ${name}`);
  }
}

function attribute(name: string, more: Readonly<Record<string, string>>): string {
  const value = ATTRIBUTES[name] ?? more[name];
  if (value === undefined && !name.startsWith('CustomModelProvider')) {
    throw new Error(`not known here: ${name}`);
  }
  return value ?? name; // the names of policies, and the roles that they are attached to
}
