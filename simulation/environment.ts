import type { Answer } from '../lambda/cloudformation/answer';
import type { CloudFormationRequest } from '../lambda/cloudformation/request';
import type { Operation } from '../lambda/reconcile/trouble';
import { deliver } from '../local/aws-simulator/asynchronous-event';
import { CloudFormation, type CloudFormationBehaviour } from '../local/aws-simulator/cloudformation';
import { describeStacks } from '../local/aws-simulator/describe-stacks';
import { type Death, FunctionKilled } from '../local/aws-simulator/killed-invocation';
import { LAMBDA_ERRORS, LAMBDA_VPC_ERRORS, LambdaOutages } from '../local/aws-simulator/lambda-outages';
import { VirtualTime } from '../local/aws-simulator/virtual-time';
import type { Behaviour, Durations } from '../local/fake-bedrock/behaviour';
import { Faults } from '../local/fake-bedrock/faults';
import type { OperationName } from '../local/fake-bedrock/operations';
import { Chance } from './random';
import { ToldControlPlane } from './recorded-control-plane';
import { mishapInWords, requestInWords } from './report/story';
import type { Craft, Launch } from './subjects/subject';
import type { Mishap, Mishaps } from './workload/plan';

const EPOCH = Date.UTC(2026, 10, 21, 12);

export interface SeaOptions {
  /** Of the ids that CloudFormation gives. */
  readonly seed: number;
  readonly behaviour?: Partial<Behaviour>;
  readonly durations?: Partial<Durations>;
  readonly cloudFormation?: Partial<CloudFormationBehaviour>;
}

/** Who looks on. */
export interface Onlooker {
  readonly onRequest: (request: CloudFormationRequest) => void;
  /** An answer that reached CloudFormation, whether it was waited for or not. */
  readonly onPut: (url: string, body: string) => void;
  /** An answer that CloudFormation takes. */
  readonly onAnswer: (request: CloudFormationRequest, answer: Answer) => void;
  readonly onLog: (line: string) => void;
}

/**
 * Everything around a stack, on virtual time, with mishaps where they are planned: CloudFormation, Lambda, Bedrock.
 * What must weather it is launched.
 */
export class Sea {
  readonly time = new VirtualTime(EPOCH);
  readonly faults = new Faults();
  readonly controlPlane: ToldControlPlane;
  readonly cloudFormation: CloudFormation;
  readonly story: string[] = [];
  readonly log: string[] = [];
  onlooker: Onlooker | undefined;
  /** The calls to Bedrock since the last beginning. */
  calls: Operation[] = [];
  private mishaps: readonly Mishap[] = [];
  private counts = { call: 0, invocation: 0, delivery: 0, answer: 0 };
  /** When Lambda can run the function again that could not. */
  lambdaBackAt = -Infinity;
  /** When everything is allowed again that was denied. */
  allowedAgainAt = -Infinity;
  private readonly chance: Chance;
  private readonly outages: LambdaOutages;
  private craft: Craft | undefined;

  constructor({ seed, behaviour = {}, durations = {}, cloudFormation = {} }: SeaOptions) {
    this.chance = new Chance(seed);
    this.outages = new LambdaOutages(this.time, () => this.chance.draw());
    this.controlPlane = new ToldControlPlane({ now: this.time.now, behaviour, durations }, (words) => {
      this.tell('  Bedrock:', words);
    });
    this.cloudFormation = new CloudFormation(
      this.time,
      (request) => {
        this.deliver(request);
      },
      {
        behaviour: cloudFormation,
        uuid: new Chance(seed).uuid,
        onAnswer: (request, answer) => {
          this.tell('<<', answer.Status, request.RequestType, request.LogicalResourceId, answer.Reason ?? '');
          this.onlooker?.onAnswer(request, answer);
        },
      },
    );
  }

  async launch(launch: Launch): Promise<void> {
    const { time, chance, controlPlane, faults } = this;
    this.craft = await launch({
      time,
      chance,
      controlPlane,
      faults,
      latency: { there: () => chance.between(10, 150), back: () => chance.between(10, 150) },
      respond: (url, body) => this.respond(url, body),
      death: (operation) => this.death(operation),
      invocation: (run) => this.invocation(run),
      integration: (_resource, input) =>
        describeStacks(input, (stackName) => this.cloudFormation.describeStack(stackName)),
      log: (line) => {
        this.log.push(line);
        this.onlooker?.onLog(line);
      },
    });
  }

  async close(): Promise<void> {
    await this.craft?.close?.();
  }

  /** From now on these mishaps happen, counted from here. */
  begin(seed: number, mishaps: readonly Mishap[]): void {
    this.chance.begin(seed);
    this.mishaps = mishaps;
    this.counts = { call: 0, invocation: 0, delivery: 0, answer: 0 };
    this.calls = [];
  }

  tell(...words: readonly string[]): void {
    const text = this.controlPlane.inWords(words.filter((each) => each !== '').join(' '));
    this.story.push(`${((this.time.now() - EPOCH) / 1000).toFixed(1).padStart(9)} s  ${text}`);
  }

  private next<K extends keyof Mishaps>(to: K, ...about: readonly string[]): Mishaps[K] | undefined {
    this.counts[to] += 1;
    const mishap = this.mishaps.find((each) => each.at === this.counts[to] && each.to === to);
    if (mishap !== undefined) {
      this.tell('  !', mishapInWords(mishap), ...about);
    }
    return mishap?.what as Mishaps[K] | undefined;
  }

  private death(operation: Operation): Death | undefined {
    this.calls.push(operation);
    const mishap = this.next('call', operation);
    if (mishap === undefined || 'death' in mishap) {
      return mishap?.death;
    }
    if ('fault' in mishap) {
      this.faults.next(operation as OperationName, mishap.fault, mishap.tries);
    } else {
      this.deny(operation, mishap.deniedFor);
    }
    return undefined;
  }

  /** From now on. */
  deny(denied: Operation, ms: number): void {
    const until = this.time.now() + ms;
    this.allowedAgainAt = Math.max(this.allowedAgainAt, until);
    const allow = this.faults.on((operation) =>
      operation === denied ? { kind: 'error', name: 'AccessDeniedException' } : undefined,
    );
    this.time.at(until, () => {
      this.tell(denied, 'is allowed again');
      allow();
    });
  }

  private async respond(url: string, body: string): Promise<void> {
    await this.time.sleep(this.chance.between(5, 50));
    const lost = this.next('answer');
    if (lost !== 'before') {
      this.onlooker?.onPut(url, body);
      await this.cloudFormation.respond(url, body);
    }
    if (lost !== undefined) {
      throw new Error('the answer did not reach CloudFormation');
    }
  }

  private deliver(request: CloudFormationRequest): void {
    this.tell('>>', requestInWords(request));
    this.onlooker?.onRequest(request);
    const mishap = this.next('delivery');
    const first = mishap !== undefined && 'late' in mishap ? mishap.late : 50;
    const times = mishap !== undefined && 'againAfter' in mishap ? [first, first + mishap.againAfter] : [first];
    for (const after of times) {
      this.time.at(this.time.now() + after, () => {
        void deliver(this.time, (isLast) => this.attempt(request, isLast));
      });
    }
  }

  /** The last attempt is spared: a function that never runs can answer nothing. */
  private attempt(request: CloudFormationRequest, isSpared: boolean): Promise<unknown> {
    const { craft, outages } = this;
    if (craft === undefined) {
      throw new Error('nothing has been launched');
    }
    const run = (): Promise<unknown> => craft.invoke(request);
    return isSpared ? outages.invoke(run) : this.invocation(run);
  }

  /** What happens to an invocation happens to one that Lambda can run. */
  private invocation<T>(run: () => Promise<T>): Promise<T> {
    return this.outages.invoke(async () => {
      const mishap = this.next('invocation');
      if (typeof mishap === 'object') {
        return this.withoutLambda(mishap.unavailableFor, run);
      }
      if (mishap === 'before') {
        throw new FunctionKilled();
      }
      const result = await run();
      if (mishap === 'after') {
        throw new FunctionKilled();
      }
      return result;
    });
  }

  /** From this invocation on. */
  private withoutLambda<T>(ms: number, run: () => Promise<T>): Promise<T> {
    this.lambdaBackAt = this.time.now() + ms;
    this.outages.begin(ms, [...LAMBDA_ERRORS, ...LAMBDA_VPC_ERRORS]);
    return this.outages.invoke(run);
  }
}
