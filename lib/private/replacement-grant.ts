import type { CfnElement, IResource } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { LOGICAL_ID_TAG, STACK_ID_TAG } from './contract';
import { invokerKeyStatement,keyIdentity } from './kms-access';
import { acknowledge, INLINE_POLICY,wildcardResourceOf } from './nag-acknowledgements';
import { shortHash } from './short-hash';

/** Converse and ConverseStream have no actions of their own. */
export const INVOKE = ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'];

/** As much of a deployment as the permission to invoke it depends on. */
interface GrantableDeployment extends IResource {
  readonly encryptionKey?: kms.IKey;
}

const replaceable = new WeakSet<GrantableDeployment>();

/** Tells of a deployment that moving to another model replaces it. */
export function markReplaceable(deployment: GrantableDeployment): void {
  replaceable.add(deployment);
}

/**
 * Lets a principal invoke both, the deployment that is replaced and the one that takes its place, while CloudFormation
 * hands the new ARN to one policy and function after the other: whatever carries the tags of the deployment's stack and
 * logical id.
 *
 * In a policy of its own, which names neither ARN, so that it does not wait for the new deployment; and which is
 * another one for another key, so that the new key's comes first and the old key's goes last.
 */
export function grantInvokeDuringReplacement(deployment: GrantableDeployment, principal: iam.IPrincipal): void {
  if (!replaceable.has(deployment)) {
    return;
  }
  const statements = statementsFor(deployment);
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
      'The ARN of the deployment changes with its model, and the old and the new one are invoked for a while. They carry the tags of one resource.',
    ),
  );
  principal.attachInlinePolicy(policy);
}

function statementsFor(deployment: GrantableDeployment): iam.PolicyStatement[] {
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

function allDeployments({ stack }: GrantableDeployment): string {
  return stack.formatArn({ service: 'bedrock', resource: 'custom-model-deployment', resourceName: '*' });
}

function isIdentity(principal: iam.IPrincipal): principal is iam.IPrincipal & iam.IIdentity & Construct {
  return Construct.isConstruct(principal) && 'attachInlinePolicy' in principal;
}

/** What another policy is needed for. */
function hash({ node, encryptionKey }: GrantableDeployment): string {
  return shortHash([node.path, encryptionKey === undefined ? undefined : keyIdentity(encryptionKey)]);
}
