import * as sdk from '@aws-sdk/client-bedrock-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { BedrockError } from '../fake-bedrock/server';
import type { InvokedRuntime } from './integrations/models';
import type { VirtualTime } from './virtual-time';

/** Invokes models as Step Functions does, by the SDK and over HTTP. Virtual time stands still until they answer. */
export class RuntimeOverHttp implements InvokedRuntime {
  /** One for each invocation that takes no time of its own. */
  private readonly holds: (() => void)[] = [];
  private readonly client: sdk.BedrockRuntimeClient;

  constructor(
    endpoint: string,
    private readonly time: VirtualTime,
  ) {
    this.client = new sdk.BedrockRuntimeClient({
      endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'state-machine', secretAccessKey: 'test' },
      maxAttempts: 1,
      requestHandler: new NodeHttpHandler(), // the client's own speaks HTTP/2, which the local Bedrock does not
    });
  }

  close(): void {
    this.client.destroy();
  }

  async converse(input: object): Promise<object> {
    const command = new sdk.ConverseCommand(input as sdk.ConverseCommandInput);
    const { output, stopReason, usage, metrics } = await this.call(() => this.client.send(command));
    return { output, stopReason, usage, metrics };
  }

  async invokeModel({ modelId, body }: { readonly modelId: string; readonly body: unknown }): Promise<object> {
    const command = new sdk.InvokeModelCommand({
      modelId,
      body: JSON.stringify(body),
      contentType: 'application/json',
    });
    const output = await this.call(() => this.client.send(command));
    return JSON.parse(output.body.transformToString()) as object;
  }

  /** For the local Bedrock, when a model takes its time. */
  readonly sleep = async (ms: number): Promise<void> => {
    this.holds.pop()?.();
    await this.time.sleep(ms);
    this.holds.push(this.time.hold());
  };

  private async call<T>(send: () => Promise<T>): Promise<T> {
    this.holds.push(this.time.hold());
    try {
      return await send();
    } catch (error) {
      throw error instanceof sdk.BedrockRuntimeServiceException
        ? new BedrockError(error.name, error.message, {}, error.$metadata.httpStatusCode)
        : error;
    } finally {
      this.holds.pop()?.();
    }
  }
}
