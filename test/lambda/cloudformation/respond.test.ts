import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { issuedAt } from '../../../lambda/cloudformation/request';
import { respondByFetch } from '../../../lambda/cloudformation/respond';

/** Stands where CloudFormation takes answers. */
class AnswerBox {
  readonly received: {
    readonly method: string | undefined;
    readonly url: string | undefined;
    readonly headers: IncomingMessage['headers'];
    readonly body: string;
  }[] = [];
  status = 200;
  private server!: Server;

  async open(): Promise<string> {
    this.server = createServer((message, response) => {
      const chunks: Buffer[] = [];
      message.on('data', (chunk: Buffer) => chunks.push(chunk));
      message.on('end', () => {
        this.received.push({
          method: message.method,
          url: message.url,
          headers: message.headers,
          body: Buffer.concat(chunks).toString(),
        });
        response.writeHead(this.status, { location: '/elsewhere' }).end();
      });
    });
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

const SIGNED =
  '/arn%3Aaws%3Acloudformation%3Aus-east-1%3A000000000000%3Astack/fraud/1%7CDeployment%7C2?X-Amz-Date=20261121T120000Z&X-Amz-Signature=s3cr3t%2Bx';

describe('H20: the PUT of the answer', () => {
  const box = new AnswerBox();
  let origin: string;
  beforeAll(async () => {
    origin = await box.open();
  });
  afterAll(() => box.close());
  beforeEach(() => {
    box.received.length = 0;
    box.status = 200;
  });

  test('goes to the URL exactly as given, with a length and without a content type, which would not be what was signed', async () => {
    await respondByFetch(`${origin}${SIGNED}`, '{"Status":"SUCCESS"}');
    expect(box.received).toMatchObject([
      { method: 'PUT', url: SIGNED, body: '{"Status":"SUCCESS"}', headers: { 'content-length': '20' } },
    ]);
    expect(box.received[0]?.headers).not.toHaveProperty('content-type');
    expect(box.received[0]?.headers).not.toHaveProperty('transfer-encoding');
  });

  test('that is not taken is an error, which says nothing of the URL', async () => {
    box.status = 503;
    const error = await respondByFetch(`${origin}${SIGNED}`, '{}').catch((thrown: unknown) => thrown as Error);
    expect(error).toBeInstanceOf(Error);
    expect(String((error as Error).stack)).toContain('HTTP status 503');
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toMatch(/s3cr3t|127\.0\.0\.1/);
  });

  test.each([301, 302, 307, 308])('follows nobody elsewhere: %d', async (status) => {
    box.status = status;
    await expect(respondByFetch(`${origin}${SIGNED}`, '{}')).rejects.toThrow(`HTTP status ${status}`);
    expect(box.received).toMatchObject([{ url: SIGNED }]);
  });

  test('that does not get through is an error, which says nothing of the URL', async () => {
    const error = await respondByFetch(`http://127.0.0.1:1${SIGNED}`, '{}').catch((thrown: unknown) => thrown as Error);
    expect((error as Error).message).toBe('the answer did not reach CloudFormation: TypeError');
    expect((error as Error).cause).toBeUndefined();
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toMatch(/s3cr3t|127\.0\.0\.1/);
  });
});

test('when a request was issued is in the signature of its URL, if anywhere', () => {
  expect(issuedAt(`https://example${SIGNED}`)).toBe(Date.UTC(2026, 10, 21, 12));
  expect(issuedAt('https://example/answer')).toBeUndefined();
});
