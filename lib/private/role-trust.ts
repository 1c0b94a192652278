import { CfnResource, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';

/**
 * Reports an error at synthesis if a role that the app defines lets no such service assume it. At synthesis, because
 * the trust policy can be extended until then. Of a role that exists already nothing is known.
 */
export function requireTrust(scope: IConstruct, property: string, role: iam.IRole | undefined, service: string): void {
  const definition = role?.node.defaultChild;
  if (role === undefined || !isRoleDefinition(definition)) {
    return;
  }
  scope.node.addValidation({
    validate: () =>
      mayTrust(Stack.of(role).resolve(definition.assumeRolePolicyDocument), service)
        ? []
        : [
            `${property} must be a role that ${service} can assume, got ${role.node.path}, whose trust policy does not name ` +
              `that service: add new iam.ServicePrincipal('${service}') to it`,
          ],
  });
}

function isRoleDefinition(construct: IConstruct | undefined): construct is iam.CfnRole {
  return CfnResource.isCfnResource(construct) && construct.cfnResourceType === iam.CfnRole.CFN_RESOURCE_TYPE_NAME;
}

/** Whether the trust policy names the service, or has something in its place that is only known at deploy time. */
function mayTrust(policy: unknown, service: string): boolean {
  const { Statement: statements } = policy as { readonly Statement?: unknown };
  return !Array.isArray(statements) || statements.some((statement) => mayAllow(statement as object, service));
}

function mayAllow(statement: { readonly Effect?: unknown; readonly Principal?: unknown }, service: string): boolean {
  const { Effect: effect, Principal: principal } = statement;
  if (effect === 'Deny') {
    return false;
  }
  if (typeof principal !== 'object' || principal === null) {
    return true; // anybody, or all but some
  }
  return Object.entries(principal).some(
    ([kind, values]) =>
      !KINDS.includes(kind) ||
      [values].flat().some((one) => one === '*' || (kind === 'Service' && mayBe(one, service))),
  );
}

/** The kinds of principals. Anything else in their place is an intrinsic function. */
const KINDS = ['AWS', 'CanonicalUser', 'Federated', 'Service'];

/** A service may have another name in a Region: `states.<region>.amazonaws.com`. */
function mayBe(principal: unknown, service: string): boolean {
  return typeof principal !== 'string' || principal.split('.')[0] === service.split('.')[0];
}
