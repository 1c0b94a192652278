import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AlarmState,
  type CloudWatchAlarms,
  type FollowedModel,
  isServed,
} from '../aws-simulator/cloudwatch-alarms';
import type { ControlPlane } from '../fake-bedrock/control-plane';
import { CREDENTIALS, REGION } from './environment';

const LOOK_EVERY_MS = 200;

/** Sets alarms of the emulator, which counts no errors of models, as `aws cloudwatch set-alarm-state` does. */
export class EmulatedAlarms implements Pick<CloudWatchAlarms, 'follow'> {
  private readonly stopping = new AbortController();
  private readonly following: Promise<void>[] = [];

  constructor(
    private readonly endpoint: string,
    private readonly controlPlane: Pick<ControlPlane, 'deployments' | 'servedSince'>,
  ) {}

  follow(name: string, model: FollowedModel): void {
    this.following.push(this.keepSetting(name, model));
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.following);
  }

  private async keepSetting(name: string, model: FollowedModel): Promise<void> {
    const { signal } = this.stopping;
    let state: AlarmState = 'OK'; // or rather, it is not touched before the model is served
    while (!signal.aborted) {
      const wanted = isServed(model, this.controlPlane, Date.now()) ? 'ALARM' : 'OK';
      const reason = wanted === 'OK' ? 'The model no longer serves' : (model.reason ?? 'Set by hand');
      if (wanted !== state && (await this.set(name, wanted, reason))) {
        state = wanted;
      }
      await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /**
   * There is no client for CloudWatch among the packages here.
   *
   * @returns whether it is set, as it is not while the alarm is not there, or the emulator
   */
  private async set(AlarmName: string, StateValue: AlarmState, StateReason: string): Promise<boolean> {
    const credential = `${CREDENTIALS.accessKeyId}/20260101/${REGION}/monitoring/aws4_request`;
    const reply = fetch(this.endpoint, {
      method: 'POST',
      headers: { authorization: `AWS4-HMAC-SHA256 Credential=${credential}` },
      body: new URLSearchParams({ Action: 'SetAlarmState', AlarmName, StateValue, StateReason }),
    });
    return reply.then(
      ({ ok }) => ok,
      () => false,
    );
  }
}
