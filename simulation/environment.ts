import type { Answer } from '../lambda/cloudformation/answer';
import type { CloudFormationRequest } from '../lambda/cloudformation/request';
import type { Operation } from '../lambda/reconcile/kinds';
import { deliver } from '../local/aws-simulator/asynchronous-event';
import { CloudFormation, type CloudFormationBehaviour } from '../local/aws-simulator/cloudformation';
import { CloudWatchAlarms } from '../local/aws-simulator/cloudwatch-alarms';
import { DESCRIBE_STACKS } from '../local/aws-simulator/describe-stacks';
import type { Latency } from '../local/aws-simulator/in-process-bedrock';
import {
  type CallIntegration,
  type GateFunctions,
  integrationIn,
  serviceIntegrations,
} from '../local/aws-simulator/integrations/service-integrations';
import { type Death, FunctionKilled } from '../local/aws-simulator/killed-invocation';
import { LAMBDA_ERRORS, LAMBDA_VPC_ERRORS, LambdaOutages } from '../local/aws-simulator/lambda-outages';
import type { Provisioned } from '../local/aws-simulator/provisioner';
import { Failure } from '../local/aws-simulator/state-machine/failure';
import { VirtualTime } from '../local/aws-simulator/virtual-time';
import type { Behaviour, Durations } from '../local/fake-bedrock/behaviour';
import { Faults } from '../local/fake-bedrock/faults';
import { BedrockRuntime } from '../local/fake-bedrock/runtime';
import type { RuntimeBehaviour } from '../local/fake-bedrock/runtime-behaviour';
import { Random } from './random';
import { RecordedControlPlane } from './recorded-control-plane';
import { faultInWords, requestInWords } from './report/trace';
import type { SimulationSubject, SubjectFactory } from './subjects/subject';
import type { FaultsByTarget, InjectedFault } from './workload/plan';
import { STATE_MACHINE_ARN } from './workload/templates';

const EPOCH = Date.UTC(2026, 10, 21, 12);
/** For so long a new permission may not work yet. */
const PROPAGATION_MS = 180_000;
/** No call that failed is repeated later than this. */
const RETRY_MS = 30_000;
const NONE_YET = { call: 0, check: 0, invocation: 0, delivery: 0, answer: 0 };

export interface EnvironmentOptions {
  /** Of the ids that CloudFormation assigns, and of latencies until the first operation. */
  readonly seed: number;
  readonly behaviour?: Partial<Behaviour>;
  readonly durations?: Partial<Durations>;
  readonly cloudFormation?: Partial<CloudFormationBehaviour>;
  readonly runtime?: Partial<RuntimeBehaviour>;
  /** How many resources a page of Bedrock holds at most. Default 1, so that whatever is listed takes several. */
  readonly pageSize?: number;
}

/** Sees everything that happens between CloudFormation and the subject. */
export interface Observer {
  readonly onRequest: (request: CloudFormationRequest) => void;
  /** An answer that reached CloudFormation, even one that CloudFormation ignores. */
  readonly onPut: (url: string, body: string) => void;
  /** An answer that CloudFormation accepts. */
  readonly onAnswer: (request: CloudFormationRequest, answer: Answer) => void;
  readonly onLog: (line: string) => void;
  /**
   * The state machine has called another service than its function, by what the task names. `result` undefined: in
   * vain.
   */
  readonly onCheck?: (resource: string, input: unknown, result: unknown) => void;
}

/** The simulated CloudFormation, Lambda and Bedrock around one subject, on virtual time, with fault injection. */
export class Environment {
  readonly time = new VirtualTime(EPOCH);
  readonly bedrockFaults = new Faults();
  readonly controlPlane: RecordedControlPlane;
  readonly cloudFormation: CloudFormation;
  /** Keeps every invocation of a model. */
  readonly runtime: BedrockRuntime;
  readonly alarms: CloudWatchAlarms;
  /** Absent: there are none. */
  gateFunctions: GateFunctions | undefined;
  readonly trace: string[] = [];
  readonly log: string[] = [];
  observer: Observer | undefined;
  /** The calls to Bedrock in this operation. */
  calls: Operation[] = [];
  private injectedFaults: readonly InjectedFault[] = [];
  private counts = { ...NONE_YET };
  /** When the last outage of Lambda ends. */
  lambdaBackAt = -Infinity;
  /** When the last denial ends. */
  allowedAgainAt = -Infinity;
  private checksDeniedUntil = -Infinity;
  /** When the state machine may describe the stack again. */
  private describableAt = -Infinity;
  /** How many faults were injected since the last check that worked. */
  private checkFaults = 0;
  private readonly random: Random;
  private readonly outages: LambdaOutages;
  private subject: SimulationSubject | undefined;

  constructor({
    seed,
    behaviour = {},
    durations = {},
    cloudFormation = {},
    runtime = {},
    pageSize = 1,
  }: EnvironmentOptions) {
    this.random = new Random(seed);
    this.outages = new LambdaOutages(this.time, () => this.random.draw());
    this.controlPlane = new RecordedControlPlane({ now: this.time.now, behaviour, durations }, pageSize, (words) => {
      this.record('  Bedrock:', words);
    });
    this.runtime = new BedrockRuntime(this.controlPlane, {
      now: this.time.now,
      sleep: this.time.sleep,
      random: () => this.random.draw(),
      behaviour: runtime,
      onInvocation: ({ operation, modelId, servedModelArn = '', outcome }) => {
        this.record('  Runtime:', operation, modelId, servedModelArn, outcome);
      },
    });
    this.alarms = new CloudWatchAlarms(this.time.now, this.controlPlane);
    this.cloudFormation = new CloudFormation(
      this.time,
      (request) => {
        this.deliver(request);
      },
      {
        behaviour: cloudFormation,
        uuid: new Random(seed).uuid,
        provisioner: {
          put: (logicalId, type, properties) => this.provision(logicalId, type, properties),
          remove: (_type, physicalId) => {
            this.alarms.delete(physicalId);
          },
        },
        onAnswer: (request, answer) => {
          this.record('<<', answer.Status, request.RequestType, request.LogicalResourceId, answer.Reason ?? '');
          this.observer?.onAnswer(request, answer);
        },
      },
    );
  }

  async start(createSubject: SubjectFactory): Promise<void> {
    const { time, random, controlPlane, bedrockFaults } = this;
    const latency = { there: () => random.between(10, 150), back: () => random.between(10, 150) };
    this.subject = await createSubject({
      time,
      random,
      controlPlane,
      bedrockFaults,
      latency,
      respond: (url, body) => this.respond(url, body),
      death: (operation) => this.faultAtCall(operation),
      invocation: (run) => this.invocation(run),
      integration: this.integrations(latency),
      log: (line) => {
        this.log.push(line);
        this.observer?.onLog(line);
      },
    });
  }

  /** Other services than CloudFormation take as long to reach as Bedrock does. */
  private integrations({ there, back }: Latency): CallIntegration {
    const { time, runtime, alarms, outages } = this;
    const call = serviceIntegrations({
      describeStack: (stackName) => {
        if (time.now() < this.describableAt) {
          throw new Error('it is not authorized to perform: cloudformation:DescribeStacks');
        }
        return this.cloudFormation.describeStack(stackName);
      },
      runtime,
      alarms,
      invoke: (functionArn, event) => {
        const { gateFunctions } = this;
        return gateFunctions && outages.invoke(() => gateFunctions(functionArn, event));
      },
    });
    const remotely: CallIntegration = async (...given) => {
      await time.sleep(there());
      try {
        this.faultAtCheck();
        const result = await call(...given);
        this.checkFaults = 0;
        this.observer?.onCheck?.(given[0], given[1], result);
        return result;
      } catch (error) {
        this.observer?.onCheck?.(given[0], given[1], undefined);
        throw error;
      } finally {
        await time.sleep(back());
      }
    };
    return (...given) => (integrationIn(given[0]) === DESCRIBE_STACKS ? call : remotely)(...given);
  }

  /** What a template has beside custom resources: alarms, and the state machine of a stack that may have gates. */
  private provision(logicalId: string, type: string, properties: Readonly<Record<string, unknown>>): Provisioned {
    const { AlarmName = logicalId, HasGates } = properties as {
      readonly AlarmName?: string;
      readonly HasGates?: boolean;
    };
    switch (type) {
      case 'AWS::CloudWatch::Alarm':
        return { physicalId: AlarmName, attributes: { Arn: this.alarms.create(AlarmName) } };
      case 'AWS::StepFunctions::StateMachine':
        this.subject?.putStateMachine?.(HasGates === true);
        return { physicalId: STATE_MACHINE_ARN, attributes: { Arn: STATE_MACHINE_ARN } };
      default:
        throw new Error(`there is nobody here who makes a ${type}`);
    }
  }

  /** Whether the subject checks gates. */
  get knowsGates(): boolean {
    return this.subject?.putStateMachine !== undefined;
  }

  async close(): Promise<void> {
    await this.subject?.close?.();
  }

  /** Injects these faults from now on; calls, invocations, deliveries and answers are counted from here. */
  beginOperation(seed: number, injectedFaults: readonly InjectedFault[]): void {
    this.random.reseed(seed);
    this.injectedFaults = injectedFaults;
    this.counts = { ...NONE_YET };
    this.calls = [];
  }

  record(...words: readonly string[]): void {
    const text = this.controlPlane.inWords(words.filter((each) => each !== '').join(' '));
    this.trace.push(`${((this.time.now() - EPOCH) / 1000).toFixed(1).padStart(9)} s  ${text}`);
  }

  /** Counts one call, invocation, delivery or answer, and returns the fault that is planned for it. */
  private next<K extends keyof FaultsByTarget>(to: K, operation?: Operation): FaultsByTarget[K] | undefined {
    this.counts[to] += 1;
    const fault = this.injectedFaults.find((each) => each.at === this.counts[to] && each.to === to);
    if (fault !== undefined) {
      this.record('  !', faultInWords(fault, operation));
    }
    return fault?.what as FaultsByTarget[K] | undefined;
  }

  private faultAtCall(operation: Operation): Death | undefined {
    this.calls.push(operation);
    const fault = this.next('call', operation);
    if (fault === undefined || 'death' in fault) {
      return fault?.death;
    }
    if ('fault' in fault) {
      this.bedrockFaults.next(operation, fault.fault, fault.tries);
      if (fault.fault.kind === 'error' && fault.fault.name === 'AccessDeniedException') {
        this.prolongDenialOfImport(operation);
      }
    } else {
      this.deny(operation, fault.deniedFor);
    }
    return undefined;
  }

  /** Three errors that stay, before a check works, would be the verdict. */
  private faultAtCheck(): void {
    const fault = this.checkFaults < 2 ? this.next('check') : undefined;
    this.checkFaults += fault === undefined ? 0 : 1;
    if (fault !== undefined && 'deniedFor' in fault) {
      this.checksDeniedUntil = this.time.now() + fault.deniedFor;
    } else if (fault !== undefined) {
      throw new Failure(fault.error, fault.cause);
    }
    if (this.time.now() < this.checksDeniedUntil) {
      throw new Failure('BedrockRuntime.AccessDeniedException', 'it is not authorized to perform: bedrock:InvokeModel');
    }
  }

  /** One error more, right after the time in which an import had no access, may make a denial of three minutes. */
  private prolongDenialOfImport(operation: Operation): void {
    const { accessChangedAt, behaviour } = this.controlPlane;
    const now = this.time.now();
    const hadAccess = now - accessChangedAt - behaviour.accessLag > RETRY_MS;
    const isImport = operation === 'CreateCustomModel' && behaviour.importWithoutAccess !== 'allowed';
    if (isImport && !hadAccess && now - accessChangedAt >= PROPAGATION_MS) {
      this.allowedAgainAt = now;
    }
  }

  /** Denies the operation from now on, for so many ms. */
  deny(denied: Operation, ms: number): void {
    const until = this.time.now() + ms;
    this.allowedAgainAt = Math.max(this.allowedAgainAt, until);
    const allow = this.bedrockFaults.on((operation) =>
      operation === denied ? { kind: 'error', name: 'AccessDeniedException' } : undefined,
    );
    this.time.at(until, () => {
      this.record(denied, 'is no longer denied');
      allow();
    });
  }

  /** The state machine must not describe the stack, for so many ms. */
  denyDescribingStack(ms: number): void {
    this.describableAt = this.time.now() + ms;
  }

  private async respond(url: string, body: string): Promise<void> {
    await this.time.sleep(this.random.between(5, 50));
    const lost = this.next('answer');
    if (lost !== 'before') {
      this.observer?.onPut(url, body);
      await this.cloudFormation.respond(url, body);
    }
    if (lost !== undefined) {
      throw new Error('the answer did not reach CloudFormation');
    }
  }

  private deliver(request: CloudFormationRequest): void {
    this.record('>>', requestInWords(request));
    this.observer?.onRequest(request);
    const fault = this.next('delivery');
    const first = fault !== undefined && 'late' in fault ? fault.late : 50;
    const times = fault !== undefined && 'againAfter' in fault ? [first, first + fault.againAfter] : [first];
    for (const after of times) {
      this.time.at(this.time.now() + after, () => {
        void deliver(this.time, (isLast) => this.attempt(request, isLast));
      });
    }
  }

  /** No fault is injected into the last attempt: a function that never runs cannot answer. */
  private attempt(request: CloudFormationRequest, isLast: boolean): Promise<unknown> {
    const { subject, outages } = this;
    if (subject === undefined) {
      throw new Error('no subject has been started');
    }
    const run = (): Promise<unknown> => subject.invoke(request);
    return isLast ? outages.invoke(run) : this.invocation(run);
  }

  /** Faults are counted on invocations that run, not on those that an outage rejects. */
  private invocation<T>(run: () => Promise<T>): Promise<T> {
    return this.outages.invoke(async () => {
      const fault = this.next('invocation');
      if (typeof fault === 'object') {
        return this.withoutLambda(fault.unavailableFor, run);
      }
      if (fault === 'before') {
        throw new FunctionKilled();
      }
      const result = await run();
      if (fault === 'after') {
        throw new FunctionKilled();
      }
      return result;
    });
  }

  /** Begins an outage with this invocation. */
  private withoutLambda<T>(ms: number, run: () => Promise<T>): Promise<T> {
    this.lambdaBackAt = this.time.now() + ms;
    this.outages.begin(ms, [...LAMBDA_ERRORS, ...LAMBDA_VPC_ERRORS]);
    return this.outages.invoke(run);
  }
}
