import { once } from 'node:events';
import { createServer, type Http2Server, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** An answer of the model, or the name of the error that the runtime answers with. */
export type Reply = { readonly says: string } | { readonly error: string };

/** The question that the last message of a request of Converse asks. */
interface ConverseBody {
  readonly messages: readonly { readonly content: readonly { readonly text: string }[] }[];
}

/** Bedrock's runtime as the AWS SDK for JavaScript speaks to it, which the local Bedrock does not: over HTTP/2. */
export class BedrockOverHttp2 {
  /** Of each request, which deployment was asked what. */
  readonly asked: { readonly modelId: string; readonly question: string }[] = [];
  private readonly sessions = new Set<ServerHttp2Session>();
  private readonly server: Http2Server;

  private constructor(reply: (question: string) => Reply) {
    this.server = createServer();
    this.server.on('session', (session) => this.sessions.add(session));
    this.server.on('request', (request, response) => {
      void text(request).then((body) => {
        const question = (JSON.parse(body) as ConverseBody).messages.at(-1)?.content[0]?.text ?? '';
        const [, , modelId = ''] = request.url.split('/');
        this.asked.push({ modelId: decodeURIComponent(modelId), question });
        const replied = reply(question);
        if ('error' in replied) {
          response.writeHead(429, { 'content-type': 'application/json', 'x-amzn-errortype': replied.error });
          response.end(JSON.stringify({ message: 'not now' }));
          return;
        }
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(
          JSON.stringify({
            output: { message: { role: 'assistant', content: [{ text: replied.says }] } },
            stopReason: 'end_turn',
          }),
        );
      });
    });
  }

  static async start(reply: (question: string) => Reply): Promise<BedrockOverHttp2> {
    const bedrock = new BedrockOverHttp2(reply);
    bedrock.server.listen(0, '127.0.0.1');
    await once(bedrock.server, 'listening');
    return bedrock;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const session of this.sessions) {
      session.destroy();
    }
    this.server.close();
    await once(this.server, 'close');
  }
}
