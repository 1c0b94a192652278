import { BedrockClient } from '@aws-sdk/client-bedrock';
import { bedrockBySdk } from '../../../lambda/bedrock/sdk';
import type { Answer } from '../../../lambda/cloudformation/answer';
import type { CloudFormationRequest } from '../../../lambda/cloudformation/request';
import { handlerOf } from '../../../lambda/handler';
import type { Operation } from '../../../lambda/reconcile/trouble';
import { type DeploymentSnapshot, LocalBedrock, type LocalBedrockOptions } from '../../../local/bedrock/server';
import { type Death, mortal, mortally } from '../../../local/simulator/mortal';
import { NOON } from './builders';
import { leaks } from './leaks';
import { StateMachine } from './state-machine';

export interface WorldOptions extends Omit<LocalBedrockOptions, 'now' | 'port'> {
  /** How often the SDK itself tries a call. In these tests once, unless it is what the test is about. */
  readonly maxAttempts?: number;
}

const CREDENTIALS = { accessKeyId: 'the-access-key-id', secretAccessKey: 'the-secret-access-key', sessionToken: 'the-session-token' };

/**
 * The handler with all that surrounds it: Bedrock over HTTP through the real SDK, a state machine, CloudFormation's answer box.
 * Time is virtual: a wait moves the clock.
 */
export class World {
  static async open(options: WorldOptions = {}): Promise<World> {
    const world = new World();
    world.bedrock = await LocalBedrock.start({ ...options, now: () => world.now });
    world.client = new BedrockClient({
      endpoint: world.bedrock.endpoint,
      region: 'us-east-1',
      credentials: CREDENTIALS,
      maxAttempts: options.maxAttempts ?? 1,
      requestHandler: { connectionTimeout: 500, requestTimeout: 500, throwOnRequestTimeout: true },
    });
    return world;
  }

  now = NOON;
  bedrock!: LocalBedrock;
  readonly log: string[] = [];
  /** What CloudFormation got, in order. */
  readonly answers: Answer[] = [];
  private readonly requests: CloudFormationRequest[] = [];
  /** How many of the next PUTs of an answer fail. */
  answersToLose = 0;
  readonly stateMachine: StateMachine;
  private readonly deaths: { readonly when: Death; readonly operation: Operation }[] = [];
  private client!: BedrockClient;
  private readonly handler: ReturnType<typeof handlerOf>;

  private constructor() {
    this.handler = handlerOf({
      bedrock: (signal) => mortal(bedrockBySdk(this.client, signal), (operation) => this.death(operation)),
      executions: () => this.stateMachine,
      respond: (_url, body) => {
        if (this.answersToLose > 0) {
          this.answersToLose -= 1;
          return Promise.reject(new Error('the answer did not reach CloudFormation'));
        }
        this.answers.push(JSON.parse(body) as Answer);
        return Promise.resolve();
      },
      now: () => this.now,
      sleep: (ms) => {
        this.now += ms;
        return Promise.resolve();
      },
      timeout: (ms) => AbortSignal.timeout(ms),
      log: (line) => { this.log.push(JSON.stringify(line)); },
      logGroup: '/aws/lambda/handler',
    });
    this.stateMachine = new StateMachine((task) => mortally(() => this.handler(task)), {
      now: () => this.now,
      goTo: (time) => { this.now = Math.max(this.now, time); },
    });
  }

  /** Every test of the handler is one of its discretion as well. */
  async close(): Promise<void> {
    this.client.destroy();
    await this.bedrock.stop();
    const told = [...this.log, ...this.answers.map(({ Reason = '' }) => Reason)];
    const leaked = leaks(this.requests, Object.values(CREDENTIALS), told);
    if (leaked.length > 0) {
      throw new Error(`secrets were told:\n${leaked.join('\n')}`);
    }
  }

  /** Lambda gets the request; nothing has run yet but that. */
  async deliver(request: CloudFormationRequest): Promise<void> {
    this.requests.push(request);
    await mortally(() => this.handler(request));
  }

  /** The request from its delivery to its answer. */
  async finish(request: CloudFormationRequest): Promise<Answer> {
    await this.deliver(request);
    await this.stateMachine.run();
    return this.answerTo(request);
  }

  answerTo(request: CloudFormationRequest): Answer {
    const answers = this.answers.filter(({ RequestId }) => RequestId === request.RequestId);
    if (answers.length !== 1 || answers[0] === undefined) {
      throw new Error(`${answers.length} answers to ${request.RequestType} ${request.RequestId}:\n${this.log.join('\n')}`);
    }
    return answers[0];
  }

  /** Lambda dies at the next such call: before it is made, or when it was made and its reply is not yet read. */
  die(when: Death, operation: Operation): void {
    this.deaths.push({ when, operation });
  }

  get deployments(): DeploymentSnapshot[] {
    return this.bedrock.controlPlane.deployments();
  }

  /** How often an operation was carried out. */
  performed(operation: string): number {
    return this.bedrock.calls.filter((call) => call.operation === operation && call.performed).length;
  }

  private death(operation: Operation): Death | undefined {
    const planned = this.deaths.findIndex((death) => death.operation === operation);
    return planned < 0 ? undefined : this.deaths.splice(planned, 1)[0]?.when;
  }
}
