import type { ExecutionEnvironment } from './execution-environment';
import type { LambdaOutages } from './lambda-outages';
import type { VirtualTime } from './virtual-time';

export interface LambdaFunctionOptions {
  readonly time: VirtualTime;
  /** A new instance, which may end itself by `die`. */
  readonly start: (die: () => void) => ExecutionEnvironment;
  /** Seconds that one invocation may take. */
  readonly timeout: number;
  readonly logGroupName: string;
  readonly outages: LambdaOutages;
}

/** A Lambda function: as many instances as it takes, each with one invocation at a time, used again until they die. */
export class LambdaFunction {
  private idle: ExecutionEnvironment[] = [];

  constructor(private options: LambdaFunctionOptions) {}

  /** For invocations to come. Those under way end as they began. */
  update(options: LambdaFunctionOptions): void {
    this.options = options;
    this.idle = [];
  }

  invoke(event: unknown): Promise<unknown> {
    return this.options.outages.invoke(() => this.run(event));
  }

  private async run(event: unknown): Promise<unknown> {
    const { options, idle } = this;
    const { time, timeout, logGroupName } = options;
    const instance = idle.pop() ?? this.start();
    const callOff = time.at(time.now() + timeout * 1000, () => {
      instance.kill();
    });
    try {
      return await instance.invoke(event, { logGroupName });
    } finally {
      callOff();
      if (instance.isAlive) {
        idle.push(instance);
      }
    }
  }

  private start(): ExecutionEnvironment {
    const instance: ExecutionEnvironment = this.options.start(() => {
      instance.kill();
    });
    return instance;
  }
}
