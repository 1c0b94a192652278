import type { Provisioned } from '../provisioner';
import { listOf, type Statement } from './evaluator';

type PolicyProperties = Readonly<Record<string, unknown>>;

interface Document {
  readonly Statement: readonly Statement[] | Statement;
}

/** What one resource of a template says of roles, from some moment on. */
interface Version {
  readonly since: number;
  /** The names of the roles whose policy it is. */
  readonly roles: readonly string[];
  readonly statements: readonly Statement[];
  /** The ARNs of managed policies that are attached to these roles. */
  readonly attached: readonly string[];
}

const NOTHING = { roles: [], statements: [], attached: [] };

/**
 * The policies of roles, as the templates that are deployed have them at this moment.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
 */
export class PolicyStore {
  /** By the name of a role, the ARN of a managed policy, or the id of a policy resource; the oldest version first. */
  private readonly versions = new Map<string, Version[]>();

  constructor(
    private readonly now: () => number,
    /**
     * ms until a change takes effect:
     * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
     */
    private readonly propagation: () => number = () => 0,
  ) {}

  put(type: string, { physicalId }: Provisioned, properties: PolicyProperties): void {
    this.change(`${type} ${physicalId}`, whatItSays(type, physicalId, properties));
  }

  remove(type: string, physicalId: string): void {
    if (this.versions.has(`${type} ${physicalId}`)) {
      this.change(`${type} ${physicalId}`, NOTHING);
    }
  }

  /** All that is in effect for a role. */
  statementsOf(role: string, at = this.now()): Statement[] {
    const inEffect = [...this.versions].flatMap(([key, versions]) => {
      const version = versions.filter(({ since }) => since <= at).at(-1);
      return version === undefined ? [] : [{ key, ...version }];
    });
    const its = inEffect.filter(({ roles }) => roles.includes(role));
    const attached = its
      .flatMap((version) => version.attached)
      .map((arn) => {
        const managed = inEffect.find(({ key }) => key === `AWS::IAM::ManagedPolicy ${arn}`);
        if (managed === undefined) {
          throw new Error(`not known here: ${arn}, which is attached to ${role}`);
        }
        return managed;
      });
    return [...new Set([...its, ...attached])].flatMap(({ statements }) => statements);
  }

  /** As the templates have it, whether it is in effect yet or not. */
  declaredFor(role: string): Statement[] {
    return this.statementsOf(role, Infinity);
  }

  private change(key: string, said: Omit<Version, 'since'>): void {
    const versions = this.versions.get(key) ?? [];
    // A change overtakes none before it.
    const since = Math.max(this.now() + this.propagation(), versions.at(-1)?.since ?? 0);
    this.versions.set(key, [...versions, { since, ...said }]);
  }
}

function whatItSays(type: string, physicalId: string, properties: PolicyProperties): Omit<Version, 'since'> {
  const document = properties['PolicyDocument'] as Document;
  const roles = (properties['Roles'] ?? []) as readonly string[];
  switch (type) {
    case 'AWS::IAM::Role': {
      if (properties['PermissionsBoundary'] !== undefined) {
        throw new Error('not known here: PermissionsBoundary');
      }
      const policies = (properties['Policies'] ?? []) as readonly { readonly PolicyDocument: Document }[];
      const attached = listOf((properties['ManagedPolicyArns'] ?? []) as readonly string[]);
      return {
        roles: [physicalId],
        statements: policies.flatMap((policy) => statementsIn(policy.PolicyDocument)),
        attached,
      };
    }
    case 'AWS::IAM::Policy':
    case 'AWS::IAM::ManagedPolicy':
      return { roles, statements: statementsIn(document), attached: [] };
    default:
      throw new Error(`not known here: ${type}`);
  }
}

function statementsIn({ Statement: given }: Document): Statement[] {
  return Array.isArray(given) ? [...(given as readonly Statement[])] : [given as Statement];
}
