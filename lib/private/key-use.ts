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
const USE = ['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'];

/**
 * And on behalf of those who invoke it.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/encryption-custom-job.html
 */
const INVOCATION = ['kms:Decrypt'];

/** What is done with a key, and when it may be. */
export interface KeyUse {
  readonly actions: string[];
  readonly conditions: Record<string, Record<string, string>>;
}

/** A use of a key, for the policy of an identity. */
export function statementOf({ actions, conditions }: KeyUse, key: kms.IKey): iam.PolicyStatement {
  return new iam.PolicyStatement({ actions, resources: [key.keyArn], conditions });
}

/** The use of a key through Bedrock, for the policy of an identity. */
export function useStatement(stack: Stack, key: kms.IKey): iam.PolicyStatement {
  return statementOf({ actions: USE, conditions: throughBedrock(stack) }, key);
}

/** The same, for those who invoke what is encrypted with the key. */
export function invocationStatement(stack: Stack, key: kms.IKey): iam.PolicyStatement {
  return statementOf({ actions: INVOCATION, conditions: throughBedrock(stack) }, key);
}

/** Lets somebody invoke what is encrypted with the key. */
export function grantInvocation(stack: Stack, key: kms.IKey, grantee: iam.IGrantable): iam.Grant {
  const { grantPrincipal } = grantee;
  const isBesideKey = Construct.isConstruct(grantPrincipal) && Stack.of(grantPrincipal) === Stack.of(key);
  trustThroughBedrock(stack, key, isBesideKey ? grantPrincipal : undefined, INVOCATION);
  return iam.Grant.addToPrincipalOrResource({
    grantee,
    actions: INVOCATION,
    resourceArns: [key.keyArn],
    resource: key,
    resourceSelfArns: ['*'],
    conditions: throughBedrock(stack),
  });
}

/** The use of a key through Bedrock, for the policy of the key. */
export function trustThroughBedrock(
  stack: Stack,
  key: kms.IKey,
  identity?: iam.IPrincipal & IConstruct,
  actions = USE,
): void {
  trust(stack, key, { actions, conditions: throughBedrock(stack) }, identity);
}

/** Whom the policy of a key was made to trust already: it has no end of room. */
const trusted = new WeakMap<kms.IKey, Set<string>>();

/**
 * A use of a key, for the policy of the key, if it is a key of this app that does not leave its use to the policies of
 * identities: for an identity, or, where the key's policy cannot name that, for the account, whose own policies then
 * say who.
 */
export function trust(
  stack: Stack,
  key: kms.IKey,
  { actions, conditions }: KeyUse,
  identity?: iam.IPrincipal & IConstruct,
): void {
  const those = trusted.get(key) ?? new Set();
  trusted.set(key, those);
  const who = JSON.stringify([actions, conditions, identity?.node.path ?? stack.account]);
  if (those.has(who)) {
    return;
  }
  those.add(who);
  key.grant(new AllowedAlready(identity ?? new iam.AccountPrincipal(stack.account), conditions, key), ...actions);
}

/** What tells a key from every other one of the app. */
export function identityOf(key: kms.IKey): unknown[] {
  return [key.node.path, Stack.of(key).resolve(key.keyArn)];
}

/** An identity whose own policy has the statement already. */
class AllowedAlready extends iam.PrincipalWithConditions {
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

function throughBedrock(stack: Stack): KeyUse['conditions'] {
  return { StringEquals: { 'kms:ViaService': `bedrock.${stack.region}.amazonaws.com` } };
}
