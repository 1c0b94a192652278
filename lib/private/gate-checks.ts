import { Stack } from 'aws-cdk-lib';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { BoundGate } from './gate-config';
import { allowGateFunctions, refuseCycles } from './gate-functions';
import { gatePermissions } from './gate-policy';
import type { GrantableDeployment } from './invoke-by-tags';
import { allowInvokerInKeyPolicy } from './kms-access';
import type { MergedPolicy } from './merged-policy';
import { GATE_INTEGRATIONS, gatesDefinition } from './state-machine-definition';

/** The parts of a provider that check gates. */
interface GateChecker {
  readonly stateMachine: sfn.StateMachine;
  readonly resourceTagConditions: boolean;
  /** Defines a policy of the state machine's role. */
  readonly definePolicy: (id: string) => MergedPolicy;
}

/**
 * Has the state machine of a stack check the gates of its deployments. In a stack without gates, the state machine has
 * neither the states nor the permissions for that.
 *
 * The permissions are in policies beside the role, on which only deployments with gates depend, and those for functions
 * are in one of their own: every model and deployment depends on the state machine and on its role, and a gate function
 * may refer to all models, and to the deployments without gate functions.
 */
export class GateChecks {
  private readonly policies = new Map<string, MergedPolicy>();
  /** The deployments with gate functions. */
  private readonly callers: GrantableDeployment[] = [];

  constructor(private readonly checker: GateChecker) {}

  add(deployment: GrantableDeployment & Construct, gates: readonly BoundGate[]): void {
    this.define();
    for (const gate of gates) {
      this.allow(deployment, gate);
    }
    const functions = gates.flatMap(({ handler }) => (handler === undefined ? [] : [handler]));
    if (functions.length > 0) {
      this.callers.push(deployment);
      allowGateFunctions(deployment, functions);
      refuseCycles(deployment, functions, this.callers);
    }
  }

  /** Gives the state machine the states that check gates. */
  private define(): void {
    const { stateMachine } = this.checker;
    const resource = stateMachine.node.defaultChild as sfn.CfnStateMachine;
    resource.definitionString = JSON.stringify(gatesDefinition);
    resource.definitionSubstitutions = {
      ...resource.definitionSubstitutions,
      ...Object.fromEntries(
        Object.entries(GATE_INTEGRATIONS).map(([placeholder, integration]) => [
          placeholder,
          `arn:${Stack.of(stateMachine).partition}:states:::${integration}`,
        ]),
      ),
    };
  }

  private allow({ node, stack, encryptionKey }: GrantableDeployment, gate: BoundGate): void {
    const { resourceTagConditions } = this.checker;
    const { statements, acknowledgements, key } = gatePermissions(stack, gate, {
      resourceTagConditions,
      encryptionKey,
    });
    const policy = this.policy(gate.handler === undefined ? 'WaiterGatesPolicy' : 'WaiterGateFunctionsPolicy');
    policy.allow(...statements);
    policy.acknowledge(...acknowledgements);
    if (key !== undefined) {
      allowInvokerInKeyPolicy(stack, stack.region, key); // not by the role, which refers to what may refer to the key
    }
    node.defaultChild?.node.addDependency(policy);
  }

  private policy(id: string): MergedPolicy {
    const policy = this.policies.get(id) ?? this.checker.definePolicy(id);
    this.policies.set(id, policy);
    return policy;
  }
}
