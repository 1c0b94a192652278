import { tokenBucket } from '../../bench/token-bucket';
import { VirtualTime } from '../../local/aws-simulator/virtual-time';

test('so many calls are let through at once, and so many a second from then on', async () => {
  const time = new VirtualTime(0);
  const mayCall = tokenBucket({ burst: 3, perSecond: 2 }, time);
  const letThrough = (calls: number): number => Array.from({ length: calls }, mayCall).filter(Boolean).length;

  expect(letThrough(5)).toBe(3);
  await time.until(time.sleep(1000));
  expect(letThrough(5)).toBe(2);
  await time.until(time.sleep(60_000));
  expect(letThrough(5)).toBe(3);
});
