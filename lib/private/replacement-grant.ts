import type { CfnElement, IResource } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { acknowledge, anyResourceOf, INLINE_POLICY } from './acknowledged';
import { LOGICAL_ID_TAG, STACK_ID_TAG } from './contract';
import { digestOf } from './digest';
import { identityOf, invocationStatement } from './key-use';

/** Converse and ConverseStream have no actions of their own. */
export const INVOKE = ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'];

/** As much of a deployment as the permission to invoke it depends on. */
interface Deployment extends IResource {
  readonly encryptionKey?: kms.IKey;
}

const replaceable = new WeakSet<Deployment>();

/** Tells of a deployment that moving to another model replaces it. */
export function expectReplacement(deployment: Deployment): void {
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
export function grantAcrossReplacement(deployment: Deployment, principal: iam.IPrincipal): void {
  if (!replaceable.has(deployment)) {
    return;
  }
  const statements = statementsFor(deployment);
  if (!takesPolicies(principal)) {
    for (const statement of statements) {
      principal.addToPrincipalPolicy(statement);
    }
    return;
  }
  const id = `Invoke${digest(deployment)}`;
  if (principal.node.tryFindChild(id) !== undefined) {
    return;
  }
  const policy = new iam.Policy(principal, id, { statements });
  acknowledge(
    policy,
    INLINE_POLICY,
    anyResourceOf(
      policy,
      allDeployments(deployment),
      'The ARN of the deployment changes with its model, and the old and the new one are invoked for a while. They carry the tags of one resource.',
    ),
  );
  principal.attachInlinePolicy(policy);
}

function statementsFor(deployment: Deployment): iam.PolicyStatement[] {
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
  return encryptionKey === undefined ? [invoke] : [invoke, invocationStatement(stack, encryptionKey)];
}

function allDeployments({ stack }: Deployment): string {
  return stack.formatArn({ service: 'bedrock', resource: 'custom-model-deployment', resourceName: '*' });
}

function takesPolicies(principal: iam.IPrincipal): principal is iam.IPrincipal & iam.IIdentity & Construct {
  return Construct.isConstruct(principal) && 'attachInlinePolicy' in principal;
}

/** What another policy is needed for. */
function digest({ node, encryptionKey }: Deployment): string {
  return digestOf([node.path, encryptionKey === undefined ? undefined : identityOf(encryptionKey)]);
}
