import * as sdk from '@aws-sdk/client-bedrock';
import type { ControlPlane } from '../fake-bedrock/control-plane';
import { BedrockError } from '../fake-bedrock/errors';
import type { Fault, Faults } from '../fake-bedrock/faults';
import type { InputOf, OperationName } from '../fake-bedrock/operations';
import type { ServedCall } from '../fake-bedrock/server';
import type { VirtualTime } from './virtual-time';

const TIMEOUT_MS = 10_000;

/** How long a call takes on its way there, and its reply on its way back, in ms. */
export interface Latency {
  readonly there: () => number;
  readonly back: () => number;
}

interface BedrockCommand {
  readonly input: object;
  readonly constructor: { readonly name: string };
}

/** An SDK client whose calls reach the control plane without a wire, on virtual time. It retries as the SDK does. */
export class InProcessBedrock extends sdk.BedrockClient {
  /** In the order in which they reached the control plane. */
  readonly calls: Omit<ServedCall, 'requestId'>[] = [];

  constructor(
    private readonly controlPlane: Pick<ControlPlane, 'perform'>,
    private readonly faults: Faults,
    private readonly time: VirtualTime,
    private readonly latency: Latency,
    /** How often the SDK tries. */
    private readonly maxAttempts = 3,
  ) {
    super({ region: 'us-east-1', credentials: { accessKeyId: 'none', secretAccessKey: 'none' } });
    this.send = this.sendInProcess.bind(this) as typeof this.send;
  }

  /** Like the SDK, lets go of a call when it is aborted; the call itself may be on its way all the same. */
  private sendInProcess(command: BedrockCommand, options?: { readonly abortSignal?: AbortSignal }): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const signal = options?.abortSignal;
      const abort = (): void => {
        reject(Object.assign(new Error('Request aborted'), { name: 'AbortError' }));
      };
      signal?.addEventListener('abort', abort);
      this.persist(command)
        .then(resolve, reject)
        .finally(() => {
          signal?.removeEventListener('abort', abort);
        });
    });
  }

  private async persist(command: BedrockCommand): Promise<unknown> {
    const operation = command.constructor.name.replace(/Command$/, '') as OperationName;
    for (let attempts = 1; ; attempts++) {
      try {
        return await this.call(operation, given(command.input));
      } catch (thrown) {
        const error = thrown as Error & { readonly $metadata?: { httpStatusCode?: number; attempts?: number } };
        const status = error.$metadata?.httpStatusCode;
        if (attempts < this.maxAttempts && (status === undefined || status === 429 || status >= 500)) {
          await this.time.sleep(Math.min(20_000, 100 * 2 ** attempts));
          continue;
        }
        throw Object.assign(error, { $metadata: { ...error.$metadata, attempts } });
      }
    }
  }

  private async call(operation: OperationName, input: InputOf<OperationName>): Promise<unknown> {
    await this.time.sleep(this.latency.there());
    const fault = this.faults.take(operation, input);
    const done = await this.answer(operation, input, fault);
    await this.time.sleep(this.latency.back());
    return done;
  }

  private async answer(
    operation: OperationName,
    input: InputOf<OperationName>,
    fault: Fault | undefined,
  ): Promise<unknown> {
    const record = (outcome: string, performed: boolean): void => {
      this.calls.push({ operation, at: this.time.now(), input: input, outcome, performed });
    };
    switch (fault?.kind) {
      case 'error':
        record(fault.name, false);
        throw modelled(fault.name, fault.message ?? fault.name, fault.status);
      case 'cut':
        record(fault.kind, false);
        throw unanswered('socket hang up');
      case 'hang':
        record(fault.kind, false);
        await this.time.sleep(TIMEOUT_MS);
        throw unanswered('no reply');
      default: {
        const output = this.perform(operation, input, record);
        record(outcomeOf(fault), true);
        if (fault?.kind === 'lostReply') {
          throw unanswered('socket hang up');
        }
        if (fault?.kind === 'errorAfter') {
          throw modelled(fault.name, fault.message ?? fault.name, fault.status);
        }
        return output;
      }
    }
  }

  private perform(
    operation: OperationName,
    input: InputOf<OperationName>,
    record: (outcome: string, performed: boolean) => void,
  ): unknown {
    try {
      return this.controlPlane.perform(operation, input);
    } catch (error) {
      record((error as Error).name, false);
      throw error instanceof BedrockError ? modelled(error.name, error.message, error.status) : error;
    }
  }
}

function outcomeOf(fault: Fault | undefined): string {
  switch (fault?.kind) {
    case 'lostReply':
      return fault.kind;
    case 'errorAfter':
      return fault.name;
    default:
      return 'ok';
  }
}

/** What is undefined does not cross the wire. */
function given(input: object): object {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}

function unanswered(message: string): Error {
  return Object.assign(new Error(message), { name: 'TimeoutError', $metadata: {} });
}

/** The SDK's own class for an error, as the wire would give it. */
function modelled(name: string, message: string, status?: number): Error {
  const fault = status !== undefined && status >= 500 ? 'server' : 'client';
  const httpStatusCode = status ?? new BedrockError(name, message).status;
  const options = { message, name, $fault: fault, $metadata: { httpStatusCode } } as const;
  return name === 'ResourceNotFoundException'
    ? new sdk.ResourceNotFoundException(options)
    : new sdk.BedrockServiceException(options);
}
