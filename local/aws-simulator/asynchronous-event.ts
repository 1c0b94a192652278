import { LambdaUnavailable } from './lambda-outages';
import type { VirtualTime } from './virtual-time';

const RETRIES_AFTER_MS = [60_000, 120_000];
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 300_000;
const MAX_AGE_MS = 6 * 3_600_000;

/**
 * An event that nobody waits for, as Lambda delivers it: after an error of the function twice more, and for as long as
 * the event is kept where it is Lambda that fails.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 *
 * @param invoke told whether the function may fail without being tried again
 */
export async function deliver(time: VirtualTime, invoke: (isLast: boolean) => Promise<unknown>): Promise<void> {
  const expires = time.now() + MAX_AGE_MS;
  let [errors, outages] = [0, 0];
  for (;;) {
    try {
      await invoke(errors === RETRIES_AFTER_MS.length);
      return;
    } catch (error) {
      const pause =
        error instanceof LambdaUnavailable
          ? Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** outages++)
          : RETRIES_AFTER_MS[errors++];
      if (pause === undefined || time.now() + pause > expires) {
        return;
      }
      await time.sleep(pause);
    }
  }
}
