import { Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct, IDependable } from 'constructs';
import { Dependable } from 'constructs';
import { LazyDependency } from './lazy-dependency';
import type { NagAcknowledgement } from './nag-acknowledgements';
import { acknowledge } from './nag-acknowledgements';
import { maxPolicySize } from './policy-size';

/**
 * What a role may do. It grows with the app by resources, and by a statement only where there is none like it; what no
 * longer fits into the inline policy goes into managed ones.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export class MergedPolicy implements IDependable {
  private readonly parts: PolicyDocumentPart[];
  private readonly acknowledgements: NagAcknowledgement[] = [];

  /**
   * @param inline what the statements go into as long as they fit
   * @param addManaged defines a further policy, with the number that it has among all
   */
  constructor(
    inline: InlinePolicy,
    private readonly addManaged: (number: number) => iam.ManagedPolicy,
  ) {
    this.parts = [new PolicyDocumentPart(inline, inline.budget)];
    Dependable.implement(this, new LazyDependency(() => this.parts.map(({ policy }) => policy)));
  }

  /** Allows what the statements say. Those that differ in their resources alone are one. */
  allow(...statements: iam.PolicyStatement[]): void {
    for (const statement of statements) {
      const part = this.parts.find((one) => one.fits(statement)) ?? this.addPart();
      part.add(statement);
    }
  }

  /** Tells cdk-nag, if the app uses it, that these findings are known. */
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

/** Characters that are left. */
interface SizeBudget {
  left: number;
}

/**
 * Of the 10,240 characters that the inline policies of a role may have in all, some are for what the app itself grants
 * to it.
 */
const INLINE_POLICY_BUDGET = 9_000;
/** And so many each managed one. */
const MANAGED_POLICY_LIMIT = 6_144;

/** An inline policy, which knows the room that its role has for it. */
export class InlinePolicy extends iam.Policy {
  private role?: iam.IRole;

  override attachToRole(role: iam.IRole): void {
    super.attachToRole(role);
    this.role = role;
  }

  /**
   * A role looks at the names of its policies when it takes one more. That alone is no reference, which an empty policy
   * could not have.
   */
  override get policyName(): string {
    return this.physicalName;
  }

  /**
   * Without end where the policy is not attached, and only reported: to a role that takes none, or that the app has
   * customised away.
   */
  get budget(): SizeBudget {
    return this.role === undefined ? { left: Infinity } : budgetOf(this.role);
  }
}

const budgets = new WeakMap<IConstruct, Map<string, SizeBudget>>();

/** One for all stacks of the app that share the role. */
function budgetOf(role: iam.IRole): SizeBudget {
  const ofApp = budgets.get(role.node.root) ?? new Map<string, SizeBudget>();
  budgets.set(role.node.root, ofApp);
  const id = JSON.stringify([role.env.account, Token.isUnresolved(role.roleName) ? role.node.path : role.roleName]);
  const budget = ofApp.get(id) ?? { left: INLINE_POLICY_BUDGET };
  ofApp.set(id, budget);
  return budget;
}

/** One of the policies. */
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

  /** What the policy grows by. */
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
