import type { CloudFormationRequest } from '../../lambda/cloudformation/request';
import type { Operation } from '../../lambda/reconcile/trouble';
import type { Behaviour, Durations } from '../bedrock/behaviour';
import { ControlPlane } from '../bedrock/control-plane';
import { type Fault, Faults } from '../bedrock/faults';
import type { OperationName } from '../bedrock/operations';
import { CloudFormation } from '../simulator/cloudformation';
import { type Death, Killed } from '../simulator/mortal';
import { VirtualTime } from '../simulator/virtual-time';
import type { Chance } from './chance';
import type { Craft, Launch } from './craft';

/** How rough it is: the probability of each mishap, for each call. */
export interface Weather {
  readonly throttled: number;
  readonly serverFault: number;
  readonly lostReply: number;
  readonly cut: number;
  readonly hang: number;
  readonly killed: number;
  readonly deliveredTwice: number;
  readonly deliveredLate: number;
  readonly answerLost: number;
}

export const CALM: Weather = {
  throttled: 0, serverFault: 0, lostReply: 0, cut: 0, hang: 0, killed: 0, deliveredTwice: 0, deliveredLate: 0, answerLost: 0,
};

export const STORMY: Weather = {
  throttled: 0.08, serverFault: 0.04, lostReply: 0.04, cut: 0.02, hang: 0.01, killed: 0.04,
  deliveredTwice: 0.05, deliveredLate: 0.05, answerLost: 0.05,
};

/** A mishap at a place of one's choosing. */
export type Mishap =
  | { readonly death: Death }
  /** Met by that many tries of the call; the SDK itself makes three. */
  | { readonly fault: Fault; readonly tries: number };

/** What happens to the n-th call to Bedrock, the first being 1. */
export type Plan = (call: number, operation: Operation) => Mishap | undefined;

export const STATE_MACHINE_ARN = 'arn:aws:states:us-east-1:000000000000:stateMachine:Waiter';
const EPOCH = Date.UTC(2026, 10, 21, 12);

/** Everything around a stack, on virtual time, with mishaps drawn by chance: CloudFormation, Lambda, Bedrock. What must weather it is launched. */
export class Sea {
  readonly time = new VirtualTime(EPOCH);
  readonly faults = new Faults();
  readonly controlPlane: ControlPlane;
  readonly cloudFormation: CloudFormation;
  readonly story: string[] = [];
  private weather = CALM;
  private plan: Plan = () => undefined;
  private calls = 0;
  private craft: Craft | undefined;

  constructor(private readonly chance: Chance, behaviour: Partial<Behaviour>, durations: Partial<Durations>, keepsIdOfFailedUpdate: boolean) {
    this.controlPlane = new ControlPlane({ now: this.time.now, behaviour, durations });
    this.cloudFormation = new CloudFormation(this.time, (request) => { this.deliver(request); }, {
      behaviour: { keepsIdOfFailedUpdate }, uuid: chance.uuid,
    });
    this.faults.on(() => this.mishap());
  }

  async launch(launch: Launch): Promise<void> {
    const { time, chance, controlPlane, faults } = this;
    const latency = { there: () => chance.between(10, 150), back: () => chance.between(10, 150) };
    this.craft = await launch({
      time,
      chance,
      controlPlane,
      faults,
      latency,
      respond: (url, body) => this.respond(url, body),
      death: (operation) => this.death(operation),
      invocation: (run) => this.invocation(run),
      log: (line) => { this.tell('   ', line); },
    });
  }

  async close(): Promise<void> {
    await this.craft?.close?.();
  }

  /** From now on the weather is like this. */
  turns(weather: Weather): void {
    this.weather = weather;
  }

  /** From now on these mishaps happen, beside those of the weather. */
  plans(plan: Plan): void {
    this.calls = 0;
    this.plan = plan;
  }

  tell(...words: readonly string[]): void {
    this.story.push(`${((this.time.now() - EPOCH) / 1000).toFixed(1).padStart(9)} s  ${words.join(' ')}`);
  }

  /** Waits until something is over, letting time pass. */
  async until<T>(something: Promise<T>): Promise<T> {
    let over = false;
    const settled = something.finally(() => { over = true; });
    settled.catch(() => undefined); // it is thrown below
    await this.time.pass(() => over);
    return Promise.race([settled, Promise.reject(new Error('time has come to an end, and it is not over'))]);
  }

  private async respond(url: string, body: string): Promise<void> {
    await this.time.sleep(this.chance.between(5, 50));
    const lost = this.happens('answerLost') ? this.chance.of(['before', 'after']) : undefined;
    if (lost !== 'before') {
      await this.cloudFormation.respond(url, body);
    }
    if (lost !== undefined) {
      throw new Error('the answer did not reach CloudFormation');
    }
  }

  private death(operation: Operation): Death | undefined {
    this.calls += 1;
    const mishap = this.plan(this.calls, operation);
    if (mishap !== undefined && 'fault' in mishap) {
      this.faults.next(operation as OperationName, mishap.fault, mishap.tries);
    }
    if (mishap !== undefined && 'death' in mishap) {
      return mishap.death;
    }
    return this.happens('killed') ? this.chance.of(['before', 'after']) : undefined;
  }

  private happens(mishap: keyof Weather): boolean {
    return this.weather[mishap] > 0 && this.chance.happens(this.weather[mishap]);
  }

  private mishap(): Fault | undefined {
    if (this.happens('throttled')) return { kind: 'error', name: 'ThrottlingException' };
    if (this.happens('serverFault')) return { kind: this.chance.of(['error', 'errorAfter']), name: 'InternalServerException' };
    if (this.happens('lostReply')) return { kind: 'lostReply' };
    if (this.happens('cut')) return { kind: 'cut' };
    if (this.happens('hang')) return { kind: 'hang' };
    return undefined;
  }

  /**
   * As Lambda does with an asynchronous event: at least once, and again after a failure, one and two minutes later. The last attempt is spared:
   * a function that never runs can answer nothing.
   */
  private deliver(request: CloudFormationRequest): void {
    this.tell('>>', request.RequestType, request.LogicalResourceId, request.PhysicalResourceId ?? '', JSON.stringify(request.ResourceProperties));
    const late = this.happens('deliveredLate') ? this.chance.between(1000, 30_000) : 50;
    const times = this.happens('deliveredTwice') ? [late, this.chance.between(late, 400_000)] : [late];
    for (const after of times) {
      this.time.at(this.time.now() + after, () => { void this.attempt(request, [60_000, 120_000]); });
    }
  }

  private async attempt(request: CloudFormationRequest, retries: readonly number[]): Promise<void> {
    const { craft } = this;
    if (craft === undefined) {
      throw new Error('nothing has been launched');
    }
    try {
      await (retries.length === 0 ? craft.invoke(request) : this.invocation(() => craft.invoke(request)));
    } catch {
      const [pause, ...rest] = retries;
      if (pause !== undefined) {
        await this.time.sleep(pause);
        await this.attempt(request, rest);
      }
    }
  }

  private async invocation<T>(run: () => Promise<T>): Promise<T> {
    if (this.happens('killed')) {
      throw new Killed();
    }
    const result = await run();
    if (this.happens('killed')) {
      throw new Killed();
    }
    return result;
  }
}
