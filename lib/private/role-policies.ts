import type * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct, IDependable } from 'constructs';
import { Dependable } from 'constructs';
import { LazyDependency, lazyDependency } from './lazy-dependency';

/**
 * A dependency on the separate policies of a role. A resource that refers to the ARN of the role already depends on the
 * role itself; a second, explicit dependency on the role would be a finding of cfn-lint (W3005).
 */
export function rolePolicies(role: iam.IRole): IDependable {
  return lazyDependency(() => childPolicies(role));
}

/** Makes dependents of a role depend on its policies, and no longer on the role itself. */
export function dependOnPoliciesOnly<T extends iam.IRole>(role: T): T {
  Dependable.implement(role, new LazyDependency(() => childPolicies(role)));
  return role;
}

function childPolicies(role: iam.IRole): IConstruct[] {
  return role.node.children.filter((child) => child !== role.node.defaultChild);
}
