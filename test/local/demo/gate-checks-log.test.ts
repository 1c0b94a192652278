import { checkLines, checksIn } from '../../../local/demo/gate-checks-log';

const logged = (elapsed: number, line: object): string => JSON.stringify({ stack: 'S', elapsed, ...line });

describe('what the gates found', () => {
  const lines = checkLines(
    checksIn([
      'START RequestId: 1',
      logged(3, { resource: 'fraud', check: 'converse', awaiting: 'gate 1 of 3 (converse) to pass' }),
      ...[5, 7].map((elapsed) =>
        logged(elapsed, {
          check: 'converse',
          kind: 'error',
          error: 'passing',
          message: 'BedrockRuntime.ModelNotReadyException: Not yet (Service: BedrockRuntime, Status Code: 429, …)',
        }),
      ),
      logged(9, { check: 'converse', kind: 'answered' }),
      logged(9, { check: 'lambda', kind: 'verdict', status: 'READY' }),
      logged(75, { check: 'alarms', kind: 'alarms', alarms: [] }),
      logged(80, { check: 'alarms', kind: 'alarms', alarms: [{ name: 'errors', state: 'OK' }] }),
      logged(85, { check: 'alarms', kind: 'alarms', alarms: [{ name: 'errors', state: 'ALARM', reason: 'Too many' }] }),
      logged(90, { check: 'lambdaBriefly', kind: 'verdict', status: 'FAILED', reason: 'too long' }),
      logged(90, { answer: 'FAILED' }),
    ]),
  );

  test('is told in words, and once for what came to the same in a row', () => {
    expect(lines).toEqual([
      '  after        5 s  Converse  BedrockRuntime.ModelNotReadyException: Not yet (2 times)',
      '  after        9 s  Converse  the deployment answers',
      '  after        9 s  Function  READY',
      '  after 1 min 15 s  Alarms    there is no such alarm yet',
      '  after 1 min 20 s  Alarms    errors is not in ALARM',
      '  after 1 min 25 s  Alarms    errors is in ALARM: Too many',
      '  after 1 min 30 s  Function  FAILED: too long',
    ]);
  });

  test('is nothing where no gate was checked', () => {
    expect(checkLines(checksIn([logged(1, { answer: 'SUCCESS' })]))).toEqual([]);
  });
});
