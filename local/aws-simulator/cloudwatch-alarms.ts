import type { ControlPlane } from '../fake-bedrock/control-plane';

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
export type AlarmType = 'MetricAlarm' | 'CompositeAlarm';

/** An alarm is in ALARM while a deployment serves this model. */
export interface FollowedModel {
  readonly modelArn: string;
  /** Default: any deployment. */
  readonly deploymentArn?: string;
  /** So many milliseconds later, as metrics are. Default 0. */
  readonly afterMs?: number;
  readonly reason?: string;
}

/** As much of it as is of use: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricAlarm.html */
export interface AlarmDescription {
  readonly AlarmName: string;
  readonly AlarmArn: string;
  readonly StateValue: AlarmState;
  readonly StateReason: string;
}

export interface DescribeAlarmsInput {
  /** Default: all. */
  readonly AlarmNames?: readonly string[];
  /** Default: the metric alarms alone, whatever is named. */
  readonly AlarmTypes?: readonly string[];
}

type StateOfAlarm = Pick<AlarmDescription, 'StateValue' | 'StateReason'>;

interface AlarmRecord {
  readonly type: AlarmType;
  readonly arn: string;
  readonly createdAt: number;
  /** As it was set. */
  state?: StateOfAlarm;
}

const CROSSED = 'Threshold Crossed: 1 datapoint was greater than or equal to the threshold (1.0).';

/**
 * The alarms of an account, without metrics: they are in the state that they are set to, or follow a model.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
 */
export class CloudWatchAlarms {
  /** For so many milliseconds a new alarm has not enough data; then it is OK. */
  firstDataAfter = 60_000;
  private readonly alarms = new Map<string, AlarmRecord>();
  /** By the name of an alarm, which may not be there yet. */
  private readonly followed = new Map<string, FollowedModel>();

  constructor(
    private readonly now: () => number,
    private readonly controlPlane: Pick<ControlPlane, 'deployments' | 'servedSince'>,
    private readonly where = { accountId: '000000000000', region: 'us-east-1' },
  ) {}

  /**
   * Makes an alarm, or changes what it is about, which leaves it in its state.
   *
   * @returns its ARN
   */
  create(name: string, type: AlarmType = 'MetricAlarm'): string {
    const { region, accountId } = this.where;
    const arn = `arn:aws:cloudwatch:${region}:${accountId}:alarm:${name}`;
    if (!this.alarms.has(name)) {
      this.alarms.set(name, { type, arn, createdAt: this.now() });
    }
    return arn;
  }

  delete(name: string): void {
    this.alarms.delete(name);
  }

  /** From now on, unless it follows a model that is served. */
  set(name: string, state: AlarmState, reason = state === 'ALARM' ? CROSSED : 'Set by hand'): void {
    const alarm = this.alarms.get(name);
    if (alarm === undefined) {
      throw new Error(`there is no alarm ${name}`);
    }
    alarm.state = { StateValue: state, StateReason: reason };
  }

  follow(name: string, model: FollowedModel): void {
    this.followed.set(name, model);
  }

  describe({ AlarmNames, AlarmTypes = ['MetricAlarm'] }: DescribeAlarmsInput = {}): {
    readonly MetricAlarms: readonly AlarmDescription[];
    readonly CompositeAlarms: readonly AlarmDescription[];
  } {
    const told = (type: AlarmType): AlarmDescription[] =>
      [...this.alarms]
        .filter(([name, alarm]) => alarm.type === type && (AlarmNames?.includes(name) ?? true))
        .filter(() => AlarmTypes.includes(type))
        .map(([name, alarm]) => ({ AlarmName: name, AlarmArn: alarm.arn, ...this.stateOf(name, alarm) }));
    return { MetricAlarms: told('MetricAlarm'), CompositeAlarms: told('CompositeAlarm') };
  }

  private stateOf(name: string, { state, createdAt }: AlarmRecord): StateOfAlarm {
    const followed = this.followed.get(name);
    if (followed !== undefined && isServed(followed, this.controlPlane, this.now())) {
      return { StateValue: 'ALARM', StateReason: followed.reason ?? CROSSED };
    }
    if (state !== undefined) {
      return state;
    }
    return this.now() < createdAt + this.firstDataAfter
      ? { StateValue: 'INSUFFICIENT_DATA', StateReason: 'Unchecked: Initial alarm creation' }
      : { StateValue: 'OK', StateReason: 'Threshold not crossed' };
  }
}

/** Whether a deployment serves the model, for as long as it takes to be noticed. */
export function isServed(
  { modelArn, deploymentArn, afterMs = 0 }: FollowedModel,
  controlPlane: Pick<ControlPlane, 'deployments' | 'servedSince'>,
  now: number,
): boolean {
  return controlPlane
    .deployments()
    .some(
      ({ arn, status, servedModelArn }) =>
        servedModelArn === modelArn &&
        status === 'Active' &&
        arn === (deploymentArn ?? arn) &&
        now >= controlPlane.servedSince(arn).at + afterMs,
    );
}
