import { optionsOf, usage } from '../../../local/demo/options';
import { Problem } from '../../../local/problem';

test.each([
  [[], false],
  [['--keep'], true],
  [['--tour', 'rollout'], false],
  [['--keep', '--tour', 'rollout'], true],
  [['--tour=rollout', '--keep'], true],
])('%j: a tour, and whether to keep the cloud', (args, keep) => {
  expect(optionsOf(args)?.keep).toBe(keep);
});

test('without a name it is the tour "deploy"', () => {
  expect(optionsOf([])?.plan).toBe(optionsOf(['--tour', 'deploy'])?.plan);
  expect(optionsOf(['--tour', 'rollout'])?.plan).not.toBe(optionsOf([])?.plan);
});

test('--simulator asks for the simulator', () => {
  expect(optionsOf([])?.simulator).toBe(false);
  expect(optionsOf(['--simulator'])?.simulator).toBe(true);
});

test.each([
  [['--simulator', '--keep'], 'It does not work with the simulator'],
  [['--tour', 'balloon'], 'There is no tour "balloon". There are: deploy, rollout, gates'],
  [['--tour'], "Option '--tour <value>' argument missing"],
  [['--kepe'], "Unknown option '--kepe'"],
  [['rollout'], "Unexpected argument 'rollout'"],
])('%j is a problem that the message explains', (args, message) => {
  expect(() => optionsOf(args)).toThrow(Problem);
  expect(() => optionsOf(args)).toThrow(message);
});

test.each([['--help'], ['-h'], ['--keep', '--help']])('%s asks for help alone', (...args) => {
  expect(optionsOf(args)).toBeUndefined();
});

test('help names each option and each tour, and so does the answer to an option that there is not', () => {
  for (const name of ['--tour', '--keep', '--simulator', 'deploy', 'rollout', 'gates']) {
    expect(usage()).toContain(name);
  }
  expect(() => optionsOf(['--kepe'])).toThrow(usage());
});
