import type { ControlPlane } from '../../fake-bedrock/control-plane';
import { authorizationsOf, authorizationsOfImport, type Import, NEW_ID, type TaggedResources } from './authorizations';
import { decide, type Decision, type Request } from './evaluator';
import { PolicyStore } from './policy-store';

/** What AWS does not document. */
export interface IamBehaviour {
  /** ms until a change of a policy takes effect. */
  readonly propagation: () => number;
  /**
   * Whether a call about what is not there is refused where a condition wants its tags, or the service says that it is
   * not there.
   */
  readonly absent: 'denied' | 'not found';
  /** The account of the buckets that models are read from. Those of SageMaker AI are Amazon's. */
  readonly bucketAccount: string;
}

const DEFAULT_IAM: IamBehaviour = { propagation: () => 0, absent: 'denied', bucketAccount: '444455556666' };

/**
 * IAM, which is asked at every call of a service: by the policies that are in effect then, and the tags that are stored
 * then.
 */
export class Iam {
  readonly policies: PolicyStore;
  private readonly behaviour: IamBehaviour;
  /** The roles of functions and state machines, by their ARNs. */
  private readonly roles = new Map<string, string>();

  constructor(
    now: () => number,
    readonly inventory: TaggedResources,
    behaviour: Partial<IamBehaviour> = {},
  ) {
    this.behaviour = { ...DEFAULT_IAM, ...behaviour };
    this.policies = new PolicyStore(now, this.behaviour.propagation);
  }

  /**
   * The message of the AccessDeniedException that a function or state machine gets for a call; undefined if it is
   * allowed.
   */
  denial(caller: string, operation: string, input: object): string | undefined {
    return this.firstDenial(
      this.roles.get(caller) ?? 'nobody',
      authorizationsOf(operation, input, this.inventory, caller),
    );
  }

  /**
   * Why Bedrock may not read the files of a model, or use its key, as the role that it is given; undefined if it may,
   * or is given none.
   */
  importDenial(input: Import): string | undefined {
    const { roleArn } = input;
    return roleArn === undefined
      ? undefined
      : this.firstDenial(
          roleNameIn(roleArn),
          authorizationsOfImport(input, this.inventory, this.behaviour.bucketAccount),
        );
  }

  /** What has this ARN acts with that role from now on. */
  assume(arn: string, role: string): void {
    this.roles.set(arn, role);
  }

  /** Whether the templates allow a role all of these actions, which know no resources. */
  declares(role: string, actions: readonly string[]): boolean {
    const statements = this.policies.declaredFor(role);
    return actions.every((action) => decide(statements, { action, resource: '*', context: {} }) === 'allowed');
  }

  private firstDenial(role: string, requests: readonly Request[]): string | undefined {
    const statements = this.policies.statementsOf(role);
    for (const request of requests) {
      const decision = decide(statements, request);
      if (decision !== 'allowed' && !this.isLeftToTheService(request)) {
        return this.message(role, request, decision);
      }
    }
    return undefined;
  }

  private isLeftToTheService({ resource }: Request): boolean {
    const isAbsent =
      resource.startsWith('arn:aws:bedrock:') &&
      !resource.endsWith(NEW_ID) &&
      this.inventory.find(resource) === undefined;
    return isAbsent && this.behaviour.absent === 'not found';
  }

  /** https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
  private message(role: string, { action, resource }: Request, decision: Decision): string {
    const user = `arn:aws:sts::${this.inventory.accountId}:assumed-role/${role}/session`;
    const why =
      decision === 'explicitDeny'
        ? 'with an explicit deny in an identity-based policy'
        : `because no identity-based policy allows the ${action} action`;
    return `User: ${user} is not authorized to perform: ${action} on resource: ${resource} ${why}`;
  }
}

/** The name of a role, by which policies know it. */
export function roleNameIn(roleArn: string): string {
  return roleArn.slice(roleArn.lastIndexOf('/') + 1);
}

/** The resources of Bedrock for IAM, with their tags of this moment. */
export function inventoryOf(
  controlPlane: ControlPlane,
  where: { readonly accountId: string; readonly region: string },
): TaggedResources {
  return {
    ...where,
    find: (nameOrArn) =>
      [...controlPlane.deployments(), ...controlPlane.models()].find(
        ({ arn, name }) => arn === nameOrArn || name === nameOrArn,
      ),
  };
}
