import { BedrockClient } from '@aws-sdk/client-bedrock';
import { bedrockBySdk } from '../../../lambda/bedrock/sdk';
import type { Bedrock } from '../../../lambda/bedrock/bedrock';
import type { Answer } from '../../../lambda/cloudformation/answer';
import type { CloudFormationRequest } from '../../../lambda/cloudformation/request';
import { handlerOf } from '../../../lambda/handler';
import { KINDS } from '../../../lambda/reconcile/kinds';
import type { Operation } from '../../../lambda/reconcile/trouble';
import { type DeploymentSnapshot, LocalBedrock, type LocalBedrockOptions } from '../../../local/bedrock/server';
import { NOON } from './builders';
import { StateMachine } from './state-machine';

export interface WorldOptions extends Omit<LocalBedrockOptions, 'now' | 'port'> {
  /** How often the SDK itself tries a call. In these tests once, unless it is what the test is about. */
  readonly maxAttempts?: number;
}

/** Thrown where Lambda would die: no code of the handler may catch it. */
class Killed extends Error {
  override readonly name = 'Killed';
}

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
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
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
  /** How many of the next PUTs of an answer fail. */
  answersToLose = 0;
  readonly stateMachine: StateMachine;
  private readonly deaths: { readonly when: 'before' | 'after'; readonly operation: Operation }[] = [];
  private client!: BedrockClient;
  private readonly handler: ReturnType<typeof handlerOf>;

  private constructor() {
    this.handler = handlerOf({
      bedrock: (signal) => this.mortal(bedrockBySdk(this.client, signal)),
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
      log: (line) => { this.log.push(JSON.stringify(line)); },
      logGroup: '/aws/lambda/handler',
    });
    this.stateMachine = new StateMachine((task) => this.handler(task), {
      now: () => this.now,
      goTo: (time) => { this.now = Math.max(this.now, time); },
    });
  }

  async close(): Promise<void> {
    this.client.destroy();
    await this.bedrock.stop();
  }

  /** Lambda gets the request; nothing has run yet but that. */
  async deliver(request: CloudFormationRequest): Promise<void> {
    await this.handler(request);
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
  die(when: 'before' | 'after', operation: Operation): void {
    this.deaths.push({ when, operation });
  }

  get deployments(): DeploymentSnapshot[] {
    return this.bedrock.controlPlane.deployments();
  }

  /** How often an operation was carried out. */
  performed(operation: string): number {
    return this.bedrock.calls.filter((call) => call.operation === operation && call.performed).length;
  }

  private mortal(bedrock: Bedrock): Bedrock {
    const around = <A extends unknown[], T>(operation: Operation, call: (...given: A) => Promise<T>) => async (...given: A): Promise<T> => {
      const death = this.deaths.findIndex((planned) => planned.operation === operation);
      const [planned] = death < 0 ? [] : this.deaths.splice(death, 1);
      if (planned?.when === 'before') {
        throw new Killed();
      }
      const result = await call(...given).catch((error: unknown) => { throw planned === undefined ? error : new Killed(); });
      if (planned?.when === 'after') {
        throw new Killed();
      }
      return result;
    };
    return {
      get: (kind, identifier) => around(KINDS[kind].get, bedrock.get)(kind, identifier),
      tags: around('ListTagsForResource', bedrock.tags),
      users: around('ListCustomModelDeployments', bedrock.users),
      createDeployment: around('CreateCustomModelDeployment', bedrock.createDeployment),
      createModel: around('CreateCustomModel', bedrock.createModel),
      update: around('UpdateCustomModelDeployment', bedrock.update),
      delete: (kind, arn) => around(KINDS[kind].delete, bedrock.delete)(kind, arn),
      tag: around('TagResource', bedrock.tag),
      untag: around('UntagResource', bedrock.untag),
    };
  }
}
