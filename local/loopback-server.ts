import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * HTTP for the programs on this machine, and not for the web pages that its browsers show: 127.0.0.1 is as near to
 * those, and nobody has to sign in here. A page cannot keep the browser from adding an Origin or a Sec-Fetch-Site to
 * what it sends, and a foreign name that was made to lead here (DNS rebinding) stands in Host. `guard.py` does the same
 * for MiniStack.
 */
export class LoopbackServer {
  /** On any free port by default. */
  static async start(port = 0): Promise<LoopbackServer> {
    // no time-outs: a connection closed while a client reuses it would be a fault that nobody asked for
    const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
    return new LoopbackServer(server);
  }

  readonly endpoint: string;

  private constructor(private readonly server: Server) {
    this.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  onRequest(answer: (request: IncomingMessage, response: ServerResponse) => void): void {
    this.server.on('request', (request, response) => {
      if (isForeign(request)) {
        response.writeHead(403).end();
        return;
      }
      answer(request, response);
    });
  }

  /** Stops listening and cuts the connections that are still open. */
  async stop(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.close(() => {
        resolve();
      });
      this.server.closeAllConnections();
    });
  }
}

function isForeign({ headers, socket }: IncomingMessage): boolean {
  const own = ['127.0.0.1', 'localhost'].map((name) => `${name}:${socket.localPort ?? ''}`);
  return 'origin' in headers || 'sec-fetch-site' in headers || !own.includes(headers.host ?? '');
}
