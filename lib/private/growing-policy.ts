import { Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct, IDependable } from 'constructs';
import { Dependable } from 'constructs';
import type { Finding } from './acknowledged';
import { acknowledge } from './acknowledged';
import { LateDependency } from './late-dependency';
import { longestSize } from './policy-size';

/**
 * What a role may do. It grows with the app by resources, and by a statement only where there is none like it; what no
 * longer fits into the inline policy goes into managed ones.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export class GrowingPolicy implements IDependable {
  private readonly parts: Part[];
  private readonly findings: Finding[] = [];

  /**
   * @param inline what the statements go into as long as they fit
   * @param addManaged defines a further policy, with the number that it has among all
   */
  constructor(
    inline: InlinePolicy,
    private readonly addManaged: (number: number) => iam.ManagedPolicy,
  ) {
    this.parts = [new Part(inline, inline.room)];
    Dependable.implement(this, new LateDependency(() => this.parts.map(({ policy }) => policy)));
  }

  /** Allows what the statements say. Those that differ in their resources alone are one. */
  allow(...statements: iam.PolicyStatement[]): void {
    for (const statement of statements) {
      const part = this.parts.find((one) => one.hasRoomFor(statement)) ?? this.addPart();
      part.put(statement);
    }
  }

  /** Tells cdk-nag, if the app uses it, that these findings are known. */
  acknowledge(...findings: Finding[]): void {
    this.findings.push(...findings);
    for (const { policy } of this.parts) {
      acknowledge(policy, ...findings);
    }
  }

  private addPart(): Part {
    const part = new Part(this.addManaged(this.parts.length + 1), { left: MANAGED });
    this.parts.push(part);
    acknowledge(part.policy, ...this.findings);
    return part;
  }
}

/** Characters that are left. */
interface Room {
  left: number;
}

/**
 * Of the 10,240 characters that the inline policies of a role may have in all, some are for what the app itself grants
 * to it.
 */
const INLINE = 9_000;
/** And so many each managed one. */
const MANAGED = 6_144;

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
  get room(): Room {
    return this.role === undefined ? { left: Infinity } : roomOf(this.role);
  }
}

const rooms = new WeakMap<IConstruct, Map<string, Room>>();

/** One for all stacks of the app that share the role. */
function roomOf(role: iam.IRole): Room {
  const ofApp = rooms.get(role.node.root) ?? new Map<string, Room>();
  rooms.set(role.node.root, ofApp);
  const id = JSON.stringify([role.env.account, Token.isUnresolved(role.roleName) ? role.node.path : role.roleName]);
  const room = ofApp.get(id) ?? { left: INLINE };
  ofApp.set(id, room);
  return room;
}

/** One of the policies. */
class Part {
  private readonly statements = new Map<string, iam.PolicyStatement>();

  constructor(
    readonly policy: iam.Policy | iam.ManagedPolicy,
    private readonly room: Room,
  ) {}

  hasRoomFor(statement: iam.PolicyStatement): boolean {
    return this.sizeOf(statement) <= this.room.left;
  }

  put(statement: iam.PolicyStatement): void {
    this.room.left -= this.sizeOf(statement);
    const like = this.statements.get(kindOf(statement));
    if (like === undefined) {
      this.statements.set(kindOf(statement), statement);
      this.policy.addStatements(statement);
    } else {
      like.addResources(...statement.resources);
    }
  }

  /** What the policy grows by. */
  private sizeOf(statement: iam.PolicyStatement): number {
    const like = this.statements.get(kindOf(statement));
    const parts =
      like === undefined
        ? [statement.toStatementJson()]
        : statement.resources.filter((resource) => !like.resources.includes(resource));
    return parts.reduce<number>((sum, part) => sum + longestSize(Stack.of(this.policy).resolve(part)) + ','.length, 0);
  }
}

function kindOf(statement: iam.PolicyStatement): string {
  return JSON.stringify([statement.actions, statement.conditions]);
}
