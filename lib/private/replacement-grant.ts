import * as iam from 'aws-cdk-lib/aws-iam';
import type { GrantableDeployment } from './invoke-by-tags';
import { invokeByTags, invokeByTagsAcknowledgements, isIdentity } from './invoke-by-tags';
import { keyIdentity } from './kms-access';
import { acknowledge } from './nag-acknowledgements';
import { shortHash } from './short-hash';

const replaceable = new WeakSet<GrantableDeployment>();

/** Marks a deployment that CloudFormation replaces when its model changes. */
export function markReplaceable(deployment: GrantableDeployment): void {
  replaceable.add(deployment);
}

/**
 * Allows a principal to invoke both the old and the new deployment during a replacement, while CloudFormation updates
 * one policy and function after the other with the new ARN. It allows every deployment whose tags name the stack and
 * the logical id of the deployment.
 *
 * The permission is in a separate policy that names neither ARN, so that it does not depend on the new deployment. The
 * policy has another id for another key, so that CloudFormation creates the policy for the new key first and deletes
 * the policy for the old key last.
 */
export function grantInvokeDuringReplacement(deployment: GrantableDeployment, principal: iam.IPrincipal): void {
  if (!replaceable.has(deployment)) {
    return;
  }
  const statements = invokeByTags(deployment);
  if (!isIdentity(principal)) {
    for (const statement of statements) {
      principal.addToPrincipalPolicy(statement);
    }
    return;
  }
  const id = `Invoke${hash(deployment)}`;
  if (principal.node.tryFindChild(id) !== undefined) {
    return;
  }
  const policy = new iam.Policy(principal, id, { statements });
  const reason =
    'The ARN of the deployment changes with its model, and for a while clients invoke both the old and the new one.';
  acknowledge(policy, ...invokeByTagsAcknowledgements(deployment, reason));
  principal.attachInlinePolicy(policy);
}

/** The part of the policy id that changes with the deployment and the key. */
function hash({ node, encryptionKey }: GrantableDeployment): string {
  return shortHash([node.path, encryptionKey === undefined ? undefined : keyIdentity(encryptionKey)]);
}
