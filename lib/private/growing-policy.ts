import type * as iam from 'aws-cdk-lib/aws-iam';

/**
 * A policy that grows with the app by resources, and by a statement only where there is none like it: the inline policies of a role may have
 * 10,240 characters in all.
 */
export class GrowingPolicy {
  private readonly statements = new Map<string, iam.PolicyStatement>();

  public constructor(private readonly policy: iam.Policy) {}

  /** Allows what the statements say. Those that differ in their resources alone are one. */
  public allow(...statements: iam.PolicyStatement[]): void {
    for (const statement of statements) {
      const like = JSON.stringify([statement.actions, statement.conditions]);
      const first = this.statements.get(like);
      if (first === undefined) {
        this.statements.set(like, statement);
        this.policy.addStatements(statement);
      } else {
        first.addResources(...statement.resources);
      }
    }
  }
}
