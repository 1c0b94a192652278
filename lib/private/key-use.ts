import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
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

/** The use of a key through Bedrock, for the policy of an identity. */
export function useStatement(stack: Stack, key: kms.IKey): iam.PolicyStatement {
  return new iam.PolicyStatement({ actions: USE, resources: [key.keyArn], conditions: throughBedrock(stack) });
}

/** The same, for those who invoke what is encrypted with the key. */
export function invocationStatement(stack: Stack, key: kms.IKey): iam.PolicyStatement {
  return new iam.PolicyStatement({ actions: INVOCATION, resources: [key.keyArn], conditions: throughBedrock(stack) });
}

/** Lets somebody invoke what is encrypted with the key. */
export function grantInvocation(stack: Stack, key: kms.IKey, grantee: iam.IGrantable): iam.Grant {
  const { grantPrincipal } = grantee;
  const isBesideKey = Construct.isConstruct(grantPrincipal) && Stack.of(grantPrincipal) === Stack.of(key);
  trustThroughBedrock(stack, key, isBesideKey ? grantPrincipal : undefined, INVOCATION);
  return iam.Grant.addToPrincipalOrResource({
    grantee, actions: INVOCATION, resourceArns: [key.keyArn], resource: key, resourceSelfArns: ['*'], conditions: throughBedrock(stack),
  });
}

/** Whom the policy of a key was made to trust already: it has no end of room. */
const trusted = new WeakMap<kms.IKey, Set<string>>();

/**
 * The use of a key through Bedrock, for the policy of the key, if it is a key of this app that does not leave its use to the policies of identities:
 * for an identity, or, where the key's policy cannot name that, for the account, whose own policies then say who.
 */
export function trustThroughBedrock(stack: Stack, key: kms.IKey, identity?: iam.IPrincipal & IConstruct, actions = USE): void {
  const those = trusted.get(key) ?? new Set();
  trusted.set(key, those);
  const who = `${actions.join()} for ${identity?.node.path ?? stack.account} by ${bedrockOf(stack)}`;
  if (those.has(who)) return;
  those.add(who);
  key.grant(new ThroughBedrock(stack, key, identity ?? new iam.AccountPrincipal(stack.account)), ...actions);
}

/** An identity whose own policy has the statement already. */
class ThroughBedrock extends kms.ViaServicePrincipal {
  public override readonly principalAccount: string;

  public constructor(stack: Stack, private readonly key: kms.IKey, principal: iam.IPrincipal) {
    super(bedrockOf(stack), principal);
    this.principalAccount = stack.account;
  }

  public override addToPrincipalPolicy(): iam.AddToPrincipalPolicyResult {
    return { statementAdded: true, policyDependable: this.key };
  }
}

function throughBedrock(stack: Stack): Record<string, Record<string, string>> {
  return { StringEquals: { 'kms:ViaService': bedrockOf(stack) } };
}

function bedrockOf(stack: Stack): string {
  return `bedrock.${stack.region}.amazonaws.com`;
}
