import type { Sandbox } from './sandbox';
import type { VirtualTime } from './virtual-time';

export interface LambdaFunctionOptions {
  readonly time: VirtualTime;
  /** A new instance, which may end itself by `die`. */
  readonly start: (die: () => void) => Sandbox;
  /** Seconds that one invocation may take. */
  readonly timeout: number;
  readonly logGroupName: string;
}

/** A Lambda function: as many instances as it takes, each with one invocation at a time, used again until they die. */
export class LambdaFunction {
  private readonly idle: Sandbox[] = [];

  constructor(private readonly options: LambdaFunctionOptions) {}

  async invoke(event: unknown): Promise<unknown> {
    const { time, timeout, logGroupName } = this.options;
    const instance = this.idle.pop() ?? this.start();
    const callOff = time.at(time.now() + timeout * 1000, () => { instance.kill(); });
    try {
      return await instance.invoke(event, { logGroupName });
    } finally {
      callOff();
      if (instance.isAlive) {
        this.idle.push(instance);
      }
    }
  }

  private start(): Sandbox {
    const instance: Sandbox = this.options.start(() => { instance.kill(); });
    return instance;
  }
}
