import type { CfnElement, IResource } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { allResources } from './bedrock-arns';
import { LOGICAL_ID_TAG, STACK_ID_TAG } from './contract';
import { invokerKeyStatement } from './kms-access';
import type { NagAcknowledgement } from './nag-acknowledgements';
import { INLINE_POLICY, wildcardResourceOf } from './nag-acknowledgements';

/** Converse and ConverseStream have no actions of their own. */
export const INVOKE = ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'];

/** The properties of a deployment on which the permission to invoke it depends. */
export interface GrantableDeployment extends IResource {
  readonly encryptionKey?: kms.IKey;
}

/** The permission to invoke every deployment whose tags name the stack and the logical id of this one. */
export function invokeByTags(deployment: GrantableDeployment): iam.PolicyStatement[] {
  const invoke = new iam.PolicyStatement({
    actions: INVOKE,
    resources: [allResources(deployment.stack, 'custom-model-deployment')],
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

export function isIdentity(principal: iam.IPrincipal): principal is iam.IPrincipal & iam.IIdentity & Construct {
  return Construct.isConstruct(principal) && 'attachInlinePolicy' in principal;
}

/**
 * The findings of cdk-nag in an inline policy with that permission.
 *
 * @param reason why the policy names no ARN
 */
export function invokeByTagsAcknowledgements({ stack }: GrantableDeployment, reason: string): NagAcknowledgement[] {
  return [
    INLINE_POLICY,
    wildcardResourceOf(
      stack,
      allResources(stack, 'custom-model-deployment'),
      `${reason} Only deployments with the tags of this one resource are allowed.`,
    ),
  ];
}
