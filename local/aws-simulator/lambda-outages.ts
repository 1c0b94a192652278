import { Failure } from './state-machine/failure';
import type { VirtualTime } from './virtual-time';

/**
 * What Step Functions calls the errors of Lambda's service:
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors
 */
export const LAMBDA_ERRORS = [
  'Lambda.TooManyRequestsException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.Unknown',
] as const;
/** Those of a function in a VPC besides. */
export const LAMBDA_VPC_ERRORS = [
  'Lambda.ENILimitReachedException',
  'Lambda.EC2ThrottledException',
  'Lambda.EC2UnexpectedException',
  'Lambda.EC2AccessDeniedException',
  'Lambda.SubnetIPAddressLimitReachedException',
  'Lambda.ResourceNotReadyException',
] as const;

export type LambdaError = (typeof LAMBDA_ERRORS)[number] | (typeof LAMBDA_VPC_ERRORS)[number];

/** Lambda's service fails: the function is not even begun. */
export class LambdaUnavailable extends Failure {}

interface LambdaOutage {
  readonly until: number;
  readonly errors: readonly LambdaError[];
}

/** The times in which Lambda cannot run a function, for want of concurrency or of itself. */
export class LambdaOutages {
  private outage: LambdaOutage | undefined;

  /** 0 to 1: which of the errors an invocation fails with. */
  constructor(
    private readonly time: VirtualTime,
    private readonly random: () => number = Math.random,
  ) {}

  /** From now on, for so many ms. */
  begin(ms: number, errors: readonly LambdaError[] = LAMBDA_ERRORS): void {
    this.outage = { until: this.time.now() + ms, errors };
  }

  /** Runs what is an invocation, unless there is an outage. */
  async invoke<T>(run: () => Promise<T>): Promise<T> {
    if (this.outage !== undefined && this.time.now() < this.outage.until) {
      const { errors } = this.outage;
      const error = errors[Math.floor(this.random() * errors.length)] ?? 'Lambda.Unknown';
      throw new LambdaUnavailable(error, 'The function could not be invoked. (Service: Lambda)');
    }
    return run();
  }
}
