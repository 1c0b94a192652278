import type { CfnElement, IResource } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { LOGICAL_ID_TAG, STACK_ID_TAG } from './contract';
import { invokerKeyStatement, keyIdentity } from './kms-access';
import { acknowledge, INLINE_POLICY, wildcardResourceOf } from './nag-acknowledgements';
import { shortHash } from './short-hash';

/** Converse and ConverseStream have no actions of their own. */
export const INVOKE = ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'];

/** The properties of a deployment on which the permission to invoke it depends. */
export interface GrantableDeployment extends IResource {
  readonly encryptionKey?: kms.IKey;
}

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
  acknowledge(
    policy,
    INLINE_POLICY,
    wildcardResourceOf(
      policy,
      allDeployments(deployment),
      'The ARN of the deployment changes with its model, and for a while clients invoke both the old and the new one. Only deployments with the tags of this one resource are allowed.',
    ),
  );
  principal.attachInlinePolicy(policy);
}

/** The permission to invoke every deployment whose tags name the stack and the logical id of this one. */
export function invokeByTags(deployment: GrantableDeployment): iam.PolicyStatement[] {
  const invoke = new iam.PolicyStatement({
    actions: INVOKE,
    resources: [allDeployments(deployment)],
    conditions: {
      StringEquals: {
        [`aws:ResourceTag/${STACK_ID_TAG}`]: deployment.stack.stackId,
        [`aws:ResourceTag/${LOGICAL_ID_TAG}`]: (deployment.node.defaultChild as CfnElement).logicalId,
      },
    },
  });
  const { encryptionKey, stack } = deployment;
  return encryptionKey === undefined ? [invoke] : [invoke, invokerKeyStatement(stack, encryptionKey)];
}

export function allDeployments({ stack }: GrantableDeployment): string {
  return stack.formatArn({ service: 'bedrock', resource: 'custom-model-deployment', resourceName: '*' });
}

export function isIdentity(principal: iam.IPrincipal): principal is iam.IPrincipal & iam.IIdentity & Construct {
  return Construct.isConstruct(principal) && 'attachInlinePolicy' in principal;
}

/** The part of the policy id that changes with the deployment and the key. */
function hash({ node, encryptionKey }: GrantableDeployment): string {
  return shortHash([node.path, encryptionKey === undefined ? undefined : keyIdentity(encryptionKey)]);
}
