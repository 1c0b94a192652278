import type * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct, IDependable } from 'constructs';
import { Dependable } from 'constructs';
import { LazyDependency,lazyDependency } from './lazy-dependency';

/**
 * The policies that a role has beside itself: what to depend on where the role's ARN is used, since that waits for the
 * role alone. To wait for the role in both ways is once too often for cfn-lint (W3005).
 */
export function rolePolicies(role: iam.IRole): IDependable {
  return lazyDependency(() => childPolicies(role));
}

/** Makes what depends on a role depend on its policies, and no longer on the role too. */
export function dependOnPoliciesOnly<T extends iam.IRole>(role: T): T {
  Dependable.implement(role, new LazyDependency(() => childPolicies(role)));
  return role;
}

function childPolicies(role: iam.IRole): IConstruct[] {
  return role.node.children.filter((child) => child !== role.node.defaultChild);
}
