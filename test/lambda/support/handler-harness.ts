import type { Answer } from '../../../lambda/cloudformation/answer';
import type { CloudFormationRequest } from '../../../lambda/cloudformation/request';
import type { Respond } from '../../../lambda/cloudformation/respond';
import type { Operation } from '../../../lambda/reconcile/kinds';
import type { State, WaiterTask } from '../../../lambda/state';
import { waiterDefinition } from '../../../lib/private/state-machine-definition';
import { CloudWatchAlarms } from '../../../local/aws-simulator/cloudwatch-alarms';
import { DESCRIBE_STACKS } from '../../../local/aws-simulator/describe-stacks';
import type { DenyCall } from '../../../local/aws-simulator/iam/guard';
import { InProcessBedrock } from '../../../local/aws-simulator/in-process-bedrock';
import { inProcessHandler } from '../../../local/aws-simulator/in-process-handler';
import { InProcessStepFunctions } from '../../../local/aws-simulator/in-process-step-functions';
import {
  type CallIntegration,
  type GateFunctions,
  integrationIn,
  type IntegrationName,
  serviceIntegrations,
} from '../../../local/aws-simulator/integrations/service-integrations';
import type { Death } from '../../../local/aws-simulator/killed-invocation';
import { LambdaOutages } from '../../../local/aws-simulator/lambda-outages';
import { type Definition, Failure, StepFunctions } from '../../../local/aws-simulator/step-functions';
import { StepFunctionsApi } from '../../../local/aws-simulator/step-functions-api';
import { VirtualTime } from '../../../local/aws-simulator/virtual-time';
import type { ControlPlaneOptions } from '../../../local/fake-bedrock/control-plane';
import { BedrockRuntime } from '../../../local/fake-bedrock/runtime';
import type { RuntimeBehaviour } from '../../../local/fake-bedrock/runtime-behaviour';
import { ControlPlane, type DeploymentSnapshot, Faults } from '../../../local/fake-bedrock/server';
import { NOON } from './builders';
import { leaks } from './leaks';

export interface HandlerHarnessOptions extends Pick<ControlPlaneOptions, 'durations' | 'behaviour' | 'mayRead'> {
  /** How often the SDK itself tries a call. In these tests once, unless it is what the test is about. */
  readonly maxAttempts?: number;
  /** The state machine's. Default: as it is defined. */
  readonly definition?: object;
  /** How Bedrock's runtime behaves, which gates ask. */
  readonly runtime?: Partial<RuntimeBehaviour>;
  /** The function's own stack. Default: it is not told. */
  readonly stackId?: string;
  /** What an answer goes by. Default: to the answer box. */
  readonly respond?: Respond;
}

/** What the state machine has asked of another service itself, stacks aside. */
interface HarnessCheck {
  readonly of: IntegrationName;
  readonly at: number;
}

/** What Bedrock's side of a test is made of. */
interface HarnessBedrock {
  readonly controlPlane: ControlPlane;
  readonly faults: Faults;
  readonly calls: InProcessBedrock['calls'];
  readonly runtime: BedrockRuntime;
}

const NO_LATENCY = { there: () => 0, back: () => 0 };

/**
 * The handler with all that surrounds it, in this process and on virtual time: Bedrock's control plane, the state
 * machine as it is defined, and what CloudFormation gets. The wire is tested in `bedrock/sdk.test.ts`.
 */
export class HandlerHarness {
  readonly time = new VirtualTime(NOON);
  readonly bedrock: HarnessBedrock;
  readonly log: string[] = [];
  /** What CloudFormation got, in order. */
  readonly answers: Answer[] = [];
  private readonly requests: CloudFormationRequest[] = [];
  /** How many of the next PUTs of an answer fail. */
  answersToLose = 0;
  /** How long the function goes on, in ms, when its answer has reached CloudFormation. */
  lingers = 0;
  /** New executions are listed only after so many ms. */
  listingDelay = 0;
  /** What Step Functions tells as the Cause of a task that failed. Default: what Lambda tells of the error. */
  causeOf: ((state: State, error: Error) => string) | undefined;
  /** What DescribeStacks tells of the stack; undefined: nothing. */
  stackStatus: string | undefined = 'UPDATE_IN_PROGRESS';
  /** With which message IAM denies what the state machine asks of other services. Default: it may do everything. */
  denial: DenyCall = () => undefined;
  /** With which error a check fails before it is made. Default: none. */
  failCheck: (of: IntegrationName) => Failure | undefined = () => undefined;
  /** What the functions of gates do. Default: there are none. */
  gateFunctions: GateFunctions | undefined;
  /** In order. */
  readonly checks: HarnessCheck[] = [];
  readonly alarms: CloudWatchAlarms;
  readonly outages: LambdaOutages;
  readonly stateMachine: StepFunctions;
  readonly stepFunctions: InProcessStepFunctions;
  private invocations = 0;
  /** The names of the executions whose invocations never return. */
  private readonly held = new Set<string>();
  private readonly deaths: { readonly when: Death; readonly operation: Operation; times: number }[] = [];
  private readonly handler: (event: unknown) => Promise<unknown>;
  private readonly integration: CallIntegration;

  constructor({
    maxAttempts = 1,
    definition = waiterDefinition,
    runtime: behaviour = {},
    stackId,
    respond,
    ...options
  }: HandlerHarnessOptions = {}) {
    const { time } = this;
    const faults = new Faults();
    const controlPlane = new ControlPlane({ ...options, now: time.now });
    const bedrock = new InProcessBedrock(controlPlane, faults, time, NO_LATENCY, maxAttempts);
    const runtime = new BedrockRuntime(controlPlane, { now: time.now, sleep: time.sleep, behaviour });
    this.bedrock = { controlPlane, faults, calls: bedrock.calls, runtime };
    this.alarms = new CloudWatchAlarms(time.now, controlPlane);
    this.outages = new LambdaOutages(time);
    this.integration = serviceIntegrations({
      describeStack: () => this.describeStack(),
      runtime,
      alarms: this.alarms,
      invoke: (functionArn, event) => {
        const { gateFunctions } = this;
        return gateFunctions && this.outages.invoke(() => gateFunctions(functionArn, event));
      },
    });
    this.stateMachine = new StepFunctions({
      definition: definition as Definition,
      call: (resource, input) => this.call(resource, input),
      time,
      random: () => 0.5, // what is to be expected of FULL jitter
      listingDelay: () => this.listingDelay,
    });
    this.stepFunctions = new InProcessStepFunctions(new StepFunctionsApi(() => this.stateMachine));
    this.handler = inProcessHandler({
      time,
      bedrock,
      stepFunctions: this.stepFunctions,
      death: (operation) => this.death(operation),
      respond: respond ?? ((_url, body) => this.respond(body)),
      log: (line) => {
        this.log.push(line);
      },
      ...(stackId && { stackId }),
    });
  }

  /** The same, with two models that can be deployed. */
  static withModels(options?: HandlerHarnessOptions): [HandlerHarness, string, string] {
    const world = new HandlerHarness(options);
    const { controlPlane } = world.bedrock;
    return [world, controlPlane.addModel({ name: 'model-1' }), controlPlane.addModel({ name: 'model-2' })];
  }

  /** Every test of the handler is one of its discretion as well. */
  close(): void {
    const told = [...this.log, ...this.answers.map(({ Reason = '' }) => Reason)];
    const leaked = leaks(this.requests, [], told);
    if (leaked.length > 0) {
      throw new Error(`secrets were told:\n${leaked.join('\n')}`);
    }
  }

  get now(): number {
    return this.time.now();
  }

  get isRunning(): boolean {
    return this.stateMachine.executions.some(({ status }) => status === 'RUNNING');
  }

  /** Lambda gets the requests, later than any before them; no execution that they started has run yet. */
  async deliver(...requests: readonly CloudFormationRequest[]): Promise<void> {
    this.requests.push(...requests);
    if (this.stateMachine.executions.some(({ startedAt }) => startedAt === this.now)) {
      await this.pass(1);
    }
    await this.time.until(Promise.all(requests.map((request) => this.handler(request))));
  }

  /** Somebody invokes the function. */
  invoke(event: unknown): Promise<unknown> {
    return this.time.until(this.handler(event));
  }

  /** Somebody starts an execution. */
  async startExecution(name: string, state: object): Promise<void> {
    this.stateMachine.startExecution(name, JSON.stringify(state));
    await this.run();
  }

  /** The request from its delivery to its answer. */
  async finish(request: CloudFormationRequest): Promise<Answer> {
    await this.deliver(request);
    await this.run();
    return this.answerTo(request);
  }

  /** Lets time pass until no execution runs any more, or until `enough`. */
  run(enough: () => boolean = () => false): Promise<void> {
    return this.time.pass(() => !this.isRunning || enough());
  }

  /** Lets time pass until the state machine has invoked the function so many times more. */
  steps(count: number): Promise<void> {
    const enough = this.invocations + count;
    return this.run(() => this.invocations >= enough);
  }

  /** Lets so many ms pass. */
  pass(ms: number): Promise<void> {
    return this.time.until(this.time.sleep(ms));
  }

  /** No invocation by the executions that run now returns any more. */
  hold(): void {
    this.stateMachine.executions
      .filter(({ status }) => status === 'RUNNING')
      .forEach(({ name }) => this.held.add(name));
  }

  answerTo(request: CloudFormationRequest): Answer {
    const answers = this.answers.filter(({ RequestId }) => RequestId === request.RequestId);
    if (answers.length !== 1 || answers[0] === undefined) {
      throw new Error(
        `${answers.length} answers to ${request.RequestType} ${request.RequestId}:\n${this.log.join('\n')}`,
      );
    }
    return answers[0];
  }

  /**
   * Lambda dies at the next such call, or at so many of them: before it is made, or when it was made and its reply is
   * not yet read.
   */
  die(when: Death, operation: Operation, times = 1): void {
    this.deaths.push({ when, operation, times });
  }

  get deployments(): DeploymentSnapshot[] {
    return this.bedrock.controlPlane.deployments();
  }

  /** How often an operation was carried out. */
  performed(operation: string): number {
    return this.bedrock.calls.filter((call) => call.operation === operation && call.performed).length;
  }

  /** A task of the state machine. */
  private call(resource: string, input: unknown): Promise<unknown> {
    const of = integrationIn(resource);
    return of === undefined
      ? this.outages.invoke(() => this.perform(input as WaiterTask))
      : this.integrate(of, resource, input);
  }

  private integrate(of: IntegrationName, resource: string, input: unknown): Promise<unknown> {
    if (of !== DESCRIBE_STACKS) {
      this.checks.push({ of, at: this.now });
    }
    const failure = this.failCheck(of);
    return failure === undefined ? this.integration(resource, input, this.denial) : Promise.reject(failure);
  }

  private describeStack(): object {
    if (this.stackStatus === undefined) {
      throw new Error('Stack does not exist');
    }
    return { Stacks: [{ StackStatus: this.stackStatus }] };
  }

  private async perform(task: WaiterTask): Promise<unknown> {
    if (this.held.has(task.state.run.name)) {
      return new Promise(() => undefined);
    }
    try {
      return await this.handler(task);
    } catch (thrown) {
      const error = thrown as Error;
      throw this.causeOf === undefined ? error : new Failure(error.name, this.causeOf(task.state, error));
    } finally {
      this.invocations += 1;
    }
  }

  private async respond(body: string): Promise<void> {
    if (this.answersToLose > 0) {
      this.answersToLose -= 1;
      throw new Error('the answer did not reach CloudFormation');
    }
    this.answers.push(JSON.parse(body) as Answer);
    await this.time.sleep(this.lingers);
  }

  private death(operation: Operation): Death | undefined {
    const planned = this.deaths.find((death) => death.operation === operation && death.times > 0);
    if (planned === undefined) {
      return undefined;
    }
    planned.times -= 1;
    return planned.when;
  }
}
