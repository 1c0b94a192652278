import { readFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname } from 'node:path';
import { Script } from 'node:vm';
import type { Fetch } from './fetch';
import { FunctionKilled } from './killed-invocation';
import type { VirtualTime } from './virtual-time';

export interface ExecutionEnvironmentOptions {
  readonly time: VirtualTime;
  /** The CommonJS file that exports `handler`. */
  readonly file: string;
  /** The name of what it exports. Default `handler`. */
  readonly exported?: string;
  /** All that its process.env has. */
  readonly environment: Readonly<Record<string, string>>;
  /** What `require` gives for these, by name without `node:`; what else it asks for is Node's, or a file beside it. */
  readonly modules?: Readonly<Record<string, unknown>>;
  readonly fetch?: Fetch;
  /** 0 to 1, for `Math.random`. Default Node's own. */
  readonly random?: () => number;
  /** A line that it writes. */
  readonly log?: (line: string) => void;
}

type Handler = (event: unknown, context: object) => Promise<unknown>;
type Globals = Readonly<Record<string, unknown>>;

const scripts = new Map<string, Script>();

/**
 * One instance of a Lambda function: code as it is deployed, for which time is virtual. It sees the clock, timers,
 * environment, console, fetch and modules that it is given, because they bear the names of Node's own.
 */
export class ExecutionEnvironment {
  private alive = true;
  private readonly globals: Globals;
  private readonly modules = new Map<string, { exports: unknown }>();
  private readonly handler: Handler;
  private die: (reason: FunctionKilled) => void = () => undefined;

  constructor(private readonly options: ExecutionEnvironmentOptions) {
    this.globals = this.globalsOf(options);
    const exported = this.load(options.file) as Readonly<Record<string, Handler | undefined>>;
    const handler = exported[options.exported ?? 'handler'];
    if (handler === undefined) {
      throw new Error(`${options.file} exports no ${options.exported ?? 'handler'}`);
    }
    this.handler = handler;
  }

  get isAlive(): boolean {
    return this.alive;
  }

  /** One invocation; what goes in and comes out is JSON, as for any Lambda function. */
  async invoke(event: unknown, context: object = {}): Promise<unknown> {
    const died = new Promise<never>((_, reject) => {
      this.die = reject;
    });
    const result = await Promise.race([this.handler(json(event), context), died]);
    return json(result ?? null);
  }

  /** Nothing in it goes on: the invocation under way is rejected, and no timer rings any more. */
  kill(): void {
    this.alive = false;
    this.die(new FunctionKilled('the function has died'));
  }

  private load(file: string): unknown {
    const known = this.modules.get(file);
    if (known !== undefined) {
      return known.exports;
    }
    const module = { exports: {} as unknown };
    this.modules.set(file, module);
    const names = Object.keys(this.globals);
    const script =
      scripts.get(file) ??
      new Script(`(function (exports, require, module, ${names.join(', ')}) {${readFileSync(file, 'utf8')}\n})`, {
        filename: file,
      });
    scripts.set(file, script);
    const body = script.runInThisContext() as (...given: unknown[]) => void;
    body(module.exports, this.requireFrom(file), module, ...Object.values(this.globals));
    return module.exports;
  }

  private requireFrom(file: string): (id: string) => unknown {
    const real = createRequire(file);
    return (id) => {
      const name = id.replace(/^node:/, '');
      const given = { ...this.ownModules(), ...this.options.modules }[name];
      if (given !== undefined) {
        return given;
      }
      return isBuiltin(id) ? (real(id) as unknown) : this.load(real.resolve(id, { paths: [dirname(file)] }));
    };
  }

  private ownModules(): Globals {
    return {
      process: this.globals['process'],
      'timers/promises': {
        setTimeout: (ms: number) =>
          new Promise<void>((resolve) => {
            this.later(resolve, ms);
          }),
      },
      // There are no profiles in Lambda, and looking for them would take real time.
      'fs/promises': { readFile: () => Promise.reject(Object.assign(new Error('no such file'), { code: 'ENOENT' })) },
    };
  }

  private globalsOf({
    time,
    environment,
    fetch,
    random = Math.random,
    log = () => undefined,
  }: ExecutionEnvironmentOptions): Globals {
    const write = (...words: readonly unknown[]): void => {
      log(words.map((word) => (typeof word === 'string' ? word : JSON.stringify(word))).join(' '));
    };
    const signals = Object.create(AbortSignal) as object;
    Object.defineProperty(signals, 'timeout', { value: time.timeout });
    return {
      process: Object.create(process, { env: { value: { ...environment } }, emitWarning: { value: write } }) as unknown,
      console: { log: write, info: write, warn: write, error: write, debug: () => undefined, trace: () => undefined },
      Date: dateOf(time),
      Math: Object.create(Math, { random: { value: random } }) as unknown,
      setTimeout: (ring: (...given: unknown[]) => void, ms = 0, ...given: unknown[]) =>
        this.later(() => {
          ring(...given);
        }, ms),
      clearTimeout: (timer: Timer | undefined) => {
        timer?.cancel();
      },
      AbortSignal: signals,
      fetch,
    };
  }

  private later(ring: () => void, ms: number): Timer {
    const { time } = this.options;
    const cancel = time.at(time.now() + ms, () => {
      if (this.alive) {
        ring();
      }
    });
    return new Timer(cancel);
  }
}

/** As much of a Node timer as is in use. */
class Timer {
  constructor(readonly cancel: () => void) {}
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
  hasRef(): boolean {
    return true;
  }
}

function dateOf(time: VirtualTime): typeof Date {
  class VirtualDate extends Date {
    constructor(...given: readonly unknown[]) {
      super(...((given.length === 0 ? [time.now()] : given) as [number]));
    }

    static override now(): number {
      return time.now();
    }

    static override [Symbol.hasInstance](value: unknown): boolean {
      return Object.prototype.toString.call(value) === '[object Date]';
    }
  }
  return VirtualDate as typeof Date;
}

function json(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown;
}
