import { Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct, IDependable } from 'constructs';
import { Dependable } from 'constructs';
import { LazyDependency } from './lazy-dependency';
import type { NagAcknowledgement } from './nag-acknowledgements';
import { acknowledge } from './nag-acknowledgements';
import { maxPolicySize } from './policy-size';

/**
 * The policies of one role, to which constructs add statements. Statements that differ only in their resources are
 * merged into one. Statements that exceed the size limit of the inline policy go into managed policies.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export class MergedPolicy implements IDependable {
  private readonly parts: PolicyDocumentPart[];
  private readonly acknowledgements: NagAcknowledgement[] = [];

  /**
   * @param inline the policy that takes statements until its budget is used up
   * @param addManaged defines a further policy, given its number among all policies of the role
   */
  constructor(
    inline: InlinePolicy,
    private readonly addManaged: (number: number) => iam.ManagedPolicy,
  ) {
    this.parts = [new PolicyDocumentPart(inline, inline.budget)];
    Dependable.implement(this, new LazyDependency(() => this.parts.map(({ policy }) => policy)));
  }

  /** Adds statements. */
  allow(...statements: iam.PolicyStatement[]): void {
    for (const statement of statements) {
      const part = this.parts.find((one) => one.fits(statement)) ?? this.addPart();
      part.add(statement);
    }
  }

  /** Acknowledges findings of cdk-nag in all of the policies. */
  acknowledge(...acknowledgements: NagAcknowledgement[]): void {
    this.acknowledgements.push(...acknowledgements);
    for (const { policy } of this.parts) {
      acknowledge(policy, ...acknowledgements);
    }
  }

  private addPart(): PolicyDocumentPart {
    const part = new PolicyDocumentPart(this.addManaged(this.parts.length + 1), { left: MANAGED_POLICY_LIMIT });
    this.parts.push(part);
    acknowledge(part.policy, ...this.acknowledgements);
    return part;
  }
}

/** The number of characters that are left. */
interface SizeBudget {
  left: number;
}

/**
 * IAM allows 10,240 characters for all inline policies of a role. The rest is for statements that the app itself adds
 * to the role.
 */
const INLINE_POLICY_BUDGET = 9_000;
/** IAM allows this number of characters for a managed policy. */
const MANAGED_POLICY_LIMIT = 6_144;

/** An inline policy that knows the size budget of its role. */
export class InlinePolicy extends iam.Policy {
  private role?: iam.IRole;

  override attachToRole(role: iam.IRole): void {
    super.attachToRole(role);
    this.role = role;
  }

  /**
   * A role reads the names of its policies when another one is attached. The CDK would count that as a reference to
   * this policy, and refuses references to an empty policy.
   */
  override get policyName(): string {
    return this.physicalName;
  }

  /**
   * Unlimited if the policy is only reported and not attached: to a role that accepts no policies, or that the app
   * customizes away.
   */
  get budget(): SizeBudget {
    return this.role === undefined ? { left: Infinity } : budgetOf(this.role);
  }
}

const budgets = new WeakMap<IConstruct, Map<string, SizeBudget>>();

/** All stacks of the app that share a role share its budget. */
function budgetOf(role: iam.IRole): SizeBudget {
  const ofApp = budgets.get(role.node.root) ?? new Map<string, SizeBudget>();
  budgets.set(role.node.root, ofApp);
  const id = JSON.stringify([role.env.account, Token.isUnresolved(role.roleName) ? role.node.path : role.roleName]);
  const budget = ofApp.get(id) ?? { left: INLINE_POLICY_BUDGET };
  ofApp.set(id, budget);
  return budget;
}

/** One of the policies, with the statements in it. */
class PolicyDocumentPart {
  private readonly statements = new Map<string, iam.PolicyStatement>();

  constructor(
    readonly policy: iam.Policy | iam.ManagedPolicy,
    private readonly budget: SizeBudget,
  ) {}

  fits(statement: iam.PolicyStatement): boolean {
    return this.growth(statement) <= this.budget.left;
  }

  add(statement: iam.PolicyStatement): void {
    this.budget.left -= this.growth(statement);
    const mergeable = this.statements.get(mergeKey(statement));
    if (mergeable === undefined) {
      this.statements.set(mergeKey(statement), statement);
      this.policy.addStatements(statement);
    } else {
      mergeable.addResources(...statement.resources);
    }
  }

  /** The number of characters that the statement adds to the policy. */
  private growth(statement: iam.PolicyStatement): number {
    const mergeable = this.statements.get(mergeKey(statement));
    const parts =
      mergeable === undefined
        ? [statement.toStatementJson()]
        : statement.resources.filter((resource) => !mergeable.resources.includes(resource));
    return parts.reduce<number>(
      (sum, part) => sum + maxPolicySize(Stack.of(this.policy).resolve(part)) + ','.length,
      0,
    );
  }
}

function mergeKey(statement: iam.PolicyStatement): string {
  return JSON.stringify([statement.actions, statement.conditions]);
}
