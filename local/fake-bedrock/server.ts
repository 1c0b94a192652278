import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { LoopbackServer } from '../loopback-server';
import { ControlPlane, type ControlPlaneOptions } from './control-plane';
import { BedrockError } from './errors';
import { type Fault, Faults } from './faults';
import type { InputOf, OperationName } from './operations';
import { BedrockRuntime } from './runtime';
import type { RuntimeBehaviour } from './runtime-behaviour';
import { answerOfRuntime, isForRuntime } from './runtime-wire';
import { decodeInput, encodeError, encodeOutput, type HttpReply, route, type Routed, text } from './wire';

export { type Behaviour, LIVE_DURATIONS } from './behaviour';
export type { DeploymentSnapshot } from './control-plane';
export { ControlPlane } from './control-plane';
export { BedrockError } from './errors';
export { Faults } from './faults';
export type { OperationName } from './operations';
export * from './refusal';
export { BedrockRuntime, type ModelAnswer } from './runtime';
export type { RuntimeBehaviour } from './runtime-behaviour';
export { bedrockWorldOf, readWorldFile, worldToJson } from './world';

export interface LocalBedrockOptions extends ControlPlaneOptions {
  /** Default 0: any free port. It listens on 127.0.0.1 only. */
  readonly port?: number;
  /** Default: one of its own. Given, the options of a control plane are not heeded, but for the clock. */
  readonly controlPlane?: ControlPlane;
  /** Default: its own. */
  readonly faults?: Faults;
  /**
   * The message of the AccessDeniedException that a call with this access key gets; undefined if it is allowed.
   * Default: every call is.
   */
  readonly denial?: (accessKeyId: string, operation: OperationName, input: object) => string | undefined;
  readonly runtime?: Partial<RuntimeBehaviour>;
  /** How the time is spent that a model takes to answer. Default: in real time. */
  readonly sleep?: (ms: number) => Promise<void>;
  /** Told of a request that will never be answered. */
  readonly onHang?: (headers: IncomingHttpHeaders) => void;
}

/** One request, in the order of arrival. */
export interface ServedCall {
  readonly operation: Routed['operation'];
  /** By the clock. */
  readonly at: number;
  /** The members as they came, unchecked. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly requestId: string;
  /** 'ok', the error's name, or the fault that left no answer ('cut', 'lostReply', 'hang'). */
  readonly outcome: string;
  /** Whether the operation was carried out, whatever the caller learned of it. */
  readonly performed: boolean;
}

/** What becomes of a request: an answer, perhaps late, or none. */
interface Served {
  readonly outcome: string;
  readonly performed: boolean;
  readonly reply: HttpReply | 'cut' | 'hang';
  readonly afterMs?: number;
}

/** Amazon Bedrock's control plane for custom models, and the runtime that invokes them, on this machine. */
export class LocalBedrock {
  static async start({ port, ...options }: LocalBedrockOptions = {}): Promise<LocalBedrock> {
    return new LocalBedrock(await LoopbackServer.start(port), options);
  }

  readonly endpoint: string;
  /** The state: to seed it, look at it and change it by hand. */
  readonly controlPlane: ControlPlane;
  readonly faults: Faults;
  readonly calls: ServedCall[] = [];
  readonly runtime: BedrockRuntime;
  private readonly now: () => number;
  private readonly stopping = new AbortController();

  private constructor(
    private readonly server: LoopbackServer,
    private readonly options: Omit<LocalBedrockOptions, 'port'>,
  ) {
    this.endpoint = server.endpoint;
    this.controlPlane = options.controlPlane ?? new ControlPlane(options);
    this.faults = options.faults ?? new Faults();
    this.now = options.now ?? Date.now;
    this.runtime = new BedrockRuntime(this.controlPlane, {
      now: this.now,
      sleep: options.sleep ?? ((ms) => this.delay(ms)),
      ...(options.runtime && { behaviour: options.runtime }),
    });
    server.onRequest((request, response) => void this.answer(request, response));
  }

  /** Stops listening and cuts the connections that are still open. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.server.stop();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      if (isForRuntime(request)) {
        write(response, await answerOfRuntime(this.runtime, request.url ?? '', await text(request)), randomUUID());
        return;
      }
      const routed = await route(request);
      const requestId = randomUUID();
      const { outcome, performed, reply, afterMs } = this.serve(routed, accessKeyIn(request.headers));
      this.calls.push({
        operation: routed.operation,
        at: this.now(),
        input: routed.raw,
        requestId,
        outcome,
        performed,
      });
      if (reply === 'hang') {
        this.options.onHang?.(request.headers);
        return;
      }
      if (afterMs !== undefined) {
        await this.delay(afterMs);
      }
      if (reply === 'cut') {
        request.socket.destroy();
        return;
      }
      write(response, reply, requestId);
    } catch {
      request.socket.destroy(); // the client has gone, or the server stops
    }
  }

  private delay(ms: number): Promise<void> {
    return delay(ms, undefined, { signal: this.stopping.signal });
  }

  private serve(routed: Routed, accessKeyId: string): Served {
    if (routed.operation === 'UnknownOperation') {
      return refusal(routed.refused);
    }
    const { operation, raw, refused } = routed;
    if (refused) {
      return refusal(refused);
    }
    try {
      const fault = this.faults.take(operation, raw);
      switch (fault?.kind) {
        case undefined:
          return this.perform(operation, raw, accessKeyId);
        case 'slow':
          return { ...this.perform(operation, raw, accessKeyId), afterMs: fault.ms };
        case 'lostReply':
          return { ...this.perform(operation, raw, accessKeyId), outcome: fault.kind, reply: 'cut' };
        case 'errorAfter':
          return { ...refusal(toError(fault)), performed: this.perform(operation, raw, accessKeyId).performed };
        case 'error':
          return refusal(toError(fault));
        case 'cut':
        case 'hang':
          return { outcome: fault.kind, performed: false, reply: fault.kind };
      }
    } catch (error) {
      return refusal(error);
    }
  }

  private perform(operation: OperationName, raw: Readonly<Record<string, unknown>>, accessKeyId: string): Served {
    try {
      const input = decodeInput(operation, raw) as InputOf<OperationName>;
      const denied = this.options.denial?.(accessKeyId, operation, input);
      if (denied !== undefined) {
        throw new BedrockError('AccessDeniedException', denied);
      }
      const output = this.controlPlane.perform(operation, input);
      return { outcome: 'ok', performed: true, reply: encodeOutput(operation, output) };
    } catch (error) {
      return refusal(error);
    }
  }
}

function write(response: ServerResponse, { status, headers, body }: HttpReply, requestId: string): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'x-amzn-requestid': requestId,
    ...headers,
  });
  response.end(body);
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
export function accessKeyIn({ authorization = '' }: IncomingHttpHeaders): string {
  return /Credential=([^/]*)/.exec(authorization)?.[1] ?? '';
}

function toError({
  name,
  message = `A fault was planned: ${name}`,
  status,
}: Extract<Fault, { kind: 'error' | 'errorAfter' }>): BedrockError {
  return new BedrockError(name, message, {}, status);
}

/** What is no BedrockError is a mistake in here or in a hook, and should be seen by whoever calls. */
function refusal(error: unknown): Served {
  const refused =
    error instanceof BedrockError
      ? error
      : new BedrockError(
          'InternalServerException',
          error instanceof Error ? (error.stack ?? error.message) : String(error),
        );
  return { outcome: refused.name, performed: false, reply: encodeError(refused) };
}
