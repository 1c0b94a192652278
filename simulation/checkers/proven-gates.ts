import type { CloudFormationRequest } from '../../lambda/cloudformation/request';
import type { GateEvent, GateProperty } from '../../lib/private/contract';
import { integrationIn } from '../../local/aws-simulator/integrations/service-integrations';
import { BAKE_SECONDS, choiceOf } from '../workload/gates';
import type { GateChoice } from '../workload/plan';

/** A check of a gate, as the service saw it that was asked. */
interface SeenCheck {
  readonly gate: GateChoice;
  readonly at: number;
  /** Absent of alarms, which are about no deployment. */
  readonly deploymentArn?: string;
  readonly modelArn?: string | undefined;
  /** Undefined: the alarms could not be looked at. */
  readonly passed: boolean | undefined;
}

/** Between the moment of a decision and the call that follows from it. */
const LATENCY_MS = 2000;

/** Keeps what was checked, and tells whether the gates of a request have passed that succeeds. */
export class ProvenGates {
  private readonly checks: SeenCheck[] = [];

  constructor(
    private readonly now: () => number,
    /** The model that serves a deployment. */
    private readonly servedBy: (deploymentArn: string) => string | undefined,
  ) {}

  /** A call of the state machine to what a task names; `result` undefined: it failed. */
  see(resource: string, input: unknown, result: unknown): void {
    const at = this.now();
    switch (integrationIn(resource)) {
      case 'lambda:invoke': {
        const { deploymentArn, modelArn } = (input as { readonly Payload: GateEvent }).Payload;
        const status = (result as { readonly Payload: { readonly status: string } } | undefined)?.Payload.status;
        this.checks.push({ gate: 'function', at, deploymentArn, modelArn, passed: status === 'READY' });
        break;
      }
      case 'aws-sdk:cloudwatch:describeAlarms': {
        const alarms = (result as DescribedStates | undefined)?.MetricAlarms;
        // If the call failed the bake goes on, though nobody sees it.
        this.checks.push({ gate: 'alarms', at, passed: alarms?.every(({ StateValue }) => StateValue !== 'ALARM') });
        break;
      }
      case 'aws-sdk:bedrockruntime:converse':
        this.seeModel('converse', input, result, at);
        break;
      case 'bedrock:invokeModel':
        this.seeModel('invokeModel', input, result, at);
        break;
      case 'describeStacks':
      case undefined:
        break;
    }
  }

  private seeModel(gate: GateChoice, input: unknown, result: unknown, at: number): void {
    const { ModelId: deploymentArn } = input as { readonly ModelId: string };
    const modelArn = this.servedBy(deploymentArn);
    this.checks.push({ gate, at, deploymentArn, modelArn, passed: result !== undefined });
  }

  /** The first gate that has not passed since the request was made; undefined if each has, in their order. */
  unproven(
    { ResourceProperties }: Pick<CloudFormationRequest, 'ResourceProperties'>,
    deploymentArn: string | undefined,
    requestedAt: number,
  ): string | undefined {
    const { Gates = [], ModelArn } = ResourceProperties as {
      readonly Gates?: readonly GateProperty[];
      readonly ModelArn?: string;
    };
    let since = requestedAt;
    for (const property of Gates) {
      const gate = choiceOf(property);
      const later = this.checks.filter((check) => check.gate === gate && check.at >= since);
      const passedAt =
        gate === 'alarms'
          ? endOfBake(later)
          : later.find((check) => check.passed && check.deploymentArn === deploymentArn && check.modelArn === ModelArn)
              ?.at;
      if (passedAt === undefined) {
        return `${gate ?? property.Kind} has not passed for ${String(ModelArn)}`;
      }
      since = passedAt;
    }
    return undefined;
  }
}

interface DescribedStates {
  readonly MetricAlarms: readonly { readonly StateValue: string }[];
}

/** When no alarm had gone off for as long as the gate says; undefined if that never was. */
function endOfBake(looks: readonly SeenCheck[]): number | undefined {
  const [first] = looks;
  const enough = (first?.at ?? 0) + BAKE_SECONDS * 1000 - LATENCY_MS;
  const end = looks.find(({ at, passed }) => passed !== undefined && at >= enough);
  return looks.some(({ at, passed }) => passed === false && at <= (end?.at ?? Infinity)) ? undefined : end?.at;
}
