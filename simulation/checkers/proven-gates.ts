import type { CloudFormationRequest } from '../../lambda/cloudformation/request';
import type { GateEvent, GateProperty } from '../../lib/private/contract';
import { integrationIn } from '../../local/aws-simulator/integrations/service-integrations';
import { BAKE_SECONDS, choiceOf } from '../workload/gates';
import type { GateChoice } from '../workload/plan';

/** A check of a gate, as the service saw it that was asked. */
interface SeenCheck {
  readonly gate: GateChoice | undefined;
  readonly at: number;
  /** Absent of alarms, which are about no deployment. */
  readonly deploymentArn?: string;
  readonly modelArn?: string | undefined;
  /** Undefined: the alarms could not be looked at. */
  readonly passed: boolean | undefined;
  /** One of the alarms does not exist. */
  readonly lacksAlarm?: boolean;
}

/** The first gate of a request that has not passed, and what was seen of it. */
interface UnprovenGate {
  readonly property: GateProperty;
  readonly checks: readonly SeenCheck[];
}

type GatedRequest = Pick<CloudFormationRequest, 'RequestType' | 'ResourceProperties'>;

/** Between the moment of a decision and the call that follows from it. */
const LATENCY_MS = 2000;

/** The time of a gate begins with what the first step sees that asks for a check; calls of that step may hang. */
const STEP_MS = 45_000;

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
        this.seeAlarms((input as { readonly AlarmNames: readonly string[] }).AlarmNames, result, at);
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

  private seeAlarms(AlarmNames: readonly string[], result: unknown, at: number): void {
    const alarms = (result as DescribedStates | undefined)?.MetricAlarms;
    this.checks.push({
      gate: choiceOf({ Kind: 'ALARMS', AlarmNames, BakeTime: String(BAKE_SECONDS) }),
      at,
      // If the call failed the bake goes on, though nobody sees it.
      passed: alarms?.every(({ StateValue }) => StateValue !== 'ALARM'),
      lacksAlarm: alarms !== undefined && alarms.length < AlarmNames.length,
    });
  }

  private seeModel(gate: GateChoice, input: unknown, result: unknown, at: number): void {
    const { ModelId: deploymentArn } = input as { readonly ModelId: string };
    const modelArn = this.servedBy(deploymentArn);
    this.checks.push({ gate, at, deploymentArn, modelArn, passed: result !== undefined });
  }

  /** The first gate that has not passed since the request was made; undefined if each has, in their order. */
  unproven(request: GatedRequest, deploymentArn: string | undefined, requestedAt: number): string | undefined {
    const unproven = this.firstUnproven(request, [deploymentArn], requestedAt);
    return unproven && `${unproven.property.Kind} has not passed for ${String(request.ResourceProperties['ModelArn'])}`;
  }

  /** Whether the request may fail since the time of a gate is over, or since an alarm does not exist. */
  mayFail(request: GatedRequest, deploymentArns: readonly string[], requestedAt: number): boolean {
    const unproven = this.firstUnproven(request, deploymentArns, requestedAt);
    const [first] = unproven?.checks ?? [];
    if (unproven === undefined || first === undefined) {
      return false;
    }
    const { property, checks } = unproven;
    return property.Kind === 'ALARMS'
      ? isWithoutAlarm(request, checks)
      : this.now() >= first.at + Number(property.Timeout) * 1000 - STEP_MS;
  }

  private firstUnproven(
    request: GatedRequest,
    deploymentArns: readonly (string | undefined)[],
    requestedAt: number,
  ): UnprovenGate | undefined {
    const { Gates = [], ModelArn } = request.ResourceProperties as {
      readonly Gates?: readonly GateProperty[];
      readonly ModelArn?: string;
    };
    let since = requestedAt;
    for (const property of Gates) {
      const checks = this.checks.filter(
        ({ gate, at, deploymentArn, modelArn }) =>
          gate === choiceOf(property) &&
          at >= since &&
          (property.Kind === 'ALARMS' || (deploymentArns.includes(deploymentArn) && modelArn === ModelArn)),
      );
      const passedAt =
        property.Kind === 'ALARMS' ? endOfBake(request, checks) : endOfChecks(Number(property.Timeout), checks);
      if (passedAt === undefined) {
        return { property, checks };
      }
      since = passedAt;
    }
    return undefined;
  }
}

interface DescribedStates {
  readonly MetricAlarms: readonly { readonly StateValue: string }[];
}

/** When a check had passed; undefined if none had before one that failed when the time of the gate was over. */
function endOfChecks(seconds: number, checks: readonly SeenCheck[]): number | undefined {
  const [first] = checks;
  const last = checks.find(({ at, passed }) => passed === true || at >= (first?.at ?? 0) + seconds * 1000);
  return last?.passed === true ? last.at : undefined;
}

/** When no alarm had gone off for as long as the gate says; undefined if that never was. */
function endOfBake(request: GatedRequest, looks: readonly SeenCheck[]): number | undefined {
  const [first] = looks;
  const enough = (first?.at ?? 0) + BAKE_SECONDS * 1000 - LATENCY_MS;
  const end = looks.find(({ at, passed }) => passed !== undefined && at >= enough);
  const wentOff = looks.some(({ at, passed }) => passed === false && at <= (end?.at ?? Infinity));
  return wentOff || isWithoutAlarm(request, looks) ? undefined : end?.at;
}

/** With a Create the alarm may yet come. */
function isWithoutAlarm({ RequestType }: GatedRequest, looks: readonly SeenCheck[]): boolean {
  return RequestType === 'Update' && looks.some(({ lacksAlarm }) => lacksAlarm);
}
