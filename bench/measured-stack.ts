import type { SimulatedStack, StackStatus, TemplateResources } from '../local/aws-simulator/cloudformation';
import { Environment, type EnvironmentOptions } from '../simulation/environment';
import type { SimulationSubject, SubjectDependencies, SubjectFactory } from '../simulation/subjects/subject';
import type { Contestant } from './contestants';
import type { Changes } from './templates';
import { type CallRate, tokenBucket } from './token-bucket';

/** What one operation of a stack took. */
export interface OperationCost {
  readonly status: StackStatus;
  /** From CloudFormation's first request until the last answer that it takes. */
  readonly seconds: number;
  /** When that was, in ms. */
  readonly answeredAt: number;
  /** Of Lambda functions, all that the operation caused. */
  readonly invocations: number;
  /** To Bedrock. */
  readonly calls: number;
  /** Of state machines, as they are charged. */
  readonly transitions: number;
  /** The bytes of each reply of ListExecutions. */
  readonly listings: readonly number[];
  /** The deployments that are there an hour later. */
  readonly left: number;
}

export interface MeasuredStackOptions extends Pick<EnvironmentOptions, 'behaviour' | 'durations'> {
  /** How many deployments the stack has. Default 1. */
  readonly count?: number;
  /** Of ListExecutions. Default: any number. */
  readonly listCalls?: CallRate;
}

const SEED = 1;
const HOUR = 3600_000;
const DAY = 24 * HOUR;

/**
 * A stack of deployments, whose operations are measured on virtual time. Calls take no time, so that only the waits are
 * seen.
 */
export class MeasuredStack {
  static async start(contestant: Contestant, options: MeasuredStackOptions = {}): Promise<MeasuredStack> {
    const environment = new Environment({ seed: SEED, pageSize: 1000, ...options });
    const stack = new MeasuredStack(environment, contestant, options);
    await environment.start(stack.counting(contestant.createSubject));
    return stack;
  }

  readonly one: string;
  readonly two: string;
  /** A model whose deployments fail. */
  readonly undeployable: string;
  private readonly stack: SimulatedStack;
  private subject: SimulationSubject | undefined;
  private invocations = 0;
  private listings: number[] = [];
  private requestedAt: number | undefined;
  private answeredAt = 0;

  private constructor(
    readonly environment: Environment,
    private readonly contestant: Contestant,
    private readonly options: MeasuredStackOptions,
  ) {
    const { controlPlane, cloudFormation, time } = environment;
    this.one = controlPlane.addModel({ name: 'one' });
    this.two = controlPlane.addModel({ name: 'two' });
    this.undeployable = controlPlane.addModel({ name: 'undeployable', deploymentFailure: 'It cannot be served.' });
    this.stack = cloudFormation.stack('Bench');
    environment.observer = {
      onRequest: () => {
        this.requestedAt ??= time.now();
      },
      onAnswer: () => {
        this.answeredAt = time.now();
      },
      onPut: () => undefined,
      onLog: () => undefined,
    };
  }

  async close(): Promise<void> {
    await this.environment.close();
  }

  create(changes: Changes = {}): Promise<OperationCost> {
    return this.measure(() => this.stack.create(this.template(changes)));
  }

  update(changes: Changes): Promise<OperationCost> {
    return this.measure(() => this.stack.update(this.template(changes)));
  }

  delete(): Promise<OperationCost> {
    return this.measure(() => this.stack.delete());
  }

  /** Cancels the operation that is begun next. */
  cancelAfter(seconds: number): void {
    const { time } = this.environment;
    time.at(time.now() + seconds * 1000, () => {
      this.stack.cancelOperation();
    });
  }

  /** Somebody else deletes all deployments. */
  async deleteByHand(): Promise<void> {
    const { controlPlane } = this.environment;
    for (const { arn } of controlPlane.deployments()) {
      controlPlane.perform('DeleteCustomModelDeployment', { customModelDeploymentIdentifier: arn });
    }
    await this.pass(HOUR);
  }

  /** The state machine runs so many executions for other resources, so many seconds apart. */
  async runOthers(executions: number, apart: number): Promise<void> {
    for (let number = 0; number < executions; number++) {
      this.subject?.stateMachine
        ?.startExecution(executionName(number, this.environment.time.now()), '{}')
        .end('SUCCEEDED');
      await this.pass(apart * 1000);
    }
  }

  /** Until Step Functions has forgotten every execution. */
  async outliveHistory(): Promise<void> {
    await this.pass(91 * DAY);
  }

  private template(changes: Changes): TemplateResources {
    return this.contestant.template(this.options.count ?? 1, { ModelArn: this.one, ...changes });
  }

  private counting(createSubject: SubjectFactory): SubjectFactory {
    return async (dependencies: SubjectDependencies) => {
      const subject = await createSubject({
        ...dependencies,
        latency: { there: () => 0, back: () => 0 },
        listing: {
          listingDelay: () => 0,
          mayList:
            this.options.listCalls === undefined ? () => true : tokenBucket(this.options.listCalls, dependencies.time),
          onReply: (operation, bytes) => {
            if (operation === 'ListExecutions') {
              this.listings.push(bytes);
            }
          },
        },
        invocation: (run) => {
          this.invocations += 1;
          return dependencies.invocation(run);
        },
      });
      this.subject = subject;
      return {
        ...subject,
        invoke: (request) => {
          this.invocations += 1;
          return subject.invoke(request);
        },
      };
    };
  }

  private async measure(operation: () => Promise<StackStatus>): Promise<OperationCost> {
    const { environment } = this;
    environment.beginOperation(SEED, []);
    this.requestedAt = undefined;
    this.listings = [];
    const [invocations, transitions] = [this.invocations, this.transitions];
    const status = await environment.time.until(operation());
    const { answeredAt, requestedAt = answeredAt } = this;
    const seconds = (answeredAt - requestedAt) / 1000;
    await this.pass(HOUR);
    return {
      status,
      seconds,
      answeredAt,
      invocations: this.invocations - invocations,
      calls: environment.calls.length,
      transitions: this.transitions - transitions,
      listings: this.listings,
      left: environment.controlPlane.deployments().length,
    };
  }

  private get transitions(): number {
    const { executions = [] } = this.subject?.stateMachine ?? {};
    return executions.reduce((sum, execution) => sum + execution.transitions, 0);
  }

  private async pass(ms: number): Promise<void> {
    const { time } = this.environment;
    await time.until(time.sleep(ms));
  }
}

/** As the handler names them. */
function executionName(number: number, at: number): string {
  const digits = number.toString(16).padStart(12, '0');
  return `0123456789abcdef${digits.slice(-4)}_${at}_${digits}_01234567_SupportDeployment0E3D5A`;
}
