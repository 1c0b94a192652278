import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { IConstruct } from 'constructs';
import { Construct } from 'constructs';

/**
 * What Bedrock does with the key of a model on behalf of those who make and deploy it.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/encryption-import-model.html
 */
const MODEL_ACTIONS = ['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'];

/**
 * And on behalf of those who invoke it.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/encryption-custom-job.html
 */
const INVOKER_ACTIONS = ['kms:Decrypt'];

/** What is done with a key, and when it may be. */
export interface KeyAccess {
  readonly actions: string[];
  readonly conditions: Record<string, Record<string, string>>;
}

/** A use of a key, for the policy of an identity. */
export function keyStatement({ actions, conditions }: KeyAccess, key: kms.IKey): iam.PolicyStatement {
  return new iam.PolicyStatement({ actions, resources: [key.keyArn], conditions });
}

/** The use of a key through Bedrock, for the policy of an identity. */
export function modelKeyStatement(stack: Stack, key: kms.IKey): iam.PolicyStatement {
  return keyStatement({ actions: MODEL_ACTIONS, conditions: viaBedrock(stack) }, key);
}

/** The same, for those who invoke what is encrypted with the key. */
export function invokerKeyStatement(stack: Stack, key: kms.IKey): iam.PolicyStatement {
  return keyStatement({ actions: INVOKER_ACTIONS, conditions: viaBedrock(stack) }, key);
}

/** Lets somebody invoke what is encrypted with the key. */
export function grantKeyToInvoker(stack: Stack, key: kms.IKey, grantee: iam.IGrantable): iam.Grant {
  const { grantPrincipal } = grantee;
  const isInStackOfKey = Construct.isConstruct(grantPrincipal) && Stack.of(grantPrincipal) === Stack.of(key);
  allowBedrockInKeyPolicy(stack, key, isInStackOfKey ? grantPrincipal : undefined, INVOKER_ACTIONS);
  return iam.Grant.addToPrincipalOrResource({
    grantee,
    actions: INVOKER_ACTIONS,
    resourceArns: [key.keyArn],
    resource: key,
    resourceSelfArns: ['*'],
    conditions: viaBedrock(stack),
  });
}

/** The use of a key through Bedrock, for the policy of the key. */
export function allowBedrockInKeyPolicy(
  stack: Stack,
  key: kms.IKey,
  identity?: iam.IPrincipal & IConstruct,
  actions = MODEL_ACTIONS,
): void {
  allowInKeyPolicy(stack, key, { actions, conditions: viaBedrock(stack) }, identity);
}

/** Whom the policy of a key was made to trust already: it has no end of room. */
const allowed = new WeakMap<kms.IKey, Set<string>>();

/**
 * A use of a key, for the policy of the key, if it is a key of this app that does not leave its use to the policies of
 * identities: for an identity, or, where the key's policy cannot name that, for the account, whose own policies then
 * say who.
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

/** What tells a key from every other one of the app. */
export function keyIdentity(key: kms.IKey): unknown[] {
  return [key.node.path, Stack.of(key).resolve(key.keyArn)];
}

/** An identity whose own policy has the statement already. */
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

function viaBedrock(stack: Stack): KeyAccess['conditions'] {
  return { StringEquals: { 'kms:ViaService': `bedrock.${stack.region}.amazonaws.com` } };
}
