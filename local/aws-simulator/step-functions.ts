import { checked, type Definition } from './state-machine/definition';
import { type ExecutionContext, type ExecutionStatus, StateMachineExecution } from './state-machine/execution';
import type { VirtualTime } from './virtual-time';

export type { Definition } from './state-machine/definition';
export { Failure } from './state-machine/failure';

export interface StepFunctionsOptions {
  readonly definition: Definition;
  readonly call: ExecutionContext['call'];
  readonly time: VirtualTime;
  /** Default Node's own. */
  readonly random?: ExecutionContext['random'];
  readonly arn?: string;
  /** ListExecutions is eventually consistent: ms until a new execution is listed. */
  readonly listingDelay?: () => number;
  /** The most that a page of executions has, however many are asked for. Default 1000. */
  readonly pageLimit?: () => number;
  /** Whether a call of ListExecutions is let through, not throttled. Default: each is. */
  readonly mayList?: () => boolean;
}

export interface ListExecutionsInput {
  readonly statusFilter?: ExecutionStatus;
  readonly maxResults?: number;
  readonly nextToken?: string;
}

export interface Page {
  readonly executions: readonly StateMachineExecution[];
  readonly nextToken?: string;
}

/** An error of the API. */
export class StepFunctionsError extends Error {
  constructor(
    override readonly name: string,
    message: string,
  ) {
    super(message);
  }
}

/**
 * How long an execution is listed, and its name taken, after its end:
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
const RETENTION_MS = 90 * 24 * 3600_000;

/**
 * A state machine of AWS Step Functions on virtual time. A name is given once in 90 days; stopping an execution does
 * not stop the invocation that it waits for; new executions may be listed late.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_Operations.html
 */
export class StepFunctions {
  /** In the order of their start. */
  readonly executions: StateMachineExecution[] = [];
  private definition: Definition;
  private readonly arn: string;

  constructor(private readonly options: StepFunctionsOptions) {
    this.definition = checked(options.definition);
    this.arn = options.arn ?? 'arn:aws:states:us-east-1:000000000000:stateMachine:Waiter';
  }

  /** Of executions to come. Those that run keep theirs. */
  update(definition: Definition): void {
    this.definition = checked(definition);
  }

  startExecution(name: string, input: string): StateMachineExecution {
    const known = this.retained.find((execution) => execution.name === name);
    if (known === undefined) {
      return this.begin(name, input);
    }
    if (known.status !== 'RUNNING' || known.input !== input) {
      throw new StepFunctionsError('ExecutionAlreadyExists', `Execution Already Exists: '${known.arn}'`);
    }
    return known;
  }

  /** Newest first. A page begins after the last of the one before, whatever has been started since. */
  listExecutions({ statusFilter, maxResults = 100, nextToken }: ListExecutionsInput = {}): Page {
    const { time, listingDelay = () => 0, pageLimit = () => 1000, mayList = () => true } = this.options;
    if (!mayList()) {
      throw new StepFunctionsError('ThrottlingException', 'Rate exceeded');
    }
    const listed = this.retained
      .slice(0, nextToken === undefined ? undefined : this.placeOf(nextToken))
      .filter(({ startedAt }) => time.now() - startedAt >= listingDelay())
      .filter(({ status }) => statusFilter === undefined || status === statusFilter)
      .reverse();
    const executions = listed.slice(0, Math.min(maxResults, pageLimit()));
    const last = executions.at(-1);
    return {
      executions,
      ...(last === undefined || executions.length === listed.length ? {} : { nextToken: tokenOf(last) }),
    };
  }

  stopExecution(arn: string): StateMachineExecution {
    const execution = this.executions.find((candidate) => candidate.arn === arn);
    if (execution === undefined) {
      throw new StepFunctionsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    }
    execution.end('ABORTED');
    return execution;
  }

  private get retained(): readonly StateMachineExecution[] {
    const since = this.options.time.now() - RETENTION_MS;
    return this.executions.filter(({ endedAt = Infinity }) => endedAt > since);
  }

  private begin(name: string, input: string): StateMachineExecution {
    const { time, random = Math.random, call } = this.options;
    const arn = `${this.arn.replace(':stateMachine:', ':execution:')}:${name}`;
    const execution = new StateMachineExecution(arn, name, input, this.definition, { time, random, call });
    this.executions.push(execution);
    return execution;
  }

  private placeOf(token: string): number {
    const place = this.retained.findIndex((execution) => tokenOf(execution) === token);
    if (place < 0) {
      throw new StepFunctionsError('InvalidToken', `Invalid Token: '${token}'`);
    }
    return place;
  }
}

function tokenOf({ name }: StateMachineExecution): string {
  return Buffer.from(name).toString('base64url');
}
