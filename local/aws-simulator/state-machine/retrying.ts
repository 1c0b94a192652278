import type { Retrier } from './definition';
import { matches } from './failure';

/**
 * The retries of one visit to a state: each of its retriers counts its own.
 * https://states-language.net/spec.html#errors
 */
export class Retrying {
  private readonly retries = new Map<Retrier, number>();

  constructor(
    private readonly retriers: readonly Retrier[],
    private readonly random: () => number,
  ) {}

  /** Seconds until the next attempt; undefined if there is none. */
  after(error: string): number | undefined {
    const retrier = this.retriers.find(({ ErrorEquals }) => matches(ErrorEquals, error));
    if (retrier === undefined) {
      return undefined;
    }
    const retries = this.retries.get(retrier) ?? 0;
    this.retries.set(retrier, retries + 1);
    return retries < (retrier.MaxAttempts ?? 3) ? this.delay(retrier, retries) : undefined;
  }

  private delay(
    { IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds = Infinity, JitterStrategy = 'NONE' }: Retrier,
    retries: number,
  ): number {
    const delay = Math.min(MaxDelaySeconds, IntervalSeconds * BackoffRate ** retries);
    return JitterStrategy === 'FULL' ? this.random() * delay : delay;
  }
}
