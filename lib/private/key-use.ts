import type { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';

/**
 * What Bedrock does with the key of a model on behalf of those who make and deploy it.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/encryption-import-model.html
 */
const USE = ['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'];

/** The use of a key through Bedrock, for the policy of an identity. */
export function useStatement(stack: Stack, key: kms.IKey): iam.PolicyStatement {
  return new iam.PolicyStatement({
    actions: USE,
    resources: [key.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': bedrockOf(stack) } },
  });
}

/** Whom the policy of a key was made to trust already: it has no end of room. */
const trusted = new WeakMap<kms.IKey, Set<string>>();

/**
 * The same for the policy of the key, if it is a key of this app that does not leave its use to the policies of identities: for a role, or, where
 * the key's policy cannot name that, for the account, whose own policies then say who.
 */
export function trustThroughBedrock(stack: Stack, key: kms.IKey, role?: iam.IRole): void {
  const those = trusted.get(key) ?? new Set();
  trusted.set(key, those);
  const who = `${role?.roleArn ?? stack.account} by ${bedrockOf(stack)}`;
  if (those.has(who)) return;
  those.add(who);
  key.grant(new ThroughBedrock(stack, key, role ?? new iam.AccountPrincipal(stack.account)), ...USE);
}

/** An identity whose own policy has `useStatement` already. */
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

function bedrockOf(stack: Stack): string {
  return `bedrock.${stack.region}.amazonaws.com`;
}
