import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';

export interface RawReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A request without an SDK, to see what it hides and to send what none would. */
export function send(url: string, method: string, headers: OutgoingHttpHeaders = {}, body?: string): Promise<RawReply> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, agent: false, headers }, (response) => {
      let received = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (received += chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: received });
      });
    });
    sent.on('error', reject).end(body);
  });
}

/**
 * What a browser puts into a request that a web page makes it send, and the page cannot leave out. Each alone tells.
 */
export function headersOfWebPages(endpoint: string): Record<string, OutgoingHttpHeaders> {
  const { host, port } = new URL(endpoint);
  return {
    'the Origin of a foreign page': { origin: 'https://attacker.example' },
    'the Origin of a sandboxed frame': { origin: 'null' },
    'the Origin of a page that the server itself gave out': { origin: endpoint },
    'Sec-Fetch-Site of a foreign page': { 'sec-fetch-site': 'cross-site' },
    'Sec-Fetch-Site of an address typed in': { 'sec-fetch-site': 'none' },
    'the Host of a name that was rebound to this machine': { host: `attacker.example:${port}` },
    'a Host below one of this machine': { host: `bucket.localhost:${port}` },
    'a Host that begins like one of this machine': { host: `${host}.attacker.example:${port}` },
    'the Host of another port': { host: '127.0.0.1:1' },
    'a Host without a port': { host: 'localhost' },
  };
}
