import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { IConstruct } from 'constructs';
import { Construct } from 'constructs';

/**
 * The actions of Bedrock on the key of a model on behalf of those who create and deploy the model.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/encryption-import-model.html
 */
const MODEL_ACTIONS = ['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'];

/**
 * The actions of Bedrock on the key on behalf of those who invoke the model.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/encryption-custom-job.html
 */
const INVOKER_ACTIONS = ['kms:Decrypt'];

/** Actions on a key, and the conditions under which they are allowed. */
export interface KeyAccess {
  readonly actions: string[];
  readonly conditions: Record<string, Record<string, string>>;
}

/** Access to a key, as a statement for an identity-based policy. */
export function keyStatement({ actions, conditions }: KeyAccess, key: kms.IKey): iam.PolicyStatement {
  return new iam.PolicyStatement({ actions, resources: [key.keyArn], conditions });
}

/** Access to the key of a model through Bedrock, as a statement for an identity-based policy. */
export function modelKeyStatement(stack: Stack, key: kms.IKey): iam.PolicyStatement {
  return keyStatement({ actions: MODEL_ACTIONS, conditions: viaBedrock(stack.region) }, key);
}

/** The same for those who invoke the model. */
export function invokerKeyStatement(stack: Stack, key: kms.IKey): iam.PolicyStatement {
  return keyStatement(invokerAccess(stack.region), key);
}

/** Grants the access to the key that invoking the model in this Region requires. */
export function grantKeyToInvoker(stack: Stack, region: string, key: kms.IKey, grantee: iam.IGrantable): iam.Grant {
  allowInvokerInKeyPolicy(stack, region, key, grantee.grantPrincipal);
  const access = invokerAccess(region);
  return iam.Grant.addToPrincipalOrResource({
    // Older releases of aws-cdk-lib, such as 2.257, write only the conditions of the principal into the key's policy.
    grantee: { grantPrincipal: new iam.PrincipalWithConditions(grantee.grantPrincipal, access.conditions) },
    resourceArns: [key.keyArn],
    resource: key,
    resourceSelfArns: ['*'],
    ...access,
  });
}

/**
 * Adds this access to the policy of the key, for a principal whose own policy has it already, or for those of the
 * account.
 */
export function allowInvokerInKeyPolicy(stack: Stack, region: string, key: kms.IKey, principal?: iam.IPrincipal): void {
  const isInStackOfKey = Construct.isConstruct(principal) && Stack.of(principal) === Stack.of(key);
  allowInKeyPolicy(stack, key, invokerAccess(region), isInStackOfKey ? principal : undefined);
}

/** Adds access to the key of a model through Bedrock to the policy of the key. */
export function allowBedrockInKeyPolicy(stack: Stack, key: kms.IKey, identity?: iam.IPrincipal & IConstruct): void {
  allowInKeyPolicy(stack, key, { actions: MODEL_ACTIONS, conditions: viaBedrock(stack.region) }, identity);
}

/** The statements that the key already has: each is added once, because the size of a key policy is limited. */
const allowed = new WeakMap<kms.IKey, Set<string>>();

/**
 * Adds access to the policy of a key, if the key is defined in this app and does not delegate permissions to IAM
 * policies. The principal is the identity or, if the key policy cannot name it, the account, whose IAM policies then
 * decide.
 */
export function allowInKeyPolicy(
  stack: Stack,
  key: kms.IKey,
  { actions, conditions }: KeyAccess,
  identity?: iam.IPrincipal & IConstruct,
): void {
  const known = allowed.get(key) ?? new Set();
  allowed.set(key, known);
  const who = JSON.stringify([actions, conditions, identity?.node.path ?? stack.account]);
  if (known.has(who)) {
    return;
  }
  known.add(who);
  key.grant(
    new PrincipalWithStatement(identity ?? new iam.AccountPrincipal(stack.account), conditions, key),
    ...actions,
  );
}

/** Values that distinguish a key from every other key of the app. */
export function keyIdentity(key: kms.IKey): unknown[] {
  return [key.node.path, Stack.of(key).resolve(key.keyArn)];
}

/** A principal whose identity-based policy already has the statement. */
class PrincipalWithStatement extends iam.PrincipalWithConditions {
  constructor(
    principal: iam.IPrincipal,
    conditions: iam.Conditions,
    private readonly key: kms.IKey,
  ) {
    super(principal, conditions);
  }

  override addToPrincipalPolicy(): iam.AddToPrincipalPolicyResult {
    return { statementAdded: true, policyDependable: this.key };
  }
}

function invokerAccess(region: string): KeyAccess {
  return { actions: INVOKER_ACTIONS, conditions: viaBedrock(region) };
}

function viaBedrock(region: string): KeyAccess['conditions'] {
  return { StringEquals: { 'kms:ViaService': `bedrock.${region}.amazonaws.com` } };
}
