import type { IncomingMessage } from 'node:http';
import { accessKeyIn } from '../fake-bedrock/server';
import { LoopbackServer } from '../loopback-server';
import { StepFunctionsError } from './step-functions';
import type { StepFunctionsApi, StepFunctionsInput } from './step-functions-api';

interface JsonReply {
  readonly status: number;
  readonly body: unknown;
}

/** The message with which IAM denies a call with that access key; undefined if it is allowed. */
type DenyCaller = (accessKeyId: string, operation: string, input: object) => string | undefined;

/** Sees each reply: to which operation, and how many bytes its body has. */
export type OnReply = (operation: string, bytes: number) => void;

/** The simulator's Step Functions on the wire (awsJson1_0). */
export class StepFunctionsServer {
  static async start(
    api: StepFunctionsApi,
    denial: DenyCaller = () => undefined,
    onReply: OnReply = () => undefined,
  ): Promise<StepFunctionsServer> {
    return new StepFunctionsServer(await LoopbackServer.start(), api, denial, onReply);
  }

  readonly endpoint: string;

  private constructor(
    private readonly server: LoopbackServer,
    private readonly api: StepFunctionsApi,
    private readonly denial: DenyCaller,
    onReply: OnReply,
  ) {
    this.endpoint = server.endpoint;
    server.onRequest((request, response) => {
      const operation = String(request.headers['x-amz-target']).split('.')[1] ?? 'operation';
      void this.answer(request, operation).then(({ status, body }) => {
        const text = JSON.stringify(body);
        onReply(operation, Buffer.byteLength(text));
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(text);
      });
    });
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }

  private async answer(request: IncomingMessage, operation: string): Promise<JsonReply> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
      chunks.push(chunk as Buffer);
    }
    const input = JSON.parse(Buffer.concat(chunks).toString()) as StepFunctionsInput;
    const denied = this.denial(accessKeyIn(request.headers), operation, input);
    if (denied !== undefined) {
      return refused('AccessDeniedException', denied);
    }
    try {
      return { status: 200, body: inSeconds(this.api.perform(operation, input)) };
    } catch (error) {
      if (!(error instanceof StepFunctionsError)) {
        throw error;
      }
      return refused(error.name, error.message);
    }
  }
}

function refused(name: string, message: string): JsonReply {
  return { status: 400, body: { __type: name, message } };
}

/** Times are numbers on the wire. */
function inSeconds(value: unknown): unknown {
  if (value instanceof Date) {
    return value.getTime() / 1000;
  }
  if (Array.isArray(value)) {
    return value.map(inSeconds);
  }
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([name, part]) => [name, inSeconds(part)]))
    : value;
}
