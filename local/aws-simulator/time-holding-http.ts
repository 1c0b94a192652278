import http from 'node:http';
import { Writable } from 'node:stream';
import type { Death } from './killed-invocation';
import type { VirtualTime } from './virtual-time';

/** Names a call, so that a server can say of it that it will never be answered. */
const CALL = 'x-simulator-call';

/** Real requests from a place where time is virtual: it stands still until they are over. */
export class TimeHoldingHttp {
  private readonly holds = new Map<string, () => void>();
  private calls = 0;

  constructor(private readonly time: VirtualTime) {}

  /** Node's http, for code that dies by `die` at the calls of which `death` says so. */
  http(
    death: (method: string, path: string, headers: http.OutgoingHttpHeaders) => Death | undefined,
    die: () => void,
  ): object {
    return {
      ...http,
      request: (options: http.RequestOptions, onResponse: (response: http.IncomingMessage) => void) => {
        switch (death(options.method ?? 'GET', options.path ?? '/', headersOf(options))) {
          case 'before':
            die();
            return unsent();
          case 'after':
            return this.send(options, (response) => {
              response.resume();
            }).once('close', die);
          case undefined:
            return this.send(options, onResponse);
        }
      },
    };
  }

  /** The call that bears these headers hangs: time goes on. */
  readonly release = (headers: http.IncomingHttpHeaders): void => {
    this.holds.get(String(headers[CALL]))?.();
  };

  private send(options: http.RequestOptions, onResponse: (response: http.IncomingMessage) => void): http.ClientRequest {
    this.calls += 1;
    const call = String(this.calls);
    const release = this.time.hold();
    this.holds.set(call, release);
    const request = http.request({ ...options, headers: { ...headersOf(options), [CALL]: call } }, onResponse);
    request.once('close', () => {
      this.holds.delete(call);
      setImmediate(release); // when the caller has read the response
    });
    return request;
  }
}

function headersOf({ headers }: http.RequestOptions): http.OutgoingHttpHeaders {
  return headers === undefined || Array.isArray(headers) ? {} : (headers as http.OutgoingHttpHeaders);
}

/** Takes what is written and never answers. */
function unsent(): Writable {
  return Object.assign(
    new Writable({
      write: (_chunk, _encoding, done) => {
        done();
      },
    }),
    { setTimeout: () => undefined },
  );
}
