import { logToConsole } from '../../lambda/log';

afterEach(() => {
  delete process.env['AWS_LAMBDA_LOG_FORMAT'];
  jest.restoreAllMocks();
});

test.each(['error', 'warn', 'info'] as const)('what is to be seen as %s is written so', (level) => {
  const write = jest.spyOn(console, level).mockImplementation();
  logToConsole({ answer: 'FAILED' }, level);
  expect(write.mock.calls).toEqual([['{"answer":"FAILED"}']]);
});

test('a line is for information, unless it says otherwise', () => {
  const write = jest.spyOn(console, 'info').mockImplementation();
  logToConsole({ wait: 2 });
  expect(write).toHaveBeenCalledTimes(1);
});

test('in Lambda’s JSON format a line stays an object, whose values can be queried', () => {
  const write = jest.spyOn(console, 'info').mockImplementation();
  process.env['AWS_LAMBDA_LOG_FORMAT'] = 'JSON';
  logToConsole({ answer: 'SUCCESS' });
  expect(write.mock.calls).toEqual([[{ answer: 'SUCCESS' }]]);
});
