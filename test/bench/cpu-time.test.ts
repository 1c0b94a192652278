import { cpuTimes } from '../../bench/cpu-time';

test('takes the medians of what the last lines say', () => {
  const counting = (text: string): string[] => ['-e', `console.log('anything'); console.log('${text}')`];

  expect(cpuTimes([counting('12.5 3'), counting('7')], 2)).toEqual([[12.5, 3], [7]]);
});

test('a program that fails is an error', () => {
  expect(() => cpuTimes([['-e', 'process.exit(1)']], 1)).toThrow('Command failed');
});
