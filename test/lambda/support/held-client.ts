import type { IncomingHttpHeaders } from 'node:http';
import type { BedrockClient } from '@aws-sdk/client-bedrock';
import type { VirtualTime } from '../../../local/aws-simulator/virtual-time';

/** Names an attempt, so that a server can say of it that it will never be answered. */
const ATTEMPT = 'x-simulator-attempt';
/** As long as the handler's own client waits. */
const TIMEOUT_MS = 10_000;

type HangUp = () => Promise<void>;

/**
 * Holds virtual time during the calls of a client, whose own clock is real. It passes only while an attempt hangs,
 * until the client gives that up. Returns how a server says that an attempt hangs.
 */
export function holdDuringCalls(client: BedrockClient, time: VirtualTime): (headers: IncomingHttpHeaders) => void {
  const hanging = new Map<string, () => void>();
  let attempts = 0;
  client.middlewareStack.add(
    (next, context) => async (args) => {
      let release = time.hold();
      const hangUp: HangUp = async () => {
        release();
        await time.sleep(TIMEOUT_MS);
        release = time.hold();
      };
      context['hangUp'] = hangUp;
      try {
        return await next(args);
      } finally {
        release();
      }
    },
    { step: 'initialize' },
  );
  client.middlewareStack.add(
    (next, context) => (args) => {
      attempts += 1;
      const attempt = String(attempts);
      (args.request as { readonly headers: Record<string, string> }).headers[ATTEMPT] = attempt;
      const givenUp = new Promise<never>((_, reject) => {
        hanging.set(attempt, () => {
          void (context['hangUp'] as HangUp)().then(() => {
            reject(Object.assign(new Error('no reply'), { name: 'TimeoutError' }));
          });
        });
      });
      return Promise.race([next(args), givenUp]);
    },
    { step: 'finalizeRequest', priority: 'low' },
  );
  return (headers) => {
    hanging.get(String(headers[ATTEMPT]))?.();
  };
}
