import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct, IConstruct } from 'constructs';
import type { GrantableDeployment } from './invoke-by-tags';
import { invokeByTags, invokeByTagsAcknowledgements, isIdentity } from './invoke-by-tags';
import { allowInvokerInKeyPolicy } from './kms-access';
import { InlinePolicy } from './merged-policy';
import { acknowledge } from './nag-acknowledgements';
import { referencedBy, withDependencies } from './references';
import { shortHash } from './short-hash';
import { uniqueToStack } from './stack-unique-name';

/**
 * Allows the gate functions of a deployment to invoke it before its ARN is known: every deployment whose tags name the
 * stack and the logical id. The policy is in the stack of the deployment, because it may be that of another stack that
 * has the function, and two stacks may share one.
 */
export function allowGateFunctions(
  deployment: GrantableDeployment & Construct,
  functions: readonly lambda.IFunction[],
): void {
  const { node, stack, encryptionKey } = deployment;
  const policy = new InlinePolicy(deployment, 'GateFunctions', {
    policyName: uniqueToStack(stack, `CustomModelGateFunctions${shortHash(node.path)}`),
    statements: invokeByTags(deployment),
  });
  const reason = 'The function must be able to invoke the deployment before its ARN is known.';
  acknowledge(policy, ...invokeByTagsAcknowledgements(deployment, reason));
  for (const principal of new Set(functions.map(({ grantPrincipal }) => grantPrincipal))) {
    if (isIdentity(principal)) {
      principal.attachInlinePolicy(policy);
    } else {
      invokeByTags(deployment).forEach((statement) => principal.addToPrincipalPolicy(statement));
    }
    if (encryptionKey !== undefined) {
      allowInvokerInKeyPolicy(stack, stack.region, encryptionKey, principal);
    }
  }
  node.defaultChild?.node.addDependency(policy);
}

/**
 * Reports an error at synthesis if a gate function depends on a deployment that waits for gate functions: such
 * deployments depend on all gate functions of the stack.
 *
 * @param callers the deployments of the stack that wait for gate functions, to which others may be added
 */
export function refuseCycles(
  deployment: GrantableDeployment,
  functions: readonly lambda.IFunction[],
  callers: readonly GrantableDeployment[],
): void {
  deployment.node.addValidation({
    validate: () =>
      functions.flatMap((one) => {
        const dependencies: ReadonlySet<unknown> = withDependencies(referencedBy(deployment, one.functionArn));
        const needed = callers.filter(({ node }) => dependencies.has(node.defaultChild));
        if (needed.includes(deployment)) {
          return [dependsOnOwn(one)];
        }
        return needed.slice(0, 1).map((other) => dependsOnOther(one, other));
      }),
  });
}

function dependsOnOwn({ node }: lambda.IFunction): string {
  return (
    `gates must not call a function that depends on the deployment, got ${node.path}: neither could be created first. ` +
    'Remove what refers to the deployment (in the environment of the function, or grants.invoke()), and use deploymentArn ' +
    'of its event instead. The library already allows it to invoke the deployment'
  );
}

function dependsOnOther({ node }: lambda.IFunction, other: IConstruct): string {
  return (
    `gates must not call a function that depends on another deployment with gate functions, got ${node.path}, which ` +
    `depends on ${other.node.path}: neither could be created first. Remove what refers to that deployment, ` +
    'or define it in another stack'
  );
}
