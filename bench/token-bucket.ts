import type { VirtualTime } from '../local/aws-simulator/virtual-time';

/** So many calls at once, and so many a second from then on. */
export interface CallRate {
  readonly burst: number;
  readonly perSecond: number;
}

/** Lets calls through as AWS does: the rest are throttled. */
export function tokenBucket({ burst, perSecond }: CallRate, time: VirtualTime): () => boolean {
  let [tokens, at] = [burst, time.now()];
  return () => {
    tokens = Math.min(burst, tokens + ((time.now() - at) / 1000) * perSecond);
    at = time.now();
    const isLetThrough = tokens >= 1;
    tokens -= isLetThrough ? 1 : 0;
    return isLetThrough;
  };
}
