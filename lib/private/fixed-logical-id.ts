import type { CfnElement } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * Gives a resource a logical id that does not depend on the construct path of the provider: CloudFormation refuses to
 * change a service token. A role that the app customizes away (`iam.Role.customizeRoles`) has no resource.
 */
export function fixed<T extends Construct>(construct: T): T {
  (construct.node.defaultChild as CfnElement | undefined)?.overrideLogicalId(fixedId(construct.node.id));
  return construct;
}

export function fixedId(id: string): string {
  return `CustomModelProvider${id}`;
}
